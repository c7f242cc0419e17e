//! The acts of a merchant and a payer, and their expected effects.

mod catalogue;
mod invoices;
mod notices;
mod orders;
mod payments;
mod subscriptions;

use proptest::prelude::*;
use serde_json::Value;

use super::{book::Book, changes::Changes};

use catalogue::CatalogueAct;
use invoices::InvoiceAct;
use notices::NoticeAct;
use orders::OrderAct;
use payments::PaymentAct;
use subscriptions::SubscriptionAct;

/// Picks one of several things: its number modulo their count.
pub(crate) type Pick = u8;

/// One act.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// The payer approves an order.
    Approve(Pick),
    /// Days pass.
    Wait(u8),
    /// A subscriber approves a subscription.
    Subscribe(Pick),
    /// A payment of a subscription fails.
    MissPayment(Pick),
    Order(OrderAct),
    Payment(PaymentAct),
    Invoice(InvoiceAct),
    Catalogue(CatalogueAct),
    Subscription(SubscriptionAct),
    Notice(NoticeAct),
}

impl Act {
    /// Returns the call; `None` for what others do, or if there is nothing to act on.
    pub(crate) fn call(&self, book: &Book) -> Option<Call> {
        match self {
            Self::Approve(_) | Self::Wait(_) | Self::Subscribe(_) | Self::MissPayment(_) => None,
            Self::Order(act) => act.call(book),
            Self::Payment(act) => act.call(book),
            Self::Invoice(act) => act.call(book),
            Self::Catalogue(act) => act.call(book),
            Self::Subscription(act) => act.call(book),
            Self::Notice(act) => act.call(book),
        }
    }
}

/// A part of what is left.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// All of it, without an amount.
    All,
    /// That many of 256 parts, and at least one unit.
    Share(u8),
    /// More than there is, by that much.
    TooMuch(u8),
}

impl Part {
    /// Returns the amount; `None` for all.
    pub(crate) fn of(self, left: i64) -> Option<i64> {
        match self {
            Self::All => None,
            Self::Share(share) => Some((left * i64::from(share) / 256).max(1)),
            Self::TooMuch(more) => Some(left + 1 + i64::from(more)),
        }
    }
}

/// Enters a call that was carried out in the books.
type Entry = Box<dyn FnOnce(&mut Book, &Changes)>;

/// Tells by a look-up's answer whether a call was carried out.
type Shows = Box<dyn Fn(&Value) -> bool>;

/// A call of an action.
pub(crate) struct Call {
    pub(crate) action: &'static str,
    /// Parameters and body.
    pub(crate) input: Value,
    /// Whether PayPal accepts it; otherwise it refuses it for a business reason.
    pub(crate) allowed: bool,
    /// The effects if it is carried out; empty for a read.
    pub(crate) effect: Vec<String>,
    pub(crate) entry: Entry,
    /// For a write without a key: the input of the action's look-up, and how to read its answer.
    pub(crate) lookup: Option<(Value, Shows)>,
    /// Whether a reply is right.
    pub(crate) reply: Shows,
}

impl Call {
    /// Returns a read, with a check of its answer.
    fn read(action: &'static str, input: Value, reply: impl Fn(&Value) -> bool + 'static) -> Self {
        let reply = Box::new(reply);
        Self { action, input, allowed: true, effect: Vec::new(), entry: Box::new(|_, _| {}), lookup: None, reply }
    }

    /// Returns a write, with its effects besides that the action is done.
    fn write(action: &'static str, input: Value, allowed: bool, effect: Vec<String>) -> Self {
        let effect = [effect, vec![action.to_owned()]].concat();
        let reply = Box::new(|_: &Value| true);
        Self { action, input, allowed, effect, entry: Box::new(|_, _| {}), lookup: None, reply }
    }

    fn then(self, entry: impl FnOnce(&mut Book, &Changes) + 'static) -> Self {
        Self { entry: Box::new(entry), ..self }
    }

    fn replies(self, reply: impl Fn(&Value) -> bool + 'static) -> Self {
        Self { reply: Box::new(reply), ..self }
    }

    fn looked_up(self, input: Value, shows: impl Fn(&Value) -> bool + 'static) -> Self {
        Self { lookup: Some((input, Box::new(shows))), ..self }
    }
}

/// Returns the index of a pick among that many.
pub(crate) fn index(pick: Pick, count: usize) -> Option<usize> {
    usize::from(pick).checked_rem(count)
}

/// The main subject of a flow: most of its acts are about it, and a few about everything else.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    Payments,
    Invoices,
    Subscriptions,
    Everything,
}

/// Returns the acts of a flow about a subject.
pub(crate) fn act(subject: Subject) -> BoxedStrategy<Act> {
    let pick = any::<Pick>;
    let [payments, invoices, subscriptions] = match subject {
        Subject::Payments => [8, 0, 0],
        Subject::Invoices => [0, 8, 0],
        Subject::Subscriptions => [0, 0, 8],
        Subject::Everything => [4, 4, 4],
    };
    prop_oneof![
        1 => (1..12_u8).prop_map(Act::Wait),
        1 => notices::act().prop_map(Act::Notice),
        payments / 2 => pick().prop_map(Act::Approve),
        payments => orders::act().prop_map(Act::Order),
        payments => payments::act().prop_map(Act::Payment),
        2 * invoices => invoices::act().prop_map(Act::Invoice),
        subscriptions => catalogue::act().prop_map(Act::Catalogue),
        subscriptions => subscriptions::act().prop_map(Act::Subscription),
        subscriptions / 2 => pick().prop_map(Act::Subscribe),
        subscriptions / 4 => pick().prop_map(Act::MissPayment),
    ]
    .boxed()
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        2 => Just(Part::All),
        4 => any::<u8>().prop_map(Part::Share),
        1 => any::<u8>().prop_map(Part::TooMuch),
    ]
}
