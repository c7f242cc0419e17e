//! `kosha:paypal/vault`.

use super::{
    Component,
    bindings::{
        exports::kosha::paypal::vault::Guest,
        kosha::connector::types::{CallOptions, Failure, Json, Reply},
    },
    run, with,
};
use crate::catalogue::vault;

impl Guest for Component {
    fn create_payment_token(payment_token: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(vault::CREATE_PAYMENT_TOKEN, &with(options).body(payment_token))
    }

    fn list_payment_tokens(
        customer_id: String,
        page_size: Option<u32>,
        page: Option<u32>,
        total_required: Option<bool>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        let arguments = with(options)
            .with("customer_id", customer_id)
            .with("page_size", page_size)
            .with("page", page)
            .with("total_required", total_required);
        run(vault::LIST_PAYMENT_TOKENS, &arguments)
    }

    fn get_payment_token(id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(vault::GET_PAYMENT_TOKEN, &with(options).with("id", id))
    }

    fn delete_payment_token(id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(vault::DELETE_PAYMENT_TOKEN, &with(options).with("id", id))
    }

    fn create_setup_token(setup_token: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(vault::CREATE_SETUP_TOKEN, &with(options).body(setup_token))
    }

    fn get_setup_token(id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(vault::GET_SETUP_TOKEN, &with(options).with("id", id))
    }
}
