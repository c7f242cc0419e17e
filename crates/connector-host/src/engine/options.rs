//! Options of an engine.

use std::path::PathBuf;

use super::error::EngineError;

/// The default limit of an instance's memory. Only pages that are touched take memory.
pub(crate) const MEMORY: usize = 256 * 1024 * 1024;

/// The highest limit: all that 32 bits can address.
const MOST_MEMORY: u64 = 1 << 32;

/// No machine has address space for more.
const MOST_INSTANCES: u32 = 30_000;

/// Options of an [`Engine`](crate::Engine).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngineOptions {
    /// How many calls of all connectors and connections run at once, 1 to 30,000; 1,000 by default. Further calls wait
    /// in order of arrival. Each reserves some 4 GB of address space, but no memory.
    pub instances: u32,
    /// How many instances are kept besides, for the next calls of their connections
    /// ([`Connector::with_reuse`](crate::Connector::with_reuse)); 0 by default.
    pub idle: u32,
    /// The limit of an instance's memory, in bytes: 64 KiB to 4 GiB, 256 MiB by default.
    /// [`Limits::memory`](crate::Limits::memory) can be lower.
    pub memory: usize,
    /// Where compiled code is kept between processes.
    pub cache: CompilationCache,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self { instances: 1000, idle: 0, memory: MEMORY, cache: CompilationCache::User }
    }
}

/// Where compiled code is kept between processes. Anybody who can write there controls what this process runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompilationCache {
    /// In the user's cache directory (`wasmtime` below `$XDG_CACHE_HOME` or `~/.cache`) if it is writable, otherwise
    /// nowhere.
    User,
    /// In this directory, which is created if necessary. The path must be absolute.
    Directory(PathBuf),
    /// Nowhere: each process compiles again.
    Off,
}

/// Who increments the epoch of an existing engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ticker {
    /// A thread of this crate, every 10 ms, as long as the engine lives. Your own stores on the same engine that set
    /// epoch deadlines see these ticks too.
    Start,
    /// The embedder. Without ticks, processor time is not limited.
    Embedder,
}

/// Checks that an engine can be created with these.
pub(super) fn check(options: &EngineOptions) -> Result<(), EngineError> {
    check_instances(options.instances)?;
    if options.instances.saturating_add(options.idle) > MOST_INSTANCES {
        return Err(EngineError::Option { option: "idle", reason: "is more than 30,000 with the instances that run" });
    }
    match options.memory {
        0..0x1_0000 => Err(EngineError::Option { option: "memory", reason: "is less than a page of 64 KiB" }),
        memory if memory as u64 > MOST_MEMORY => {
            Err(EngineError::Option { option: "memory", reason: "is more than 4 GiB" })
        }
        _ => Ok(()),
    }
}

/// Checks the number of calls at once.
pub(super) fn check_instances(instances: u32) -> Result<(), EngineError> {
    match instances {
        0 => Err(EngineError::Option { option: "instances", reason: "is 0: no call would ever run" }),
        1..=MOST_INSTANCES => Ok(()),
        _ => Err(EngineError::Option { option: "instances", reason: "is more than 30,000" }),
    }
}
