//! A monotonic clock for a guest in place of the machine's.

use wasmtime::component::{Resource, ResourceTable};
use wasmtime_wasi::p2::DynPollable;

/// A monotonic clock in place of the machine's.
pub(crate) trait Clock: Send + Sync {
    /// Returns the time that it shows, in nanoseconds.
    fn now(&self) -> u64;

    /// Returns a pollable that is ready once the clock shows `when`.
    ///
    /// # Errors
    /// If `table` is full.
    fn subscribe(&self, table: &mut ResourceTable, when: u64) -> wasmtime::Result<Resource<DynPollable>>;

    /// Notes that a request is in flight, until the value that it returns is dropped.
    fn request(&self) -> Box<dyn Send>;
}
