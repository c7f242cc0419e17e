//! The component's imports and exports.

mod bindings;
mod clock;
mod connection;
mod connections;
#[cfg(feature = "postgres")]
mod host;
mod http;
mod instance;
mod journal;

#[cfg(feature = "postgres")]
pub(crate) use host::Imported;

#[cfg(feature = "guard")]
use egress_policy::handler::Egress;

#[cfg(feature = "guard")]
egress_policy::handler::bindings::export!(Egress with_types_in egress_policy::handler::bindings);
