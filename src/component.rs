//! The component's edge: its exports over the core, and the platform's imports under it.

mod actions;
#[allow(missing_docs, unsafe_code, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        path: "wit",
        world: "connector",
        generate_all,
    });

    export!(Component with_types_in self);

    /// What the exports are implemented on.
    pub struct Component;
}
mod convert;
mod disputes;
mod orders;
mod payments;
mod payouts;
mod plans;
mod platform;
mod products;
mod stdio;
mod subscriptions;
mod trackers;
mod vault;

use bindings::{
    Component,
    kosha::connector::types::{CallOptions, Failure, Reply},
};

use crate::{arguments::Arguments, call::call, catalogue::Action};

/// The arguments of a typed function with these options.
fn with(options: Option<CallOptions>) -> Arguments<'static> {
    Arguments::new(options.map(Into::into))
}

/// Runs an action on the platform that has loaded the component.
fn run(action: &'static Action, arguments: &Arguments) -> Result<Reply, Failure> {
    match call(&platform::Imported, action, arguments) {
        Ok(reply) => Ok(reply.into()),
        Err(failure) => Err(failure.into()),
    }
}
