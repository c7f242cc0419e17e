//! Shares of what there is only so much of, so that one of many does not use up all of it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// What each holds. Nothing is kept of those that hold nothing.
type Held<K> = Arc<Mutex<BTreeMap<K, usize>>>;

/// Bounds how much each of many holds at once.
pub(crate) struct Shares<K> {
    most: usize,
    held: Held<K>,
}

/// What one holds until it is dropped.
pub(crate) struct Share<K: Ord> {
    held: Held<K>,
    of: K,
    units: usize,
}

impl<K: Ord + Clone> Shares<K> {
    /// Each holds at most that many units at once.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, held: Held::default() }
    }

    /// Takes units for one; `None` if it would hold too many.
    pub(crate) fn take(&self, of: &K, units: usize) -> Option<Share<K>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let next = held.get(of).copied().unwrap_or_default().checked_add(units).filter(|it| *it <= self.most)?;
        held.insert(of.clone(), next);
        Some(Share { held: self.held.clone(), of: of.clone(), units })
    }
}

impl<K: Ord> Drop for Share<K> {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = held.get_mut(&self.of) {
            *own = own.saturating_sub(self.units);
            if *own == 0 {
                held.remove(&self.of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_share_until_it_gives_it_back() {
        let shares = Shares::new(3);
        let first = shares.take(&"a", 2).unwrap();
        assert!(shares.take(&"a", 2).is_none() && shares.take(&"a", usize::MAX).is_none());
        let (second, other) = (shares.take(&"a", 1).unwrap(), shares.take(&"b", 3).unwrap());
        assert!(shares.take(&"b", 1).is_none());
        drop(first);
        assert!(shares.take(&"a", 2).is_some());
        drop((second, other));
        assert!(shares.held.lock().unwrap().is_empty());
    }
}
