//! Reproducible random bytes, for tests.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use wasmtime_wasi::random::Deterministic;

/// How many bytes a call gets before they repeat. The connector takes 16 for each key, boundary and pause.
const BYTES: usize = 1024;

/// A seed instead of the machine's randomness (`wasi:random/random`), for tests: consecutive calls of a tenant get the
/// same bytes in every run, and so the same idempotency keys. Never use it where money is real. Clones share the
/// sequence.
#[derive(Clone, Debug)]
pub struct SeededRandom {
    seed: u64,
    calls: Arc<AtomicU64>,
}

impl SeededRandom {
    /// Creates a sequence from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, calls: Arc::default() }
    }

    /// Returns the bytes of the next call.
    pub(crate) fn next_call(&self) -> Deterministic {
        Deterministic::new(self.bytes())
    }

    fn bytes(&self) -> Vec<u8> {
        let call = self.calls.fetch_add(1, Ordering::AcqRel);
        // Mixed, so that the sequences of consecutive calls do not overlap.
        let mut state = mix(mix(self.seed.wrapping_add(STEP)).wrapping_add(call.wrapping_mul(STEP)));
        let mut next = || {
            state = state.wrapping_add(STEP);
            mix(state)
        };
        (0..BYTES / 8).flat_map(|_| next().to_le_bytes()).collect()
    }
}

/// The odd number nearest to 2⁶⁴ over the golden ratio: the step of SplitMix64.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finish of SplitMix64 (Steele, Lea and Flood: Fast Splittable Pseudorandom Number Generators, 2014).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_bytes_and_each_call_its_own() {
        let calls = |seed| {
            let random = SeededRandom::new(seed);
            [random.bytes(), random.clone().bytes(), random.bytes()]
        };
        let [first, second, third] = calls(7);
        assert_eq!(calls(7), [first.clone(), second.clone(), third.clone()]);
        assert_ne!(calls(8)[0], first);
        // No 16 bytes, the length of a key, occur twice.
        let pieces: Vec<&[u8]> = [&first, &second, &third].iter().flat_map(|bytes| bytes.chunks(16)).collect();
        let distinct: std::collections::BTreeSet<_> = pieces.iter().collect();
        assert_eq!((first.len(), distinct.len()), (BYTES, pieces.len()));
    }
}
