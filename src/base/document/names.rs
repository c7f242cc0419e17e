//! Names of members.

/// The indices of names that are repeated later, in order.
pub(super) fn repeated(names: &[&str]) -> Vec<usize> {
    let mut order: Vec<(&str, usize)> = names.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let pairs = order.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let mut repeated: Vec<usize> = pairs.map(|pair| pair[0].1).collect();
    repeated.sort_unstable();
    repeated
}
