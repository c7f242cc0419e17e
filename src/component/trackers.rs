//! `kosha:paypal/trackers`.

use super::{
    Component,
    bindings::{
        exports::kosha::paypal::trackers::Guest,
        kosha::connector::types::{CallOptions, Failure, Json, Reply},
    },
    run, with,
};
use crate::catalogue::trackers;

impl Guest for Component {
    fn add_batch(batch: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(trackers::ADD_BATCH, &with(options).body(batch))
    }

    fn add(parcels: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(trackers::ADD, &with(options).body(parcels))
    }

    fn list(
        transaction_id: String,
        tracking_number: Option<String>,
        account_id: Option<String>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        let arguments = with(options)
            .with("transaction_id", transaction_id)
            .with("tracking_number", tracking_number)
            .with("account_id", account_id);
        run(trackers::LIST, &arguments)
    }

    fn update(id: String, tracker: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(trackers::UPDATE, &with(options).with("id", id).body(tracker))
    }

    fn get(id: String, account_id: Option<String>, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(trackers::GET, &with(options).with("id", id).with("account_id", account_id))
    }
}
