//! Payouts.

use std::collections::BTreeMap;

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
fn unclaimed_money_comes_back_once_by_a_cancellation_or_after_thirty_days() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let id =
        create(&paypal, "april", &[("a@example.com", "10.00"), ("b@example.com", "20.00"), ("c@example.com", "40.00")]);
    paypal.seconds(5);
    let items: Vec<_> = (0..3).map(|index| item_id(&paypal, &id, index)).collect();
    assert_eq!(balance(&paypal), ["99929.25", "0.00"]);
    let cancelled = cancel(&paypal, &items[0]).ok();
    assert_eq!(
        (&cancelled["transaction_status"], &cancelled["sender_batch_id"]),
        (&json!("RETURNED"), &json!("april"))
    );
    assert_eq!(cancelled["payout_item_fee"]["value"], "0.25", "PayPal keeps its fee");
    assert_eq!(cancel(&paypal, &items[0]).refusal(), (400, "ITEM_ALREADY_CANCELLED"));
    assert_eq!(balance(&paypal), ["99939.25", "0.00"]);
    assert_eq!(paypal.control(&format!("payouts-items/{}/claim", items[1]), &Value::Null).status, 204);
    assert!(!paypal.0.claim_payout_item(&items[1]), "it is claimed already");
    assert_eq!(cancel(&paypal, &items[1]).refusal(), (400, "ITEM_INCORRECT_STATUS"));
    paypal.days(30);
    let statuses: Vec<_> = state(&paypal, &id).2.into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, ["RETURNED", "SUCCESS", "RETURNED"]);
    assert_eq!(cancel(&paypal, &items[2]).refusal(), (400, "ITEM_INCORRECT_STATUS"));
    assert_eq!(balance(&paypal), ["99979.25", "0.00"]);
    paypal.days(60);
    assert_eq!(balance(&paypal), ["99979.25", "0.00"], "nothing comes back twice");
    assert_eq!(payout_events(&paypal)[5..], ["-ITEM.CANCELED", "-ITEM.SUCCEEDED", "-ITEM.RETURNED"]);
    let reversals = paypal.get(
        "/v1/reporting/transactions?start_date=2026-03-02T09:00:00Z&end_date=2026-04-02T09:00:00Z&transaction_type=T1114",
    );
    let reversals = reversals.ok();
    assert_eq!(infos(&reversals, "paypal_reference_id_type"), ["TXN", "TXN"]);
    let effects = paypal.0.effects();
    assert_eq!(effects.payout_items.keys().collect::<Vec<_>>(), [&items[1]]);
}

#[test]
fn a_receiver_can_give_money_back_and_a_review_can_release_or_block_it() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let set =
        |error: Value| paypal.control("payouts/receivers", &json!({"receiver": "payer@example.com", "error": error}));
    assert_eq!(set(json!("NO_SUCH_ERROR")).refusal(), (400, "INVALID_PARAMETER_VALUE"));
    set(json!("REGULATORY_PENDING")).ok();
    let id = create(&paypal, "held", &[("payer@example.com", "10.00"), ("payer@example.com", "20.00")]);
    paypal.seconds(5);
    let (status, _, items) = state(&paypal, &id);
    let held = ("ONHOLD".to_owned(), "REGULATORY_PENDING".to_owned());
    assert_eq!((&*status, &items[..]), ("SUCCESS", &[held.clone(), held][..]));
    assert_eq!(balance(&paypal), ["100000.00", "30.50"]);
    let control = |index: usize, what: &str| {
        paypal.control(&format!("payouts-items/{}/{what}", item_id(&paypal, &id, index)), &Value::Null)
    };
    assert_eq!(control(0, "refund").refusal(), (422, "ITEM_INCORRECT_STATUS"));
    control(0, "release").ok();
    assert_eq!(balance(&paypal), ["99989.75", "20.25"]);
    control(1, "block").ok();
    assert_eq!(balance(&paypal), ["99989.75", "0.00"]);
    control(0, "refund").ok();
    assert_eq!(balance(&paypal), ["99999.75", "0.00"]);
    let statuses: Vec<_> = state(&paypal, &id).2;
    let expected = [("REFUNDED", ""), ("BLOCKED", "REGULATORY_BLOCKED")];
    assert_eq!(statuses, expected.map(|(status, error)| (status.to_owned(), error.to_owned())));
    assert_eq!(payout_events(&paypal)[4..], ["-ITEM.SUCCEEDED", "-ITEM.BLOCKED", "-ITEM.REFUNDED"]);
    assert_eq!(infos(&search(&paypal, "&transaction_type=T1115").ok(), "transaction_amount")[0]["value"], "10.00");
    assert_eq!(infos(&search(&paypal, "&transaction_type=T0001").ok(), "transaction_status"), ["V"]);
    set(Value::Null).ok();
    let id = create(&paypal, "again", &[("payer@example.com", "1.00")]);
    paypal.seconds(5);
    assert_eq!(state(&paypal, &id).2[0].0, "SUCCESS");
    assert_eq!(paypal.control("payouts-items/NOTHING/claim", &Value::Null).refusal().0, 404);
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
fn money_that_is_not_there_is_not_paid_out() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let over = body("over", &[("payer@example.com", "99999.76")]);
    let refused = paypal.post(PAYOUTS, &over);
    assert_eq!((refused.status, &refused.body["name"]), (422, &json!("INSUFFICIENT_FUNDS")));
    let all = create(&paypal, "all", &[("payer@example.com", "99999.75")]);
    // What is set aside for one is not there for another.
    let refused = paypal.post(PAYOUTS, &body("one", &[("payer@example.com", "0.01")]));
    assert_eq!((refused.status, &refused.body["name"]), (422, &json!("INSUFFICIENT_FUNDS")));
    let withdraw = json!({"currency_code": "USD", "value": "0.01"});
    assert_eq!(paypal.control("balance/withdraw", &withdraw).refusal(), (422, "INSUFFICIENT_FUNDS"));
    paypal.seconds(5);
    assert_eq!(state(&paypal, &all).0, "SUCCESS");
    assert_eq!(balance(&paypal), ["0.00", "0.00"]);
    let mut euros = over;
    euros["items"][0]["amount"] = json!({"currency": "EUR", "value": "124.00"});
    let refused = paypal.post(PAYOUTS, &euros);
    assert_eq!((refused.status, &refused.body["name"]), (400, &json!("NON_HOLDING_CURRENCY")));
    paypal.control("balance/deposit", &json!({"currency_code": "EUR", "value": "126.48"})).ok();
    let id = id_of(&paypal.post(PAYOUTS, &euros).ok());
    paypal.seconds(5);
    assert_eq!(state(&paypal, &id).1, "2.48", "2 % in other currencies");
    assert_eq!(paypal.0.effects().balances["EUR"], 0);
}

#[test]
fn one_mistake_refuses_all_of_it_with_its_place() {
    let paypal = Sandbox::new();
    let good = body("june", &[("payer@example.com", "10.00"), ("other@example.com", "5.00")]);
    let with = |pointer: &str, value: Value| {
        let mut body = good.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[name] = value;
        body
    };
    let long = "x".repeat(4001);
    for (body, field) in [
        (json!({}), "sender_batch_header"),
        (with("/items", json!([])), "items"),
        (with("/items", Value::Null), "items"),
        (with("/items", vec![good["items"][0].clone(); 15_001].into()), "items"),
        (with("/sender_batch_header/sender_batch_id", long[..257].into()), "sender_batch_header.sender_batch_id"),
        (with("/sender_batch_header/recipient_type", json!([])), "sender_batch_header.recipient_type"),
        (with("/sender_batch_header/email_subject", long[..256].into()), "sender_batch_header.email_subject"),
        (with("/items/1/receiver", json!("not-an-address")), "items[1].receiver"),
        (with("/items/1/receiver", Value::Null), "items[1].receiver"),
        (with("/items/0/recipient_type", json!("BOGUS")), "items[0].receiver"),
        (with("/items/0/recipient_type", json!("PHONE")), "items[0].receiver"),
        (with("/items/1/amount/value", json!("1.005")), "items[1].amount.value"),
        (with("/items/1/amount/value", json!("0.00")), "items[1].amount.value"),
        (with("/items/1/amount/value", json!("-1.00")), "items[1].amount.value"),
        (with("/items/1/amount/value", Value::Null), "items[1].amount.value"),
        (with("/items/1/amount/currency", json!("XXX")), "items[1].amount.currency"),
        (with("/items/1/amount/currency", Value::Null), "items[1].amount.currency"),
        (with("/items/1/amount/currency", json!("EUR")), "items[1].amount.currency"),
        (with("/items/0/note", long.clone().into()), "items[0].note"),
        (with("/items/0/note", json!({})), "items[0].note"),
        (with("/items/0/sender_item_id", long[..64].into()), "items[0].sender_item_id"),
        (with("/items/0/recipient_wallet", json!("VENMO")), "items[0].note"),
        (with("/items/0/recipient_wallet", json!("PURSE")), "items[0].recipient_wallet"),
        (with("/items/0/purpose", json!("FUN")), "items[0].purpose"),
    ] {
        let refused = paypal.post(PAYOUTS, &body);
        let detail = &refused.body["details"][0];
        assert_eq!((refused.status, &refused.body["name"]), (400, &json!("VALIDATION_ERROR")), "{field}");
        assert_eq!((&detail["field"], &detail["location"]), (&json!(field), &json!("body")), "{refused:?}");
    }
    let effects = paypal.0.effects();
    assert!(effects.payouts.is_empty() && effects.balances["USD"] == 10_000_000 && effects.done.is_empty());
    // Amounts as numbers, and addresses of all kinds, are taken.
    let mut body = with("/items/1/amount/value", json!(5.5));
    body["sender_batch_header"]["recipient_type"] = json!("Email");
    let more = [("PHONE", "+1-408-555-0117"), ("USER_HANDLE", "ada-example")];
    for (kind, receiver) in more {
        let amount = json!({"currency": "USD", "value": "1"});
        let item = json!({"recipient_type": kind, "receiver": receiver, "amount": amount, "recipient_wallet": "VENMO",
            "note": "Thanks"});
        body["items"].as_array_mut().unwrap().push(item);
    }
    let id = id_of(&paypal.post(PAYOUTS, &body).ok());
    paypal.seconds(5);
    let statuses: Vec<_> = state(&paypal, &id).2.into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, ["SUCCESS", "UNCLAIMED", "UNCLAIMED", "UNCLAIMED"]);
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

#[test]
fn paypal_s_test_values_get_their_answers_and_change_nothing() {
    let paypal = Sandbox::new();
    for (note, status, name) in [
        ("ERRPYO001", 403, "SENDER_RESTRICTED"),
        ("ERRPYO002", 403, "SENDER_EMAIL_UNCONFIRMED"),
        ("ERRPYO005", 422, "INSUFFICIENT_FUNDS"),
        ("ERRPYO006", 500, "INTERNAL_ERROR"),
        ("ERRPYO010", 400, "VALIDATION_ERROR"),
        ("ERRPYO014", 400, "USER_BUSINESS_ERROR"),
        ("ERRPYO035", 429, "RATE_LIMIT_VALIDATION"),
        ("ERRPYO039", 409, "PREVIOUS_REQUEST_IN_PROGRESS"),
    ] {
        let mut body = body(note, &[("payer@example.com", "1.00")]);
        body["items"][0]["note"] = note.into();
        let refused = paypal.post(PAYOUTS, &body);
        assert_eq!((refused.status, &refused.body["name"]), (status, &json!(name)));
    }
    let venmo = paypal.post(PAYOUTS, &body("ERRPYO013", &[("payer@example.com", "1.00")]));
    assert_eq!(venmo.body["details"][0]["field"], "items[0].note");
    for (id, batch, item, error) in [
        ("ERRPYOB001", "SUCCESS", "SUCCESS", ""),
        ("ERRPYOB002", "PENDING", "PENDING", ""),
        ("ERRPYOB004", "DENIED", "FAILED", ""),
        ("ERRPYO015", "DENIED", "FAILED", "CLOSED_MARKET"),
        ("ERRPYO022", "SUCCESS", "UNCLAIMED", "RECEIVER_UNREGISTERED"),
        ("ERRPYO025", "SUCCESS", "BLOCKED", "REGULATORY_BLOCKED"),
        ("ERRPYO026", "SUCCESS", "ONHOLD", "REGULATORY_PENDING"),
    ] {
        let (status, _, items) = state(&paypal, id);
        assert_eq!((&*status, &*items[0].0, &*items[0].1), (batch, item, error), "{id}");
    }
    let one = paypal.get("/v1/payments/payouts-item/ERRPYO049").ok();
    assert_eq!([&one["transaction_status"], &one["errors"]["name"]], ["FAILED", "RECEIVING_LIMIT_EXCEEDED"]);
    assert_eq!(cancel(&paypal, "POSPOI002").ok()["transaction_status"], "RETURNED");
    assert_eq!(cancel(&paypal, "ERRPYO007").refusal(), (400, "ITEM_ALREADY_CANCELLED"));
    assert_eq!(paypal.get(&format!("{PAYOUTS}/ERRPYO032")).status, 404);
    let effects = paypal.0.effects();
    assert!(effects.payouts.is_empty() && effects.done.is_empty() && effects.balances["USD"] == 10_000_000);
}

/// A generator of numbers that are not random (Knuth's MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Adds what each transaction moved, by currency, in minor units, over all months since the beginning. Holds move nothing.
fn sums(paypal: &Sandbox) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    let months = ["2026-03-02", "2026-03-30", "2026-04-27", "2026-05-25", "2026-06-22", "2026-07-20"];
    for days in months.windows(2) {
        for page in 1.. {
            let range = format!("start_date={}T09:00:00Z&end_date={}T08:59:59Z", days[0], days[1]);
            let answer = paypal.get(&format!("/v1/reporting/transactions?{range}&page_size=500&page={page}"));
            if answer.body["message"] == "Data for the given start date is not available." {
                return sums;
            }
            let answer = answer.ok();
            for detail in answer["transaction_details"].as_array().unwrap() {
                let info = &detail["transaction_info"];
                if ["T1503", "T1105"].contains(&info["transaction_event_code"].as_str().unwrap()) {
                    continue;
                }
                for name in ["transaction_amount", "fee_amount"] {
                    let Some(value) = info[name]["value"].as_str() else { continue };
                    let currency = info[name]["currency_code"].as_str().unwrap().to_owned();
                    *sums.entry(currency).or_insert(0) += value.replace('.', "").parse::<i64>().unwrap();
                }
            }
            if answer["total_pages"].as_i64().unwrap() <= page {
                break;
            }
        }
    }
    sums
}

#[test]
fn over_thousands_of_steps_balances_are_the_sum_of_transactions_to_the_cent() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let mut numbers = Numbers(7);
    let mut captures: Vec<String> = Vec::new();
    let mut batches: Vec<String> = Vec::new();
    for step in 0..3000_u64 {
        let value = format!("{}.{:02}", numbers.below(40), 1 + numbers.below(99));
        match numbers.below(10) {
            0 | 1 => {
                let order = paypal.paid_order(&value);
                let id = &order["purchase_units"][0]["payments"]["captures"][0]["id"];
                captures.push(id.as_str().unwrap().to_owned());
            }
            2 if !captures.is_empty() => {
                let id = &captures[numbers.below(captures.len() as u64) as usize];
                let amount = json!({"amount": {"currency_code": "USD", "value": value}});
                // More than is left is refused, and changes nothing.
                paypal.post(&format!("/v2/payments/captures/{id}/refund"), &amount);
            }
            3 | 4 => {
                let kinds = ["payer@example.com", "unknown@example.com", "N0B0DY", "T4EXM8PLEPY3R"];
                let items: Vec<_> =
                    (0..=numbers.below(3)).map(|_| (kinds[numbers.below(4) as usize], &*value)).collect();
                let created = paypal.post(PAYOUTS, &body(&format!("batch-{step}"), &items));
                if created.status == 201 {
                    batches.push(id_of(&created.body));
                }
            }
            5 if !batches.is_empty() => {
                let batch = batches[numbers.below(batches.len() as u64) as usize].clone();
                let item = item_id(&paypal, &batch, 0);
                match numbers.below(3) {
                    0 => _ = cancel(&paypal, &item),
                    1 => _ = paypal.control(&format!("payouts-items/{item}/refund"), &Value::Null),
                    _ => _ = paypal.control(&format!("payouts-items/{item}/claim"), &Value::Null),
                }
            }
            6 => {
                let currency = ["USD", "EUR"][numbers.below(2) as usize];
                paypal.control("balance/deposit", &json!({"currency_code": currency, "value": value})).ok();
            }
            7 => {
                let currency = ["USD", "EUR"][numbers.below(2) as usize];
                paypal.control("balance/withdraw", &json!({"currency_code": currency, "value": value}));
            }
            8 => paypal.seconds(numbers.below(10)),
            _ => paypal.seconds(numbers.below(30_000)),
        }
        if step % 500 == 499 {
            let sums = sums(&paypal);
            let reported = paypal.get("/v1/reporting/balances").ok();
            let reported: BTreeMap<_, _> = reported["balances"]
                .as_array()
                .unwrap()
                .iter()
                .map(|balance| {
                    let minor =
                        |name: &str| balance[name]["value"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
                    assert_eq!(minor("total_balance"), minor("available_balance") + minor("withheld_balance"));
                    (balance["currency"].as_str().unwrap().to_owned(), minor("total_balance"))
                })
                .collect();
            let effects = paypal.0.effects();
            assert_eq!(sums, reported, "step {step}");
            assert_eq!(sums, effects.balances, "step {step}");
        }
    }
    // All holds end when all batches are done.
    paypal.seconds(5);
    assert_eq!(balance(&paypal)[1], "0.00");
    let effects = paypal.0.effects();
    assert!(effects.payouts.values().all(|status| status == "SUCCESS" || status == "DENIED"));
    assert!(effects.payout_items.len() > 100 && effects.refunded.len() > 50, "too little has happened");
}
