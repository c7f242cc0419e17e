//! Random numbers.

/// Returns a random number from 0 to 1.
pub(crate) fn random() -> f64 {
    let (bits, _) = uuid::Uuid::new_v4().as_u64_pair();
    bits as f64 / u64::MAX as f64
}
