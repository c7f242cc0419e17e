//! Orders: the link by which one is paid, the answer to PayPal's callback, their history and how they stand.

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

/// Reads back what the platform's journal has about an order.
///
/// # Errors
/// Where the platform cannot read its journal.
pub(crate) fn history(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let id = arguments.parameter("id").unwrap_or_default();
    history::history(platform, Subject { kind: Kind::Order, id: &id })
}
