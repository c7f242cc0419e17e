//! Subscriptions: their history and how they stand.

mod status;

use crate::{
    call::arguments::Arguments,
    journal::history,
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

pub(crate) use status::status;

/// Reads back what the platform's journal has about a subscription.
///
/// # Errors
/// Where the platform cannot read its journal.
pub(crate) fn history(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    history::history(platform, "subscription", &arguments.parameter("id").unwrap_or_default())
}
