//! Random bytes that can be had again, for tests.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use wasmtime_wasi::random::Deterministic;

/// How many bytes a call gets before they repeat. The connector takes 16 for each key, boundary and wait.
const BYTES: usize = 1024;

/// A seed in place of the machine's randomness (`wasi:random/random`), for tests: the calls of a tenant, one after another,
/// get the same bytes in every run, and with them the same idempotency keys. That is why it has no place where money is
/// real. Clones go on with each other's numbers.
#[derive(Clone, Debug)]
pub struct SeededRandom {
    seed: u64,
    calls: Arc<AtomicU64>,
}

impl SeededRandom {
    /// Randomness that follows from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, calls: Arc::default() }
    }

    /// The bytes of the next call.
    pub(crate) fn next_call(&self) -> Deterministic {
        Deterministic::new(self.bytes())
    }

    fn bytes(&self) -> Vec<u8> {
        let call = self.calls.fetch_add(1, Ordering::AcqRel);
        // Mixed, so that one call does not begin a step behind the other.
        let mut state = mix(mix(self.seed.wrapping_add(STEP)).wrapping_add(call.wrapping_mul(STEP)));
        let mut next = || {
            state = state.wrapping_add(STEP);
            mix(state)
        };
        (0..BYTES / 8).flat_map(|_| next().to_le_bytes()).collect()
    }
}

/// The odd number nearest to 2⁶⁴ over the golden ratio, as SplitMix64 steps by.
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
        // No piece of 16 bytes, which is a key, comes twice.
        let pieces: Vec<&[u8]> = [&first, &second, &third].iter().flat_map(|bytes| bytes.chunks(16)).collect();
        let distinct: std::collections::BTreeSet<_> = pieces.iter().collect();
        assert_eq!((first.len(), distinct.len()), (BYTES, pieces.len()));
    }
}
