//! The pages of one window.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use super::page::Page;
use crate::{base::date::OffsetDateTime, platform::failure::Failure};

/// The largest page that is asked for, which is the largest that PayPal gives.
pub(super) const PAGE_SIZE: u32 = 500;

/// The most pages of a window that are read: ten times those that PayPal's 10 000 transactions take.
pub(super) const MAX_PAGES: u32 = 200;

/// How much more a reply can hold. What it holds and what is made of it have to fit an instance's memory together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    /// Bytes of transactions.
    pub(super) bytes: usize,
    /// Transactions, however small they are.
    pub(super) items: usize,
}

impl Room {
    /// Of an empty reply.
    pub(super) const ALL: Self = Self { bytes: 32 * 1024 * 1024, items: 250_000 };

    /// Takes the room for a transaction and its comma, where there is as much.
    pub(super) fn take(&mut self, transaction: &str) -> bool {
        let bytes = self.bytes.checked_sub(transaction.len() + 1);
        match (bytes, self.items.checked_sub(1)) {
            (Some(bytes), Some(items)) => {
                *self = Self { bytes, items };
                true
            }
            _ => false,
        }
    }

    pub(super) fn give_back(&mut self, transaction: &str) {
        self.bytes += transaction.len() + 1;
        self.items += 1;
    }
}

/// What keeps pages from being all of their window.
#[derive(Debug)]
pub(super) enum Gap {
    /// A page was not to be had.
    Failed(Box<Failure>),
    /// They are fewer than PayPal counted, or came again.
    Incomplete,
    /// There are more of them than are read.
    TooManyPages,
    /// There is no room for them.
    TooLarge,
}

/// The pages of one window, as far as they have been read.
#[derive(Debug)]
pub(super) struct Pages {
    pub(super) transactions: Vec<String>,
    /// What is left for others.
    pub(super) room: Room,
    /// How many pages have been read.
    pub(super) count: u32,
    /// How many transactions PayPal counts on all of them.
    total: Option<u64>,
    /// Up to when PayPal has them.
    pub(super) available: Option<OffsetDateTime>,
    pub(super) gap: Option<Gap>,
    /// What was on the pages, to know it again.
    seen: BTreeSet<u64>,
}

impl Pages {
    pub(super) fn new(room: Room) -> Self {
        let (transactions, seen) = (Vec::new(), BTreeSet::new());
        Self { transactions, room, count: 0, total: None, available: None, gap: None, seen }
    }

    /// Adds the next page. Returns whether there is another one to be read.
    pub(super) fn add(&mut self, page: &Page) -> bool {
        self.count += 1;
        self.total = self.total.or(page.total_items);
        self.available = self.available.into_iter().chain(page.available).min();
        let mut hasher = DefaultHasher::new();
        page.text().hash(&mut hasher);
        let mut brought = 0_u32;
        if self.seen.insert(hasher.finish()) {
            for transaction in page.transactions() {
                if !self.room.take(transaction) {
                    self.gap = Some(Gap::TooLarge);
                    return false;
                }
                self.transactions.push(transaction.to_owned());
                brought = brought.saturating_add(1);
            }
        } else if page.transactions().next().is_some() {
            // The server does not turn the page.
            self.gap = Some(Gap::Incomplete);
            return false;
        }
        let more = match (page.total_pages, self.total) {
            (Some(pages), _) => u64::from(self.count) < pages,
            (None, Some(total)) => (self.transactions.len() as u64) < total,
            (None, None) => brought >= PAGE_SIZE,
        };
        self.gap = match more {
            true if brought == 0 => Some(Gap::Incomplete),
            true if self.count == MAX_PAGES => Some(Gap::TooManyPages),
            false if page.is_unclear => Some(Gap::Incomplete),
            false if self.total.is_some_and(|total| (self.transactions.len() as u64) < total) => Some(Gap::Incomplete),
            _ => None,
        };
        more && self.gap.is_none()
    }

    /// Whether another reading of the window may fill the gap: where PayPal lists fewer than it counts, they have moved from
    /// page to page meanwhile. Both readings have to have room.
    pub(super) fn is_worth_another(&self) -> bool {
        matches!(self.gap, Some(Gap::Incomplete))
            && self.transactions.iter().map(String::len).sum::<usize>() < self.room.bytes
    }

    /// The fuller one of two readings of a window.
    pub(super) fn or(self, other: Self) -> Self {
        if other.gap.is_none() || other.transactions.len() > self.transactions.len() { other } else { self }
    }
}
