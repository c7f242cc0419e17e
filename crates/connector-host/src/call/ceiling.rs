//! The limit of an instance's memory, and whether the instance has reached it.

use wasmtime::{ResourceLimiter, StoreLimits, StoreLimitsBuilder};

/// Limits what an instance allocates.
pub(crate) struct Ceiling {
    limits: StoreLimits,
    /// Whether something was refused.
    refused: bool,
    /// What its memory has grown to, in bytes; 0 if it has not grown.
    grown: usize,
}

impl Ceiling {
    /// `memory` is the most memory, in bytes.
    pub(crate) fn new(memory: usize) -> Self {
        Self { limits: StoreLimitsBuilder::new().memory_size(memory).build(), refused: false, grown: 0 }
    }

    /// Returns whether nothing was refused, and the memory has not grown beyond this.
    pub(crate) fn stayed_below(&self, memory: usize) -> bool {
        !self.refused && self.grown <= memory
    }

    fn note(&mut self, allowed: wasmtime::Result<bool>) -> wasmtime::Result<bool> {
        self.refused |= !matches!(allowed, Ok(true));
        allowed
    }
}

impl ResourceLimiter for Ceiling {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let allowed = self.limits.memory_growing(current, desired, maximum);
        // The first size is that of a new instance, which is no growth.
        if current > 0 {
            self.grown = self.grown.max(desired);
        }
        self.note(allowed)
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        self.refused = true;
        self.limits.memory_grow_failed(error)
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let allowed = self.limits.table_growing(current, desired, maximum);
        self.note(allowed)
    }

    fn table_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        self.refused = true;
        self.limits.table_grow_failed(error)
    }

    fn instances(&self) -> usize {
        self.limits.instances()
    }

    fn tables(&self) -> usize {
        self.limits.tables()
    }

    fn memories(&self) -> usize {
        self.limits.memories()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_counts_and_so_does_what_is_refused() {
        let mut ceiling = Ceiling::new(1000);
        assert!(ceiling.memory_growing(0, 500, None).unwrap());
        assert!(ceiling.stayed_below(0));
        assert!(ceiling.memory_growing(500, 600, None).unwrap());
        assert!(ceiling.stayed_below(600) && !ceiling.stayed_below(599));
        assert!(!ceiling.memory_growing(600, 1001, None).unwrap());
        assert!(!ceiling.stayed_below(usize::MAX));
    }
}
