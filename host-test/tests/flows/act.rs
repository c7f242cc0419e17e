//! The acts of a merchant and a payer, and their expected effects.

mod catalogue;
mod disputes;
mod invoices;
mod notices;
mod orders;
mod payments;
mod payouts;
mod reports;
mod subscriptions;
mod vault;

use proptest::{prelude::*, strategy::Union};
use serde_json::Value;

use super::{book::Book, changes::Changes};

use catalogue::CatalogueAct;
use disputes::DisputeAct;
use invoices::InvoiceAct;
use notices::NoticeAct;
use orders::OrderAct;
use payments::PaymentAct;
use payouts::PayoutAct;
use reports::ReportAct;
use subscriptions::SubscriptionAct;
use vault::VaultAct;

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
    /// The buyer disputes a capture, at once by a claim or by an inquiry.
    Dispute {
        capture: Pick,
        claim: bool,
    },
    /// PayPal decides a dispute.
    Decide {
        dispute: Pick,
        for_buyer: bool,
    },
    /// The receiver of a payout claims it.
    Claim(Pick),
    Order(OrderAct),
    Payment(PaymentAct),
    Invoice(InvoiceAct),
    Catalogue(CatalogueAct),
    Subscription(SubscriptionAct),
    Notice(NoticeAct),
    Vault(VaultAct),
    Answer(DisputeAct),
    Payout(PayoutAct),
    Report(ReportAct),
}

impl Act {
    /// Returns the call; `None` for what others do, or if there is nothing to act on.
    pub(crate) fn call(&self, book: &Book) -> Option<Call> {
        match self {
            Self::Approve(_)
            | Self::Wait(_)
            | Self::Subscribe(_)
            | Self::MissPayment(_)
            | Self::Dispute { .. }
            | Self::Decide { .. }
            | Self::Claim(_) => None,
            Self::Order(act) => act.call(book),
            Self::Payment(act) => act.call(book),
            Self::Invoice(act) => act.call(book),
            Self::Catalogue(act) => act.call(book),
            Self::Subscription(act) => act.call(book),
            Self::Notice(act) => act.call(book),
            Self::Vault(act) => act.call(book),
            Self::Answer(act) => act.call(book),
            Self::Payout(act) => act.call(book),
            Self::Report(act) => Some(act.call(book)),
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
    Disputes,
    Payouts,
    Invoices,
    Subscriptions,
    Everything,
}

/// Returns the acts of a flow about a subject.
pub(crate) fn act(subject: Subject) -> BoxedStrategy<Act> {
    let pick = any::<Pick>;
    let [payments, disputes, payouts, invoices, subscriptions] = match subject {
        Subject::Payments => [8, 1, 0, 0, 0],
        Subject::Disputes => [3, 8, 0, 0, 0],
        Subject::Payouts => [2, 0, 8, 0, 0],
        Subject::Invoices => [0, 0, 0, 8, 0],
        Subject::Subscriptions => [0, 0, 0, 0, 8],
        Subject::Everything => [4, 4, 4, 4, 4],
    };
    let acts = [
        (1, (1..12_u8).prop_map(Act::Wait).boxed()),
        (1, notices::act().prop_map(Act::Notice).boxed()),
        (1, reports::act().prop_map(Act::Report).boxed()),
        (payments / 2, pick().prop_map(Act::Approve).boxed()),
        (payments, orders::act().prop_map(Act::Order).boxed()),
        (payments, payments::act().prop_map(Act::Payment).boxed()),
        (payments / 2, vault::act().prop_map(Act::Vault).boxed()),
        // So that there is something to dispute.
        (disputes, orders::paid().prop_map(Act::Order).boxed()),
        (disputes, (pick(), any::<bool>()).prop_map(|(capture, claim)| Act::Dispute { capture, claim }).boxed()),
        (disputes, disputes::act().prop_map(Act::Answer).boxed()),
        (
            disputes / 2,
            (pick(), any::<bool>()).prop_map(|(dispute, for_buyer)| Act::Decide { dispute, for_buyer }).boxed(),
        ),
        (payouts, payouts::act().prop_map(Act::Payout).boxed()),
        // So that payouts are paid, and unclaimed ones come back.
        (payouts / 2, (1..12_u8).prop_map(Act::Wait).boxed()),
        (payouts / 4, pick().prop_map(Act::Claim).boxed()),
        (2 * invoices, invoices::act().prop_map(Act::Invoice).boxed()),
        (subscriptions, catalogue::act().prop_map(Act::Catalogue).boxed()),
        (subscriptions, subscriptions::act().prop_map(Act::Subscription).boxed()),
        (subscriptions / 2, pick().prop_map(Act::Subscribe).boxed()),
        (subscriptions / 4, pick().prop_map(Act::MissPayment).boxed()),
    ];
    Union::new_weighted(acts.into_iter().filter(|(weight, _)| *weight > 0).collect()).boxed()
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        2 => Just(Part::All),
        4 => any::<u8>().prop_map(Part::Share),
        1 => any::<u8>().prop_map(Part::TooMuch),
    ]
}
