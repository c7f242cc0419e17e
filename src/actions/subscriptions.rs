//! Subscriptions: history, status, and what is new or different.

mod changes;
mod status;

use crate::{
    call::arguments::Arguments,
    journal::history,
    paypal::{kind::Kind, subject::Subject},
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

pub(crate) use changes::changed_since;
pub(crate) use status::status;

/// Reads a subscription's history from the platform's journal.
///
/// # Errors
/// If the platform cannot read its journal.
pub(crate) fn history(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let id = arguments.parameter("id").unwrap_or_default();
    history::history(platform, Subject { kind: Kind::Subscription, id: &id })
}
