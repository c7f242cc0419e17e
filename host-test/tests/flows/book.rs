//! The merchant's books: resources and amounts, by the merchant's own arithmetic in minor units.

pub(crate) mod dispute;
pub(crate) mod funds;

use std::collections::BTreeMap;

use dispute::Dispute;
use funds::{Movement, Payout};

/// Seconds.
pub(crate) const DAY: u64 = 86_400;

/// A currency of the flows. Yen have no decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Currency {
    Usd,
    Jpy,
}

impl Currency {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Jpy => "JPY",
        }
    }

    /// Formats an amount as in PayPal's documents.
    pub(crate) fn value(self, minor: i64) -> String {
        match self {
            Self::Usd => format!("{}.{:02}", minor / 100, minor % 100),
            Self::Jpy => minor.to_string(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    Capture,
    Authorize,
}

pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) intent: Intent,
    pub(crate) currency: Currency,
    pub(crate) amount: i64,
    pub(crate) approved: bool,
    pub(crate) paid: bool,
    /// The day of its last change.
    pub(crate) changed: u64,
}

pub(crate) struct Authorization {
    pub(crate) id: String,
    pub(crate) order: String,
    pub(crate) currency: Currency,
    pub(crate) amount: i64,
    pub(crate) captured: i64,
    /// Whether it is captured in full or for the last time, voided, expired, or replaced by a new one.
    pub(crate) over: bool,
    /// The day on which it was made, and the one on which it expires.
    pub(crate) day: u64,
    pub(crate) until: u64,
    /// The largest amount that it can be renewed with.
    pub(crate) limit: i64,
}

pub(crate) struct Capture {
    pub(crate) id: String,
    pub(crate) currency: Currency,
    pub(crate) amount: i64,
    pub(crate) refunded: i64,
    /// The day on which it was made.
    pub(crate) day: u64,
}

impl Capture {
    /// Returns what has not gone back.
    pub(crate) fn left(&self) -> i64 {
        self.amount - self.refunded
    }
}

/// A saved card, of a customer of its own.
pub(crate) struct Saved {
    pub(crate) id: String,
    pub(crate) customer: String,
    pub(crate) deleted: bool,
}

/// The stage of an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Draft,
    Sent,
    Cancelled,
}

#[derive(Clone)]
pub(crate) struct Invoice {
    pub(crate) id: String,
    pub(crate) currency: Currency,
    pub(crate) total: i64,
    pub(crate) stage: Stage,
    pub(crate) paid: i64,
    pub(crate) refunded: i64,
    /// The number of recorded payments, and of refunds.
    pub(crate) payments: usize,
    pub(crate) refunds: usize,
}

impl Invoice {
    /// Returns PayPal's name of its status.
    pub(crate) fn status(&self) -> &'static str {
        match self.stage {
            Stage::Draft => "DRAFT",
            Stage::Cancelled => "CANCELLED",
            Stage::Sent if self.refunded > 0 && self.refunded < self.paid => "PARTIALLY_REFUNDED",
            Stage::Sent if self.refunded > 0 => "MARKED_AS_REFUNDED",
            Stage::Sent if self.paid == 0 => "SENT",
            Stage::Sent if self.paid < self.total => "PARTIALLY_PAID",
            Stage::Sent => "MARKED_AS_PAID",
        }
    }
}

pub(crate) struct Plan {
    pub(crate) id: String,
    pub(crate) active: bool,
    pub(crate) currency: Currency,
    pub(crate) price: i64,
}

/// The state of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Running {
    Pending,
    Active,
    Suspended,
    Cancelled,
}

impl Running {
    /// Returns PayPal's name of it.
    pub(crate) fn status(self) -> &'static str {
        match self {
            Self::Pending => "APPROVAL_PENDING",
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

pub(crate) struct Subscription {
    pub(crate) id: String,
    /// The index of its plan.
    pub(crate) plan: usize,
    pub(crate) running: Running,
    /// The day on which it was approved. It is billed every week from then on.
    pub(crate) begun: u64,
    /// The outstanding balance of failed payments.
    pub(crate) owed: i64,
}

/// The books.
#[derive(Default)]
pub(crate) struct Book {
    /// Days since the beginning.
    pub(crate) day: u64,
    pub(crate) orders: Vec<Order>,
    pub(crate) authorizations: Vec<Authorization>,
    pub(crate) captures: Vec<Capture>,
    pub(crate) saved: Vec<Saved>,
    pub(crate) disputes: Vec<Dispute>,
    pub(crate) payouts: Vec<Payout>,
    pub(crate) movements: Vec<Movement>,
    pub(crate) invoices: Vec<Invoice>,
    pub(crate) products: Vec<String>,
    pub(crate) plans: Vec<Plan>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) webhooks: Vec<String>,
    /// The number of unique texts used so far.
    pub(crate) changes: u32,
    /// Money taken and money given back, by currency.
    pub(crate) taken: BTreeMap<&'static str, i64>,
    pub(crate) returned: BTreeMap<&'static str, i64>,
}

/// The days after which an order that is not paid is gone, and an authorization expires; the days of a subscription's cycle;
/// and those in which a capture can be refunded and disputed.
const ORDER: u64 = 3;
const AUTHORIZATION: u64 = 29;
const CYCLE: u64 = 7;
const REVERSIBLE: u64 = 180;

/// What the merchant has at first, in cents.
const OPENING: i64 = 10_000_000;

impl Book {
    /// Returns the books of a merchant who has done nothing yet.
    pub(crate) fn new() -> Self {
        let mut book = Self::default();
        book.record(Currency::Usd.code(), OPENING, 0);
        book
    }

    /// A day passes.
    pub(crate) fn pass_day(&mut self) {
        self.day += 1;
        let now = self.day;
        self.orders.retain(|order| order.paid || now - order.changed < ORDER);
        for authorization in &mut self.authorizations {
            authorization.over |= now >= authorization.until;
        }
        for subscription in self.subscriptions.iter_mut().filter(|it| it.running == Running::Active) {
            // The next payment includes what is outstanding.
            if (now - subscription.begun).is_multiple_of(CYCLE) {
                subscription.owed = 0;
            }
        }
        self.pay_out();
        self.expire_disputes();
    }

    /// Whether a capture can be refunded and disputed still.
    pub(crate) fn is_recent(&self, capture: &Capture) -> bool {
        self.day - capture.day < REVERSIBLE
    }

    pub(crate) fn authorize(&mut self, id: String, order: &str, currency: Currency, amount: i64) {
        let (order, day, until) = (order.to_owned(), self.day, self.day + AUTHORIZATION);
        let more = amount * 15 / 100;
        let limit = amount + if currency == Currency::Usd { more.min(7500) } else { more };
        let (captured, over) = (0, false);
        self.authorizations.push(Authorization { id, order, currency, amount, captured, over, day, until, limit });
    }

    /// Replaces an authorization by a new one, which lasts no longer.
    pub(crate) fn renew(&mut self, at: usize, id: String, amount: i64) {
        let old = &mut self.authorizations[at];
        old.over = true;
        let (order, currency, until, limit) = (old.order.clone(), old.currency, old.until, old.limit);
        self.authorize(id, &order, currency, amount);
        if let Some(new) = self.authorizations.last_mut() {
            (new.until, new.limit) = (until, limit);
        }
    }

    pub(crate) fn capture(&mut self, id: String, currency: Currency, amount: i64) {
        *self.taken.entry(currency.code()).or_default() += amount;
        self.earn(currency, amount);
        self.captures.push(Capture { id, currency, amount, refunded: 0, day: self.day });
    }

    pub(crate) fn refund(&mut self, capture: usize, amount: i64) {
        self.refund_at(capture, amount, self.day * DAY);
    }

    /// The same at a time, in seconds since the beginning. PayPal keeps its fee.
    fn refund_at(&mut self, capture: usize, amount: i64, time: u64) {
        let capture = &mut self.captures[capture];
        capture.refunded += amount;
        let currency = capture.currency.code();
        *self.returned.entry(currency).or_default() += amount;
        self.record(currency, -amount, time);
    }
}
