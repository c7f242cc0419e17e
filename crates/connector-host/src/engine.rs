//! The wasmtime engine, shared by all connectors and calls of a process.

pub(crate) mod error;
pub(crate) mod options;
mod probe;

use std::{sync::Arc, thread, time::Duration};

use tokio::sync::Semaphore;
use wasmtime::{Cache, CacheConfig, Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

use error::EngineError;
use options::{CompilationCache, EngineOptions, Ticker};

/// The length of an epoch. A guest that computes is interrupted this often, to let others run.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// How much of an instance's memory stays mapped for the next instance in its slot, in bytes. It is reset by copying,
/// so that the next call finds nothing of this one; returning it to the system and faulting it in again page by page
/// takes longer. A small call writes to less than this. Pages beyond it that a larger call has written to are returned.
///
/// Used only if the system can tell which pages were written to (Linux 6.7 and later). Otherwise the lowest addresses
/// would be copied whole; they are the guest's stack and mostly untouched, so that this takes longer than returning
/// them.
const RESIDENT: usize = 256 * 1024;

/// The same for its function tables, which have a few hundred entries.
const TABLE: usize = 16 * 1024;

/// Compiles components and runs instances.
#[derive(Clone)]
pub struct Engine {
    pub(crate) wasmtime: wasmtime::Engine,
    pub(crate) permits: Arc<Semaphore>,
    /// For the instances that are kept besides those that run, of all connectors.
    pub(crate) idle: Arc<Semaphore>,
    /// The limit of an instance's memory, in bytes.
    pub(crate) memory: usize,
}

impl Engine {
    /// Creates an engine with the default [`EngineOptions`].
    ///
    /// # Errors
    /// If wasmtime does not start, or no thread can be spawned.
    pub fn new() -> Result<Self, EngineError> {
        Self::with_options(&EngineOptions::default())
    }

    /// Creates an engine with other options.
    ///
    /// # Errors
    /// As [`Engine::new`], and if an option cannot be met.
    pub fn with_options(options: &EngineOptions) -> Result<Self, EngineError> {
        let EngineOptions { instances, idle, memory, cache } = options;
        options::check(options)?;
        let cache = open(cache)?;
        let pooled =
            configuration(InstanceAllocationStrategy::Pooling(pool(*instances + *idle, *memory)), cache.clone());
        let on_demand = configuration(InstanceAllocationStrategy::OnDemand, cache);
        let wasmtime = wasmtime::Engine::new(&pooled).or_else(|_| wasmtime::Engine::new(&on_demand));
        let wasmtime = wasmtime.map_err(|error| EngineError::Wasmtime(error.into()))?;
        tick(&wasmtime).map_err(EngineError::Thread)?;
        let permits = Arc::new(Semaphore::new(*instances as usize));
        let idle = Arc::new(Semaphore::new(*idle as usize));
        Ok(Self { wasmtime, permits, idle, memory: *memory })
    }

    /// Uses an existing wasmtime engine. `instances` is how many calls run at once, at most as many as its allocator
    /// has room for. Each has one component instance, up to four core instances and tables, one memory and one stack.
    ///
    /// The engine needs [`Config::epoch_interruption`], and its epoch must be incremented every 10 ms or so: otherwise
    /// a component that computes for too long is not stopped, and other calls do not get their turn. `ticker` is who
    /// increments it. The engine also needs the component model, and a compiler unless all components are precompiled
    /// ([`Connector::from_precompiled`](crate::Connector::from_precompiled)).
    ///
    /// # Errors
    /// If the engine lacks one of these, `instances` is 0, or no thread can be spawned.
    pub fn from_wasmtime(wasmtime: wasmtime::Engine, instances: u32, ticker: Ticker) -> Result<Self, EngineError> {
        options::check_instances(instances)?;
        probe::suits(&wasmtime)?;
        if ticker == Ticker::Start {
            tick(&wasmtime).map_err(EngineError::Thread)?;
        }
        let permits = Arc::new(Semaphore::new(instances as usize));
        Ok(Self { wasmtime, permits, idle: Arc::new(Semaphore::new(0)), memory: usize::MAX })
    }

    /// Sets how many instances are kept besides those that run, for which an existing engine's allocator must have room:
    /// see [`Connector::with_reuse`](crate::Connector::with_reuse). Has an effect on connectors that are loaded later.
    #[must_use]
    pub fn with_idle(self, idle: u32) -> Self {
        Self { idle: Arc::new(Semaphore::new(idle as usize)), ..self }
    }
}

/// Opens the cache for compiled code.
fn open(cache: &CompilationCache) -> Result<Option<Cache>, EngineError> {
    let mut config = CacheConfig::new();
    match cache {
        CompilationCache::Off => Ok(None),
        // Without a writable cache directory each process compiles again.
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

/// Slots for instances, reserved once. A thousand take some 4 TB of address space, but no memory. If a process may not
/// reserve so much, instances are allocated one by one, which takes longer.
fn pool(instances: u32, memory: usize) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(instances)
        // Such a component has its own module and two small ones that wire its imports.
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

/// Increments the epoch as long as the engine lives.
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
