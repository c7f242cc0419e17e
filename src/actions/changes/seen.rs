//! What was listed, by digests.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::base::date::OffsetDateTime;

/// The most digests that are kept, of 8 bytes each. Of 16 384 items, one that is new is taken for a known one with a
/// probability of 1 in 10^15.
pub(super) const MAX: usize = 16_384;

const HOUR: i64 = 3600;

/// The first 8 bytes of the SHA-256 of an item.
pub(crate) type Digest = u64;

/// The digest of a text.
pub(crate) fn digest(text: &str) -> Digest {
    Sha256::digest(text).iter().take(8).fold(0, |digest, byte| digest << 8 | u64::from(*byte))
}

/// The digests of what was listed, by the hour of its last change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// The digests of an hour since 1970. True: listed in the round that is under way; false: in the one before.
    pub(super) hours: BTreeMap<u32, BTreeMap<Digest, bool>>,
    /// The last hour of which digests were dropped, because there were too many.
    pub(super) dropped: Option<u32>,
}

/// The hour of a moment, since 1970.
pub(super) fn hour(moment: OffsetDateTime) -> u32 {
    u32::try_from(moment.unix_timestamp().div_euclid(HOUR).max(0)).unwrap_or(u32::MAX)
}

impl Seen {
    /// Whether an item is known.
    pub(super) fn knows(&self, digest: Digest, changed: Option<OffsetDateTime>) -> bool {
        match changed {
            Some(changed) => self.hours.get(&hour(changed)).is_some_and(|digests| digests.contains_key(&digest)),
            None => self.hours.values().any(|digests| digests.contains_key(&digest)),
        }
    }

    /// Notes an item of a round that began then. `kept` is from when on the next round will list again.
    pub(super) fn note(
        &mut self,
        digest: Digest,
        changed: Option<OffsetDateTime>,
        began: OffsetDateTime,
        kept: OffsetDateTime,
    ) {
        if changed.is_none() {
            self.hours.values_mut().for_each(|digests| {
                digests.remove(&digest);
            });
        }
        // One without a date is filed under the round's.
        let own = hour(changed.unwrap_or(began));
        self.hours.entry(own).or_default().insert(digest, true);
        while self.len() > MAX {
            self.make_room(own, hour(kept));
        }
    }

    /// Drops an hour: one that the next round does not list again, if there is one, and the farthest from where this one
    /// reads, since a page may be read again.
    fn make_room(&mut self, own: u32, kept: u32) {
        let ends = |hours: &[u32]| [hours.first().copied(), hours.last().copied()];
        let hours: Vec<u32> = self.hours.keys().copied().collect();
        let (before, after) = hours.split_at(hours.partition_point(|hour| *hour < kept));
        let farthest = |hours: &[u32]| {
            let others = ends(hours).into_iter().flatten().filter(|hour| *hour != own);
            others.max_by_key(|hour| hour.abs_diff(own))
        };
        let hour = farthest(before).or_else(|| farthest(after)).unwrap_or(own);
        self.hours.remove(&hour);
        self.dropped = self.dropped.max(Some(hour));
    }

    /// Ends the round: only what it has listed, and the next one may list again, is kept.
    pub(super) fn end(&mut self, next_from: OffsetDateTime) {
        let first = hour(next_from);
        self.hours.retain(|hour, digests| {
            digests.retain(|_, listed| std::mem::replace(listed, false));
            *hour >= first && !digests.is_empty()
        });
        self.dropped = self.dropped.filter(|dropped| *dropped >= first);
    }

    /// Whether something may be listed again, because its digest was dropped.
    pub(super) fn may_repeat(&self) -> bool {
        self.dropped.is_some()
    }

    pub(super) fn len(&self) -> usize {
        self.hours.values().map(BTreeMap::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(seconds).unwrap()
    }

    #[test]
    fn what_was_listed_is_known_for_one_more_round_at_a_time() {
        let mut seen = Seen::default();
        let items = [(1, Some(at(0))), (2, Some(at(7200))), (3, None)];
        for (digest, changed) in items {
            assert!(!seen.knows(digest, changed));
            seen.note(digest, changed, at(10_000), at(0));
            assert!(seen.knows(digest, changed));
        }
        seen.end(at(7200));
        // The next round does not reach the first hour. An item without a date is found again, whatever the round.
        assert_eq!(items.map(|(digest, changed)| seen.knows(digest, changed)), [false, true, true]);
        seen.note(3, None, at(100_000), at(0));
        assert_eq!(seen.len(), 2);
        seen.end(at(7200));
        assert_eq!(items.map(|(digest, changed)| seen.knows(digest, changed)), [false, false, true]);
    }

    #[test]
    fn of_too_many_those_are_dropped_that_are_not_needed_any_more() {
        // From the latest to the earliest, as PayPal lists events, in hours of 1000. The next round needs the last two.
        let hours = 30_i64;
        let mut seen = Seen::default();
        for item in 0..hours * 1000 {
            let changed = Some(at((hours - item / 1000) * HOUR));
            seen.note(item.unsigned_abs(), changed, at(hours * HOUR), at((hours - 1) * HOUR));
        }
        assert!(seen.len() <= MAX && seen.may_repeat());
        let known = |hour: i64| seen.knows(((hours - hour) * 1000).unsigned_abs(), Some(at(hour * HOUR)));
        assert!([30, 29, 1, 2, 3].into_iter().all(known), "what the next round needs, and what was read last");
        assert!(!known(28));
        seen.end(at((hours - 1) * HOUR));
        assert!(!seen.may_repeat(), "the next round does not reach what was dropped");
    }

    #[test]
    fn if_too_many_are_needed_it_is_said_that_some_may_be_listed_again() {
        let mut seen = Seen::default();
        for digest in 0..MAX as u64 + 1 {
            seen.note(digest, Some(at(if digest < 10 { 0 } else { HOUR })), at(HOUR), at(0));
        }
        assert_eq!((seen.len(), seen.dropped), (MAX - 9, Some(0)));
        seen.end(at(0));
        assert!(seen.may_repeat());
    }
}
