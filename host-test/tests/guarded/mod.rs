//! The bindings of a connector that is composed with a provider.

#[allow(missing_docs, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
pub(crate) mod bindings {
    wasmtime::component::bindgen!({
        path: "../crates/connector-host/wit",
        inline: "
            package test:guarded;

            world guarded {
                export kosha:connector/actions@0.2.0;
            }
        ",
        exports: { default: async },
    });
}
