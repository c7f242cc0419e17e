//! The bindings that wit-bindgen generates from the contract.

wit_bindgen::generate!({
    path: "wit",
    world: "kosha:connector/connector",
    generate_all,
});

export!(Component with_types_in self);

/// The type that implements the exports.
pub struct Component;
