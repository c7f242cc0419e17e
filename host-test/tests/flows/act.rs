//! What a merchant and a payer do, and what must come of it.

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

/// One of what there is, by its number; modulo how many there are.
pub(crate) type Pick = u8;

/// One thing that is done.
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
    /// The call; none for what others do, and where there is nothing to do it to.
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

/// Which part of what is left.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// All of it, without saying how much.
    All,
    /// So many of 256 parts, and at least one unit.
    Share(u8),
    /// By so much more than there is.
    TooMuch(u8),
}

impl Part {
    /// The amount, or none for all.
    pub(crate) fn of(self, left: i64) -> Option<i64> {
        match self {
            Self::All => None,
            Self::Share(share) => Some((left * i64::from(share) / 256).max(1)),
            Self::TooMuch(more) => Some(left + 1 + i64::from(more)),
        }
    }
}

/// What is entered in the books when a call was carried out.
type Entry = Box<dyn FnOnce(&mut Book, &Changes)>;

/// How a look-up shows whether a call was carried out.
type Shows = Box<dyn Fn(&Value) -> bool>;

/// A call of an action.
pub(crate) struct Call {
    pub(crate) action: &'static str,
    /// Parameters and body.
    pub(crate) input: Value,
    /// Whether PayPal takes it; otherwise it refuses it for a business reason.
    pub(crate) allowed: bool,
    /// What happens if it is carried out; nothing for a read.
    pub(crate) effect: Vec<String>,
    pub(crate) entry: Entry,
    /// The input of the action's look-up, and how to read its answer: for a write without a key.
    pub(crate) lookup: Option<(Value, Shows)>,
    /// What a reply must hold.
    pub(crate) reply: Shows,
}

impl Call {
    /// A read, whose answer must be so.
    fn read(action: &'static str, input: Value, reply: impl Fn(&Value) -> bool + 'static) -> Self {
        let reply = Box::new(reply);
        Self { action, input, allowed: true, effect: Vec::new(), entry: Box::new(|_, _| {}), lookup: None, reply }
    }

    /// A write, with what happens beside that the action is done.
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

/// The index of a pick among so many.
pub(crate) fn index(pick: Pick, count: usize) -> Option<usize> {
    usize::from(pick).checked_rem(count)
}

/// What a flow is about: enough of one thing to get somewhere with it, and a little of all.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    Payments,
    Invoices,
    Subscriptions,
    Everything,
}

/// Acts of a flow about something.
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
