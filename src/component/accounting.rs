//! `kosha:paypal/accounting`.

use super::{
    Component,
    bindings::{
        exports::kosha::paypal::accounting::Guest,
        kosha::connector::types::{CallOptions, Failure, Reply},
    },
    run, with,
};
use crate::catalogue::accounting;

impl Guest for Component {
    fn list_connections(options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(accounting::LIST_CONNECTIONS, &with(options))
    }

    fn get_invoice_connections(id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(accounting::GET_INVOICE_CONNECTIONS, &with(options).with("id", id))
    }
}
