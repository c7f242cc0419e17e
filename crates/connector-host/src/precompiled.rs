//! Components that are compiled ahead of time.
#![allow(unsafe_code, reason = "wasmtime runs compiled code as it is; only its caller knows where it comes from")]

use std::{fs::File, io::Read as _, path::Path};

use wasmtime::{Precompiled, component::Component};

use crate::{connector::Connector, engine::Engine, load_error::LoadError};

/// The first bytes of an ELF file.
const ELF: &[u8] = b"\x7fELF";

impl Connector {
    /// Returns the compiled code for [`Connector::from_precompiled`]: for this version of wasmtime, the processor and system
    /// of this machine, and engines with the same configuration.
    ///
    /// # Errors
    /// If wasmtime cannot write it.
    pub fn precompiled(&self) -> Result<Vec<u8>, LoadError> {
        self.exports.component().serialize().map_err(LoadError::not_precompiled)
    }

    /// Loads a component that was compiled by [`Connector::precompiled`] or `wasmtime compile`. It takes milliseconds,
    /// and needs no compiler and no cache.
    ///
    /// # Safety
    /// The bytes must be the unchanged result of [`Connector::precompiled`] or of wasmtime's own functions, from a place
    /// where nobody else can write. They are machine code that this process runs: wasmtime checks only the version and
    /// the engine configuration in them. Forged bytes can do whatever the process may do.
    ///
    /// # Errors
    /// If they were made by another version of wasmtime, for another machine or for an engine with another
    /// configuration; if they are not precompiled; or if the component is one of another world.
    pub unsafe fn from_precompiled(engine: &Engine, bytes: &[u8]) -> Result<Self, LoadError> {
        match wasmtime::Engine::detect_precompiled(bytes) {
            Some(Precompiled::Component) => {}
            Some(Precompiled::Module) => return Err(not_precompiled("it is a module")),
            None => return Err(not_precompiled("it is not precompiled; `Connector::from_bytes` loads a component")),
        }
        // SAFETY: the caller guarantees that wasmtime made these bytes.
        let component = unsafe { Component::deserialize(&engine.wasmtime, bytes) };
        let component = component.map_err(LoadError::not_precompiled)?;
        Self::link(engine, "the precompiled component", &component)
    }

    /// Loads a file of what [`Connector::precompiled`] has returned. Its code is mapped into memory, and read as it runs.
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
        match wasmtime::Engine::detect_precompiled_file(file) {
            Ok(Some(Precompiled::Component)) => {}
            Ok(Some(Precompiled::Module)) => return Err(not_precompiled("it is a module")),
            Ok(None) => return Err(not_precompiled("wasmtime has not made it")),
            Err(error) => return Err(LoadError::not_precompiled(error)),
        }
        // SAFETY: the caller promises that wasmtime has made this file.
        let component = unsafe { Component::deserialize_file(&engine.wasmtime, file) };
        let component = component.map_err(LoadError::not_precompiled)?;
        Self::link(engine, &file.display().to_string(), &component)
    }
}

/// Returns whether a file is compiled code, as wasmtime writes it (an ELF file), and not a component to compile. Whether it
/// can be loaded, [`Connector::from_precompiled_file`] finds out.
///
/// # Errors
/// If it cannot be read.
pub fn is_precompiled(file: &Path) -> Result<bool, LoadError> {
    let mut magic = Vec::new();
    let read = File::open(file).and_then(|opened| opened.take(ELF.len() as u64).read_to_end(&mut magic));
    read.map_err(|cause| LoadError::Read { file: file.to_owned(), cause })?;
    Ok(magic == ELF)
}

fn not_precompiled(reason: &str) -> LoadError {
    LoadError::NotPrecompiled { reason: reason.to_owned(), cause: None }
}
