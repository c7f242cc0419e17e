//! Products and plans.

use serde_json::{Value, json};

use super::{Played, text, usd};

const FORBIDDEN: &str = "PERMISSION_DENIED";
const UNKNOWN: &str = "PROD-5FD60555F23244316";

/// Returns the input for a plan of that many dollars a month.
pub(super) fn monthly(product: &str, value: &str) -> Value {
    let cycle = json!({
        "frequency": {"interval_unit": "MONTH", "interval_count": 1},
        "tenure_type": "REGULAR",
        "sequence": 1,
        "total_cycles": 0,
        "pricing_scheme": {"fixed_price": usd(value)},
    });
    let preferences = json!({"auto_bill_outstanding": true});
    json!({"body": {
        "product_id": product,
        "name": "Monthly",
        "description": "Tea, once a month",
        "billing_cycles": [cycle],
        "payment_preferences": preferences,
    }})
}

pub(super) async fn play(paypal: &Played) {
    let tea = json!({"body": {"id": "PROD-5FD60555F23244317", "name": "Tea", "type": "PHYSICAL"}});
    let product = text(&paypal.call("products.create", tea.clone()).await["id"]);
    paypal.refused("products.create", tea, 422, "DUPLICATE_RESOURCE_IDENTIFIER").await;
    let list = paypal.call("products.list", json!({})).await;
    assert_eq!(list["products"][0]["id"], product);
    paypal.forbidden("products.list", json!({}), FORBIDDEN).await;
    let describe = |id: &str| json!({"product_id": id, "body": [{"op": "add", "path": "/description", "value": "From the hills"}]});
    paypal.call("products.update", describe(&product)).await;
    paypal.refused("products.update", describe(UNKNOWN), 404, "INVALID_RESOURCE_ID").await;
    let shown = paypal.call("products.get", json!({"product_id": product})).await;
    assert_eq!(shown["description"], "From the hills");
    paypal.refused("products.get", json!({"product_id": UNKNOWN}), 404, "INVALID_RESOURCE_ID").await;
    plans(paypal, &product).await;
}

async fn plans(paypal: &Played, product: &str) {
    let plan = text(&paypal.call("plans.create", monthly(product, "20.00")).await["id"]);
    paypal.refused("plans.create", monthly(UNKNOWN, "20.00"), 404, "INVALID_RESOURCE_ID").await;
    let list = paypal.call("plans.list", json!({"product_id": product})).await;
    assert_eq!(list["plans"][0]["id"], plan);
    paypal.forbidden("plans.list", json!({}), FORBIDDEN).await;
    let it = json!({"id": plan});
    let price = |price: Value| {
        let scheme = json!({"billing_cycle_sequence": 1, "pricing_scheme": {"fixed_price": price}});
        json!({"id": plan, "body": {"pricing_schemes": [scheme]}})
    };
    paypal.call("plans.update-pricing", price(usd("25.00"))).await;
    let euros = json!({"currency_code": "EUR", "value": "25.00"});
    paypal.refused("plans.update-pricing", price(euros), 422, "CURRENCY_MISMATCH").await;
    let describe = json!({"id": plan, "body": [{"op": "replace", "path": "/description", "value": "A tin a month"}]});
    paypal.call("plans.update", describe.clone()).await;
    paypal.refused("plans.activate", it.clone(), 422, "PLAN_STATUS_INVALID").await;
    paypal.call("plans.deactivate", it.clone()).await;
    paypal.refused("plans.deactivate", it.clone(), 422, "PLAN_STATUS_INVALID").await;
    paypal.refused("plans.update", describe, 422, "PLAN_STATUS_INACTIVE").await;
    paypal.call("plans.activate", it.clone()).await;
    let shown = paypal.call("plans.get", it).await;
    let shown_price = &shown["billing_cycles"][0]["pricing_scheme"]["fixed_price"];
    assert_eq!((&shown["status"], shown_price), (&json!("ACTIVE"), &usd("25.00")));
    assert_eq!(shown["description"], "A tin a month");
    paypal.refused("plans.get", json!({"id": "P-6HX81430LN2750936MQ4KTWY"}), 404, "INVALID_RESOURCE_ID").await;
}
