//! `kosha:paypal/payouts`.

use super::{
    Component,
    bindings::{
        exports::kosha::paypal::payouts::Guest,
        kosha::connector::types::{CallOptions, Failure, Json, Reply},
    },
    run, with,
};
use crate::catalogue::payouts;

impl Guest for Component {
    fn create(payout: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(payouts::CREATE, &with(options).body(payout))
    }

    fn get(
        id: String,
        fields: Option<String>,
        page: Option<u32>,
        page_size: Option<u32>,
        total_required: Option<bool>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        let arguments = with(options)
            .with("id", id)
            .with("fields", fields)
            .with("page", page)
            .with("page_size", page_size)
            .with("total_required", total_required);
        run(payouts::GET, &arguments)
    }

    fn get_item(payout_item_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(payouts::GET_ITEM, &with(options).with("payout_item_id", payout_item_id))
    }

    fn cancel_item(payout_item_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(payouts::CANCEL_ITEM, &with(options).with("payout_item_id", payout_item_id))
    }
}
