//! Whole flows of the component against the simulator.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]
#![allow(clippy::inconsistent_digit_grouping, reason = "dollars and cents")]

mod simulated;

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use connector_host::{Client, ClientCredentials, Connection, Environment, FailureKind, Route, Secret, Tenant};
use paypal_simulator::{Delivery, Server, Simulator};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use simulated::{
    Simulated,
    certificate::{Certificate, verifies},
};

const DAY: Duration = Duration::from_secs(86_400);

fn usd(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Checks that an id has PayPal's form: 17 letters and digits.
fn assert_is_id(id: &str) {
    assert!(id.len() == 17 && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()), "{id}");
}

#[tokio::test]
async fn an_order_is_paid_and_refunded_to_the_cent() {
    let paypal = Simulated::new();
    let order = paypal.order("100.00").await;
    let id = text(&order.body["id"]);
    assert_is_id(id);
    assert_eq!((order.status, &order.body["status"]), (201, &json!("CREATED")));
    let link = |rel: &str| {
        let links = order.body["links"].as_array().unwrap();
        text(&links.iter().find(|link| link["rel"] == rel).unwrap()["href"]).to_owned()
    };
    assert_eq!(link("self"), format!("https://api.sandbox.paypal.com/v2/checkout/orders/{id}"));

    assert_eq!(paypal.issue("orders.capture", json!({"id": id})).await.as_deref(), Some("ORDER_NOT_APPROVED"));
    assert!(paypal.sandbox.effects().captured.is_empty());

    // The payer follows the link, and agrees.
    let page = link("approve").replace("https://www.sandbox.paypal.com", "");
    let form = http::Request::post(page).body("do=approve".into()).unwrap();
    assert_eq!(paypal.sandbox.handle(form).status(), 200);
    let paid = paypal.call("orders.capture", json!({"id": id})).await;
    assert_eq!((paid.status, &paid.body["status"]), (201, &json!("COMPLETED")));
    let capture = text(&paid.body["purchase_units"][0]["payments"]["captures"][0]["id"]);
    assert_eq!(paypal.issue("orders.capture", json!({"id": id})).await.as_deref(), Some("ORDER_ALREADY_CAPTURED"));

    let refund = |value: &str| json!({"capture_id": capture, "body": {"amount": usd(value)}});
    let part = paypal.call("payments.refund-capture", refund("33.33")).await;
    assert_eq!((part.status, &part.body["status"]), (201, &json!("COMPLETED")));
    let too_much = paypal.issue("payments.refund-capture", refund("66.68")).await;
    assert_eq!(too_much.as_deref(), Some("REFUND_AMOUNT_EXCEEDED"));
    let now = paypal.call("payments.get-capture", json!({"capture_id": capture})).await;
    assert_eq!(now.body["status"], "PARTIALLY_REFUNDED");
    paypal.call("payments.refund-capture", json!({"capture_id": capture})).await;
    let again = paypal.issue("payments.refund-capture", refund("0.01")).await;
    assert_eq!(again.as_deref(), Some("CAPTURE_FULLY_REFUNDED"));

    let effects = paypal.sandbox.effects();
    assert_eq!(effects.captured_of(id), 100_00);
    let mut refunded: Vec<_> = effects.refunded.values().map(|refund| (&*refund.of, refund.minor_units)).collect();
    refunded.sort_by_key(|(_, amount)| *amount);
    assert_eq!(refunded, [(capture, 33_33), (capture, 66_67)]);
    assert_eq!((effects.times("orders.capture"), effects.times("payments.refund-capture")), (1, 2));
}

#[tokio::test]
async fn an_order_changes_until_it_is_paid() {
    let paypal = Simulated::new();
    let order = paypal.order("10.00").await;
    let id = text(&order.body["id"]);
    let change = json!({"id": id, "body": [
        {"op": "replace", "path": "/purchase_units/@reference_id=='default'/amount", "value": usd("12.50")}]});
    assert_eq!(paypal.call("orders.update", change.clone()).await.status, 204);
    assert!(paypal.sandbox.approve_order(id));
    paypal.call("orders.capture", json!({"id": id})).await;
    assert_eq!(paypal.sandbox.effects().captured_of(id), 12_50);
    assert_eq!(paypal.issue("orders.update", change).await.as_deref(), Some("ORDER_ALREADY_COMPLETED"));
    assert!(!paypal.sandbox.approve_order("NO-SUCH-ORDER"));
}

/// Authorizes an order of 90 yen. Returns the order's id and the authorization's.
async fn authorize(paypal: &Simulated) -> (String, String) {
    let amount = json!({"currency_code": "JPY", "value": "90"});
    let source = json!({"paypal": {"experience_context": {"return_url": "https://shop.example.com"}}});
    let order = json!({"body": {
        "intent": "AUTHORIZE", "purchase_units": [{"amount": amount}], "payment_source": source}});
    let order = paypal.call("orders.create", order).await;
    let id = text(&order.body["id"]).to_owned();
    assert_eq!(order.body["status"], "PAYER_ACTION_REQUIRED");
    assert_eq!(order.body["links"][1]["rel"], "payer-action");
    assert_eq!(
        paypal.issue("orders.capture", json!({"id": id})).await.as_deref(),
        Some("ACTION_DOES_NOT_MATCH_INTENT")
    );
    assert!(paypal.sandbox.approve_order(&id));
    let authorized = paypal.call("orders.authorize", json!({"id": id})).await;
    let authorization = &authorized.body["purchase_units"][0]["payments"]["authorizations"][0];
    assert_eq!(authorization["status"], "CREATED");
    (id, text(&authorization["id"]).to_owned())
}

#[tokio::test]
async fn an_authorization_is_captured_in_parts_and_the_rest_released() {
    let paypal = Simulated::new();
    let (order, id) = authorize(&paypal).await;
    let capture = |value: &str, last: bool| {
        let amount = json!({"currency_code": "JPY", "value": value});
        json!({"authorization_id": id, "body": {"amount": amount, "final_capture": last}})
    };
    let action = "payments.capture-authorization";
    paypal.call(action, capture("40", false)).await;
    assert_eq!(paypal.issue(action, capture("51", false)).await.as_deref(), Some("MAX_CAPTURE_AMOUNT_EXCEEDED"));
    assert_eq!(paypal.sandbox.effects().voided.len(), 0);
    paypal.call(action, capture("30", true)).await;
    assert_eq!(paypal.issue(action, capture("1", false)).await.as_deref(), Some("AUTHORIZATION_ALREADY_CAPTURED"));
    let void = json!({"authorization_id": id});
    assert_eq!(paypal.issue("payments.void-authorization", void).await.as_deref(), Some("PREVIOUSLY_CAPTURED"));
    let effects = paypal.sandbox.effects();
    assert_eq!((effects.captured_of(&order), effects.authorized[&id].minor_units), (70, 90));
    assert_eq!((effects.voided[&id].minor_units, &*effects.voided[&id].of), (20, &*order));
}

#[tokio::test]
async fn an_authorization_is_renewed_from_the_4th_day_and_voided() {
    let paypal = Simulated::new();
    let (_, id) = authorize(&paypal).await;
    let input = json!({"authorization_id": id});
    assert_eq!(paypal.issue("payments.reauthorize", input.clone()).await.as_deref(), Some("REAUTHORIZATION_TOO_SOON"));
    paypal.sandbox.advance(4 * DAY);
    let renewed = paypal.call("payments.reauthorize", input.clone()).await;
    let new = text(&renewed.body["id"]);
    assert!(renewed.status == 201 && new != id);
    assert_eq!(paypal.issue("payments.capture-authorization", input).await.as_deref(), Some("AUTHORIZATION_VOIDED"));
    let input = json!({"authorization_id": new});
    assert_eq!(paypal.call("payments.void-authorization", input.clone()).await.status, 204);
    assert_eq!(paypal.issue("payments.void-authorization", input.clone()).await.as_deref(), Some("PREVIOUSLY_VOIDED"));
    let shown = paypal.call("payments.get-authorization", input).await;
    assert_eq!(shown.body["status"], "VOIDED");
    assert_eq!(paypal.sandbox.effects().voided.len(), 2);
}

#[tokio::test]
async fn a_card_pays_at_once_or_is_declined_with_201() {
    let paypal = Simulated::new();
    let with = |name: &str| {
        let card = json!({"number": "4111111111111111", "expiry": "2029-11", "name": name});
        json!({"intent": "CAPTURE", "purchase_units": [{"amount": usd("5.00")}], "payment_source": {"card": card}})
    };
    let (status, refusal) = paypal.raw("POST", "/v2/checkout/orders", &[], &with("Alex"));
    assert_eq!((status, &refusal["details"][0]["issue"]), (400, &json!("PAYPAL_REQUEST_ID_REQUIRED")));
    assert!(paypal.sandbox.effects().orders.is_empty());

    let paid = paypal.call("orders.create", json!({"body": with("Alex")})).await;
    let capture = |order: &Value| order["purchase_units"][0]["payments"]["captures"][0].clone();
    assert_eq!((paid.status, &capture(&paid.body)["status"]), (201, &json!("COMPLETED")));
    assert!(!paid.body.to_string().contains("4111111111111111"), "a card's number is shown");

    let declined = paypal.call("orders.create", json!({"body": with("CCREJECT-BANK_ERROR")})).await;
    assert_eq!((declined.status, &declined.body["status"]), (201, &json!("COMPLETED")));
    assert_eq!(capture(&declined.body)["status"], "DECLINED");
    assert_eq!(capture(&declined.body)["processor_response"]["response_code"], "5100");
    let effects = paypal.sandbox.effects();
    assert_eq!(
        (effects.captured_of(text(&paid.body["id"])), effects.captured_of(text(&declined.body["id"]))),
        (500, 0)
    );
}

#[tokio::test]
async fn an_invoice_is_paid_once() {
    let paypal = Simulated::new();
    let body = json!({
        "detail": {"currency_code": "USD"},
        "primary_recipients": [{"billing_info": {"email_address": "robin@example.com"}}],
        "items": [{"name": "Tea", "quantity": "3", "unit_amount": usd("19.99")}],
    });
    let created = paypal.call("invoices.create", json!({"body": body.clone()})).await;
    let id = text(&created.body["href"]).rsplit('/').next().unwrap().to_owned();
    assert!(id.starts_with("INV2-") && id.len() == 24, "{id}");
    let on = |body: Value| json!({"invoice_id": id, "body": body});
    let it = json!({"invoice_id": id});

    let issue = paypal.issue("invoices.cancel", on(json!({}))).await;
    assert_eq!(issue.as_deref(), Some("CANNOT_CANCEL_DRAFT_INVOICE"));
    assert_eq!(paypal.call("invoices.send", it.clone()).await.body["rel"], "payer-view");
    paypal.fail("invoices.send", it.clone()).await;
    assert_eq!(paypal.sandbox.effects().emails[&id], 1);
    paypal.call("invoices.remind", on(json!({}))).await;
    paypal.call("invoices.remind", on(json!({"send_to_invoicer": true}))).await;
    paypal.fail("invoices.remind", on(json!({}))).await;
    assert_eq!(paypal.sandbox.effects().emails[&id], 4);

    let paid = paypal.call("invoices.record-payment", on(json!({"method": "CASH", "amount": usd("20.00")}))).await;
    assert!(text(&paid.body["payment_id"]).starts_with("EXTR-"));
    paypal.fail("invoices.record-payment", on(json!({"method": "CASH", "amount": usd("39.98")}))).await;
    let shown = paypal.call("invoices.get", it.clone()).await.body;
    assert_eq!((&shown["status"], &shown["due_amount"]["value"]), (&json!("PARTIALLY_PAID"), &json!("39.97")));
    paypal.call("invoices.record-payment", on(json!({"method": "CASH"}))).await;
    assert_eq!(paypal.call("invoices.get", it.clone()).await.body["status"], "MARKED_AS_PAID");
    paypal.fail("invoices.cancel", on(json!({}))).await;
    paypal.call("invoices.record-refund", on(json!({"method": "CASH", "amount": usd("0.97")}))).await;
    assert_eq!(paypal.call("invoices.get", it.clone()).await.body["status"], "PARTIALLY_REFUNDED");
    paypal.fail("invoices.record-refund", on(json!({"method": "CASH", "amount": usd("59.01")}))).await;
    paypal.fail("invoices.delete", it).await;

    let effects = paypal.sandbox.effects();
    let sum = |moved: &std::collections::BTreeMap<String, paypal_simulator::Moved>| -> i64 {
        moved.values().map(|it| it.minor_units).sum()
    };
    assert_eq!((sum(&effects.invoice_payments), sum(&effects.invoice_refunds)), (59_97, 97));

    // A second one is cancelled, a third paid through PayPal, a fourth deleted as a draft.
    let mut ids = Vec::new();
    for _ in 0..3 {
        let created = paypal.call("invoices.create", json!({"body": body.clone()})).await;
        ids.push(json!({"invoice_id": text(&created.body["href"]).rsplit('/').next().unwrap()}));
    }
    for id in &ids[..2] {
        paypal.call("invoices.send", id.clone()).await;
    }
    let mut cancel = ids[0].clone();
    cancel["body"] = json!({});
    assert_eq!(paypal.call("invoices.cancel", cancel).await.status, 204);
    assert!(paypal.sandbox.pay_invoice(text(&ids[1]["invoice_id"])));
    assert!(!paypal.sandbox.pay_invoice(text(&ids[1]["invoice_id"])));
    assert_eq!(paypal.call("invoices.get", ids[1].clone()).await.body["status"], "PAID");
    assert_eq!(paypal.call("invoices.delete", ids[2].clone()).await.status, 204);
    assert_eq!(paypal.fail("invoices.get", ids[2].clone()).await.kind, FailureKind::NotFound);

    let mut input = json!({"page_size": 1, "total_required": true, "body": {"status": ["PAID", "CANCELLED"]}});
    let mut found = BTreeSet::new();
    loop {
        let page = paypal.call("invoices.search", input).await;
        assert_eq!(page.body["total_items"], 2);
        found.extend(page.body["items"].as_array().unwrap().iter().map(|it| text(&it["status"]).to_owned()));
        match page.next {
            Some(next) => input = next,
            None => break,
        }
    }
    assert_eq!(found, BTreeSet::from(["CANCELLED".to_owned(), "PAID".to_owned()]));
}

/// Creates a plan at 19.90 a month with a set-up fee of 5.00. Returns its id.
async fn plan(paypal: &Simulated) -> String {
    let product = json!({"body": {"name": "Tea of the month", "type": "PHYSICAL"}});
    let product = paypal.call("products.create", product).await;
    let cycle = json!({"frequency": {"interval_unit": "MONTH", "interval_count": 1}, "tenure_type": "REGULAR",
        "sequence": 1, "total_cycles": 0, "pricing_scheme": {"fixed_price": usd("19.90")}});
    let plan = json!({"body": {"product_id": product.body["id"], "name": "Monthly", "billing_cycles": [cycle],
        "payment_preferences": {"setup_fee": usd("5.00")}}});
    text(&paypal.call("plans.create", plan).await.body["id"]).to_owned()
}

#[tokio::test]
async fn a_subscription_runs_from_approval_to_cancellation() {
    let paypal = Simulated::new();
    let plan = plan(&paypal).await;
    let subscribe = json!({"body": {"plan_id": plan}});
    paypal.call("plans.deactivate", json!({"id": plan})).await;
    let refused = paypal.issue("subscriptions.create", subscribe.clone()).await;
    assert_eq!(refused.as_deref(), Some("PLAN_STATUS_INVALID"));
    paypal.call("plans.activate", json!({"id": plan})).await;
    let created = paypal.call("subscriptions.create", subscribe).await;
    let id = text(&created.body["id"]).to_owned();
    assert_eq!((created.status, &created.body["status"]), (201, &json!("APPROVAL_PENDING")));
    let on = |body: Value| json!({"id": id, "body": body});
    let invalid = Some("SUBSCRIPTION_STATUS_INVALID");
    assert_eq!(paypal.issue("subscriptions.suspend", on(json!({"reason": "x"}))).await.as_deref(), invalid);

    assert!(paypal.sandbox.approve_subscription(&id));
    assert!(!paypal.sandbox.approve_subscription(&id), "there is nothing more to approve");
    let taken = |paypal: &Simulated| -> Vec<i64> {
        let mut amounts: Vec<_> =
            paypal.sandbox.effects().subscription_payments.values().map(|it| it.minor_units).collect();
        amounts.sort_unstable();
        amounts
    };
    assert_eq!(taken(&paypal), [24_90]);
    paypal.call("subscriptions.suspend", on(json!({"reason": "Holiday"}))).await;
    assert_eq!(paypal.issue("subscriptions.suspend", on(json!({"reason": "x"}))).await.as_deref(), invalid);
    paypal.call("subscriptions.activate", on(json!({"reason": "Back"}))).await;

    let capture =
        |value: &str| on(json!({"note": "Owed", "capture_type": "OUTSTANDING_BALANCE", "amount": usd(value)}));
    let nothing = paypal.issue("subscriptions.capture", capture("1.00")).await;
    assert_eq!(nothing.as_deref(), Some("ZERO_OUTSTANDING_BALANCE"));
    assert!(paypal.sandbox.miss_payment(&id));
    let too_much = paypal.issue("subscriptions.capture", capture("19.91")).await;
    assert_eq!(too_much.as_deref(), Some("AMOUNT_GREATER_THAN_OUTSTANDING_BALANCE"));
    assert_eq!(paypal.call("subscriptions.capture", capture("19.90")).await.status, 202);
    assert_eq!(taken(&paypal), [19_90, 24_90]);

    let range = json!({"id": id, "start_time": "2026-03-01T00:00:00Z", "end_time": "2026-04-01T00:00:00+02:00"});
    let listed = paypal.call("subscriptions.list-transactions", range).await;
    assert_eq!(listed.body["transactions"].as_array().unwrap().len(), 2);
    let shown = paypal.call("subscriptions.get", json!({"id": id})).await;
    assert_eq!(shown.body["billing_info"]["outstanding_balance"]["value"], "0.00");
    paypal.call("subscriptions.cancel", on(json!({"reason": "No more tea"}))).await;
    assert_eq!(paypal.issue("subscriptions.cancel", on(json!({"reason": "x"}))).await.as_deref(), invalid);
    assert_eq!(paypal.sandbox.effects().subscriptions[&id], "CANCELLED");
}

#[tokio::test]
async fn parcels_are_tracked() {
    let paypal = Simulated::new();
    let order = paypal.order("10.00").await;
    let id = text(&order.body["id"]);
    assert!(paypal.sandbox.approve_order(id));
    let paid = paypal.call("orders.capture", json!({"id": id})).await;
    let capture = text(&paid.body["purchase_units"][0]["payments"]["captures"][0]["id"]);
    let track = json!({"id": id, "body": {"capture_id": capture, "tracking_number": "1Z1", "carrier": "UPS", "notify_payer": true}});
    assert_eq!(paypal.call("orders.add-tracking", track).await.status, 201);
    let tracker = format!("{capture}-1Z1");
    let cancel =
        json!({"id": id, "tracker_id": tracker, "body": [{"op": "replace", "path": "/status", "value": "CANCELLED"}]});
    assert_eq!(paypal.call("orders.update-tracking", cancel).await.status, 204);

    let entry = |transaction: &str, number: &str| json!({"transaction_id": transaction, "tracking_number": number, "carrier": "DHL", "status": "SHIPPED"});
    let batch = json!({"body": {"trackers": [entry(capture, "2"), entry("NOSUCHCAPTURE0000", "3")]}});
    let added = paypal.call("trackers.add-batch", batch).await.body;
    assert_eq!(
        (added["tracker_identifiers"].as_array().unwrap().len(), added["errors"].as_array().unwrap().len()),
        (1, 1)
    );
    let none = paypal
        .fail("trackers.add", json!({"body": {"trackers": [entry(capture, "4"), entry("NOSUCHCAPTURE0000", "5")]}}))
        .await;
    assert_eq!(none.name.as_deref(), Some("VALIDATION_ERROR"));
    let listed = paypal.call("trackers.list", json!({"transaction_id": capture})).await;
    assert_eq!(listed.body["trackers"].as_array().unwrap().len(), 2);
    let effects = paypal.sandbox.effects();
    assert_eq!((&*effects.trackers[&tracker], effects.emails[&tracker]), ("CANCELLED", 1));
}

/// Returns the value of a delivery's header field.
fn header<'a>(delivery: &'a Delivery, name: &str) -> &'a str {
    &delivery.headers.iter().find(|(key, _)| *key == name).unwrap().1
}

/// Returns a certificate that the simulator serves.
fn pem(paypal: &Simulated, path: &str) -> String {
    let response = paypal.sandbox.handle(http::Request::get(path).body(bytes::Bytes::new()).unwrap());
    assert_eq!(response.headers()["content-type"], "application/x-pem-file");
    String::from_utf8(response.body().to_vec()).unwrap()
}

/// Returns the input of `webhooks.verify-signature` for a delivery.
fn to_verify(delivery: &Delivery, body: &str) -> Value {
    json!({"body": {
        "auth_algo": header(delivery, "paypal-auth-algo"),
        "cert_url": header(delivery, "paypal-cert-url"),
        "transmission_id": header(delivery, "paypal-transmission-id"),
        "transmission_sig": header(delivery, "paypal-transmission-sig"),
        "transmission_time": header(delivery, "paypal-transmission-time"),
        "webhook_id": delivery.webhook_id,
        "webhook_event": body,
    }})
}

#[tokio::test]
async fn events_are_delivered_signed_and_sometimes_twice() {
    let paypal = Simulated::new();
    let all = json!([{"name": "*"}]);
    let webhook = json!({"body": {"url": "https://shop.example.com/all", "event_types": all}});
    let webhook = paypal.call("webhooks.create", webhook).await;
    let refunds = json!({"body": {"url": "https://shop.example.com/refunds",
        "event_types": [{"name": "PAYMENT.CAPTURE.REFUNDED"}]}});
    paypal.call("webhooks.create", refunds).await;
    let order = paypal.order("10.00").await;
    let id = text(&order.body["id"]);
    paypal.sandbox.duplicate_next_delivery();
    assert!(paypal.sandbox.approve_order(id));
    let paid = paypal.call("orders.capture", json!({"id": id})).await;
    let capture = text(&paid.body["purchase_units"][0]["payments"]["captures"][0]["id"]);

    let deliveries = paypal.sandbox.deliveries().unwrap();
    let events: Vec<Value> =
        deliveries.iter().map(|delivery| serde_json::from_slice(&delivery.body).unwrap()).collect();
    let names: Vec<_> = events.iter().map(|event| text(&event["event_type"])).collect();
    let approved = "CHECKOUT.ORDER.APPROVED";
    assert_eq!(names, [approved, approved, "PAYMENT.CAPTURE.COMPLETED", "CHECKOUT.ORDER.COMPLETED"]);
    assert_eq!((&deliveries[0].event_id, &deliveries[0].body), (&deliveries[1].event_id, &deliveries[1].body));
    assert_eq!(events[2]["resource"]["id"], capture);
    assert!(paypal.sandbox.deliveries().unwrap().is_empty(), "they were taken");

    // Verified by the certificates, as by a receiver: leaf, intermediate, root.
    let delivery = &deliveries[2];
    let url = header(delivery, "paypal-cert-url");
    let leaf = Certificate::read(&pem(&paypal, url.strip_prefix("https://api.sandbox.paypal.com").unwrap()));
    let [intermediate, root] = paypal.sandbox.authorities().unwrap().map(|pem| Certificate::read(&pem));
    assert!(leaf.is_signed_by(&intermediate) && intermediate.is_signed_by(&root) && root.is_signed_by(&root));
    assert!(!leaf.is_signed_by(&root));
    assert!(leaf.is_for("messageverificationcerts.sandbox.paypal.com"));
    let signed = |body: &[u8]| {
        let (id, time) = (header(delivery, "paypal-transmission-id"), header(delivery, "paypal-transmission-time"));
        format!("{id}|{time}|{}|{}", text(&webhook.body["id"]), crc32fast::hash(body))
    };
    let signature = BASE64_STANDARD.decode(header(delivery, "paypal-transmission-sig")).unwrap();
    assert!(verifies(&leaf.key, signed(&delivery.body).as_bytes(), &signature));
    assert!(!verifies(&leaf.key, signed(b"{}").as_bytes(), &signature));

    // Verified by asking.
    let body = std::str::from_utf8(&delivery.body).unwrap();
    let verdict = async |input: Value| paypal.call("webhooks.verify-signature", input).await.body;
    assert_eq!(verdict(to_verify(delivery, body)).await["verification_status"], "SUCCESS");
    let tampered = body.replace("10.00", "10.01");
    assert!(tampered != body);
    assert_eq!(verdict(to_verify(delivery, &tampered)).await["verification_status"], "FAILURE");
    let mut other = to_verify(delivery, body);
    other["body"]["webhook_id"] = "0AB12345CD678901E".into();
    assert_eq!(verdict(other).await["verification_status"], "FAILURE");

    // A failed delivery comes again, 25 times at most.
    let mut given_back = deliveries[3].clone();
    for attempt in 2..=25 {
        paypal.sandbox.undelivered(given_back);
        given_back = paypal.sandbox.deliveries().unwrap().pop().unwrap();
        assert_eq!(given_back.attempt, attempt);
    }
    paypal.sandbox.undelivered(given_back);
    assert!(paypal.sandbox.deliveries().unwrap().is_empty());

    // A refund's event goes to both; an event is sent again; a mock event is signed for no webhook.
    paypal.call("payments.refund-capture", json!({"capture_id": capture})).await;
    assert_eq!(paypal.sandbox.deliveries().unwrap().len(), 2);
    let event = &deliveries[2].event_id;
    assert_eq!(paypal.call("webhooks.resend-event", json!({"event_id": event, "body": {}})).await.status, 202);
    let again = paypal.sandbox.deliveries().unwrap();
    assert_eq!((again.len(), &again[0].event_id), (1, event));
    assert!(header(&again[0], "paypal-transmission-id") != header(delivery, "paypal-transmission-id"));
    let simulate = json!({"body": {"url": "https://shop.example.com/try", "event_type": "PAYMENT.SALE.COMPLETED"}});
    assert_eq!(paypal.call("webhooks.simulate-event", simulate).await.status, 202);
    let made_up = paypal.sandbox.deliveries().unwrap().pop().unwrap();
    assert_eq!((&*made_up.webhook_id, &*made_up.url), ("WEBHOOK_ID", "https://shop.example.com/try"));
    let verified = verdict(to_verify(&made_up, std::str::from_utf8(&made_up.body).unwrap())).await;
    assert_eq!(verified["verification_status"], "FAILURE");
    // It is signed by PayPal's live key, though it comes from the sandbox.
    let url = header(&made_up, "paypal-cert-url");
    let live = Certificate::read(&pem(&paypal, url.strip_prefix("https://api.paypal.com").unwrap()));
    assert!(live.is_signed_by(&intermediate) && live.is_for("messageverificationcerts.paypal.com"));
    assert!(!live.is_for("messageverificationcerts.sandbox.paypal.com"));
    let (id, time) = (header(&made_up, "paypal-transmission-id"), header(&made_up, "paypal-transmission-time"));
    let message = format!("{id}|{time}|WEBHOOK_ID|{}", crc32fast::hash(&made_up.body));
    let signature = BASE64_STANDARD.decode(header(&made_up, "paypal-transmission-sig")).unwrap();
    assert!(verifies(&live.key, message.as_bytes(), &signature));
    assert!(!verifies(&leaf.key, message.as_bytes(), &signature));

    // The history, in pages, newest first.
    let mut input = json!({"page_size": 1});
    let mut listed = Vec::new();
    loop {
        let page = paypal.call("webhooks.list-events", input).await;
        listed.extend(page.body["events"].as_array().unwrap().iter().map(|it| text(&it["event_type"]).to_owned()));
        match page.next {
            Some(next) => input = next,
            None => break,
        }
    }
    assert_eq!(listed, ["PAYMENT.CAPTURE.REFUNDED", "CHECKOUT.ORDER.COMPLETED", "PAYMENT.CAPTURE.COMPLETED", approved]);
}

#[tokio::test]
async fn events_name_the_resources_they_belong_to() {
    let paypal = Simulated::new();
    let webhook = json!({"body": {"url": "https://shop.example.com/all", "event_types": [{"name": "*"}]}});
    paypal.call("webhooks.create", webhook).await;
    let order = paypal.order("10.00").await;
    let id = text(&order.body["id"]);
    assert!(paypal.sandbox.approve_order(id));
    let paid = paypal.call("orders.capture", json!({"id": id})).await;
    let capture = text(&paid.body["purchase_units"][0]["payments"]["captures"][0]["id"]);
    paypal.call("payments.refund-capture", json!({"capture_id": capture})).await;
    let (order, _) = authorize(&paypal).await;
    let plan = plan(&paypal).await;
    let subscription = paypal.call("subscriptions.create", json!({"body": {"plan_id": plan}})).await;
    let subscription = text(&subscription.body["id"]);
    assert!(paypal.sandbox.approve_subscription(subscription));
    let deliveries = paypal.sandbox.deliveries().unwrap();
    let resource = |name: &str| {
        let documents = deliveries.iter().map(|it| serde_json::from_slice::<Value>(&it.body).unwrap());
        documents.filter(|event| event["event_type"] == name).map(|mut event| event["resource"].take()).next().unwrap()
    };
    let related = |resource: Value| resource["supplementary_data"]["related_ids"]["order_id"].clone();
    assert_eq!(related(resource("PAYMENT.CAPTURE.COMPLETED")), id);
    assert_eq!(related(resource("PAYMENT.AUTHORIZATION.CREATED")), *order);
    let refund = resource("PAYMENT.CAPTURE.REFUNDED");
    let up = refund["links"].as_array().unwrap().iter().find(|link| link["rel"] == "up").unwrap();
    assert!(text(&up["href"]).ends_with(&format!("/v2/payments/captures/{capture}")));
    assert_eq!(resource("PAYMENT.SALE.COMPLETED")["billing_agreement_id"], subscription);
}

#[test]
fn the_authorities_are_served() {
    let paypal = Simulated::new();
    let served = pem(&paypal, "/simulator/authorities");
    assert_eq!(served, paypal.sandbox.authorities().unwrap().concat());
    assert_eq!(served.matches("-----BEGIN CERTIFICATE-----").count(), 2);
}

#[test]
fn a_notification_is_confirmed_byte_for_byte_once_it_was_sent() {
    let paypal = Simulated::new();
    let ask = |body: &[u8]| {
        let request = http::Request::post("/cgi-bin/webscr").body(bytes::Bytes::copy_from_slice(body)).unwrap();
        let answer = paypal.sandbox.handle(request);
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (200, &"text/plain".parse().unwrap())
        );
        String::from_utf8(answer.body().to_vec()).unwrap()
    };
    let send = |input: Value| paypal.raw("POST", "/simulator/ipn", &[], &input);
    let url = "http://127.0.0.1:9/ipn";
    let fields = json!({"txn_id": "61E67681CH3238416", "first_name": "Zo\u{eb}", "memo": "\u{65e5} & 1", "mc_gross": 9.95,
        "test_ipn": null});
    let (status, answer) = send(json!({"url": url, "fields": fields}));
    let expected = "txn_id=61E67681CH3238416&first_name=Zo%EB&memo=%u65E5+%26+1&mc_gross=9.95\
                    &receiver_id=WDJJHEBZ4X2LY&payment_status=Completed&charset=windows-1252";
    assert_eq!((status, text(&answer["body"])), (202, expected));
    let confirmation = format!("cmd=_notify-validate&{expected}");
    assert_eq!(ask(confirmation.as_bytes()), "INVALID", "it was not sent yet");
    let messages = paypal.sandbox.ipn_messages();
    assert_eq!((messages.len(), &*messages[0].url, &messages[0].body[..]), (1, url, expected.as_bytes()));
    assert!(paypal.sandbox.ipn_messages().is_empty(), "it was taken");
    assert_eq!(ask(confirmation.as_bytes()), "VERIFIED");
    let appended = format!("{expected}&cmd=_notify-validate");
    for other in [expected, &appended, &confirmation.replace("%EB", "%eb"), &format!("{confirmation}&"), ""] {
        assert_eq!(ask(other.as_bytes()), "INVALID", "{other}");
    }

    // In UTF-8, with the fields that every message has.
    let (_, answer) = send(json!({"url": url, "fields": {"first_name": "Zo\u{eb}"}, "charset": "utf-8"}));
    let body = text(&answer["body"]);
    assert!(
        body.starts_with("first_name=Zo%C3%AB&receiver_id=WDJJHEBZ4X2LY&payment_status=Completed&txn_id="),
        "{body}"
    );
    assert!(body.ends_with("&test_ipn=1&charset=UTF-8"), "{body}");
    // A failed message comes again, 15 times.
    for attempt in 1..=16 {
        let message = paypal.sandbox.ipn_messages().pop().unwrap();
        assert_eq!(message.attempt, attempt);
        paypal.sandbox.undelivered_ipn(message);
    }
    assert!(paypal.sandbox.ipn_messages().is_empty());

    for refused in [
        json!({"fields": {}}),
        json!({"url": "https://shop.example.com/ipn"}),
        json!({"url": url, "charset": "EBCDIC"}),
        json!({"url": url, "fields": []}),
        json!({"url": url, "fields": {"a": {}}}),
    ] {
        assert_eq!(send(refused.clone()).0, 400, "{refused}");
    }
}

#[tokio::test]
async fn there_are_at_most_ten_webhooks_with_different_addresses() {
    let paypal = Simulated::new();
    let webhook = |number: u32| json!({"body": {"url": format!("https://shop.example.com/{number}"), "event_types": [{"name": "*"}]}});
    let mut ids = Vec::new();
    for number in 0..10 {
        ids.push(text(&paypal.call("webhooks.create", webhook(number)).await.body["id"]).to_owned());
    }
    let name = async |number| paypal.fail("webhooks.create", webhook(number)).await.name;
    assert_eq!(name(10).await.as_deref(), Some("WEBHOOK_NUMBER_LIMIT_EXCEEDED"));
    assert_eq!(name(3).await.as_deref(), Some("WEBHOOK_URL_ALREADY_EXISTS"));
    let patch = json!({"webhook_id": ids[0], "body": [
        {"op": "replace", "path": "/event_types", "value": [{"name": "INVOICING.INVOICE.PAID"}]}]});
    let patched = paypal.call("webhooks.update", patch).await;
    assert_eq!((patched.status, &patched.body["event_types"][0]["name"]), (200, &json!("INVOICING.INVOICE.PAID")));
    assert_eq!(paypal.call("webhooks.delete", json!({"webhook_id": ids[0]})).await.status, 204);
    assert_eq!(paypal.sandbox.effects().webhooks.len(), 9);
    assert_eq!(
        paypal.fail("webhooks.get", json!({"webhook_id": ids[0]})).await.name.as_deref(),
        Some("INVALID_RESOURCE_ID")
    );
    let types = paypal.call("webhooks.list-event-types", json!({})).await;
    assert_eq!(types.body["event_types"].as_array().unwrap().len(), 144);
}

/// Returns a simulator in which every action whose repeat PayPal recognises can be carried out, with their inputs.
async fn ready() -> (Simulated, Vec<(&'static str, Value)>) {
    let paypal = Simulated::new();
    let plan = plan(&paypal).await;
    let subscription = paypal.call("subscriptions.create", json!({"body": {"plan_id": plan}})).await;
    let subscription = text(&subscription.body["id"]).to_owned();
    assert!(paypal.sandbox.approve_subscription(&subscription) && paypal.sandbox.miss_payment(&subscription));
    let (_, authorization) = authorize(&paypal).await;
    // It can be renewed then. Orders do not last as long.
    paypal.sandbox.advance(4 * DAY);
    let mut orders = Vec::new();
    for _ in 0..2 {
        let order = paypal.order("10.00").await.body["id"].clone();
        assert!(paypal.sandbox.approve_order(text(&order)));
        orders.push(order);
    }
    let captured = paypal.call("orders.capture", json!({"id": orders[1]})).await;
    let capture = &captured.body["purchase_units"][0]["payments"]["captures"][0]["id"];
    let unit = json!({"amount": usd("7.00")});
    let reserved = json!({"body": {"intent": "AUTHORIZE", "purchase_units": [unit]}});
    let reserved = paypal.call("orders.create", reserved).await.body["id"].clone();
    assert!(paypal.sandbox.approve_order(text(&reserved)));

    let cycle = json!({"frequency": {"interval_unit": "YEAR", "interval_count": 1}, "tenure_type": "REGULAR",
        "sequence": 1, "total_cycles": 0, "pricing_scheme": {"fixed_price": usd("100.00")}});
    let product = paypal.call("plans.get", json!({"id": plan})).await.body["product_id"].clone();
    let yearly = json!({"product_id": product, "name": "Yearly", "billing_cycles": [cycle], "payment_preferences": {}});
    let outstanding = json!({"note": "Owed", "capture_type": "OUTSTANDING_BALANCE", "amount": usd("1.00")});
    let inputs = vec![
        ("orders.create", json!({"body": {"intent": "CAPTURE", "purchase_units": [unit]}})),
        ("orders.capture", json!({"id": orders[0]})),
        ("orders.authorize", json!({"id": reserved})),
        ("payments.capture-authorization", json!({"authorization_id": authorization})),
        ("payments.reauthorize", json!({"authorization_id": authorization})),
        ("payments.void-authorization", json!({"authorization_id": authorization})),
        ("payments.refund-capture", json!({"capture_id": capture, "body": {"amount": usd("1.00")}})),
        ("products.create", json!({"body": {"name": "Cups", "type": "PHYSICAL"}})),
        ("plans.create", json!({"body": yearly})),
        ("subscriptions.create", json!({"body": {"plan_id": plan}})),
        ("subscriptions.capture", json!({"id": subscription, "body": outstanding})),
    ];
    (paypal, inputs)
}

#[tokio::test]
async fn a_repeated_request_changes_nothing_while_paypal_remembers_its_key() {
    for index in 0..11 {
        let (paypal, inputs) = ready().await;
        assert_eq!(inputs.len(), 11);
        let (action, mut input) = inputs[index].clone();
        input["options"] = json!({"idempotency_key": "the key"});
        let kept = match action {
            "orders.create" | "orders.capture" | "orders.authorize" => DAY / 4,
            _ if action.starts_with("payments.") => 45 * DAY,
            _ => 3 * DAY,
        };
        let before = paypal.sandbox.effects().times(action);
        let done = paypal.call(action, input.clone()).await;
        assert_eq!(paypal.sandbox.effects().times(action), before + 1, "{action}");
        // What time brings, such as the payment of another month, is no effect of the repeat.
        paypal.sandbox.advance(kept - Duration::from_secs(1));
        let effects = paypal.sandbox.effects();
        let again = paypal.call(action, input.clone()).await;
        assert_eq!(paypal.sandbox.effects(), effects, "{action} acted twice");
        let statuses = match action {
            "payments.void-authorization" => (204, 204),
            "subscriptions.capture" => (202, 200),
            _ => (201, 200),
        };
        assert_eq!((done.status, again.status), statuses, "{action}");
        if statuses.0 == 201 {
            assert_eq!(done.body["id"], again.body["id"], "{action}");
        }
        // After that the key is new, and the request is checked against the present state.
        paypal.sandbox.advance(Duration::from_secs(1));
        let effects = paypal.sandbox.effects();
        let late = paypal.invoke(action, input).await;
        assert!(late.is_err() || paypal.sandbox.effects() != effects, "{action} is remembered for too long");
    }
}

#[tokio::test]
async fn whole_resources_conform_to_paypal_s_schemas() {
    // `Simulated` checks every answer against the schemas; these are answers that the flows do not ask for.
    let (paypal, inputs) = ready().await;
    for (action, mut input) in inputs {
        // These two would find the authorization used.
        if ["payments.reauthorize", "payments.void-authorization"].contains(&action) {
            continue;
        }
        input["options"] = json!({"prefer": "representation"});
        let reply = paypal.call(action, input).await;
        assert!(reply.status == 202 || reply.body["create_time"].is_string(), "{action}: {}", reply.body);
    }
    let invoice = json!({"body": {"detail": {"currency_code": "JPY", "invoice_number": "7"}, "items": [
        {"name": "Tea", "quantity": "1", "unit_amount": {"currency_code": "JPY", "value": "500"}}]},
        "options": {"prefer": "representation"}});
    let invoice = paypal.call("invoices.create", invoice).await;
    assert_eq!((invoice.status, &invoice.body["amount"]["value"]), (201, &json!("500")));
    for (action, list) in [
        ("invoices.list", "items"),
        ("products.list", "products"),
        ("plans.list", "plans"),
        ("subscriptions.list", "subscriptions"),
        ("webhooks.list-events", "events"),
    ] {
        let listed = paypal.call(action, json!({})).await.body;
        assert!(listed[list].as_array().is_some_and(|it| !it.is_empty()), "{action}: {listed}");
    }
    assert_eq!(paypal.call("invoices.generate-number", json!({})).await.body["invoice_number"], "8");
    let revised = paypal.call("subscriptions.list", json!({})).await.body["subscriptions"][0]["id"].clone();
    assert!(paypal.sandbox.approve_subscription(text(&revised)));
    let plan = paypal.call("plans.list", json!({})).await.body["plans"][0]["id"].clone();
    let pricing = json!({"pricing_schemes": [
        {"billing_cycle_sequence": 1, "pricing_scheme": {"fixed_price": usd("21.00")}}]});
    assert_eq!(paypal.call("plans.update-pricing", json!({"id": plan, "body": pricing})).await.status, 204);
    let revise = json!({"id": revised, "body": {"plan_id": plan}});
    assert_eq!(paypal.call("subscriptions.revise", revise).await.body["plan_id"], plan);
    let user = paypal.call("identity.userinfo", json!({"schema": "paypalv1.1"})).await;
    assert!(user.body["payer_id"].is_string());
}

#[tokio::test]
async fn a_key_stands_for_one_request_whatever_the_body() {
    let paypal = Simulated::new();
    let create = |value: &str| {
        json!({"body": {"intent": "CAPTURE", "purchase_units": [{"amount": usd(value)}]},
            "options": {"idempotency_key": "one", "prefer": "representation"}})
    };
    let first = paypal.call("orders.create", create("1.00")).await;
    assert!(paypal.sandbox.approve_order(text(&first.body["id"])));
    let second = paypal.call("orders.create", create("2.00")).await;
    assert_eq!((second.status, &second.body["id"]), (200, &first.body["id"]));
    // The repeat shows the present state.
    assert_eq!((&first.body["status"], &second.body["status"]), (&json!("CREATED"), &json!("APPROVED")));
    assert_eq!(second.body["purchase_units"][0]["amount"]["value"], "1.00");
    // A refused request leaves its key unused.
    let order = paypal.order("3.00").await;
    let capture = json!({"id": order.body["id"], "options": {"idempotency_key": "two"}});
    assert_eq!(paypal.issue("orders.capture", capture.clone()).await.as_deref(), Some("ORDER_NOT_APPROVED"));
    assert!(paypal.sandbox.approve_order(text(&order.body["id"])));
    assert_eq!(paypal.call("orders.capture", capture).await.status, 201);
}

#[tokio::test]
async fn a_request_that_is_in_progress_is_repeated() {
    let paypal = Simulated::new();
    paypal.sandbox.refuse_next_as_in_progress();
    let order = paypal.order("1.00").await;
    assert_eq!((order.status, order.attempts), (201, 2));
    assert!(order.idempotency_key.is_some());
    assert_eq!(paypal.sandbox.effects().orders.len(), 1);
}

#[tokio::test]
async fn a_token_that_expires_during_a_flow_is_renewed() {
    let paypal = Simulated::new();
    let order = paypal.order("1.00").await;
    let id = text(&order.body["id"]);
    assert!(paypal.sandbox.approve_order(id));
    paypal.sandbox.expire_tokens();
    let paid = paypal.call("orders.capture", json!({"id": id})).await;
    assert_eq!((paid.status, paid.attempts), (201, 2));
    assert_eq!(paypal.sandbox.effects().captured_of(id), 100);
    let header = ("authorization", "Bearer A21AA-someone-else-s");
    let (status, refusal) = paypal.raw("GET", "/v2/checkout/orders/X", &[header], &Value::Null);
    assert_eq!((status, &refusal["error"]), (401, &json!("invalid_token")));
}

#[tokio::test]
async fn errors_have_the_shapes_of_their_apis() {
    let paypal = Simulated::new();
    let none = Value::Null;
    let (status, coded) = paypal.raw("GET", "/v2/checkout/orders/X", &[], &none);
    assert_eq!((status, &coded["details"][0]["issue"]), (404, &json!("INVALID_RESOURCE_ID")));
    let (status, invoicing) = paypal.raw("GET", "/v2/invoicing/invoices/X", &[], &none);
    assert!(status == 404 && invoicing["details"][0]["issue"].is_null() && invoicing["links"][0]["rel"].is_null());
    let (status, prose) = paypal.raw("GET", "/v1/notifications/webhooks/X", &[], &none);
    assert_eq!((status, &prose["name"]), (404, &json!("INVALID_RESOURCE_ID")));
    assert!(prose["information_link"].is_string());
    assert_eq!(paypal.raw("DELETE", "/v2/checkout/orders/X", &[], &none).0, 405);
    assert_eq!(paypal.raw("GET", "/v2/nothing", &[], &none).0, 404);
    let mock = ("paypal-mock-response", r#"{"mock_application_codes": "INSTRUMENT_DECLINED"}"#);
    let (status, mocked) = paypal.raw("POST", "/v2/checkout/orders/X/capture", &[mock], &none);
    assert_eq!((status, &mocked["details"][0]["issue"]), (422, &json!("INSTRUMENT_DECLINED")));
    let order = json!({"intent": "CAPTURE", "purchase_units": []});
    let form = ("content-type", "text/plain");
    let request = http::Request::post("/v2/checkout/orders")
        .header(form.0, form.1)
        .header("authorization", format!("Bearer {}", Simulator::token()))
        .body(order.to_string().into())
        .unwrap();
    assert_eq!(paypal.sandbox.handle(request).status(), 415);
    // No body makes it fail.
    for body in [json!("x"), json!([1]), json!({"purchase_units": ["x"], "intent": "CAPTURE"}), json!(7)] {
        for path in [
            "/v2/checkout/orders",
            "/v2/invoicing/invoices",
            "/v1/billing/plans",
            "/v1/catalogs/products",
            "/v1/billing/subscriptions",
            "/v1/shipping/trackers",
            "/v1/notifications/webhooks",
            "/v1/notifications/simulate-event",
            "/v1/notifications/verify-webhook-signature",
        ] {
            assert_eq!(paypal.raw("POST", path, &[], &body).0, 400, "{path} {body}");
        }
    }
    assert_eq!(paypal.sandbox.effects(), Simulator::new(4).effects());
}

#[tokio::test]
async fn products_come_in_pages_and_the_same_seed_gives_the_same_ids() {
    let all = async || {
        let paypal = Simulated::new();
        for number in 0..25 {
            let product = json!({"body": {"name": format!("Tea {number}"), "type": "PHYSICAL"}});
            paypal.call("products.create", product).await;
            paypal.sandbox.advance(Duration::from_secs(1));
        }
        let (mut input, mut names, mut pages) = (json!({"page_size": 10}), Vec::new(), 0);
        loop {
            let page = paypal.call("products.list", input).await;
            names.extend(
                page.body["products"].as_array().unwrap().iter().map(|it| (it["id"].clone(), it["name"].clone())),
            );
            pages += 1;
            match page.next {
                Some(next) => input = next,
                None => break,
            }
        }
        assert_eq!((pages, names.len()), (3, 25));
        assert_eq!(names[24].1, "Tea 24");
        names
    };
    assert_eq!(all().await, all().await);
}

#[tokio::test]
async fn links_to_the_simulator_lead_to_the_next_page_too() {
    let paypal = Simulated::new();
    paypal.sandbox.set_public_url("http://127.0.0.1:4010".parse().unwrap());
    let detail = json!({"detail": {"currency_code": "USD"}});
    for number in 0..7 {
        let product = json!({"body": {"name": format!("Tea {number}"), "type": "PHYSICAL"}});
        paypal.call("products.create", product).await;
        paypal.call("invoices.create", json!({"body": detail})).await;
    }
    for (action, list, body, count) in [
        ("products.list", "products", Value::Null, 7),
        ("webhooks.list-events", "events", Value::Null, 14),
        ("invoices.list", "items", Value::Null, 7),
        ("invoices.search", "items", json!({}), 7),
    ] {
        let (mut input, mut ids) = (json!({"page_size": 3}), BTreeSet::new());
        if !body.is_null() {
            input["body"] = body;
        }
        loop {
            let page = paypal.call(action, input).await;
            let items = page.body[list].as_array().unwrap();
            ids.extend(items.iter().map(|it| text(&it["id"]).to_owned()));
            let text = page.body["links"].to_string();
            assert!(!text.contains("paypal.com"), "{action}: {text}");
            match page.next {
                Some(next) => input = next,
                None => break,
            }
        }
        assert_eq!(ids.len(), count, "{action}");
    }
}

#[tokio::test]
async fn a_flow_runs_over_tcp_with_granted_tokens() {
    let sandbox = Simulator::new(11);
    let server = Server::bind(sandbox.clone(), 0).await.unwrap();
    let url = format!("http://{}", server.address().unwrap());
    let server = tokio::spawn(server.run());
    let client = Client::new();
    let credentials = |secret| ClientCredentials::new(sandbox.client_id(), secret);
    let tenant = |secret| {
        let route = Route::loopback(Environment::Sandbox, &url).unwrap();
        Tenant::new(Connection::new(route, credentials(secret), client.clone()), client.clone())
    };
    let stranger = Simulated::with(sandbox.clone(), tenant(Secret::new("guessed".to_owned())));
    let refused = stranger.fail("orders.get", json!({"id": "5O190127TN364715T"})).await;
    assert_eq!(refused.kind, FailureKind::ConnectionUnavailable);

    // A receiver on this machine, which fails the first time.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hook = format!("http://{}/hook", listener.local_addr().unwrap());
    let received = tokio::spawn(async move {
        let mut heads = Vec::new();
        for status in ["500 Internal Server Error", "200 OK"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 16_384];
            let length = stream.read(&mut head).await.unwrap();
            heads.push(String::from_utf8_lossy(&head[..length]).into_owned());
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        heads
    });

    let paypal = Simulated::with(sandbox.clone(), tenant(Secret::new(sandbox.client_secret())));
    let webhook = json!({"url": hook, "event_types": [{"name": "PAYMENT.CAPTURE.COMPLETED"}]});
    assert_eq!(paypal.raw("POST", "/v1/notifications/webhooks", &[], &webhook).0, 201);
    let order = paypal.order("49.99").await;
    let id = text(&order.body["id"]);
    assert_eq!((order.status, order.attempts), (201, 1));
    assert!(sandbox.approve_order(id));
    sandbox.expire_tokens();
    let paid = paypal.call("orders.capture", json!({"id": id})).await;
    assert_eq!((paid.status, paid.attempts), (201, 2));
    assert_eq!(sandbox.effects().captured_of(id), 49_99);

    let heads = received.await.unwrap();
    let transmission =
        |head: &str| head.lines().find(|line| line.starts_with("paypal-transmission-sig: ")).map(str::to_owned);
    assert!(heads.iter().all(|head| head.starts_with("POST /hook HTTP/1.1")));
    assert!(transmission(&heads[0]).is_some() && transmission(&heads[0]) == transmission(&heads[1]));
    server.abort();
}

#[test]
fn the_command_prints_its_address_and_credentials() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    let mut server = command.args(["simulator", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines().map(Result::unwrap);
    let address = lines.next().unwrap();
    let url = address.split(' ').find(|word| word.starts_with("http://127.0.0.1:")).unwrap().trim_end_matches('.');
    let mut variable = |name: &str| lines.find_map(|line| line.strip_prefix(name).map(str::to_owned)).unwrap();
    let id = variable("export PAYPAL_CLIENT_ID=");
    let secret = variable("export PAYPAL_CLIENT_SECRET=");
    let call = Command::new(env!("CARGO_BIN_EXE_host-test"))
        .args(["call", "webhooks.list", "--base-url", url])
        .env_remove("PAYPAL_ACCESS_TOKEN")
        .envs([("PAYPAL_CLIENT_ID", id), ("PAYPAL_CLIENT_SECRET", secret)])
        .output();
    server.kill().unwrap();
    server.wait().unwrap();
    let call = call.unwrap();
    let reply: Value = serde_json::from_slice(&call.stdout).unwrap();
    assert_eq!((call.status.code(), &reply["reply"]["body"]), (Some(0), &json!({"webhooks": []})), "{reply}");
}
