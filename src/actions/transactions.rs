//! `transactions.search`: any range of time, read in windows of at most 31 days and 10 000 transactions.

mod availability;
mod found;
mod missing;
pub(crate) mod page;
mod pages;
mod search;
mod window;

use self::{search::Search, window::Window};
use crate::{
    call::arguments::Arguments,
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

/// Finds all transactions in a range. The reply lists unavailable parts of it in `missing`.
///
/// # Errors
/// `invalid-input` if the range is not valid; those of `transactions.list` if no page could be read. It is not an error
/// if PayPal does not have a window's data, or finds a window too large, which is then halved.
pub(crate) fn search(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let range = Window::of(arguments)?;
    Search::new(platform, arguments, range).run()
}

#[cfg(test)]
mod tests;
