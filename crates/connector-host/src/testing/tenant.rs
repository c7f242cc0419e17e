//! Tenants whose guests see another time and other random bytes than the machine's.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use wasmtime_wasi::HostWallClock;

use super::{SeededRandom, VirtualClock};
use crate::tenant::Tenant;

impl Tenant {
    /// Gives the guest a monotonic clock by which waiting takes no time. The caller's deadline counts by it too.
    #[must_use]
    pub fn with_clock(self, clock: VirtualClock) -> Self {
        Self { clock: Some(Arc::new(clock)), ..self }
    }

    /// Stops the guest's wall clock at `present`.
    #[must_use]
    pub fn at(mut self, present: SystemTime) -> Self {
        self.setup.push(Arc::new(move |wasi| _ = wasi.wall_clock(Stopped(present))));
        self
    }

    /// Gives the guest random bytes that follow from a seed; its idempotency keys are made of them.
    #[must_use]
    pub fn with_random(mut self, random: SeededRandom) -> Self {
        self.setup.push(Arc::new(move |wasi| _ = wasi.secure_random(random.next_call())));
        self
    }
}

/// A wall clock that always shows the same time.
struct Stopped(SystemTime);

impl HostWallClock for Stopped {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(1)
    }

    fn now(&self) -> Duration {
        self.0.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
    }
}
