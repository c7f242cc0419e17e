//! What a list is asked for.

use super::violation::{Location, Violation};

/// How many a page has, unless it is said.
pub(crate) const LIMIT: u32 = 50;

/// A query whose values can be wrong.
pub(crate) trait Check {
    /// Returns all that is wrong with it.
    fn wrong(&self) -> Vec<Violation>;
}

/// Returns what is wrong with how many are wanted, of at most `most`.
pub(crate) fn limit(limit: Option<u32>, most: u32) -> Option<Violation> {
    let wrong = limit.is_some_and(|it| !(1..=most).contains(&it));
    wrong.then(|| Violation::invalid("limit", format!("expected 1 to {most}")).at(Location::Query))
}
