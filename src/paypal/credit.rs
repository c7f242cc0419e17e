//! What a payment adds to the account's money or takes away, so that a platform can credit the payer's account with it.

use rust_decimal::Decimal;

use super::{kind::is_id, party::Party};
use crate::base::{decimal, document::Document};

/// What kind of movement of money it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Movement {
    /// A payer has paid.
    Payment,
    /// The account has paid back.
    Refund,
    /// PayPal or the payer's bank has taken money back, as in a chargeback.
    Reversal,
    /// PayPal has given back what a reversal took.
    CanceledReversal,
    /// The account has paid somebody: a payout, or a payment of a mass payment.
    Payout,
    /// The receiver of a payout has paid it back.
    RefundedPayout,
}

impl Movement {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::Reversal => "reversal",
            Self::CanceledReversal => "canceled-reversal",
            Self::Payout => "payout",
            Self::RefundedPayout => "refunded-payout",
        }
    }

    /// Whether the other party is the one who is paid.
    fn is_payout(self) -> bool {
        matches!(self, Self::Payout | Self::RefundedPayout)
    }
}

/// Whether money comes in to the account or goes out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    In,
    Out,
}

impl Direction {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }

    /// A positive number as one of this direction.
    pub(crate) fn sign(self, number: Decimal) -> Decimal {
        match self {
            Self::In => number,
            Self::Out => negated(number),
        }
    }
}

/// One movement of money. Its numbers are exact, and negative if money goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credit<'a> {
    pub(crate) movement: Movement,
    pub(crate) direction: Direction,
    /// PayPal's id of the movement: the `txn_id` of IPN is the id of the capture, sale or refund in webhook events.
    pub(crate) transaction: &'a str,
    /// The payment that it refunds or reverses, or the authorization that it captures.
    pub(crate) parent: Option<&'a str>,
    /// Who pays, or got the money back.
    pub(crate) payer: Party<'a>,
    /// Who is paid, or gave the money back.
    pub(crate) receiver: Party<'a>,
    /// The currency (ISO 4217).
    pub(crate) currency: &'a str,
    pub(crate) gross: Decimal,
    /// What PayPal has kept of it; negative if it gave a fee back. `None` if that is not known.
    pub(crate) fee: Option<Decimal>,
    /// What has reached the account or left it, if that is known.
    pub(crate) net: Option<Decimal>,
    /// PayPal's status.
    pub(crate) status: Option<&'a str>,
    /// PayPal's code for the reason, such as `chargeback`.
    pub(crate) reason: Option<&'a str>,
}

impl<'a> Credit<'a> {
    /// The key by which it counts once, whichever messages tell of it: one transaction moves money once in a direction.
    pub(crate) fn key(&self) -> String {
        [self.transaction, ":", self.direction.as_str()].concat()
    }

    /// All of it but the parties in a line, for tests.
    #[cfg(test)]
    pub(crate) fn line(&self) -> String {
        let text = |number: Option<Decimal>| number.map_or("-".to_owned(), |number| number.to_string());
        format!(
            "{} {} {} {} {} {} of {}",
            self.key(),
            self.movement.as_str(),
            self.currency,
            self.gross,
            text(self.fee),
            text(self.net),
            self.parent.unwrap_or("-")
        )
    }

    /// The party whose account at the platform it concerns.
    pub(crate) fn other_party(&self) -> Party<'a> {
        if self.movement.is_payout() { self.receiver } else { self.payer }
    }

    /// As the document in the connector's replies.
    pub(crate) fn to_document(&self) -> Document<'a> {
        let number = |number: Option<Decimal>| number.map(|number| number.to_string()).into();
        let members = [
            ("key", self.key().into()),
            ("kind", self.movement.as_str().into()),
            ("direction", self.direction.as_str().into()),
            ("transaction", self.transaction.into()),
            ("parent", self.parent.into()),
            ("payer_id", self.payer.id.into()),
            ("payer_email", self.payer.email.into()),
            ("receiver_id", self.receiver.id.into()),
            ("receiver_email", self.receiver.email.into()),
            ("currency", self.currency.into()),
            ("gross", number(Some(self.gross))),
            ("fee", number(self.fee)),
            ("net", number(self.net)),
            ("status", self.status.into()),
            ("reason", self.reason.into()),
        ];
        Document::Object(members.map(|(name, value)| (name.into(), value)).into())
    }
}

/// Why a payment gives no credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It is not complete, and may still fail.
    Pending,
    /// It has failed, or was denied, voided or returned: no money has moved for good.
    NotPaid,
    /// Its amount, or its currency, cannot be read.
    UnreadableAmount,
    /// The transaction that moved the money, or its amount, is not named.
    UnnamedTransaction,
    /// Its status is not known here.
    UnknownStatus,
    /// Another event tells of the same money, by the payment's own id.
    AnotherEvent,
    /// PayPal's webhooks simulator has sent it: there is no money.
    Simulated,
}

impl Reason {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::NotPaid => "not-paid",
            Self::UnreadableAmount => "unreadable-amount",
            Self::UnnamedTransaction => "unnamed-transaction",
            Self::UnknownStatus => "unknown-status",
            Self::AnotherEvent => "another-event",
            Self::Simulated => "simulated",
        }
    }
}

/// A payment that gives no credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Uncounted<'a> {
    pub(crate) transaction: Option<&'a str>,
    pub(crate) status: Option<&'a str>,
    pub(crate) reason: Reason,
}

impl<'a> Uncounted<'a> {
    /// As the document in the connector's replies.
    pub(crate) fn to_document(&self) -> Document<'a> {
        let reason = self.reason.as_str();
        let members =
            [("transaction", self.transaction.into()), ("status", self.status.into()), ("reason", reason.into())];
        Document::Object(members.map(|(name, value)| (name.into(), value)).into())
    }
}

/// A payment: a credit, or why it is none.
pub(crate) type Counted<'a> = Result<Credit<'a>, Uncounted<'a>>;

/// The members `credits` and `uncounted` of a reply; both null if the message does not count at all.
pub(crate) fn members<'a>(payments: Option<&[Counted<'a>]>) -> [(&'static str, Document<'a>); 2] {
    let list = |item: fn(&Counted<'a>) -> Option<Document<'a>>| {
        payments.map_or(Document::Null, |payments| Document::Array(payments.iter().filter_map(item).collect()))
    };
    let credit = |it: &Counted<'a>| it.as_ref().ok().map(Credit::to_document);
    let uncounted = |it: &Counted<'a>| it.as_ref().err().map(Uncounted::to_document);
    [("credits", list(credit)), ("uncounted", list(uncounted))]
}

/// A number with its sign, as PayPal writes money.
pub(crate) fn signed(text: &str) -> Option<Decimal> {
    match text.strip_prefix('-') {
        Some(digits) => decimal::parse(digits).ok().map(negated),
        None => decimal::parse(text).ok(),
    }
}

/// A number with the other sign. Zero has none: it would be written `-0.00`.
pub(crate) fn negated(number: Decimal) -> Decimal {
    if number.is_zero() { number } else { -number }
}

/// Whether a text can be the code of a currency. PayPal may have added some.
pub(crate) fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether a text can be a transaction of PayPal's, which becomes part of a key.
pub(crate) fn is_transaction(id: &str) -> bool {
    is_id(id) && !id.contains([':', '@'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_decimals_and_have_one_sign() {
        for (text, expected) in [
            ("19.95", Some("19.95")),
            ("-19.90", Some("-19.90")),
            ("100", Some("100")),
            ("-.5", Some("-0.5")),
            ("-0.00", Some("0.00")),
            ("--1", None),
            ("+1", None),
            ("", None),
            ("-", None),
            ("1,000.00", None),
            ("1e3", None),
            ("NaN", None),
            ("999999999999999.00", None),
        ] {
            assert_eq!(signed(text).map(|number| number.to_string()).as_deref(), expected, "{text}");
        }
        assert_eq!(Direction::Out.sign(signed("0.00").unwrap()).to_string(), "0.00");
        assert_eq!(Direction::Out.sign(signed("7.50").unwrap()).to_string(), "-7.50");
    }

    #[test]
    fn a_transaction_makes_a_key_without_ambiguity() {
        assert!(is_transaction("61E67681CH3238416"));
        for id in ["", "a:in", "a b", "ada@example.com", "\u{e9}", &"x".repeat(128)] {
            assert!(!is_transaction(id), "{id}");
        }
        for code in ["", "US", "usd", "USDX", "U D"] {
            assert!(!is_currency(code), "{code}");
        }
    }
}
