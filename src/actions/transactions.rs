//! `transactions.search`: any range of time, out of pages of at most 31 days and 10 000 transactions.

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

/// Finds all transactions in a range. What of it cannot be had is said in the reply, in `missing`.
///
/// # Errors
/// `invalid-input` where the range cannot be right; those of `transactions.list` where not a page could be read. That PayPal
/// does not have a window's data is none, nor that it finds a window too large: that one is halved.
pub(crate) fn search(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let range = Window::of(arguments)?;
    Search::new(platform, arguments, range).run()
}

#[cfg(test)]
mod tests;
