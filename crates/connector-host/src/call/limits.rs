//! What one call may use.

use std::time::Duration;

use crate::engine::options::MEMORY;

/// What one call may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Memory of the instance, in bytes; at most what the engine allows, 256 MiB unless its options say otherwise.
    pub memory: usize,
    /// Processor time, that of the host's functions which the guest calls included; waiting for PayPal does not count.
    pub compute: Duration,
    /// Time for the whole call, the wait for its turn included.
    pub wall: Duration,
    /// Length of the input, in bytes.
    pub input: usize,
}

impl Default for Limits {
    /// 256 MiB, 10 s of computing, 5 minutes in all, 80 MiB of input, which is what 50 MiB of files
    /// need in base64.
    fn default() -> Self {
        Self {
            memory: MEMORY,
            compute: Duration::from_secs(10),
            wall: Duration::from_secs(300),
            input: 80 * 1024 * 1024,
        }
    }
}
