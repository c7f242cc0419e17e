//! The component's edge: its exports over the core, and the platform's imports under it.

mod actions;
#[allow(missing_docs, unsafe_code, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        path: "wit",
        world: "kosha:connector/connector",
        generate_all,
    });

    export!(Component with_types_in self);

    /// What the exports are implemented on.
    pub struct Component;
}
mod convert;
mod platform;
mod stdio;
#[allow(unsafe_code, reason = "the canonical ABI passes pointers")]
mod typed;

use bindings::Component;
