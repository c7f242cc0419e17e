//! Orders: the answer to PayPal's callback, their history and how they stand.

mod status;
mod update_callback;

use crate::{arguments::Arguments, call::Platform, failure::Failure, journal, reply::Reply};

pub use status::status;
pub use update_callback::handle_update_callback;

/// Reads back what the platform's journal has about an order.
///
/// # Errors
/// Where the platform cannot read its journal.
pub fn history(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    journal::history(platform, "order", arguments)
}
