//! What waits to be posted: to each receiver one after the other, to several at once.

use std::collections::{HashMap, VecDeque};

/// How much is on its way at once.
pub(super) const AT_ONCE: usize = 16;

/// How much may wait for one receiver, and in all.
pub(super) const MOST_FOR_ONE: usize = 1_000;
pub(super) const MOST: usize = 10_000;

/// What waits, by receiver. A receiver that does not answer delays only what is for itself.
pub(super) struct Lanes<T> {
    waiting: HashMap<String, VecDeque<T>>,
    /// The receivers for whom something waits and to whom nothing is on its way, in turn.
    ready: VecDeque<String>,
    on_their_way: usize,
    count: usize,
}

impl<T> Default for Lanes<T> {
    fn default() -> Self {
        Self { waiting: HashMap::new(), ready: VecDeque::new(), on_their_way: 0, count: 0 }
    }
}

impl<T> Lanes<T> {
    /// Adds something for a receiver.
    ///
    /// # Errors
    /// It, if too much waits already.
    pub(super) fn add(&mut self, receiver: &str, it: T) -> Result<(), T> {
        let before = self.waiting.get(receiver).map(VecDeque::len);
        if self.count >= MOST || before.is_some_and(|count| count >= MOST_FOR_ONE) {
            return Err(it);
        }
        if before.is_none() {
            self.ready.push_back(receiver.to_owned());
        }
        self.waiting.entry(receiver.to_owned()).or_default().push_back(it);
        self.count += 1;
        Ok(())
    }

    /// Takes what is to be posted next; `None` if enough is on its way, or nothing waits. [`Lanes::done`] has to follow.
    pub(super) fn next(&mut self) -> Option<T> {
        if self.on_their_way == AT_ONCE {
            return None;
        }
        let next = self.waiting.get_mut(&self.ready.pop_front()?)?.pop_front()?;
        self.on_their_way += 1;
        self.count -= 1;
        Some(next)
    }

    /// Notes that what was taken for a receiver has been posted.
    pub(super) fn done(&mut self, receiver: &str) {
        self.on_their_way -= 1;
        if self.waiting.get(receiver).is_some_and(VecDeque::is_empty) {
            self.waiting.remove(receiver);
        } else {
            self.ready.push_back(receiver.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_gets_one_after_the_other_and_blocks_no_other() {
        let mut lanes = Lanes::default();
        for it in ["a1", "a2", "b1", "a3"] {
            lanes.add(&it[..1], it).unwrap();
        }
        assert_eq!((lanes.next(), lanes.next(), lanes.next()), (Some("a1"), Some("b1"), None));
        // While `a` does not answer, `b` goes on.
        lanes.add("b", "b2").unwrap();
        assert_eq!(lanes.next(), None, "one is on its way to b");
        lanes.done("b");
        assert_eq!((lanes.next(), lanes.next()), (Some("b2"), None));
        lanes.done("b");
        lanes.done("a");
        assert_eq!((lanes.next(), lanes.next()), (Some("a2"), None));
        lanes.done("a");
        assert_eq!(lanes.next(), Some("a3"));
        lanes.done("a");
        assert!(lanes.waiting.is_empty() && lanes.ready.is_empty() && lanes.count == 0, "nothing is left behind");
    }

    #[test]
    fn receivers_take_turns_and_only_so_much_is_on_its_way() {
        let mut lanes = Lanes::default();
        for receiver in 0..=AT_ONCE {
            lanes.add(&receiver.to_string(), receiver).unwrap();
        }
        let taken: Vec<_> = std::iter::from_fn(|| lanes.next()).collect();
        assert_eq!(taken, (0..AT_ONCE).collect::<Vec<_>>());
        lanes.add("0", 100).unwrap();
        lanes.done("0");
        assert_eq!(lanes.next(), Some(AT_ONCE), "it has waited for longer");
        assert_eq!(lanes.next(), None);
    }

    #[test]
    fn what_waits_is_bounded_for_each_and_for_all() {
        let mut lanes = Lanes::default();
        for number in 0..MOST_FOR_ONE {
            lanes.add("hangs", number).unwrap();
        }
        assert_eq!(lanes.add("hangs", 1), Err(1));
        for number in MOST_FOR_ONE..MOST {
            lanes.add(&number.to_string(), number).unwrap();
        }
        assert_eq!(lanes.add("another", 2), Err(2));
        assert_eq!(lanes.next(), Some(0));
        lanes.add("another", 2).unwrap();
    }
}
