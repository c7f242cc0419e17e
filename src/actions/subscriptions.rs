//! Subscriptions: their history and how they stand.

mod status;

use crate::{
    call::arguments::Arguments,
    journal::history,
    paypal::{kind::Kind, subject::Subject},
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

pub(crate) use status::status;

/// Reads back what the platform's journal has about a subscription.
///
/// # Errors
/// Where the platform cannot read its journal.
pub(crate) fn history(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let id = arguments.parameter("id").unwrap_or_default();
    history::history(platform, Subject { kind: Kind::Subscription, id: &id })
}
