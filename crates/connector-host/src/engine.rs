//! The wasmtime engine, shared by every connector and call of a process.

pub(crate) mod error;
pub(crate) mod options;
mod probe;

use std::{sync::Arc, thread, time::Duration};

use tokio::sync::Semaphore;
use wasmtime::{Cache, CacheConfig, Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

use error::EngineError;
use options::{CompilationCache, EngineOptions, Ticker};

/// How long one tick of the epoch is. A guest that computes is interrupted, and lets others run, this often.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// How much of an instance's memory stays with its place for the next instance, in bytes. It is put back into its first
/// state by copying, so that nothing of one call is there in the next; giving it back to the system and faulting it in again
/// page by page takes longer. A small call writes to less than this; what a larger one has written to beyond is given back.
///
/// Only where the system can say which pages were written to (Linux 6.7 and later). Elsewhere all of the lowest addresses
/// would be copied, which are the guest's stack and mostly untouched: that takes longer than giving them back.
const RESIDENT: usize = 256 * 1024;

/// The same of its function tables, which are a few hundred entries.
const TABLE: usize = 16 * 1024;

/// Compiles components and runs instances.
#[derive(Clone)]
pub struct Engine {
    pub(crate) wasmtime: wasmtime::Engine,
    pub(crate) places: Arc<Semaphore>,
    /// The most memory of an instance, in bytes.
    pub(crate) memory: usize,
}

impl Engine {
    /// Makes an engine with the default [`EngineOptions`].
    ///
    /// # Errors
    /// Where wasmtime does not start, or the machine has no thread to give.
    pub fn new() -> Result<Self, EngineError> {
        Self::with_options(&EngineOptions::default())
    }

    /// Makes an engine with other options.
    ///
    /// # Errors
    /// As there, and where an option cannot be met.
    pub fn with_options(options: &EngineOptions) -> Result<Self, EngineError> {
        let EngineOptions { instances, memory, cache } = options;
        options::check(options)?;
        let cache = open(cache)?;
        let pooled = configuration(InstanceAllocationStrategy::Pooling(pool(*instances, *memory)), cache.clone());
        let on_demand = configuration(InstanceAllocationStrategy::OnDemand, cache);
        let wasmtime = wasmtime::Engine::new(&pooled).or_else(|_| wasmtime::Engine::new(&on_demand));
        let wasmtime = wasmtime.map_err(|error| EngineError::Wasmtime(error.into()))?;
        tick(&wasmtime).map_err(EngineError::Thread)?;
        Ok(Self { wasmtime, places: Arc::new(Semaphore::new(*instances as usize)), memory: *memory })
    }

    /// Takes an engine that there is already. `instances` is how many calls run at once: no more than what its allocator has
    /// room for. Each has one component instance, up to four core instances and tables, one memory and one stack.
    ///
    /// The engine needs [`Config::epoch_interruption`], and somebody who increments its epoch, every 10 ms or so: only then is a
    /// component that computes for too long stopped, and do others get their turn. `ticker` says who does. It also needs
    /// the component model, and a compiler unless all components are precompiled for it
    /// ([`Connector::from_precompiled`](crate::Connector::from_precompiled)).
    ///
    /// # Errors
    /// Where the engine lacks one of these, says which; and where `instances` is 0 or the machine has no thread to give.
    pub fn from_wasmtime(wasmtime: wasmtime::Engine, instances: u32, ticker: Ticker) -> Result<Self, EngineError> {
        options::check_instances(instances)?;
        probe::suits(&wasmtime)?;
        if ticker == Ticker::Start {
            tick(&wasmtime).map_err(EngineError::Thread)?;
        }
        Ok(Self { wasmtime, places: Arc::new(Semaphore::new(instances as usize)), memory: usize::MAX })
    }
}

/// The cache for compiled code.
fn open(cache: &CompilationCache) -> Result<Option<Cache>, EngineError> {
    let mut config = CacheConfig::new();
    match cache {
        CompilationCache::Off => Ok(None),
        // A machine without a writable cache directory compiles anew each time.
        CompilationCache::User => Ok(Cache::new(config).ok()),
        CompilationCache::Directory(directory) => {
            config.with_directory(directory);
            let error =
                |source: wasmtime::Error| EngineError::Cache { directory: directory.clone(), source: source.into() };
            Cache::new(config).map(Some).map_err(error)
        }
    }
}

fn configuration(allocation: InstanceAllocationStrategy, cache: Option<Cache>) -> Config {
    let mut config = Config::new();
    config.allocation_strategy(allocation).epoch_interruption(true).cache(cache);
    config
}

/// Places for instances, reserved once. A thousand take some 4 TB of addresses, though no memory: where a process may not have
/// so many, instances are allocated one by one, which takes longer.
fn pool(instances: u32, memory: usize) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(instances)
        // A component of this kind has its own module and two small ones by which its imports are wired.
        .total_core_instances(4 * instances)
        .total_memories(instances)
        .total_tables(4 * instances)
        .total_stacks(instances)
        .max_memory_size(memory)
        .table_keep_resident(TABLE);
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.pagemap_scan(Enabled::Yes).linear_memory_keep_resident(RESIDENT);
    }
    pool
}

/// Counts time for as long as the engine lives.
fn tick(engine: &wasmtime::Engine) -> std::io::Result<()> {
    let engine = engine.weak();
    let clock = move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    };
    thread::Builder::new().name("epoch".to_owned()).spawn(clock).map(|_| ())
}
