//! What wit-bindgen makes of the contract.

wit_bindgen::generate!({
    path: "wit",
    world: "kosha:connector/connector",
    generate_all,
});

export!(Component with_types_in self);

/// What the exports are implemented on.
pub struct Component;
