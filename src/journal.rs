//! The entries that actions and events write to the platform's journal, and reading them; see
//! `kosha:connector/journal`.

pub(crate) mod call_id;
pub(crate) mod conclusion;
pub(crate) mod credits;
pub(crate) mod history;
pub(crate) mod hour;
pub(crate) mod intent;
pub(crate) mod payer;
pub(crate) mod record;
pub(crate) mod trace;

#[cfg(test)]
mod tests;
