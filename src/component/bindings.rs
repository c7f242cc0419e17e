//! The bindings that wit-bindgen generates from the contract.

#[cfg(not(feature = "generated-exports"))]
wit_bindgen::generate!({
    path: "wit",
    world: "kosha:connector/connector",
    generate_all,
});

// With the typed functions, which are otherwise those of `typed.rs`.
#[cfg(feature = "generated-exports")]
wit_bindgen::generate!({
    path: "wit",
    world: "kosha:paypal/connector",
    generate_all,
});

export!(Component with_types_in self);

/// The type that implements the exports.
pub struct Component;
