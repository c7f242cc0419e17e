//! The results of a call so far.

use std::collections::BTreeMap;

use super::{
    cursor::Seam,
    missing::{Missing, Reason},
    pages::{Pages, Room},
    window::Window,
};
use crate::base::date::OffsetDateTime;

/// The transactions found so far, as written by PayPal, and the missing parts.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) transactions: Vec<String>,
    /// How much more fits the reply.
    pub(super) room: Room,
    pub(super) missing: Vec<Missing>,
    /// The first and the last window with a page that was read.
    read: Option<(Window, Window)>,
    /// Where the transactions of the last window begin.
    last: usize,
    /// Where the call begins, and what earlier ones have listed of that second.
    begin: (OffsetDateTime, Seam),
}

impl Found {
    pub(super) fn new(begin: OffsetDateTime, listed: Seam) -> Self {
        let (transactions, missing, begin) = (Vec::new(), Vec::new(), (begin, listed));
        Self { transactions, room: Room::ALL, missing, read: None, last: 0, begin }
    }

    /// The transactions that a window from this second on may list again.
    pub(super) fn seam(&self, second: OffsetDateTime) -> Seam {
        match self.read {
            Some((_, last)) if last.end == second => {
                Seam::of(self.transactions.iter().skip(self.last).map(String::as_str), second)
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
        let touches = self.read.is_some_and(|(_, last)| last.end == window.start);
        let before = if touches { &self.transactions[self.last..] } else { &[] };
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for transaction in before {
            *seen.entry(transaction).or_default() += 1;
        }
        let (mut room, begins) = (pages.room, self.begin.0 == window.start);
        let listed = &mut self.begin.1;
        let mut is_new = |transaction: &String| {
            let is_known = match seen.get_mut(transaction.as_str()) {
                Some(times @ 1..) => {
                    *times -= 1;
                    true
                }
                _ => begins && listed.take(transaction),
            };
            if is_known {
                room.give_back(transaction);
            }
            !is_known
        };
        let new: Vec<String> = pages.transactions.into_iter().filter(|it| is_new(it)).collect();
        self.last = self.transactions.len();
        self.room = room;
        self.transactions.extend(new);
        self.read = Some((self.read.map_or(window, |(first, _)| first), window));
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
