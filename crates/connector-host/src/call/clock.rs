//! The clock that a guest goes by.

use wasmtime::component::Resource;
use wasmtime_wasi::{
    clocks::WasiClocksView as _,
    p2::{DynPollable, bindings::clocks::monotonic_clock, subscribe},
};

use super::Call;

/// The tenant's clock, or where it has none the machine's.
impl monotonic_clock::Host for Call {
    fn now(&mut self) -> wasmtime::Result<monotonic_clock::Instant> {
        match &self.clock {
            Some(clock) => Ok(clock.nanoseconds()),
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
            Some(clock) => {
                let alarm = clock.until(when);
                let alarm = self.table().push(alarm)?;
                subscribe(self.table(), alarm)
            }
            None => self.clocks().subscribe_instant(when),
        }
    }

    fn subscribe_duration(&mut self, time: monotonic_clock::Duration) -> wasmtime::Result<Resource<DynPollable>> {
        match &self.clock {
            Some(clock) => {
                let when = clock.nanoseconds().saturating_add(time);
                self.subscribe_instant(when)
            }
            None => self.clocks().subscribe_duration(time),
        }
    }
}
