//! `transactions.search`: any range of time, read in windows of at most 31 days and 10 000 transactions. A call reads as many
//! as fit its reply, in full windows, and says where the next one begins: so memory does not grow with the range.

mod availability;
mod changes;
pub(crate) mod cursor;
mod found;
mod missing;
pub(crate) mod page;
mod pages;
mod search;
mod window;
mod windows;

pub(crate) use self::changes::changed_since;
use self::{
    cursor::{Cursor, invalid},
    found::Found,
    search::Search,
    window::Window,
    windows::Windows,
};
use crate::{
    call::arguments::Arguments,
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

/// Finds the transactions in a range, or in its first part. The reply lists unavailable parts in `missing`; its `next` is
/// the input for the rest, also after a failure.
///
/// # Errors
/// `invalid-input` if the range or the cursor is not valid; those of `transactions.list` if nothing could be read. It is
/// not an error if PayPal does not have a window's data, or finds a window too large, which is then halved.
pub(crate) fn search(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let range = Window::of(arguments)?;
    let Cursor { ends, seam, begun } = Cursor::of(arguments)?;
    let limit = arguments.parameter("limit").and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
    let windows = Windows::new(range, ends).ok_or_else(invalid)?;
    Search::new(platform, arguments, windows, Found::new(range.start, seam, begun, limit)).run()
}

#[cfg(test)]
mod tests;
