//! A dispute: a buyer complains of a payment, and wants money back.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    base::{clock::Moment, links::link},
    world::{effects::Moved, money::Money},
};

pub(crate) const PATH: &str = "/v1/customer/disputes";

/// The stage of a dispute's life: an inquiry among the parties, a claim that PayPal decides, its two appeals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Inquiry,
    Chargeback,
    PreArbitration,
    Arbitration,
}

impl Stage {
    pub(crate) const NAMES: [(&'static str, Self); 4] = [
        ("INQUIRY", Self::Inquiry),
        ("CHARGEBACK", Self::Chargeback),
        ("PRE_ARBITRATION", Self::PreArbitration),
        ("ARBITRATION", Self::Arbitration),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.into_iter().find(|(_, stage)| *stage == self).map_or("", |(name, _)| name)
    }
}

/// What a dispute waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The parties talk.
    Open,
    /// The buyer is to accept or to deny what the merchant offers.
    OfferMade,
    /// The merchant is to offer something else.
    OfferDenied,
    /// The buyer is to send the item back.
    AwaitingReturn,
    /// The merchant is to say how it came back.
    Returned,
    SellerEvidence,
    BuyerEvidence,
    /// PayPal is to decide.
    UnderReview,
    Resolved,
}

/// What the merchant offers, or has agreed to.
pub(crate) struct Offer {
    /// PayPal's name, such as `REFUND_WITH_RETURN`.
    pub(crate) kind: String,
    /// What is to be refunded; zero if nothing is.
    pub(crate) amount: Money,
    /// The merchant's invoice id for the refund.
    pub(crate) invoice_id: Option<String>,
}

/// How a dispute has ended.
pub(crate) struct Outcome {
    pub(crate) code: &'static str,
    pub(crate) reason: Option<&'static str>,
    pub(crate) refunded: Option<Money>,
}

pub(crate) struct Dispute {
    pub(crate) id: String,
    /// How many there were before it.
    pub(crate) number: usize,
    /// The id of the transaction, and what does not change in its document.
    pub(crate) transaction: String,
    pub(crate) transaction_members: Value,
    pub(crate) reason: String,
    pub(crate) amount: Money,
    /// Whether the buyer has turned to the card's issuer or a bank rather than to PayPal; and their code for the reason.
    pub(crate) is_external: bool,
    pub(crate) external_reason: Option<String>,
    pub(crate) stage: Stage,
    pub(crate) state: State,
    pub(crate) offer: Option<Offer>,
    pub(crate) outcome: Option<Outcome>,
    /// Until when the merchant can appeal.
    pub(crate) appealable: Option<Moment>,
    /// When PayPal ends it or decides if nothing happens.
    pub(crate) due: Option<Moment>,
    /// Minor units that the merchant cannot use meanwhile; that went to the buyer; that PayPal has charged as its fee; and
    /// that an appeal has brought back, without the fee.
    pub(crate) held: i64,
    pub(crate) taken: i64,
    pub(crate) fee: i64,
    pub(crate) reimbursed: i64,
    /// Whether PayPal took the money rather than the merchant gave it.
    pub(crate) is_reversed: bool,
    /// Lists of the document, by name, and the offers so far.
    pub(crate) lists: BTreeMap<&'static str, Vec<Value>>,
    pub(crate) history: Vec<Value>,
    /// Other members of the document that the parties have sent.
    pub(crate) members: Value,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

/// The maximum length of lists in a document. Older entries are dropped.
const MAX_LISTS: [(&str, usize); 5] =
    [("adjudications", 10), ("evidences", 100), ("fund_movements", 50), ("messages", 1000), ("supporting_info", 100)];
const MAX_HISTORY: usize = 1000;

/// Appends to a list, and drops its oldest entry if it has too many.
fn push(list: &mut Vec<Value>, entry: Value, most: usize) {
    if list.len() >= most {
        list.remove(0);
    }
    list.push(entry);
}

impl Dispute {
    /// Appends an entry to a list of the document.
    pub(crate) fn add(&mut self, name: &'static str, entry: Value) {
        let most = MAX_LISTS.into_iter().find(|(it, _)| *it == name).map_or(MAX_HISTORY, |(_, most)| most);
        push(self.lists.entry(name).or_default(), entry, most);
    }

    /// Appends an event to the history of offers.
    pub(crate) fn note_offer(&mut self, actor: &str, event: &str, note: Option<&str>, now: Moment) {
        let Some(offer) = &self.offer else { return };
        let mut entry = json!({
            "offer_time": now.rfc3339_millis(),
            "actor": actor,
            "event_type": event,
            "offer_type": offer.kind,
            "dispute_life_cycle_stage": self.stage.name(),
        });
        if offer.amount.minor > 0 {
            entry["offer_amount"] = offer.amount.document();
        }
        // PayPal keeps to itself what the buyer says about an offer.
        if let Some(note) = note.filter(|_| actor == "SELLER") {
            entry["notes"] = note.into();
        }
        push(&mut self.history, entry, MAX_HISTORY);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.state != State::Resolved
    }

    pub(crate) fn status(&self) -> &'static str {
        match self.state {
            State::Open => "OPEN",
            State::OfferMade | State::AwaitingReturn | State::BuyerEvidence => "WAITING_FOR_BUYER_RESPONSE",
            State::OfferDenied | State::Returned | State::SellerEvidence => "WAITING_FOR_SELLER_RESPONSE",
            State::UnderReview => "UNDER_REVIEW",
            State::Resolved => "RESOLVED",
        }
    }

    /// The money that it keeps from the merchant.
    pub(crate) fn held(&self) -> Option<Moved> {
        (self.held > 0).then(|| self.amount.with(self.held).moved(&self.transaction))
    }

    /// The money that it took from the merchant for the buyer, less what appeals brought back.
    pub(crate) fn settled(&self) -> Option<Moved> {
        let minor = self.taken - self.reimbursed;
        (minor > 0).then(|| self.amount.with(minor).moved(&self.transaction))
    }

    /// PayPal's fee for it.
    pub(crate) fn fee(&self) -> Option<Moved> {
        (self.fee > 0).then(|| self.amount.with(self.fee).moved(&self.transaction))
    }

    pub(crate) fn path(&self) -> String {
        format!("{PATH}/{}", self.id)
    }

    pub(crate) fn own_link(&self) -> Value {
        link("self", "GET", &self.path())
    }
}
