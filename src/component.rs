//! The component's edge: the exports, which call the core, and the imports from the platform.

mod actions;
#[allow(missing_docs, unsafe_code, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
mod bindings;
mod convert;
#[cfg(feature = "generated-exports")]
mod generated;
mod platform;
mod stdio;
mod transport;
mod triggers;
#[cfg(not(feature = "generated-exports"))]
#[allow(unsafe_code, reason = "the canonical ABI passes pointers")]
mod typed;
