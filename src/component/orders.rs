//! `kosha:paypal/orders`.

use super::{
    Component,
    bindings::{
        exports::kosha::paypal::orders::Guest,
        kosha::connector::types::{CallOptions, Failure, Json, Reply},
    },
    run, with,
};
use crate::catalogue::orders;

impl Guest for Component {
    fn create(order: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(orders::CREATE, &with(options).body(order))
    }

    fn get(id: String, fields: Option<String>, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(orders::GET, &with(options).with("id", id).with("fields", fields))
    }

    fn update(id: String, patch: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(orders::UPDATE, &with(options).with("id", id).body(patch))
    }

    fn confirm_payment_source(id: String, confirmation: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(orders::CONFIRM_PAYMENT_SOURCE, &with(options).with("id", id).body(confirmation))
    }

    fn authorize(id: String, authorization: Option<Json>, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(orders::AUTHORIZE, &with(options).with("id", id).body(authorization))
    }

    fn capture(id: String, capture: Option<Json>, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(orders::CAPTURE, &with(options).with("id", id).body(capture))
    }

    fn add_tracking(id: String, tracker: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(orders::ADD_TRACKING, &with(options).with("id", id).body(tracker))
    }

    fn update_tracking(
        id: String,
        tracker_id: String,
        patch: Json,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        run(orders::UPDATE_TRACKING, &with(options).with("id", id).with("tracker_id", tracker_id).body(patch))
    }
}
