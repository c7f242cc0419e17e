//! Calls: those that a composed action makes, and those that the journal notes because they move money.

mod composition;
mod report;
mod resolve;
mod shown;
mod unresolved;

#[cfg(test)]
mod tests;

pub(super) use composition::{Calls, says};
pub(crate) use resolve::resolve;
pub(crate) use unresolved::unresolved;
