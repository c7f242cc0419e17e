//! Keys of pooled TCP connections.

use std::{
    hash::{Hash, Hasher},
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

/// Selects the pooled TCP connections that a request may use: those made for requests with the same key. Each
/// [`Connection`](crate::Connection) has a key, so that no tenant's request can affect the response to another's.
///
/// It is an extension of the request. A [`Transport`](super::Transport) that pools connections must respect it. Clones
/// are equal. When the last clone is dropped, no more requests have this key.
#[derive(Clone, Debug)]
pub struct PoolKey(Arc<u64>);

/// A weak reference to a key.
#[derive(Debug)]
pub(super) struct WeakKey(Weak<u64>);

impl PoolKey {
    /// Creates a key that is unique in this process.
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(Arc::new(NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    /// Returns its number, unique in this process.
    pub(super) fn number(&self) -> u64 {
        *self.0
    }

    pub(super) fn downgrade(&self) -> WeakKey {
        WeakKey(Arc::downgrade(&self.0))
    }
}

impl WeakKey {
    /// Returns whether requests can still have this key.
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
