//! Why an item of a payout is not paid, or not claimed.

use serde_json::{Value, json};

use super::status::ItemStatus;

/// One of PayPal's names of reasons
/// (<https://developer.paypal.com/docs/payouts/standard/reports/view-transaction-activities/>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reason(&'static str);

const LINK: &str = "https://developer.paypal.com/docs/api/payments.payouts-batch/#errors";

/// The reasons that items can have.
const NAMES: [&str; 32] = [
    "ACCOUNT_RESTRICTED",
    "ACCOUNT_UNCONFIRMED_EMAIL",
    "APPROVER_DENIED",
    "CLOSED_MARKET",
    "CURRENCY_COMPLIANCE",
    "CURRENCY_NOT_SUPPORTED_FOR_RECEIVER",
    "DUPLICATE_ITEM",
    "GAMER_FAILED_COUNTRY_OF_RESIDENCE_CHECK",
    "GAMER_FAILED_FUNDING_SOURCE_CHECK",
    "GAMING_INVALID_PAYMENT_FLOW",
    "INVALID_EMAIL",
    "NON_HOLDING_CURRENCY",
    "PENDING_RECIPIENT_NON_HOLDING_CURRENCY_PAYMENT_PREFERENCE",
    "RECEIVER_ACCOUNT_INVALID",
    "RECEIVER_ACCOUNT_LIMITATION",
    "RECEIVER_ACCOUNT_LOCKED",
    "RECEIVER_COUNTRY_NOT_ALLOWED",
    "RECEIVER_UNCONFIRMED",
    "RECEIVER_UNREGISTERED",
    "RECEIVER_YOUTH_ACCOUNT",
    "RECEIVING_LIMIT_EXCEEDED",
    "REGULATORY_BLOCKED",
    "REGULATORY_PENDING",
    "RISK_DECLINE",
    "SELF_PAY_NOT_ALLOWED",
    "SENDER_ACCOUNT_LOCKED",
    "SENDER_STATE_RESTRICTED",
    "SPENDING_LIMIT_EXCEEDED",
    "TRANSACTION_DECLINED_BY_TRAVEL_RULE",
    "TRANSACTION_LIMIT_EXCEEDED",
    "UNDEFINED",
    "ZERO_AMOUNT",
];

impl Reason {
    pub(crate) const INVALID_ACCOUNT: Self = Self("RECEIVER_ACCOUNT_INVALID");
    pub(crate) const UNREGISTERED: Self = Self("RECEIVER_UNREGISTERED");
    pub(crate) const SELF_PAY: Self = Self("SELF_PAY_NOT_ALLOWED");

    pub(crate) fn find(name: &str) -> Option<Self> {
        NAMES.into_iter().find(|it| *it == name).map(Self)
    }

    /// Returns the status of an item with this reason.
    pub(crate) fn status(self) -> ItemStatus {
        match self.0 {
            "RECEIVER_UNREGISTERED"
            | "RECEIVER_UNCONFIRMED"
            | "PENDING_RECIPIENT_NON_HOLDING_CURRENCY_PAYMENT_PREFERENCE" => ItemStatus::Unclaimed,
            "REGULATORY_PENDING" => ItemStatus::OnHold,
            "REGULATORY_BLOCKED" => ItemStatus::Blocked,
            _ => ItemStatus::Failed,
        }
    }

    pub(crate) fn document(self, debug_id: &str) -> Value {
        let message = match self.status() {
            ItemStatus::Unclaimed => "The receiver can claim it for 30 days; then it comes back to the sender",
            ItemStatus::OnHold => "It is being reviewed",
            _ => "It was not paid",
        };
        json!({
            "name": self.0,
            "message": message,
            "debug_id": debug_id,
            "information_link": LINK,
            "details": [],
            "links": [],
        })
    }
}
