//! The results of a call so far.

use std::{collections::BTreeMap, ops::Range};

use super::{
    cursor::{Begun, Seam},
    missing::{Missing, Reason},
    pages::{Pages, Room},
    window::Window,
};
use crate::base::date::OffsetDateTime;

/// The transactions found so far, as written by PayPal, and the missing parts.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) transactions: Vec<String>,
    /// How much more fits the reply, and how much fits an empty one.
    pub(super) room: Room,
    pub(super) whole: Room,
    pub(super) missing: Vec<Missing>,
    /// The first and the last window with a page that was read.
    read: Option<(Window, Window)>,
    /// Which transactions are those of the last window.
    last: Range<usize>,
    /// Where the call begins, and what earlier ones have listed of that second.
    begin: (OffsetDateTime, Seam),
    /// The window of which only a part was read, by an earlier call or at the end of this one.
    pub(super) begun: Option<Begun>,
}

/// The most transactions of a window that are listed before all of it was read: each adds 17 bytes to the cursor.
const MAX_BEGUN: usize = 4096;

impl Found {
    /// Those of a call that begins there, with at most `limit` transactions.
    pub(super) fn new(begin: OffsetDateTime, listed: Seam, begun: Option<Begun>, limit: usize) -> Self {
        let (transactions, missing, begin) = (Vec::new(), Vec::new(), (begin, listed));
        let room = Room { items: Room::ALL.items.min(limit), ..Room::ALL };
        Self { transactions, room, whole: room, missing, read: None, last: 0..0, begin, begun }
    }

    /// The transactions that a window from this second on may list again.
    pub(super) fn seam(&self, second: OffsetDateTime) -> Seam {
        match self.read {
            Some((_, last)) if last.end == second => {
                Seam::of(self.transactions[self.last.clone()].iter().map(String::as_str), second)
            }
            // The call has not come further.
            None if self.begin.0 == second => self.begin.1.clone(),
            _ => Seam::default(),
        }
    }

    /// Whether any page was read.
    pub(super) fn has_read(&self) -> bool {
        self.read.is_some()
    }

    /// Adds the transactions of a window, without those that are also in the window that ends where it begins, which an
    /// earlier call may have read.
    pub(super) fn add(&mut self, window: Window, pages: Pages) {
        if pages.count == 0 {
            return;
        }
        let (new, room) = self.new_of(window, pages);
        self.last = self.transactions.len()..self.transactions.len() + new.len();
        self.extend(new, room);
        self.read = Some((self.read.map_or(window, |(first, _)| first), window));
    }

    /// Adds the transactions of a window whose other pages could not be read; the next call reads it again. Returns
    /// whether there is a new one.
    pub(super) fn begin(&mut self, window: Window, pages: Pages) -> bool {
        // Those that an earlier call has listed stay known, also if this one has seen them again.
        let known = self.begun.clone().filter(|begun| begun.reaches(window.start));
        let (mut new, mut room) = self.new_of(window, pages);
        let mut listed = known.as_ref().map(|begun| begun.listed.clone()).unwrap_or_default();
        for transaction in new.drain(new.len().min(MAX_BEGUN.saturating_sub(listed.len()))..) {
            room.give_back(&transaction);
        }
        for transaction in &new {
            listed.note(transaction);
        }
        let end = known.map_or(window.end, |begun| begun.end.max(window.end));
        self.begun = Some(Begun { end, listed });
        let is_more = !new.is_empty();
        self.extend(new, room);
        is_more
    }

    fn extend(&mut self, new: Vec<String>, room: Room) {
        self.transactions.extend(new);
        let items = self.whole.items.saturating_sub(self.transactions.len());
        self.room = Room { items, ..room };
    }

    /// The transactions of a window that are not known, and the room that they leave.
    fn new_of(&mut self, window: Window, pages: Pages) -> (Vec<String>, Room) {
        let touches = self.read.is_some_and(|(_, last)| last.end == window.start);
        let before = if touches { &self.transactions[self.last.clone()] } else { &[] };
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for transaction in before {
            *seen.entry(transaction).or_default() += 1;
        }
        let (mut room, begins) = (pages.room, self.begin.0 == window.start);
        let listed = &mut self.begin.1;
        let mut begun = self.begun.as_mut().filter(|begun| begun.reaches(window.start));
        let mut is_new = |transaction: &String| {
            let is_known = match seen.get_mut(transaction.as_str()) {
                Some(times @ 1..) => {
                    *times -= 1;
                    true
                }
                _ => {
                    begins && listed.take(transaction)
                        || begun.as_mut().is_some_and(|begun| begun.listed.take(transaction))
                }
            };
            if is_known {
                room.give_back(transaction);
            }
            !is_known
        };
        let new: Vec<String> = pages.transactions.into_iter().filter(|it| is_new(it)).collect();
        (new, room)
    }

    pub(super) fn miss(&mut self, missing: Missing) {
        self.missing.push(missing);
    }

    /// The missing parts, in order; adjacent ones with the same reason are joined. If PayPal only said that it does not
    /// have a part, the part is too old if all that was read is newer.
    pub(super) fn missing(&self) -> Vec<Missing> {
        let mut all: Vec<Missing> = Vec::new();
        for missing in &self.missing {
            let mut missing = missing.clone();
            let is_before_all = self.read.is_some_and(|(first, _)| missing.window.end <= first.start);
            if missing.reason == Reason::NotYetAvailable && is_before_all {
                missing.reason = Reason::NoLongerAvailable;
            }
            if !all.last_mut().is_some_and(|last| last.extend(&missing)) {
                all.push(missing);
            }
        }
        all
    }
}
