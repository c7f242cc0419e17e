//! What actions and events leave in the platform's journal, and how it is read back; see `kosha:connector/journal`.

pub(crate) mod history;
pub(crate) mod record;
pub(crate) mod trace;

#[cfg(test)]
mod tests;
