//! The status of an item of a payout.

/// The status of an item, which PayPal calls `transaction_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemStatus {
    Pending,
    Success,
    /// It was not paid.
    Failed,
    /// It is paid, and waits for a receiver who has no account.
    Unclaimed,
    /// Nobody has claimed it: the money is back.
    Returned {
        cancelled: bool,
    },
    /// It is reviewed, and its money is on hold.
    OnHold,
    /// It was reviewed and not paid.
    Blocked,
    /// The receiver has given it back.
    Refunded,
}

impl ItemStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Success => "SUCCESS",
            Self::Failed => "FAILED",
            Self::Unclaimed => "UNCLAIMED",
            Self::Returned { .. } => "RETURNED",
            Self::OnHold => "ONHOLD",
            Self::Blocked => "BLOCKED",
            Self::Refunded => "REFUNDED",
        }
    }

    /// Whether the money for it is set aside, until it is paid or not.
    pub(crate) fn is_reserved(self) -> bool {
        matches!(self, Self::Pending | Self::OnHold)
    }

    /// Returns the type of the event when an item gets this status.
    pub(crate) fn event(self) -> Option<&'static str> {
        match self {
            Self::Pending => None,
            Self::Success => Some("PAYMENT.PAYOUTS-ITEM.SUCCEEDED"),
            Self::Failed => Some("PAYMENT.PAYOUTS-ITEM.FAILED"),
            Self::Unclaimed => Some("PAYMENT.PAYOUTS-ITEM.UNCLAIMED"),
            Self::Returned { cancelled: true } => Some("PAYMENT.PAYOUTS-ITEM.CANCELED"),
            Self::Returned { cancelled: false } => Some("PAYMENT.PAYOUTS-ITEM.RETURNED"),
            Self::OnHold => Some("PAYMENT.PAYOUTS-ITEM.HELD"),
            Self::Blocked => Some("PAYMENT.PAYOUTS-ITEM.BLOCKED"),
            Self::Refunded => Some("PAYMENT.PAYOUTS-ITEM.REFUNDED"),
        }
    }
}
