//! Components that were compiled ahead.
#![allow(unsafe_code, reason = "wasmtime runs compiled code as it is; only its caller knows where it comes from")]

use std::path::Path;

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

    /// Loads a file of what [`Connector::precompile`] has returned. Its code is mapped into memory, and read as it runs.
    ///
    /// # Safety
    /// As for [`Connector::from_precompiled`]. Nobody may change the file while the connector lives: replace it by renaming
    /// another one.
    ///
    /// # Errors
    /// As there, and if the file cannot be read.
    pub unsafe fn from_precompiled_file(engine: &Engine, file: &Path) -> Result<Self, LoadError> {
        if !is_precompiled(file)? {
            return Err(not_precompiled("it is none; `Connector::load` takes a component as it is"));
        }
        // SAFETY: the caller promises that wasmtime has made this file.
        let component = unsafe { Component::deserialize_file(&engine.wasmtime, file) };
        let component = component.map_err(LoadError::not_precompiled)?;
        Self::link(engine, &file.display().to_string(), &component)
    }
}

/// Returns whether a file is a precompiled component, of whatever version of wasmtime, and not a component to compile.
///
/// # Errors
/// If it cannot be read.
pub fn is_precompiled(file: &Path) -> Result<bool, LoadError> {
    let source = |error: std::io::Error| LoadError::Read { file: file.to_owned(), source: error };
    // wasmtime maps a file that it is to look at, which it cannot do with an empty one.
    if std::fs::metadata(file).map_err(source)?.len() == 0 {
        return Ok(false);
    }
    let kind = wasmtime::Engine::detect_precompiled_file(file).map_err(|error| source(std::io::Error::other(error)))?;
    Ok(matches!(kind, Some(Precompiled::Component)))
}

fn not_precompiled(reason: &str) -> LoadError {
    LoadError::NotPrecompiled { reason: reason.to_owned(), source: None }
}
