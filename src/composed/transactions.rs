//! `transactions.search`: any range of time, out of pages of at most 31 days and 10 000 transactions.

mod found;
mod pages;
mod reason;
mod search;
mod window;

use self::{reason::Reason, search::Search, window::Window};
use crate::{
    arguments::Arguments,
    call::Platform,
    date,
    failure::{Failure, Kind},
    reply::Reply,
};

/// The most that a reply holds, in bytes of transactions: two copies of them have to fit an instance's memory.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Finds all transactions in a range.
///
/// # Errors
/// Those of `transactions.list`. That PayPal finds a window too large is none: it is halved.
pub fn search(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let moment = |name| {
        let value = arguments.parameter(name).and_then(|value| date::parse(&value));
        value.ok_or_else(|| Failure::unsent(Kind::InvalidInput, format!("{name} is no moment")))
    };
    let range = Window { start: moment("start_date")?, end: moment("end_date")? };
    let mut search = Search::new(platform, arguments);
    let mut open: Vec<Window> = range.split().collect();
    open.reverse();
    while let Some(window) = open.pop() {
        if search.found.bytes > MAX_BYTES {
            let rest = Window { start: window.start, end: range.end };
            search.found.miss(rest, Reason::TooLarge);
            break;
        }
        match search.window(window) {
            Ok(transactions) => search.found.add(transactions),
            Err(failure) if is_too_many(&failure) => match window.halve() {
                Some((first, second)) => open.extend([second, first]),
                None => search.found.miss(window, Reason::TooManyInOneSecond),
            },
            Err(failure) => return Err(search.failed(failure)),
        }
    }
    Ok(search.reply(range))
}

fn is_too_many(failure: &Failure) -> bool {
    const NAME: &str = "RESULTSET_TOO_LARGE";
    failure.name.as_deref() == Some(NAME) || failure.details.iter().any(|issue| issue.issue.as_deref() == Some(NAME))
}

#[cfg(test)]
mod tests;
