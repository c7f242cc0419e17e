//! The samples that need more than the plays of the resources have: larger amounts, quantities, pictures.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{simulated::Simulated, trial::Trial};

/// Runs these samples.
pub(crate) async fn run(trial: &Trial) {
    let paypal = Simulated::new();
    let product = json!({"name": "Tea", "type": "PHYSICAL", "image_url": "https://shop.example.com/images/tea.jpg"});
    let product = paypal.call("products.create", json!({ "body": product })).await.body["id"].clone();
    trial.run(&paypal, "products.update", &json!({"product_id": product})).await;
    authorizations(trial, &paypal).await;
    invoices(trial, &paypal).await;
    subscriptions(trial, &paypal, &product).await;
    events(trial, &paypal).await;
}

fn usd(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

async fn authorizations(trial: &Trial, paypal: &Simulated) {
    for action in ["payments.capture-authorization", "payments.reauthorize"] {
        let order = json!({"intent": "AUTHORIZE", "purchase_units": [{"amount": usd("149.90")}]});
        let order = paypal.call("orders.create", json!({ "body": order })).await.body["id"].clone();
        assert!(paypal.sandbox.approve_order(order.as_str().unwrap()));
        let reserved = paypal.call("orders.authorize", json!({"id": order})).await.body;
        let authorization = &reserved["purchase_units"][0]["payments"]["authorizations"][0]["id"];
        if action == "payments.reauthorize" {
            // After the honour period.
            paypal.sandbox.advance(Duration::from_secs(4 * 24 * 3600));
        }
        trial.run(paypal, action, &json!({"authorization_id": authorization})).await;
    }
}

async fn invoices(trial: &Trial, paypal: &Simulated) {
    let invoice = json!({
        "detail": {"currency_code": "USD"},
        "invoicer": {"email_address": "shop@example.com"},
        "primary_recipients": [{"billing_info": {"email_address": "customer@example.com"}}],
        "items": [{"name": "Table", "quantity": "1", "unit_amount": usd("480.00")}],
    });
    let made = paypal.call("invoices.create", json!({"body": invoice, "options": {"prefer": "representation"}})).await;
    let invoice = json!({"invoice_id": made.body["id"]});
    paypal.call("invoices.send", invoice.clone()).await;
    for action in ["invoices.record-payment", "invoices.record-refund"] {
        trial.run(paypal, action, &invoice).await;
    }
}

/// Two of a plan that has a quantity, of which a payment has failed; then another plan.
async fn subscriptions(trial: &Trial, paypal: &Simulated, product: &Value) {
    let mut plans = Vec::new();
    for price in ["20.00", "30.00"] {
        let monthly = json!({
            "frequency": {"interval_unit": "MONTH"},
            "tenure_type": "REGULAR",
            "sequence": 1,
            "pricing_scheme": {"fixed_price": usd(price)},
        });
        let plan = json!({"product_id": product, "name": "Tea", "billing_cycles": [monthly], "payment_preferences": {},
            "quantity_supported": true});
        plans.push(paypal.call("plans.create", json!({ "body": plan })).await.body["id"].clone());
    }
    let made = trial.run(paypal, "subscriptions.create", &json!({"body": {"plan_id": plans[0]}})).await;
    let id = made.unwrap()["id"].as_str().unwrap().to_owned();
    assert!(paypal.sandbox.approve_subscription(&id) && paypal.sandbox.miss_payment(&id));
    trial.run(paypal, "subscriptions.capture", &json!({"id": id})).await;
    trial.run(paypal, "subscriptions.revise", &json!({"id": id, "body": {"plan_id": plans[1]}})).await;
}

async fn events(trial: &Trial, paypal: &Simulated) {
    let webhook = json!({"body": {"url": "https://shop.example.com/webhooks", "event_types": [{"name": "*"}]}});
    let webhook = paypal.call("webhooks.create", webhook).await.body["id"].clone();
    let order = paypal.order("20.00").await.body["id"].clone();
    assert!(paypal.sandbox.approve_order(order.as_str().unwrap()));
    let event = paypal.call("webhooks.list-events", json!({})).await.body["events"][0]["id"].clone();
    trial.run(paypal, "webhooks.resend-event", &json!({"event_id": event, "body": {"webhook_ids": [webhook]}})).await;
}
