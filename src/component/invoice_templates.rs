//! `kosha:paypal/invoice-templates`.

use super::{
    Component,
    bindings::{
        exports::kosha::paypal::invoice_templates::Guest,
        kosha::connector::types::{CallOptions, Failure, Json, Reply},
    },
    run, with,
};
use crate::catalogue::invoice_templates;

impl Guest for Component {
    fn create(template: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(invoice_templates::CREATE, &with(options).body(template))
    }

    fn list(
        fields: Option<String>,
        page: Option<u32>,
        page_size: Option<u32>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        run(
            invoice_templates::LIST,
            &with(options).with("fields", fields).with("page", page).with("page_size", page_size),
        )
    }

    fn get(template_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(invoice_templates::GET, &with(options).with("template_id", template_id))
    }

    fn update(template_id: String, template: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(invoice_templates::UPDATE, &with(options).with("template_id", template_id).body(template))
    }

    fn delete(template_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(invoice_templates::DELETE, &with(options).with("template_id", template_id))
    }
}
