//! Payouts: each with one item in dollars.

use proptest::prelude::*;
use serde_json::json;

use super::{Call, Pick, index};
use crate::book::{
    Book, Currency,
    funds::{PAYOUT_FEE, Paid, Payout},
};

#[derive(Clone, Debug)]
pub(crate) enum PayoutAct {
    Create {
        amount: u32,
        /// Whether the receiver has an account.
        known: bool,
        /// Whether the merchant by mistake gives the batch the id of an earlier one.
        again: bool,
    },
    Get(Pick),
    GetItem(Pick),
    /// Take an unclaimed item back.
    Cancel(Pick),
}

pub(crate) fn act() -> impl Strategy<Value = PayoutAct> {
    let pick = any::<Pick>;
    // At first the merchant has 10,000,000 cents.
    let amount = prop_oneof![8 => 1..100_000_u32, 1 => 1_000_000..12_000_000_u32];
    prop_oneof![
        4 => (amount, proptest::bool::weighted(0.3), proptest::bool::weighted(0.2))
            .prop_map(|(amount, known, again)| PayoutAct::Create { amount, known, again }),
        1 => pick().prop_map(PayoutAct::Get),
        1 => pick().prop_map(PayoutAct::GetItem),
        3 => pick().prop_map(PayoutAct::Cancel),
    ]
}

/// The days in which no other batch can have a batch's `sender_batch_id`.
const UNIQUE: u64 = 30;

impl PayoutAct {
    /// Returns the call, unless there is nothing to act on.
    pub(crate) fn call(&self, book: &Book) -> Option<Call> {
        let at = |pick| index(pick, book.payouts.len());
        Some(match *self {
            Self::Create { amount, known, again } => create(book, amount.into(), known, again),
            Self::Get(pick) => {
                let Payout { id, state, .. } = &book.payouts[at(pick)?];
                let (batch, item) = (if *state == Paid::Pending { "PENDING" } else { "SUCCESS" }, state.status());
                Call::read("payouts.get", json!({"id": id}), move |payout| {
                    payout["batch_header"]["batch_status"] == batch && payout["items"][0]["transaction_status"] == item
                })
            }
            Self::GetItem(pick) => {
                let Payout { item, state, amount, .. } = &book.payouts[at(pick)?];
                let (status, value) = (state.status(), Currency::Usd.value(*amount));
                Call::read("payouts.get-item", json!({"payout_item_id": item.as_ref()?}), move |item| {
                    item["transaction_status"] == status && item["payout_item"]["amount"]["value"] == value
                })
            }
            Self::Cancel(pick) => cancel(book, at(pick)?)?,
        })
    }
}

fn create(book: &Book, amount: i64, known: bool, again: bool) -> Call {
    let earlier = book.payouts.last().filter(|_| again);
    let sender_batch_id =
        earlier.map_or_else(|| format!("batch-{}", book.changes), |payout| payout.sender_batch_id.clone());
    let item = json!({
        "recipient_type": "EMAIL",
        "receiver": if known { "payer@example.com" } else { "stranger@example.com" },
        "amount": {"currency": "USD", "value": Currency::Usd.value(amount)},
    });
    let body = json!({"sender_batch_header": {"sender_batch_id": sender_batch_id}, "items": [item]});
    let is_new = earlier.is_none_or(|payout| book.day - payout.day >= UNIQUE);
    let is_there = book.balance("USD") - book.withheld("USD") >= amount + PAYOUT_FEE;
    Call::write("payouts.create", json!({"body": body}), is_new && is_there, vec!["payout PENDING".to_owned()])
        .replies(|payout| payout["batch_header"]["batch_status"] == "PENDING")
        .then(move |book, changes| {
            let id = changes.id("payouts.create").unwrap();
            let day = book.day;
            book.changes += 1;
            book.payouts.push(Payout { id, sender_batch_id, item: None, amount, known, state: Paid::Pending, day });
        })
}

fn cancel(book: &Book, at: usize) -> Option<Call> {
    let Payout { item, state, .. } = &book.payouts[at];
    let input = json!({"payout_item_id": item.as_ref()?});
    let effect = vec!["no longer paid out".to_owned()];
    let call = Call::write("payouts.cancel-item", input.clone(), *state == Paid::Unclaimed, effect)
        .looked_up(input, |item| item["transaction_status"] == "RETURNED")
        .then(move |book, _| book.bring_back(at, book.day * crate::book::DAY));
    Some(call)
}
