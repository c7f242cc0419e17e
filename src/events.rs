//! Webhook events: verifying and reading a delivery.
//!
//! [`delivery`] → [`claim`], which uses [`certificate`], [`chain`] and [`signature`], the last two by [`rsa`], and ends in
//! a [`verdict`]; then [`event`] by its type ([`types`]). All of it is pure; `events.receive` in [`crate::actions::events`]
//! fetches the certificate and writes to the journal.

pub(crate) mod certificate;
pub(crate) mod chain;
pub(crate) mod claim;
pub(crate) mod credits;
pub(crate) mod delivery;
pub(crate) mod event;
mod modular;
pub(crate) mod payer;
pub(crate) mod rsa;
#[cfg(test)]
pub(crate) mod samples;
pub(crate) mod signature;
pub(crate) mod types;
pub(crate) mod verdict;
