//! What one call may use.

use std::time::Duration;

use crate::engine::options::MEMORY;

/// What one call may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Memory of the instance, in bytes. The engine has a limit too: 256 MiB by default.
    pub memory: usize,
    /// Processor time of the guest and of the host functions that it calls. Waiting for PayPal does not count.
    pub compute: Duration,
    /// Time for the whole call, including the wait for its turn.
    pub wall: Duration,
    /// Length of the input, in bytes.
    pub input: usize,
}

impl Default for Limits {
    /// 256 MiB, 10 s of processor time, 5 minutes in all, and 80 MiB of input: 50 MiB of files in base64.
    fn default() -> Self {
        Self {
            memory: MEMORY,
            compute: Duration::from_secs(10),
            wall: Duration::from_secs(300),
            input: 80 * 1024 * 1024,
        }
    }
}
