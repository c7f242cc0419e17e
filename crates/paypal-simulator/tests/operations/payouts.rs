//! Payouts.

mod merchants;
mod receivers;
mod refusals;
mod sums;

use serde_json::{Value, json};

use crate::{
    sandbox::{Answer, Sandbox},
    transactions::{infos, no_lag, search},
};

const PAYOUTS: &str = "/v1/payments/payouts";

/// A payout of these items, each with receiver and dollars.
fn body(sender_batch_id: &str, items: &[(&str, &str)]) -> Value {
    let item = |(receiver, value): &(&str, &str)| {
        let kind = if receiver.contains('@') { "EMAIL" } else { "PAYPAL_ID" };
        json!({
            "recipient_type": kind,
            "receiver": receiver,
            "amount": {"currency": "USD", "value": value},
            "sender_item_id": format!("{sender_batch_id}-{receiver}"),
        })
    };
    let header = json!({"sender_batch_id": sender_batch_id, "email_subject": "Your share"});
    json!({"sender_batch_header": header, "items": items.iter().map(item).collect::<Vec<_>>()})
}

/// Creates a payout and returns its id.
fn create(paypal: &Sandbox, sender_batch_id: &str, items: &[(&str, &str)]) -> String {
    id_of(&paypal.post(PAYOUTS, &body(sender_batch_id, items)).ok())
}

fn id_of(created: &Value) -> String {
    created["batch_header"]["payout_batch_id"].as_str().unwrap().to_owned()
}

fn get(paypal: &Sandbox, id: &str) -> Value {
    paypal.get(&format!("{PAYOUTS}/{id}")).ok()
}

/// Returns the status of a batch, its fees, and the statuses and errors of its items.
fn state(paypal: &Sandbox, id: &str) -> (String, String, Vec<(String, String)>) {
    let batch = get(paypal, id);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = batch["items"].as_array().unwrap();
    let items = items.iter().map(|item| (text(&item["transaction_status"]), text(&item["errors"]["name"]))).collect();
    let header = &batch["batch_header"];
    (text(&header["batch_status"]), text(&header["fees"]["value"]), items)
}

fn item_id(paypal: &Sandbox, batch: &str, index: usize) -> String {
    get(paypal, batch)["items"][index]["payout_item_id"].as_str().unwrap().to_owned()
}

fn cancel(paypal: &Sandbox, item: &str) -> Answer {
    paypal.post(&format!("/v1/payments/payouts-item/{item}/cancel"), &Value::Null)
}

/// Returns total and withheld balance in dollars.
fn balance(paypal: &Sandbox) -> [String; 2] {
    let balance = paypal.get("/v1/reporting/balances?currency_code=USD").ok()["balances"][0].take();
    ["total_balance", "withheld_balance"].map(|name| balance[name]["value"].as_str().unwrap().to_owned())
}

fn payout_events(paypal: &Sandbox) -> Vec<String> {
    let names = paypal.events().into_iter().map(|(name, _)| name);
    names.filter_map(|name| Some(name.strip_prefix("PAYMENT.PAYOUTS")?.to_owned())).collect()
}

#[test]
fn a_batch_is_processed_in_seconds_and_each_item_has_its_outcome() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let items =
        [("payer@example.com", "10.00"), ("T4EXM8PLEPY3R", "5.00"), ("new@example.com", "2.50"), ("N0B0DY", "1.00")];
    let created = paypal.post(PAYOUTS, &body("march", &items));
    assert_eq!((created.status, &created.body["batch_header"]["batch_status"]), (201, &json!("PENDING")));
    let id = id_of(&created.body);
    let pending = |fees: &str| (fees.to_owned(), vec![("PENDING".to_owned(), String::new()); 4]);
    let (status, fees, statuses) = state(&paypal, &id);
    assert_eq!((&*status, (fees, statuses)), ("PENDING", pending("0.00")));
    // The money and its fees of 0.25 each are set aside at once.
    assert_eq!(balance(&paypal), ["100000.00", "19.50"]);
    paypal.seconds(2);
    let (status, fees, statuses) = state(&paypal, &id);
    assert_eq!((&*status, (fees, statuses)), ("PROCESSING", pending("1.00")));
    assert_eq!(cancel(&paypal, &item_id(&paypal, &id, 0)).refusal(), (400, "BATCH_NOT_COMPLETED"));
    paypal.seconds(3);
    let outcomes = [
        ("SUCCESS", ""),
        ("SUCCESS", ""),
        ("UNCLAIMED", "RECEIVER_UNREGISTERED"),
        ("FAILED", "RECEIVER_ACCOUNT_INVALID"),
    ];
    let outcomes: Vec<_> = outcomes.iter().map(|(status, error)| ((*status).to_owned(), (*error).to_owned())).collect();
    assert_eq!(state(&paypal, &id), ("SUCCESS".to_owned(), "0.75".to_owned(), outcomes));
    assert_eq!(balance(&paypal), ["99981.75", "0.00"]);
    let batch = get(&paypal, &id);
    assert_eq!(batch["batch_header"]["amount"], json!({"currency": "USD", "value": "18.50"}));
    assert_eq!(batch["batch_header"]["time_completed"], "2026-03-02T09:00:05Z");
    assert_eq!(batch["items"][0]["payout_item"]["recipient_name"]["given_name"], "Alex");
    let searched = search(&paypal, "").ok();
    assert_eq!(
        infos(&searched, "transaction_event_code"),
        ["T0300", "T1503", "T1105", "T0001", "T1105", "T0001", "T1105", "T0001", "T1105"]
    );
    assert_eq!(infos(&searched, "transaction_id")[3], batch["items"][0]["transaction_id"]);
    assert_eq!(infos(&searched, "fee_amount")[3]["value"], "-0.25");
    assert_eq!(infos(&searched, "custom_field")[3], "march-payer@example.com");
    assert_eq!(
        payout_events(&paypal),
        ["BATCH.PROCESSING", "-ITEM.SUCCEEDED", "-ITEM.SUCCEEDED", "-ITEM.UNCLAIMED", "-ITEM.FAILED", "BATCH.SUCCESS"]
    );
    let failed = paypal.events().into_iter().find(|(name, _)| name.ends_with("ITEM.FAILED")).unwrap().1;
    assert_eq!((&failed["sender_batch_id"], &failed["errors"]), (&json!("march"), &Value::Null));
    let effects = paypal.0.effects();
    assert_eq!(effects.payouts[&id], "SUCCESS");
    assert_eq!(effects.emails.len(), 3, "who is paid is told");
    assert_eq!(effects.payout_items.values().map(|moved| moved.minor_units).sum::<i64>(), 1750);
    assert_eq!(effects.balances["USD"], 9_998_175);
}

#[test]
fn a_batch_without_an_item_that_can_be_paid_is_denied_and_costs_nothing() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let id = create(&paypal, "bad", &[("N0B0DY", "1.00"), ("merchant@example.com", "2.00")]);
    paypal.seconds(5);
    let (status, fees, items) = state(&paypal, &id);
    assert_eq!((&*status, &*fees), ("DENIED", "0.00"));
    assert_eq!(items[1], ("FAILED".to_owned(), "SELF_PAY_NOT_ALLOWED".to_owned()));
    assert_eq!(balance(&paypal), ["100000.00", "0.00"]);
    assert_eq!(payout_events(&paypal).last().unwrap(), "BATCH.DENIED");
    assert!(paypal.0.effects().payout_items.is_empty());
}

#[test]
fn a_repeat_is_recognised_by_its_key_and_by_its_sender_batch_id() {
    let paypal = Sandbox::new();
    let may = body("may", &[("payer@example.com", "10.00")]);
    let send = |key: &str, body: &Value| paypal.send("POST", PAYOUTS, &[("paypal-request-id", key)], body);
    let first = send("key-1", &may);
    let id = id_of(&first.body);
    paypal.seconds(2);
    let repeat = send("key-1", &may);
    assert_eq!((repeat.status, id_of(&repeat.body)), (200, id.clone()));
    assert_eq!(repeat.body["batch_header"]["batch_status"], "PROCESSING");
    let other = send("key-2", &may);
    assert_eq!(other.refusal().0, 400);
    assert_eq!(other.body["name"], "USER_BUSINESS_ERROR");
    let detail = &other.body["details"][0];
    assert_eq!(detail["field"], "SENDER_BATCH_ID");
    assert!(detail["link"][0]["href"].as_str().unwrap().ends_with(&format!("{PAYOUTS}/{id}")));
    paypal.days(29);
    assert_eq!(send("key-1", &may).status, 200);
    assert_eq!(send("key-3", &may).status, 400);
    paypal.days(1);
    assert_eq!(send("key-1", &may).status, 201, "after 30 days it is another payout");
    assert_eq!(paypal.0.effects().times("payouts.create"), 2);
    // Without an id of the sender each is another one.
    let mut nameless = may.clone();
    nameless["sender_batch_header"] = json!({});
    assert_ne!(id_of(&paypal.post(PAYOUTS, &nameless).ok()), id_of(&paypal.post(PAYOUTS, &nameless).ok()));
}

#[test]
fn a_single_item_can_be_paid_at_once() {
    let paypal = Sandbox::new();
    let path = format!("{PAYOUTS}?sync_mode=true");
    let paid = paypal.post(&path, &body("now", &[("payer@example.com", "10.00")]));
    assert_eq!((paid.status, &paid.body["batch_header"]["batch_status"]), (201, &json!("SUCCESS")));
    assert_eq!(paid.body["items"][0]["transaction_status"], "SUCCESS");
    let two = paypal.post(&path, &body("two", &[("a@example.com", "1.00"), ("b@example.com", "1.00")]));
    assert_eq!((two.status, &two.body["name"]), (400, &json!("SYNC_MODE_NOT_APPLICABLE")));
    paypal.seconds(10);
    assert_eq!(paypal.0.effects().balances["USD"], 9_998_975);
}

#[test]
fn a_batch_is_read_in_pages_and_in_parts() {
    let paypal = Sandbox::new();
    let receivers: Vec<_> = (0..25).map(|number| format!("receiver-{number}@example.com")).collect();
    let items: Vec<_> = receivers.iter().map(|receiver| (&**receiver, "1.00")).collect();
    let id = create(&paypal, "pages", &items);
    let mut path = format!("{PAYOUTS}/{id}?page_size=10&total_required=true");
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let page = paypal.get(&path).ok();
        pages += 1;
        assert_eq!([&page["total_items"], &page["total_pages"]], [25, 3]);
        assert_eq!(page["batch_header"]["payout_batch_id"], *id);
        let receiver = |item: &Value| item["payout_item"]["receiver"].as_str().unwrap().to_owned();
        seen.extend(page["items"].as_array().unwrap().iter().map(receiver));
        let links = page["links"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["rel"] == "next") else { break };
        path = next["href"].as_str().unwrap().split_once(".com").unwrap().1.to_owned();
    }
    assert_eq!((pages, seen), (3, receivers));
    let members = |fields: &str| -> Vec<String> {
        let answer = paypal.get(&format!("{PAYOUTS}/{id}?fields={fields}")).ok();
        answer.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(members("batch_header"), ["batch_header"]);
    assert_eq!(members("items"), ["items", "links"]);
    for query in ["page=0", "page=1001", "page_size=0", "page_size=1001", "page=x"] {
        let refused = paypal.get(&format!("{PAYOUTS}/{id}?{query}"));
        assert_eq!((refused.status, refused.body["details"][0]["location"].as_str()), (400, Some("query")), "{query}");
    }
    for path in [format!("{PAYOUTS}/pages"), "/v1/payments/payouts-item/NOTHING".to_owned()] {
        let missing = paypal.get(&path);
        assert_eq!((missing.status, &missing.body["name"]), (404, &json!("INVALID_RESOURCE_ID")));
    }
    assert_eq!(cancel(&paypal, "NOTHING").status, 404);
    let item = item_id(&paypal, &id, 3);
    let alone = paypal.get(&format!("/v1/payments/payouts-item/{item}")).ok();
    assert_eq!([&alone["payout_item_id"], &alone["sender_batch_id"]], [&item, "pages"]);
}

#[test]
fn the_largest_batch_is_paid_to_the_cent() {
    let paypal = Sandbox::new();
    let unknown = |number| if number % 3 == 0 { "nobody@example.com" } else { "payer@example.com" };
    let items: Vec<_> = (0..15_000).map(|number| (unknown(number), "1.00")).collect();
    let id = create(&paypal, "large", &items);
    paypal.seconds(5);
    let page = paypal.get(&format!("{PAYOUTS}/{id}?page=15&total_required=true")).ok();
    assert_eq!([&page["total_items"], &page["total_pages"]], [15_000, 15]);
    assert_eq!(page["items"].as_array().unwrap().len(), 1000);
    assert_eq!(page["batch_header"]["fees"]["value"], "3750.00");
    assert_eq!(paypal.0.effects().balances["USD"], 10_000_000 - 15_000 * 125);
    paypal.days(30);
    assert_eq!(paypal.0.effects().balances["USD"], 10_000_000 - 10_000 * 125 - 5_000 * 25);
    assert_eq!(paypal.0.effects().payout_items.len(), 10_000);
}
