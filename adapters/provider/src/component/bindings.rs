//! The bindings that wit-bindgen generates.
#![allow(missing_docs, unsafe_code, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]

wit_bindgen::generate!({
    path: ["../../crates/connector-host/wit", "../wit", "wit"],
    world: "kosha:provider/provider",
    generate_all,
});

export!(Provider with_types_in self);

/// Implements the exports.
pub struct Provider;
