//! For tests of connectors and of programs that embed them; needs the feature `testing`.
//!
//! The feature also adds methods to [`Tenant`](crate::Tenant) (`with_clock`, `with_random`, `at`) and to
//! [`Connector`](crate::Connector) (`instantiate`, `call_typed`, `typed_actions`, `with_own_certificates`).

mod clock;
mod connector;
mod random;
mod tenant;
mod tokens;
mod typed;

pub use clock::VirtualClock;
pub use random::SeededRandom;
pub use tokens::NumberedTokens;
pub use typed::arguments;
