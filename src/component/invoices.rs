//! `kosha:paypal/invoices`.

use super::{
    Component,
    bindings::{
        exports::kosha::paypal::invoices::Guest,
        kosha::connector::types::{CallOptions, Failure, Json, Reply},
    },
    run, with,
};
use crate::catalogue::invoices;

impl Guest for Component {
    fn create(invoice: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(invoices::CREATE, &with(options).body(invoice))
    }

    fn list(
        page: Option<u32>,
        page_size: Option<u32>,
        total_required: Option<bool>,
        fields: Option<String>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        run(
            invoices::LIST,
            &with(options)
                .with("page", page)
                .with("page_size", page_size)
                .with("total_required", total_required)
                .with("fields", fields),
        )
    }

    fn get(invoice_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(invoices::GET, &with(options).with("invoice_id", invoice_id))
    }

    fn update(
        invoice_id: String,
        send_to_recipient: Option<bool>,
        send_to_invoicer: Option<bool>,
        invoice: Json,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        run(
            invoices::UPDATE,
            &with(options)
                .with("invoice_id", invoice_id)
                .with("send_to_recipient", send_to_recipient)
                .with("send_to_invoicer", send_to_invoicer)
                .body(invoice),
        )
    }

    fn delete(invoice_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(invoices::DELETE, &with(options).with("invoice_id", invoice_id))
    }

    fn search(
        page: Option<u32>,
        page_size: Option<u32>,
        total_required: Option<bool>,
        criteria: Option<Json>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        run(
            invoices::SEARCH,
            &with(options)
                .with("page", page)
                .with("page_size", page_size)
                .with("total_required", total_required)
                .body(criteria),
        )
    }

    fn send(invoice_id: String, notification: Option<Json>, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(invoices::SEND, &with(options).with("invoice_id", invoice_id).body(notification))
    }

    fn remind(invoice_id: String, notification: Option<Json>, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(invoices::REMIND, &with(options).with("invoice_id", invoice_id).body(notification))
    }

    fn cancel(invoice_id: String, notification: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(invoices::CANCEL, &with(options).with("invoice_id", invoice_id).body(notification))
    }

    fn record_payment(invoice_id: String, payment: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(invoices::RECORD_PAYMENT, &with(options).with("invoice_id", invoice_id).body(payment))
    }

    fn delete_payment(
        invoice_id: String,
        transaction_id: String,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        run(
            invoices::DELETE_PAYMENT,
            &with(options).with("invoice_id", invoice_id).with("transaction_id", transaction_id),
        )
    }

    fn record_refund(invoice_id: String, refund: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(invoices::RECORD_REFUND, &with(options).with("invoice_id", invoice_id).body(refund))
    }

    fn delete_refund(
        invoice_id: String,
        transaction_id: String,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        run(
            invoices::DELETE_REFUND,
            &with(options).with("invoice_id", invoice_id).with("transaction_id", transaction_id),
        )
    }

    fn generate_qr_code(
        invoice_id: String,
        configuration: Option<Json>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        run(invoices::GENERATE_QR_CODE, &with(options).with("invoice_id", invoice_id).body(configuration))
    }

    fn generate_number(fetch: Option<Json>, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(invoices::GENERATE_NUMBER, &with(options).body(fetch))
    }
}
