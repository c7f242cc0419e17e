//! The entries that actions and events write to the platform's journal, and reading them; see
//! `kosha:connector/journal`.

pub(crate) mod credits;
pub(crate) mod history;
pub(crate) mod payer;
pub(crate) mod record;
pub(crate) mod trace;

#[cfg(test)]
mod tests;
