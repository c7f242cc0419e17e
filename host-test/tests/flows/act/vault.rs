//! Saved cards: they are saved, pay orders, and are deleted.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Call, Pick, index, orders};
use crate::book::{Book, Currency, Intent, Saved};

#[derive(Clone, Debug)]
pub(crate) enum VaultAct {
    /// Save a card for a new customer.
    Save,
    /// Pay an order with it.
    Pay {
        saved: Pick,
        intent: Intent,
        currency: Currency,
        amount: u32,
    },
    Get(Pick),
    Delete(Pick),
}

pub(crate) fn act() -> impl Strategy<Value = VaultAct> {
    let pick = any::<Pick>;
    let intent = prop_oneof![Just(Intent::Capture), Just(Intent::Authorize)];
    let currency = prop_oneof![Just(Currency::Usd), Just(Currency::Jpy)];
    prop_oneof![
        3 => Just(VaultAct::Save),
        4 => (pick(), intent, currency, 1..100_000_u32)
            .prop_map(|(saved, intent, currency, amount)| VaultAct::Pay { saved, intent, currency, amount }),
        1 => pick().prop_map(VaultAct::Get),
        1 => pick().prop_map(VaultAct::Delete),
    ]
}

impl VaultAct {
    /// Returns the call, unless there is nothing to act on.
    pub(crate) fn call(&self, book: &Book) -> Option<Call> {
        let at = |pick| index(pick, book.saved.len());
        Some(match *self {
            Self::Save => save(book),
            Self::Pay { saved, intent, currency, amount } => {
                let Saved { id, deleted, .. } = &book.saved[at(saved)?];
                orders::create(intent, currency, amount.into(), Some(json!({"vault_id": id})), !deleted)
            }
            Self::Get(pick) => {
                let Saved { id, customer, deleted } = &book.saved[at(pick)?];
                let (input, id, customer) = (json!({"id": id}), id.clone(), customer.clone());
                if *deleted {
                    // Those of its customer are left: none.
                    return Some(list(&customer));
                }
                Call::read("vault.get-payment-token", input, move |token| {
                    token["id"] == id && token["customer"]["id"] == customer
                })
            }
            Self::Delete(pick) => delete(book, at(pick)?),
        })
    }
}

fn save(book: &Book) -> Call {
    let customer = format!("shop-{}", book.changes);
    let card = json!({"number": "4012888888881881", "expiry": "2030-01"});
    let body = json!({"customer": {"id": customer}, "payment_source": {"card": card}});
    let effect = vec!["payment token VAULTED".to_owned()];
    Call::write("vault.create-payment-token", json!({"body": body}), true, effect)
        .replies(|token| token["payment_source"]["card"]["last_digits"] == "1881")
        .then(move |book, changes| {
            let id = changes.id("vault.create-payment-token").unwrap();
            book.changes += 1;
            book.saved.push(Saved { id, customer, deleted: false });
        })
}

fn has(list: &Value, id: &str) -> bool {
    list["payment_tokens"].as_array().is_some_and(|tokens| tokens.iter().any(|token| token["id"] == id))
}

fn list(customer: &str) -> Call {
    Call::read("vault.list-payment-tokens", json!({"customer_id": customer}), |list| {
        list["payment_tokens"] == json!([])
    })
}

fn delete(book: &Book, at: usize) -> Call {
    let Saved { id, customer, deleted } = &book.saved[at];
    let effect = vec!["payment token DELETED".to_owned()];
    let (input, question, id) = (json!({"id": id}), json!({"customer_id": customer}), id.clone());
    Call::write("vault.delete-payment-token", input, !deleted, effect)
        .looked_up(question, move |list| !has(list, &id))
        .then(move |book, _| book.saved[at].deleted = true)
}
