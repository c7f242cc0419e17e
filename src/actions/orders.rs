//! Orders: the payment link, the answer to PayPal's callback, history and status.

pub(crate) mod create_link;
mod status;
mod update_callback;

use crate::{
    call::arguments::Arguments,
    journal::history,
    paypal::{kind::Kind, subject::Subject},
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

pub(crate) use create_link::create_link;
pub(crate) use status::status;
pub(crate) use update_callback::handle_update_callback;

/// Reads an order's history from the platform's journal.
///
/// # Errors
/// If the platform cannot read its journal.
pub(crate) fn history(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let id = arguments.parameter("id").unwrap_or_default();
    history::history(platform, Subject { kind: Kind::Order, id: &id })
}
