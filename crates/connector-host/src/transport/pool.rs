//! Whose a pooled TCP connection is.

use std::{
    hash::{Hash, Hasher},
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

/// Which of the pooled TCP connections a request may use: those that were made for requests with the same key. Each
/// [`Connection`](crate::Connection) has one of its own, so that nothing that is sent for one tenant can decide what another
/// is answered.
///
/// It comes as an extension of the request. A [`Transport`](super::Transport) that pools connections must heed it. Clones are
/// equal. When the last of them is dropped, no request will come with it any more.
#[derive(Clone, Debug)]
pub struct PoolKey(Arc<u64>);

/// A key that does not keep itself alive.
#[derive(Debug)]
pub(super) struct WeakKey(Weak<u64>);

impl PoolKey {
    /// A key that no other connection of this process has.
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(Arc::new(NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    /// Its number, which no other key of this process has.
    pub(super) fn number(&self) -> u64 {
        *self.0
    }

    pub(super) fn downgrade(&self) -> WeakKey {
        WeakKey(Arc::downgrade(&self.0))
    }
}

impl WeakKey {
    /// Whether a request can still come with it.
    pub(super) fn is_used(&self) -> bool {
        self.0.strong_count() > 0
    }
}

impl PartialEq for PoolKey {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for PoolKey {}

impl Hash for PoolKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_its_connection_s_alone_and_ends_with_it() {
        let key = PoolKey::new();
        assert_eq!(key, key.clone());
        assert_ne!(key, PoolKey::new());
        let weak = key.downgrade();
        assert!(weak.is_used());
        drop(key);
        assert!(!weak.is_used());
    }
}
