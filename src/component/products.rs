//! `kosha:paypal/products`.

use super::{
    Component,
    bindings::{
        exports::kosha::paypal::products::Guest,
        kosha::connector::types::{CallOptions, Failure, Json, Reply},
    },
    run, with,
};
use crate::catalogue::products;

impl Guest for Component {
    fn create(product: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(products::CREATE, &with(options).body(product))
    }

    fn list(
        page_size: Option<u32>,
        page: Option<u32>,
        total_required: Option<bool>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        let arguments = with(options).with("page_size", page_size).with("page", page);
        run(products::LIST, &arguments.with("total_required", total_required))
    }

    fn get(product_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(products::GET, &with(options).with("product_id", product_id))
    }

    fn update(product_id: String, patch: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(products::UPDATE, &with(options).with("product_id", product_id).body(patch))
    }
}
