//! The gateway, composed with the connector, in plain wasmtime: its routes, keys, problems and deliveries, against the simulator
//! and against servers that fail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

mod compose;
mod deliveries;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../guests/mod.rs"]
mod guests;
mod odd;
mod page;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../peer/mod.rs"]
mod peer;
mod routes;
mod runs;
mod service;
mod world;

#[allow(missing_docs, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
mod bindings {
    wasmtime::component::bindgen!({
        path: ["../wit/deps/kosha-connector", "../adapters/wit"],
        inline: "
            package test:gateway;
            world host {
                import kosha:connector/connection@0.2.0;
                import kosha:connector/journal@0.2.0;
                import kosha:service/connections@0.1.0;
            }
        ",
        world: "test:gateway/host",
    });
}
