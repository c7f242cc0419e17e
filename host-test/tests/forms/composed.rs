//! The actions that are no operation of PayPal's, at a simulator that has something for them.

use std::str::FromStr as _;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use connector_host::Entry;
use http::{Request, Uri};
use rsa::sha2::{Digest as _, Sha256};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

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
    trial.run(&paypal, "payers.history", &json!({})).await;
    calls(trial, &paypal, &order).await;
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

/// A delivery that the simulator has signed, to a connection that trusts the simulator's certificates.
async fn event(trial: &Trial, paypal: &Simulated, order: &str) {
    let webhook = json!({"body": {"url": URL, "event_types": [{"name": "*"}]}});
    let webhook = paypal.call("webhooks.create", webhook).await.body["id"].clone();
    assert!(paypal.sandbox.approve_order(order));
    let delivery = paypal.sandbox.deliveries().unwrap().into_iter().find(|it| webhook == it.webhook_id).unwrap();
    let (_, address) = delivery.headers.iter().find(|(name, _)| *name == "paypal-cert-url").unwrap();
    let certificate = Request::get(Uri::from_str(address).unwrap().path()).body(Bytes::new()).unwrap();
    let certificate = paypal.sandbox.handle(certificate).into_body();
    let headers: Value = delivery.headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    let given = json!({
        "headers": headers,
        "body": BASE64_STANDARD.encode(&delivery.body),
        "webhook_id": webhook,
        "certificate": std::str::from_utf8(&certificate).unwrap(),
    });
    let trusting = paypal.sandbox.clone();
    let authorities = trusting.authorities().unwrap();
    let trusting = Simulated::trusting(trusting, authorities);
    let received = trial.run_with(&trusting, "events.receive", &given).await.unwrap();
    assert_eq!((&received["outcome"], &received["duplicate"]), (&json!("valid"), &json!(false)), "{received}");
    trial
        .run_with(&trusting, "events.acknowledge", &json!({"webhook_id": webhook, "event_id": delivery.event_id}))
        .await;
    trial.run(&trusting, "triggers.poll", &json!({"webhook_id": webhook})).await;
    trial.run(&trusting, "events.catch-up", &json!({"webhook_id": webhook})).await;
    for resource in ["disputes", "invoices", "subscriptions", "transactions"] {
        trial.run(&trusting, &format!("{resource}.changed-since"), &json!({})).await;
    }
}

/// A capture whose outcome the journal does not know: it was cut off before it was sent.
async fn calls(trial: &Trial, paypal: &Simulated, order: &Value) {
    let now = OffsetDateTime::now_utc();
    let subject = format!("{}T{:02}", now.date(), now.hour());
    let id = "0b1f62a4-91d2-4e0c-8f43-3f1f3a1c9a11";
    let input = json!({"id": order});
    let digest = format!("{:x}", Sha256::digest(format!("orders.capture\nid={order}")));
    let details = json!({"idempotency_key": "capture-7", "digest": digest, "ends": now.format(&Rfc3339).unwrap(),
        "parameters": input, "input": input.to_string()});
    let time = now.format(&Rfc3339).unwrap();
    let (event, details) = ("orders.capture".to_owned(), details.to_string());
    paypal
        .note(&format!("calls:{subject}"), Entry { id: Some(id.to_owned()), time, event, status: None, details })
        .await;
    trial.run(paypal, "calls.unresolved", &json!({})).await;
    let found = trial.run_with(paypal, "calls.resolve", &json!({"call": format!("{subject}/{id}")})).await;
    let found = found.unwrap_or_else(|| panic!("{:?}", trial.problem("calls.resolve")));
    assert_eq!(
        (&found["outcome"], &found["found_by"], &found["status"]),
        (&json!("done"), &json!("key"), &json!("COMPLETED"))
    );
}

/// A message that the simulator confirms.
async fn ipn(trial: &Trial, paypal: &Simulated) {
    let fields = json!({"txn_id": "61E67681CH3238416", "payment_status": "Completed"});
    let (status, answer) =
        paypal.raw("POST", "/simulator/ipn", &[], &json!({"url": "http://127.0.0.1:9/ipn", "fields": fields}));
    assert_eq!(status, 202, "{answer}");
    let message = paypal.sandbox.ipn_messages().remove(0);
    let received = trial.run_with(paypal, "ipn.receive", &json!({"body": BASE64_STANDARD.encode(&message.body)})).await;
    let received = received.unwrap();
    assert_eq!(received["outcome"], "verified", "{received}");
    trial.run_with(paypal, "ipn.acknowledge", &json!({"dedupe_key": received["dedupe_key"]})).await;
}
