//! Disputes of captures, and what becomes of their money.

use super::{Book, Currency, DAY};

/// The state of a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The parties talk.
    Inquiry,
    /// The merchant is to answer.
    Claim,
    /// PayPal decides.
    Review,
    /// It is resolved. The merchant can appeal until that day.
    Resolved { until: u64 },
}

impl Standing {
    /// Returns PayPal's name of it.
    pub(crate) fn status(self) -> &'static str {
        match self {
            Self::Inquiry => "OPEN",
            Self::Claim => "WAITING_FOR_SELLER_RESPONSE",
            Self::Review => "UNDER_REVIEW",
            Self::Resolved { .. } => "RESOLVED",
        }
    }
}

pub(crate) struct Dispute {
    pub(crate) id: String,
    /// The id of the capture.
    pub(crate) capture: String,
    pub(crate) currency: Currency,
    pub(crate) amount: i64,
    pub(crate) standing: Standing,
    begun: u64,
    /// Money that the merchant cannot use, that went to the buyer, and that PayPal charged.
    pub(crate) held: i64,
    pub(crate) taken: i64,
    pub(crate) fee: i64,
    /// How often the merchant has appealed.
    pub(crate) appeals: u32,
}

impl Dispute {
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.standing, Standing::Resolved { .. })
    }

    /// Whether the merchant can appeal on a day. After two appeals nobody decides again.
    pub(crate) fn is_appealable(&self, day: u64) -> bool {
        matches!(self.standing, Standing::Resolved { until } if day < until) && self.appeals < 2
    }

    /// Whether the merchant can still give the buyer right: not if the buyer has the money.
    pub(crate) fn is_acceptable(&self) -> bool {
        self.is_open() && self.taken == 0
    }
}

/// The days after which an inquiry ends, after which a claim without an answer is lost, and in which the merchant can appeal.
const INQUIRY: u64 = 20;
const ANSWER: u64 = 11;
const APPEAL: u64 = 10;

/// The time of day at which answers are due, before the hour at which the flows' days begin: 06:59:59 and 09:00:00.
const DUE_BEFORE: u64 = 2 * 3600 + 1;

/// Returns PayPal's fee for a claim that it decides for the buyer: none for less than twice the fee.
fn claim_fee(currency: Currency, gross: i64) -> i64 {
    let fee = match currency {
        Currency::Usd => 1500,
        Currency::Jpy => 1630,
    };
    if gross < 2 * fee { 0 } else { fee }
}

impl Book {
    /// Whether the buyer can dispute a capture now.
    pub(crate) fn is_disputable(&self, capture: usize) -> bool {
        let capture = &self.captures[capture];
        let mut earlier = self.disputes.iter().filter(|dispute| dispute.capture == capture.id);
        capture.left() > 0
            && self.is_recent(capture)
            && !earlier.any(|dispute| dispute.is_open() || dispute.is_appealable(self.day))
    }

    /// The buyer disputes all that is left of a capture.
    pub(crate) fn dispute(&mut self, id: String, capture: usize, claim: bool) {
        let capture = &self.captures[capture];
        let (standing, amount) = (if claim { Standing::Claim } else { Standing::Inquiry }, capture.left());
        self.disputes.push(Dispute {
            id,
            capture: capture.id.clone(),
            currency: capture.currency,
            amount,
            standing,
            begun: self.day,
            held: amount,
            taken: 0,
            fee: 0,
            appeals: 0,
        });
    }

    /// Returns the open dispute that holds the money of a capture.
    pub(crate) fn holding(&self, capture: &str) -> Option<usize> {
        self.disputes.iter().position(|dispute| dispute.capture == capture && dispute.held > 0)
    }

    /// A dispute ends without a decision that can be appealed.
    pub(crate) fn resolve(&mut self, at: usize) {
        let dispute = &mut self.disputes[at];
        (dispute.standing, dispute.held) = (Standing::Resolved { until: 0 }, 0);
    }

    /// All of the disputed amount goes back to the buyer.
    pub(crate) fn give_in(&mut self, at: usize, time: u64) {
        let Dispute { capture, amount, .. } = &mut self.disputes[at];
        let (amount, capture) = (*amount, capture.clone());
        if let Some(capture) = self.captures.iter().position(|it| it.id == capture) {
            self.refund_at(capture, amount, time);
        }
        self.disputes[at].taken = amount;
        self.resolve(at);
    }

    /// PayPal decides.
    pub(crate) fn decide(&mut self, at: usize, for_buyer: bool) {
        self.decide_at(at, for_buyer, self.day * DAY);
    }

    fn decide_at(&mut self, at: usize, for_buyer: bool, time: u64) {
        let Dispute { currency, taken, fee, .. } = self.disputes[at];
        if !for_buyer {
            // An appeal that is won brings everything back; the buyer keeps the money.
            self.record(currency.code(), taken + fee, time);
            (self.disputes[at].taken, self.disputes[at].fee) = (0, 0);
            return self.resolve(at);
        }
        if taken == 0 {
            self.give_in(at, time);
            let capture = self.captures.iter().find(|capture| capture.id == self.disputes[at].capture);
            let fee = capture.map_or(0, |capture| claim_fee(currency, capture.amount));
            self.record(currency.code(), -fee, time);
            self.disputes[at].fee = fee;
        }
        self.disputes[at].standing = Standing::Resolved { until: self.day + APPEAL };
    }

    /// A day has passed: inquiries end, and claims without an answer are lost.
    pub(super) fn expire_disputes(&mut self) {
        for at in 0..self.disputes.len() {
            let dispute = &self.disputes[at];
            let age = self.day - dispute.begun;
            match dispute.standing {
                Standing::Inquiry if age >= INQUIRY => self.resolve(at),
                Standing::Claim if age >= ANSWER => self.decide_at(at, true, self.day * DAY - DUE_BEFORE),
                _ => {}
            }
        }
    }
}
