//! `kosha:paypal/plans`.

use super::{
    Component,
    bindings::{
        exports::kosha::paypal::plans::Guest,
        kosha::connector::types::{CallOptions, Failure, Json, Reply},
    },
    run, with,
};
use crate::catalogue::plans;

impl Guest for Component {
    fn create(plan: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(plans::CREATE, &with(options).body(plan))
    }

    fn list(
        product_id: Option<String>,
        page_size: Option<u32>,
        page: Option<u32>,
        total_required: Option<bool>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        let arguments = with(options).with("product_id", product_id).with("page_size", page_size).with("page", page);
        run(plans::LIST, &arguments.with("total_required", total_required))
    }

    fn get(id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(plans::GET, &with(options).with("id", id))
    }

    fn update(id: String, patch: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(plans::UPDATE, &with(options).with("id", id).body(patch))
    }

    fn activate(id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(plans::ACTIVATE, &with(options).with("id", id))
    }

    fn deactivate(id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(plans::DEACTIVATE, &with(options).with("id", id))
    }

    fn update_pricing(id: String, pricing: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(plans::UPDATE_PRICING, &with(options).with("id", id).body(pricing))
    }
}
