//! Components that were compiled ahead.
#![allow(unsafe_code, reason = "wasmtime runs compiled code as it is; only its caller knows where it comes from")]

use wasmtime::{Precompiled, component::Component};

use crate::{connector::Connector, engine::Engine, load_error::LoadError};

impl Connector {
    /// Compiles a component for [`Connector::from_precompiled`]: for this version of wasmtime, for the processor and system of this
    /// machine, and for engines of the same configuration. It takes seconds, and ten times as long in a build without optimised
    /// dependencies.
    ///
    /// # Errors
    /// Where the bytes are no component.
    pub fn precompile(engine: &Engine, bytes: &[u8]) -> Result<Vec<u8>, LoadError> {
        engine.wasmtime.precompile_component(bytes).map_err(|error| LoadError::not_a_component("the component", error))
    }

    /// Loads a component that was compiled ahead, by [`Connector::precompile`] or `wasmtime compile`. It takes milliseconds, and
    /// needs no compiler and no cache.
    ///
    /// # Safety
    /// The bytes must be what [`Connector::precompile`] or wasmtime's own functions have returned, unchanged, and must come from where
    /// nobody else can write. They are machine code, which this process runs: wasmtime checks its version and the
    /// configuration of the engine in them, and nothing more. Bytes that somebody has made up can do whatever the process may.
    ///
    /// # Errors
    /// Where they were made by another version of wasmtime, for another machine or by an engine of another configuration; where they are
    /// not precompiled; and where the component is one of another world.
    pub unsafe fn from_precompiled(engine: &Engine, bytes: &[u8]) -> Result<Self, LoadError> {
        match wasmtime::Engine::detect_precompiled(bytes) {
            Some(Precompiled::Component) => {}
            Some(Precompiled::Module) => return Err(not_precompiled("it is a module")),
            None => return Err(not_precompiled("it is none; `Connector::from_bytes` takes a component as it is")),
        }
        // SAFETY: the caller promises that these are the bytes that wasmtime has made.
        let component = unsafe { Component::deserialize(&engine.wasmtime, bytes) };
        let component = component.map_err(LoadError::not_precompiled)?;
        Self::link(engine, "the precompiled component", &component)
    }
}

fn not_precompiled(reason: &str) -> LoadError {
    LoadError::NotPrecompiled { reason: reason.to_owned(), source: None }
}
