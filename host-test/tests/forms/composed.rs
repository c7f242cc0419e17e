//! The actions that are no operation of PayPal's, at a simulator that has something for them.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::{simulated::Simulated, trial::Trial};

/// Where the events go.
const URL: &str = "https://shop.example.com/webhooks";

/// Runs the samples of these actions.
pub(crate) async fn run(trial: &Trial) {
    let paypal = Simulated::new();
    let order = paypal.order("20.00").await.body["id"].clone();
    for action in ["orders.history", "orders.status"] {
        trial.run(&paypal, action, &json!({"id": order})).await;
    }
    for action in ["orders.create-link", "orders.handle-update-callback", "transactions.search"] {
        trial.run(&paypal, action, &json!({})).await;
    }
    subscription(trial, &paypal).await;
    for action in ["triggers.subscribe", "triggers.unsubscribe"] {
        trial.run(&paypal, action, &json!({})).await;
    }
    event(trial, &paypal, order.as_str().unwrap()).await;
    ipn(trial, &paypal).await;
}

async fn subscription(trial: &Trial, paypal: &Simulated) {
    let product = paypal.call("products.create", json!({"body": {"name": "Tea", "type": "PHYSICAL"}})).await.body;
    let monthly = json!({
        "frequency": {"interval_unit": "MONTH"},
        "tenure_type": "REGULAR",
        "sequence": 1,
        "pricing_scheme": {"fixed_price": {"currency_code": "USD", "value": "20.00"}},
    });
    let plan =
        json!({"product_id": product["id"], "name": "Tea", "billing_cycles": [monthly], "payment_preferences": {}});
    let plan = paypal.call("plans.create", json!({ "body": plan })).await.body;
    let made = paypal.call("subscriptions.create", json!({"body": {"plan_id": plan["id"]}})).await.body;
    for action in ["subscriptions.history", "subscriptions.status"] {
        trial.run(paypal, action, &json!({"id": made["id"]})).await;
    }
}

/// A delivery that the simulator has signed.
async fn event(trial: &Trial, paypal: &Simulated, order: &str) {
    let webhook = json!({"body": {"url": URL, "event_types": [{"name": "*"}]}});
    let webhook = paypal.call("webhooks.create", webhook).await.body["id"].clone();
    assert!(paypal.sandbox.approve_order(order));
    let delivery = paypal.sandbox.deliveries().unwrap().into_iter().find(|it| webhook == it.webhook_id).unwrap();
    let headers: Value = delivery.headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    let real = json!({"headers": headers, "body": BASE64_STANDARD.encode(&delivery.body), "webhook_id": webhook});
    trial.run(paypal, "events.receive", &real).await;
    trial.run(paypal, "events.acknowledge", &json!({"webhook_id": webhook, "event_id": delivery.event_id})).await;
}

async fn ipn(trial: &Trial, paypal: &Simulated) {
    trial.run(paypal, "ipn.receive", &json!({})).await;
    trial.run(paypal, "ipn.acknowledge", &json!({})).await;
}
