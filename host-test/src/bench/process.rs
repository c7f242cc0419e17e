//! What the system tells of this process.

use std::fs;

/// Returns a value of `/proc/self/status` in KiB, such as `VmHWM`, the peak of the resident memory; `None` if the system has
/// no such file.
pub(super) fn memory(name: &str) -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
