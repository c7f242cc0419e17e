//! Webhook events: whether PayPal has sent a delivery, and what it says.
//!
//! [`delivery`] → [`certificate`] and [`chain`] → [`signature`], whose outcome is a [`verdict`]; then [`event`] with its
//! [`subject`] by its type ([`types`]). All of it is pure; `events.receive` in [`crate::composed::events`] does the rest.

pub mod certificate;
pub mod chain;
pub mod delivery;
mod rsa;
#[cfg(test)]
pub(crate) mod samples;
pub mod signature;

pub use rsa::Key;
