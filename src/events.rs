//! Webhook events: whether PayPal has sent a delivery, and what it says.
//!
//! [`delivery`] → [`claim`], which needs [`certificate`], [`chain`] and [`signature`] and ends in a [`verdict`]; then
//! [`event`] by its type ([`types`]). All of it is pure; `events.receive` in
//! [`crate::actions::events`] gets the certificate and keeps the journal.

pub mod certificate;
pub mod chain;
pub mod claim;
pub mod delivery;
pub mod event;
mod rsa;
#[cfg(test)]
pub(crate) mod samples;
pub mod signature;
pub mod types;
pub mod verdict;

pub use rsa::Key;
