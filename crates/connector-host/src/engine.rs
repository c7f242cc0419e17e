//! The wasmtime engine, shared by every connector and call of a process.

use std::{sync::Arc, thread, time::Duration};

use tokio::sync::Semaphore;
use wasmtime::{Cache, CacheConfig, Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

/// How long one tick of the epoch is. A guest that computes is interrupted, and lets others run, this often.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// How many calls of all connections can be in flight at once; further ones wait for a place, the first to come the first
/// to be served.
const INSTANCES: u32 = 1000;

/// The most memory one instance can have. Pages count only when they are touched.
pub(crate) const MEMORY: usize = 256 * 1024 * 1024;

/// How much of an instance's memory stays with its place for the next instance, in bytes. It is put back into its first
/// state by copying, so that nothing of one call is there in the next; giving it back to the system and faulting it in again
/// page by page takes longer. A small call writes to less than this; what a larger one has written to beyond is given back.
///
/// Only where the system can say which pages were written to (Linux 6.7 and later). Elsewhere all of the lowest addresses
/// would be copied, which are the guest's stack and mostly untouched: that takes longer than giving them back.
const RESIDENT: usize = 256 * 1024;

/// The same of its function tables, which are a few hundred entries.
const TABLE: usize = 16 * 1024;

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// Wasmtime does not start on this machine.
    #[error("cannot start wasmtime")]
    Wasmtime(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is no thread for the clock by which guests are interrupted.
    #[error("cannot start the clock thread")]
    Thread(#[source] std::io::Error),
}

/// Compiles components and runs instances.
#[derive(Clone)]
pub struct Engine {
    pub(crate) wasmtime: wasmtime::Engine,
    pub(crate) places: Arc<Semaphore>,
}

impl Engine {
    /// Makes an engine whose compiled code is cached on disk, in the user's cache directory, where there is one.
    ///
    /// # Errors
    /// Where wasmtime does not start, or the machine has no thread to give.
    pub fn new() -> Result<Self, EngineError> {
        let pooled = configuration(InstanceAllocationStrategy::Pooling(pool()));
        let on_demand = configuration(InstanceAllocationStrategy::OnDemand);
        let wasmtime = wasmtime::Engine::new(&pooled).or_else(|_| wasmtime::Engine::new(&on_demand));
        let wasmtime = wasmtime.map_err(|error| EngineError::Wasmtime(error.into()))?;
        tick(&wasmtime).map_err(EngineError::Thread)?;
        Ok(Self { wasmtime, places: Arc::new(Semaphore::new(INSTANCES as usize)) })
    }
}

fn configuration(allocation: InstanceAllocationStrategy) -> Config {
    let mut config = Config::new();
    config
        .allocation_strategy(allocation)
        .epoch_interruption(true)
        // A machine without a writable cache directory compiles anew each time.
        .cache(Cache::new(CacheConfig::new()).ok());
    config
}

/// Places for instances, reserved once. That takes some 4 TB of addresses, though no memory: where a process may not have
/// so many, instances are allocated one by one, which takes longer.
fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(INSTANCES)
        // A component of this kind has its own module and two small ones by which its imports are wired.
        .total_core_instances(4 * INSTANCES)
        .total_memories(INSTANCES)
        .total_tables(4 * INSTANCES)
        .total_stacks(INSTANCES)
        .max_memory_size(MEMORY)
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
