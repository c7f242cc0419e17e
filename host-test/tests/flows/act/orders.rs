//! Orders: create, read, change, authorize, capture.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Call, Pick, index};
use crate::{
    book::{Book, Currency, Intent, Order},
    changes::{Changes, ITSELF, describe},
};

#[derive(Clone, Debug)]
pub(crate) enum OrderAct {
    /// With `card` it is paid at once.
    Create {
        intent: Intent,
        currency: Currency,
        amount: u32,
        card: bool,
    },
    Get(Pick),
    /// Change the amount.
    Update {
        order: Pick,
        amount: u32,
    },
    Authorize(Pick),
    Capture(Pick),
}

pub(crate) fn act() -> impl Strategy<Value = OrderAct> {
    let intent = prop_oneof![Just(Intent::Capture), Just(Intent::Authorize)];
    let currency = prop_oneof![Just(Currency::Usd), Just(Currency::Jpy)];
    let amount = || prop_oneof![1..100_u32, 100..100_000_u32];
    prop_oneof![
        5 => (intent, currency, amount(), proptest::bool::weighted(0.4))
            .prop_map(|(intent, currency, amount, card)| OrderAct::Create { intent, currency, amount, card }),
        1 => any::<Pick>().prop_map(OrderAct::Get),
        1 => (any::<Pick>(), amount()).prop_map(|(order, amount)| OrderAct::Update { order, amount }),
        3 => any::<Pick>().prop_map(OrderAct::Authorize),
        4 => any::<Pick>().prop_map(OrderAct::Capture),
    ]
}

/// An order that is paid at once.
pub(crate) fn paid() -> impl Strategy<Value = OrderAct> {
    let currency = prop_oneof![Just(Currency::Usd), Just(Currency::Jpy)];
    (currency, 1..100_000_u32).prop_map(|(currency, amount)| OrderAct::Create {
        intent: Intent::Capture,
        currency,
        amount,
        card: true,
    })
}

impl OrderAct {
    /// Returns the call, unless there is nothing to act on.
    pub(crate) fn call(&self, book: &Book) -> Option<Call> {
        let pick = |pick| index(pick, book.orders.len());
        Some(match *self {
            Self::Create { intent, currency, amount, card } => {
                let card = card.then(|| json!({"number": "4111111111111111", "expiry": "2030-01"}));
                create(intent, currency, amount.into(), card, true)
            }
            Self::Get(order) => get(&book.orders[pick(order)?]),
            Self::Update { order, amount } => update(book, pick(order)?, amount.into()),
            Self::Authorize(order) => pay(book, pick(order)?, Intent::Authorize),
            Self::Capture(order) => pay(book, pick(order)?, Intent::Capture),
        })
    }
}

fn amount_of(currency: Currency, minor: i64) -> Value {
    json!({"currency_code": currency.code(), "value": currency.value(minor)})
}

/// Returns the effect of capturing or authorizing an order. The order may be new, and without an id yet.
fn payment(intent: Intent, currency: Currency, amount: i64, order: &str) -> String {
    let verb = if intent == Intent::Capture { "captured" } else { "authorized" };
    describe(verb, currency.code(), amount, order)
}

fn enter_payment(book: &mut Book, changes: &Changes, intent: Intent, currency: Currency, amount: i64, order: &str) {
    match intent {
        Intent::Capture => book.capture(changes.id("captured").unwrap(), currency, amount),
        Intent::Authorize => book.authorize(changes.id("authorized").unwrap(), order, currency, amount),
    }
}

/// Creates an order. With a card, a new one or a saved one, it is paid at once.
pub(super) fn create(intent: Intent, currency: Currency, amount: i64, card: Option<Value>, allowed: bool) -> Call {
    let paid = card.is_some();
    let mut body = json!({
        "intent": if intent == Intent::Capture { "CAPTURE" } else { "AUTHORIZE" },
        "purchase_units": [{"amount": amount_of(currency, amount)}],
    });
    let mut effect = vec!["order".to_owned()];
    if let Some(card) = card {
        body["payment_source"] = json!({"card": card});
        effect.push(payment(intent, currency, amount, ITSELF));
    }
    Call::write("orders.create", json!({"body": body}), allowed, effect).replies(|order| order["id"].is_string()).then(
        move |book, changes| {
            let id = changes.id("order").unwrap();
            if paid {
                enter_payment(book, changes, intent, currency, amount, &id);
            }
            let changed = book.day;
            book.orders.push(Order { id, intent, currency, amount, approved: paid, paid, changed });
        },
    )
}

fn get(order: &Order) -> Call {
    let (amount, status) = (
        amount_of(order.currency, order.amount),
        match (order.paid, order.approved) {
            (true, _) => "COMPLETED",
            (false, true) => "APPROVED",
            (false, false) => "CREATED",
        },
    );
    Call::read("orders.get", json!({"id": order.id}), move |order| {
        order["status"] == status && order["purchase_units"][0]["amount"] == amount
    })
}

fn update(book: &Book, at: usize, amount: i64) -> Call {
    let order = &book.orders[at];
    // A new amount shows whether the change was made.
    let amount = if amount == order.amount { amount + 1 } else { amount };
    let new = amount_of(order.currency, amount);
    let path = "/purchase_units/@reference_id=='default'/amount";
    let input = json!({"id": order.id, "body": [{"op": "replace", "path": path, "value": new}]});
    Call::write("orders.update", input, !order.paid, Vec::new())
        .looked_up(json!({"id": order.id}), move |order| order["purchase_units"][0]["amount"] == new)
        .then(move |book, _| (book.orders[at].amount, book.orders[at].changed) = (amount, book.day))
}

fn pay(book: &Book, at: usize, intent: Intent) -> Call {
    let Order { id, currency, amount, approved, paid, intent: intended, .. } = &book.orders[at];
    let (currency, amount, order) = (*currency, *amount, id.clone());
    let action = if intent == Intent::Capture { "orders.capture" } else { "orders.authorize" };
    let allowed = *intended == intent && *approved && !paid;
    Call::write(action, json!({"id": id}), allowed, vec![payment(intent, currency, amount, id)])
        .replies({
            let order = order.clone();
            move |paid| paid["id"] == *order && paid["status"] == "COMPLETED"
        })
        .then(move |book, changes| {
            enter_payment(book, changes, intent, currency, amount, &order);
            book.orders[at].paid = true;
        })
}
