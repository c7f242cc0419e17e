//! What the windows so far have brought.

use std::collections::BTreeMap;

use super::{reason::Reason, window::Window};

/// The transactions found so far, as PayPal has written them.
#[derive(Default)]
pub(super) struct Found {
    pub(super) transactions: Vec<String>,
    pub(super) bytes: usize,
    /// Where those of the window before begin.
    before: usize,
    pub(super) missing: Vec<(Window, Reason)>,
}

impl Found {
    /// Adds those of a window, without those at its beginning that the window before has too.
    pub(super) fn add(&mut self, transactions: Vec<String>) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for transaction in &self.transactions[self.before..] {
            *seen.entry(transaction).or_default() += 1;
        }
        let mut is_new = |transaction: &String| match seen.get_mut(transaction.as_str()) {
            Some(times @ 1..) => {
                *times -= 1;
                false
            }
            _ => true,
        };
        let new: Vec<String> = transactions.into_iter().filter(|it| is_new(it)).collect();
        self.before = self.transactions.len();
        self.bytes += new.iter().map(String::len).sum::<usize>();
        self.transactions.extend(new);
    }

    pub(super) fn miss(&mut self, window: Window, reason: Reason) {
        self.missing.push((window, reason));
    }
}
