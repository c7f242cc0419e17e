//! The clock that a guest sees.

use wasmtime::component::Resource;
use wasmtime_wasi::{
    clocks::WasiClocksView as _,
    p2::{DynPollable, bindings::clocks::monotonic_clock},
};

use super::Call;

/// The tenant's clock if it has one, otherwise the machine's.
impl monotonic_clock::Host for Call {
    fn now(&mut self) -> wasmtime::Result<monotonic_clock::Instant> {
        match &self.clock {
            Some(clock) => Ok(clock.now()),
            None => self.clocks().now(),
        }
    }

    fn resolution(&mut self) -> wasmtime::Result<monotonic_clock::Duration> {
        match &self.clock {
            Some(_) => Ok(1),
            None => self.clocks().resolution(),
        }
    }

    fn subscribe_instant(&mut self, when: monotonic_clock::Instant) -> wasmtime::Result<Resource<DynPollable>> {
        match &self.clock {
            Some(clock) => clock.subscribe(&mut self.table, when),
            None => self.clocks().subscribe_instant(when),
        }
    }

    fn subscribe_duration(&mut self, time: monotonic_clock::Duration) -> wasmtime::Result<Resource<DynPollable>> {
        match &self.clock {
            Some(clock) => clock.subscribe(&mut self.table, clock.now().saturating_add(time)),
            None => self.clocks().subscribe_duration(time),
        }
    }
}
