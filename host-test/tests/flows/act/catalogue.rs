//! Products and plans: most of their writes have no key.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Call, Pick, index};
use crate::book::{Book, Currency, Plan};

#[derive(Clone, Debug)]
pub(crate) enum CatalogueAct {
    CreateProduct,
    /// Change the description.
    UpdateProduct(Pick),
    CreatePlan {
        product: Pick,
        currency: Currency,
        price: u16,
    },
    /// Activate it, or deactivate it.
    SwitchPlan {
        plan: Pick,
        on: bool,
    },
    /// Change the price.
    PricePlan {
        plan: Pick,
        price: u16,
    },
    GetPlan(Pick),
}

pub(crate) fn act() -> impl Strategy<Value = CatalogueAct> {
    let pick = any::<Pick>;
    let price = || 1..30_000_u16;
    prop_oneof![
        2 => Just(CatalogueAct::CreateProduct),
        1 => pick().prop_map(CatalogueAct::UpdateProduct),
        3 => (pick(), prop_oneof![Just(Currency::Usd), Just(Currency::Jpy)], price())
            .prop_map(|(product, currency, price)| CatalogueAct::CreatePlan { product, currency, price }),
        2 => (pick(), any::<bool>()).prop_map(|(plan, on)| CatalogueAct::SwitchPlan { plan, on }),
        1 => (pick(), price()).prop_map(|(plan, price)| CatalogueAct::PricePlan { plan, price }),
        1 => pick().prop_map(CatalogueAct::GetPlan),
    ]
}

impl CatalogueAct {
    /// Returns the call, unless there is nothing to act on.
    pub(crate) fn call(&self, book: &Book) -> Option<Call> {
        let plan = |pick| index(pick, book.plans.len());
        Some(match *self {
            Self::CreateProduct => {
                let body = json!({"name": "Example", "type": "SERVICE"});
                Call::write("products.create", json!({"body": body}), true, vec!["product".to_owned()])
                    .replies(|product| product["id"].is_string())
                    .then(|book, changes| book.products.push(changes.id("products.create").unwrap()))
            }
            Self::UpdateProduct(pick) => {
                let id = book.products[index(pick, book.products.len())?].clone();
                let text = format!("Description {}", book.changes);
                let body = json!([{"op": "add", "path": "/description", "value": text}]);
                Call::write("products.update", json!({"product_id": id, "body": body}), true, Vec::new())
                    .looked_up(json!({"product_id": id}), move |product| product["description"] == *text)
                    .then(|book, _| book.changes += 1)
            }
            Self::CreatePlan { product, currency, price } => {
                let product = &book.products[index(product, book.products.len())?];
                create(product, currency, price.into())
            }
            Self::SwitchPlan { plan: pick, on } => switch(book, plan(pick)?, on),
            Self::PricePlan { plan: pick, price } => reprice(book, plan(pick)?, price.into()),
            Self::GetPlan(pick) => {
                let Plan { id, active, currency, price } = &book.plans[plan(pick)?];
                let (status, price) = (status(*active), amount_of(*currency, *price));
                Call::read("plans.get", json!({"id": id}), move |plan| {
                    plan["status"] == status && shown_price(plan) == &price
                })
            }
        })
    }
}

fn status(active: bool) -> &'static str {
    if active { "ACTIVE" } else { "INACTIVE" }
}

fn amount_of(currency: Currency, minor: i64) -> Value {
    json!({"currency_code": currency.code(), "value": currency.value(minor)})
}

fn shown_price(plan: &Value) -> &Value {
    &plan["billing_cycles"][0]["pricing_scheme"]["fixed_price"]
}

fn create(product: &str, currency: Currency, price: i64) -> Call {
    let body = json!({
        "product_id": product,
        "name": "Weekly",
        "billing_cycles": [{
            "frequency": {"interval_unit": "WEEK", "interval_count": 1},
            "tenure_type": "REGULAR",
            "sequence": 1,
            "total_cycles": 0,
            "pricing_scheme": {"fixed_price": amount_of(currency, price)},
        }],
        "payment_preferences": {"auto_bill_outstanding": true},
    });
    Call::write("plans.create", json!({"body": body}), true, vec!["plan".to_owned()])
        .replies(|plan| plan["status"] == "ACTIVE")
        .then(move |book, changes| {
            let id = changes.id("plans.create").unwrap();
            book.plans.push(Plan { id, active: true, currency, price });
        })
}

fn switch(book: &Book, at: usize, on: bool) -> Call {
    let Plan { id, active, .. } = &book.plans[at];
    let action = if on { "plans.activate" } else { "plans.deactivate" };
    Call::write(action, json!({"id": id}), *active != on, Vec::new())
        .looked_up(json!({"id": id}), move |plan| plan["status"] == status(on))
        .then(move |book, _| book.plans[at].active = on)
}

fn reprice(book: &Book, at: usize, price: i64) -> Call {
    let Plan { id, currency, price: old, .. } = &book.plans[at];
    // A new price shows whether the change was made.
    let price = if price == *old { price + 1 } else { price };
    let new = amount_of(*currency, price);
    let scheme = json!({"billing_cycle_sequence": 1, "pricing_scheme": {"fixed_price": new}});
    Call::write("plans.update-pricing", json!({"id": id, "body": {"pricing_schemes": [scheme]}}), true, Vec::new())
        .looked_up(json!({"id": id}), move |plan| *shown_price(plan) == new)
        .then(move |book, _| book.plans[at].price = price)
}
