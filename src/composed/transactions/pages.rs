//! The pages of one window.

use crate::date::OffsetDateTime;

/// The pages of one window.
#[derive(Default)]
pub(super) struct Pages {
    pub(super) transactions: Vec<String>,
    /// How many PayPal counts on all of them.
    pub(super) total: Option<u64>,
    /// Up to when PayPal has them.
    pub(super) available: Option<OffsetDateTime>,
}

impl Pages {
    pub(super) fn is_complete(&self) -> bool {
        self.total.is_none_or(|total| self.transactions.len() as u64 >= total)
    }
}
