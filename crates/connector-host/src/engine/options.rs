//! How an engine is made.

use std::path::PathBuf;

use super::error::EngineError;

/// The most memory one instance can have unless said otherwise. Pages count only when they are touched.
pub(crate) const MEMORY: usize = 256 * 1024 * 1024;

/// The most that it can be: all that 32 bits address.
const MOST_MEMORY: u64 = 1 << 32;

/// More than this no machine has addresses for.
const MOST_INSTANCES: u32 = 30_000;

/// How an [`Engine`](crate::Engine) is made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngineOptions {
    /// How many calls of all connectors and connections run at once, 1 to 30,000; 1,000 by default. Further ones wait for their
    /// turn, in the order in which they came. Each reserves some 4 GB of addresses, though no memory.
    pub instances: u32,
    /// The most memory one instance can have, in bytes: 64 KiB to 4 GiB, 256 MiB by default.
    /// [`Limits::memory`](crate::Limits::memory) can be lower.
    pub memory: usize,
    /// Where compiled code is kept from one process to the next.
    pub cache: CompilationCache,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self { instances: 1000, memory: MEMORY, cache: CompilationCache::User }
    }
}

/// Where compiled code is kept from one process to the next. Whoever can write there decides what this process runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompilationCache {
    /// In the user's cache directory (`wasmtime` below `$XDG_CACHE_HOME` or `~/.cache`), if it can be written to; otherwise nowhere.
    User,
    /// In this directory, which is made if it is not there. The path is absolute.
    Directory(PathBuf),
    /// Nowhere: each process compiles anew.
    Off,
}

/// Who increments the epoch of an existing engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ticker {
    /// A thread of this crate, every 10 ms, for as long as the engine lives. Stores of your own that set epoch deadlines on the
    /// same engine see these ticks too.
    Start,
    /// The embedder. Without ticks no limit on processor time holds.
    Embedder,
}

/// Whether an engine can be made of these.
pub(super) fn check(options: &EngineOptions) -> Result<(), EngineError> {
    check_instances(options.instances)?;
    match options.memory {
        0..0x1_0000 => Err(EngineError::Option { option: "memory", reason: "is less than a page of 64 KiB" }),
        memory if memory as u64 > MOST_MEMORY => {
            Err(EngineError::Option { option: "memory", reason: "is more than 4 GiB" })
        }
        _ => Ok(()),
    }
}

/// Whether that many calls can run at once.
pub(super) fn check_instances(instances: u32) -> Result<(), EngineError> {
    match instances {
        0 => Err(EngineError::Option { option: "instances", reason: "is 0: no call would ever run" }),
        1..=MOST_INSTANCES => Ok(()),
        _ => Err(EngineError::Option { option: "instances", reason: "is more than 30,000" }),
    }
}
