//! The pages of one window.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use super::page::Page;
use crate::{base::date::OffsetDateTime, platform::failure::Failure};

/// The page size, the largest that PayPal allows.
pub(super) const PAGE_SIZE: u32 = 500;

/// The most pages read for a window: ten times as many as PayPal's 10 000 transactions need.
pub(super) const MAX_PAGES: u32 = 200;

/// How much more a reply can hold. It is kept several times at once on its way to the caller, who reads the rest with
/// `next`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    /// Bytes of transactions.
    pub(super) bytes: usize,
    /// Transactions, however small they are.
    pub(super) items: usize,
}

impl Room {
    /// The room of an empty reply: for all that PayPal lists at once, if a transaction has up to 800 bytes.
    pub(super) const ALL: Self = Self { bytes: 8 * 1024 * 1024, items: 10_000 };

    /// Whether so little of the whole is left that another window probably does not fit.
    pub(super) fn is_small(self, whole: Self) -> bool {
        self.bytes < whole.bytes / 2 || self.items < whole.items / 2 || self.items == 0
    }

    /// Takes the room for a transaction and its comma. Returns whether there was enough.
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

/// Why the pages of a window are incomplete.
#[derive(Debug)]
pub(super) enum Gap {
    /// A page could not be read.
    Failed(Box<Failure>),
    /// There are fewer transactions than PayPal counted, or repeated ones.
    Incomplete,
    /// There are more pages than are read.
    TooManyPages,
    /// There is no room for them.
    TooLarge,
}

/// The pages of one window that have been read.
#[derive(Debug)]
pub(super) struct Pages {
    pub(super) transactions: Vec<String>,
    /// The room that is left.
    pub(super) room: Room,
    /// How many pages have been read.
    pub(super) count: u32,
    /// How many transactions PayPal counts on all pages.
    total: Option<u64>,
    /// The time up to which PayPal has transactions.
    pub(super) available: Option<OffsetDateTime>,
    pub(super) gap: Option<Gap>,
    /// Hashes of the pages read, to recognise repeats.
    seen: BTreeSet<u64>,
    /// Whether to stop as soon as the pages will probably not fit, instead of reading what does.
    pub(super) is_divisible: bool,
}

impl Pages {
    pub(super) fn new(room: Room, is_divisible: bool) -> Self {
        let (transactions, seen) = (Vec::new(), BTreeSet::new());
        Self { transactions, room, count: 0, total: None, available: None, gap: None, seen, is_divisible }
    }

    /// Adds the next page. Returns whether to read another one.
    pub(super) fn add(&mut self, page: &Page) -> bool {
        self.count += 1;
        self.total = self.total.or(page.total_items);
        self.available = self.available.into_iter().chain(page.available).min();
        let mut hasher = DefaultHasher::new();
        page.text().hash(&mut hasher);
        let mut brought = 0_u32;
        let whole = self.room;
        if self.seen.insert(hasher.finish()) {
            for transaction in page.transactions() {
                if !self.room.take(transaction) {
                    // PayPal does not list as many: a smaller window would not have a smaller page.
                    self.is_divisible &= brought <= PAGE_SIZE;
                    self.gap = Some(Gap::TooLarge);
                    return false;
                }
                self.transactions.push(transaction.to_owned());
                brought = brought.saturating_add(1);
            }
        } else if page.transactions().next().is_some() {
            // The server returns the same page again.
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
        if more && self.gap.is_none() && self.count == 1 && self.is_divisible && !self.will_fit(whole) {
            self.gap = Some(Gap::TooLarge);
        }
        more && self.gap.is_none()
    }

    /// Whether all pages will probably fit, by the first one.
    fn will_fit(&self, room: Room) -> bool {
        let (read, left) = (self.transactions.len(), self.room);
        let Some(total) = self.total.map(|total| usize::try_from(total).unwrap_or(usize::MAX)) else { return true };
        let bytes = (room.bytes - left.bytes).saturating_mul(total / read.max(1));
        total <= room.items && bytes <= room.bytes
    }

    /// Whether reading the window again may fill the gap: if PayPal lists fewer than it counts, transactions have moved
    /// between pages meanwhile.
    pub(super) fn is_worth_rereading(&self) -> bool {
        matches!(self.gap, Some(Gap::Incomplete))
    }

    /// The fuller one of two readings of a window.
    pub(super) fn or(self, other: Self) -> Self {
        if other.gap.is_none() || other.transactions.len() > self.transactions.len() { other } else { self }
    }
}
