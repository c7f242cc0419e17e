//! Everything that the simulator knows.

use std::collections::BTreeMap;

use super::{
    authorizations::Authorization, captures::Capture, clock::Clock, clock::Moment, effects::Effects, ids::Ids,
    keys::Keys, orders::Order, refunds::Refund, tokens::Tokens,
};

/// The state.
pub(super) struct World {
    pub(super) clock: Clock,
    pub(super) ids: Ids,
    pub(super) tokens: Tokens,
    pub(super) keys: Keys,
    /// How many of the next requests with a key are told that an earlier one is in progress.
    pub(super) in_progress: u32,
    pub(super) orders: BTreeMap<String, Order>,
    pub(super) authorizations: BTreeMap<String, Authorization>,
    pub(super) captures: BTreeMap<String, Capture>,
    pub(super) refunds: BTreeMap<String, Refund>,
    pub(super) done: BTreeMap<(String, String), u32>,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut ids = Ids::new(seed);
        Self {
            clock: Clock::new(),
            tokens: Tokens::new(&mut ids),
            ids,
            keys: Keys::default(),
            in_progress: 0,
            orders: BTreeMap::new(),
            authorizations: BTreeMap::new(),
            captures: BTreeMap::new(),
            refunds: BTreeMap::new(),
            done: BTreeMap::new(),
        }
    }

    pub(super) fn now(&self) -> Moment {
        self.clock.now()
    }

    pub(super) fn effects(&self) -> Effects {
        let authorized = self.authorizations.iter().map(|(id, it)| (id.clone(), it.reserved()));
        let released = self.authorizations.iter().filter_map(|(id, it)| Some((id.clone(), it.released()?)));
        let captured = self.captures.iter().filter_map(|(id, it)| Some((id.clone(), it.taken()?)));
        let refunded = self.refunds.iter().map(|(id, it)| (id.clone(), it.given_back()));
        Effects {
            authorized: authorized.collect(),
            captured: captured.collect(),
            refunded: refunded.collect(),
            voided: released.collect(),
            orders: self.orders.keys().cloned().collect(),
            done: self.done.clone(),
        }
    }
}
