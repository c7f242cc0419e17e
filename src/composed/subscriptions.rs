//! Subscriptions: their history and how they stand.

mod status;

use crate::{arguments::Arguments, call::Platform, failure::Failure, journal, reply::Reply};

pub use status::status;

/// Reads back what the platform's journal has about a subscription.
///
/// # Errors
/// Where the platform cannot read its journal.
pub fn history(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    journal::history(platform, "subscription", arguments)
}
