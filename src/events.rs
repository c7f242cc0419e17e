//! Webhook events: whether PayPal has sent a delivery, and what it says.
//!
//! [`delivery`] → [`claim`], which needs [`certificate`], [`chain`] and [`signature`] and ends in a [`verdict`]; then
//! [`event`] with its [`subject`], a resource of a [`kind`], by its type ([`types`]). All of it is pure; `events.receive` in
//! [`crate::composed::events`] gets the certificate and keeps the journal.

pub mod certificate;
pub mod chain;
pub mod claim;
pub mod delivery;
pub mod event;
pub mod kind;
mod rsa;
#[cfg(test)]
pub(crate) mod samples;
pub mod signature;
pub mod subject;
pub mod types;
pub mod verdict;

pub use rsa::Key;
