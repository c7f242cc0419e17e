//! Transaction search.

use std::time::Duration;

use serde_json::{Value, json};

use crate::sandbox::{Answer, Sandbox};

/// The simulator's first moment.
pub(crate) const START: &str = "2026-03-02T09:00:00Z";

/// Asks for a month from the beginning, with further parameters.
pub(crate) fn search(paypal: &Sandbox, parameters: &str) -> Answer {
    paypal.get(&format!("/v1/reporting/transactions?start_date={START}&end_date=2026-04-02T09:00:00Z{parameters}"))
}

/// Returns one member of each transaction's information.
pub(crate) fn infos(answer: &Value, name: &str) -> Vec<Value> {
    let details = answer["transaction_details"].as_array().unwrap();
    details.iter().map(|detail| detail["transaction_info"][name].clone()).collect()
}

pub(crate) fn no_lag(paypal: &Sandbox) {
    assert_eq!(paypal.control("reporting-lag", &json!({"seconds": 0})).status, 204);
}

fn deposit(paypal: &Sandbox, currency: &str, value: &str) {
    assert_eq!(paypal.control("balance/deposit", &json!({"currency_code": currency, "value": value})).status, 204);
}

/// Creates an order with these members of its purchase unit and of itself, and returns its id.
fn order(paypal: &Sandbox, intent: &str, unit: Value, source: Value) -> String {
    let mut order = json!({"intent": intent, "purchase_units": [unit]});
    if !source.is_null() {
        order["payment_source"] = source;
    }
    let created = paypal.send("POST", "/v2/checkout/orders", &[("paypal-request-id", "order")], &order).ok();
    let id = created["id"].as_str().unwrap().to_owned();
    paypal.control(&format!("orders/{id}/approve"), &Value::Null);
    id
}

#[test]
fn transactions_appear_three_hours_late() {
    let paypal = Sandbox::new();
    assert_eq!(search(&paypal, "").refusal().0, 400, "nothing is known about the last three hours");
    paypal.paid_order("100.00");
    paypal.seconds(3 * 3600 - 1);
    assert_eq!(search(&paypal, "").body["message"], "Data for the given start date is not available.");
    paypal.seconds(1);
    let answer = search(&paypal, "").ok();
    assert_eq!(infos(&answer, "transaction_event_code"), ["T0300", "T0006"]);
    assert_eq!(
        ["start_date", "end_date", "last_refreshed_datetime"].map(|name| answer[name].as_str().unwrap()),
        ["2026-03-02T09:00:00+0000"; 3]
    );
    assert_eq!(answer["account_number"], "WDJJHEBZ4X2LY");
    paypal.control("reporting-lag", &json!({"seconds": 60}));
    let answer = search(&paypal, "").ok();
    assert_eq!(answer["last_refreshed_datetime"], "2026-03-02T11:59:00+0000");
    assert_eq!(paypal.control("reporting-lag", &json!({"seconds": -1})).refusal(), (400, "MISSING_REQUIRED_PARAMETER"));
}

#[test]
fn a_payment_has_its_fee_the_balance_after_it_and_what_the_order_says() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let money = |value: &str| json!({"currency_code": "USD", "value": value});
    let unit = json!({
        "amount": {"currency_code": "USD", "value": "300.00", "breakdown": {
            "item_total": money("240.00"), "tax_total": money("25.00"), "shipping": money("35.00")}},
        "invoice_id": "INVOICE-7", "custom_id": "seat 4",
        "items": [{"name": "Cup", "sku": "C-1", "quantity": "3", "unit_amount": money("80.00")}],
        "shipping": {"name": {"full_name": "Ada Example"}, "address": {
            "address_line_1": "1 Long Lane", "admin_area_2": "Bath", "postal_code": "BA1", "country_code": "GB"}},
    });
    let id = order(&paypal, "CAPTURE", unit, Value::Null);
    paypal.post(&format!("/v2/checkout/orders/{id}/capture"), &json!({})).ok();
    let answer = search(&paypal, "&fields=all").ok();
    let detail = &answer["transaction_details"][1];
    let info = &detail["transaction_info"];
    assert_eq!(info["transaction_amount"], money("300.00"));
    assert_eq!(info["fee_amount"], money("-10.96"));
    assert_eq!(info["ending_balance"], money("100289.04"));
    assert_eq!(info["available_balance"], money("100289.04"));
    assert_eq!([&info["sales_tax_amount"], &info["shipping_amount"]], [&money("25.00"), &money("35.00")]);
    let texts = ["invoice_id", "custom_field", "transaction_status", "paypal_reference_id", "paypal_reference_id_type"];
    assert_eq!(texts.map(|name| info[name].as_str().unwrap()), ["INVOICE-7", "seat 4", "S", &id, "ODR"]);
    assert_eq!([&info["protection_eligibility"], &info["instrument_type"]], ["01", "PAYPAL"]);
    assert_eq!(detail["payer_info"]["email_address"], "payer@example.com");
    assert_eq!(info["paypal_account_id"], detail["payer_info"]["account_id"]);
    assert_eq!(detail["shipping_info"]["address"]["city"], "Bath");
    let item = &detail["cart_info"]["item_details"][0];
    assert_eq!([&item["item_code"], &item["item_quantity"]], ["C-1", "3"]);
    assert_eq!(item["item_amount"], money("240.00"));
    assert_eq!([&detail["store_info"], &detail["auction_info"], &detail["incentive_info"]], [&json!({}); 3]);
    // Only what is asked for, and no ending balance where something is filtered.
    let some = search(&paypal, "&fields=payer_info,store_info").ok();
    let names: Vec<_> = some["transaction_details"][1].as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["payer_info", "store_info"]);
    let filtered = search(&paypal, "&transaction_type=T0006").ok();
    assert_eq!(infos(&filtered, "ending_balance"), [Value::Null]);
    assert_eq!(infos(&filtered, "available_balance"), [money("100289.04")]);
}

#[test]
fn payments_of_subscriptions_and_invoices_say_what_they_are_for() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let money = |value: &str| json!({"currency_code": "USD", "value": value});
    let product = paypal.post("/v1/catalogs/products", &json!({"name": "Milk", "type": "PHYSICAL"})).ok();
    let plan = paypal.post(
        "/v1/billing/plans",
        &json!({
            "product_id": product["id"],
            "name": "A bottle a day",
            "billing_cycles": [{
                "frequency": {"interval_unit": "MONTH", "interval_count": 1},
                "tenure_type": "REGULAR",
                "sequence": 1,
                "total_cycles": 0,
                "pricing_scheme": {"fixed_price": money("200.00")},
            }],
            "payment_preferences": {"auto_bill_outstanding": true},
        }),
    );
    let subscription = paypal.post("/v1/billing/subscriptions", &json!({"plan_id": plan.ok()["id"]})).ok();
    let subscription = subscription["id"].as_str().unwrap();
    assert!(paypal.0.approve_subscription(subscription));
    let item = json!({"name": "Cup", "quantity": "1", "unit_amount": money("300.00")});
    let invoice = json!({"detail": {"currency_code": "USD", "invoice_number": "2026-7"}, "items": [item]});
    let created = paypal.post("/v2/invoicing/invoices", &invoice).ok();
    let invoice = created["href"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    paypal.post(&format!("/v2/invoicing/invoices/{invoice}/send"), &json!({})).ok();
    assert!(paypal.0.pay_invoice(&invoice));
    let answer = search(&paypal, "&fields=all").ok();
    assert_eq!(infos(&answer, "transaction_event_code"), ["T0300", "T0002", "T0006"]);
    let [_, by_subscription, by_invoice] = &answer["transaction_details"].as_array().unwrap()[..] else { panic!() };
    let info = &by_subscription["transaction_info"];
    assert_eq!([&info["paypal_reference_id"], &info["paypal_reference_id_type"]], [subscription, "SUB"]);
    assert_eq!(info["fee_amount"], money("-7.47"));
    assert_eq!(by_invoice["transaction_info"]["fee_amount"], money("-10.96"));
    assert_eq!(by_invoice["transaction_info"]["invoice_id"], "2026-7");
    assert_eq!(by_invoice["cart_info"]["paypal_invoice_id"], *invoice);
}

#[test]
fn a_refund_in_full_reverses_the_payment() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let order = paypal.paid_order("100.00");
    let capture = order["purchase_units"][0]["payments"]["captures"][0]["id"].as_str().unwrap().to_owned();
    let refund = |value: &str| {
        let amount = json!({"amount": {"currency_code": "USD", "value": value}});
        paypal.post(&format!("/v2/payments/captures/{capture}/refund"), &amount).ok();
    };
    refund("40.00");
    assert_eq!(infos(&search(&paypal, "").ok(), "transaction_status"), ["S", "S", "S"]);
    paypal.seconds(60);
    refund("60.00");
    let answer = search(&paypal, "").ok();
    assert_eq!(infos(&answer, "transaction_event_code"), ["T0300", "T0006", "T1107", "T1107"]);
    assert_eq!(infos(&answer, "transaction_status"), ["S", "V", "S", "S"]);
    assert_eq!(infos(&answer, "transaction_updated_date")[1], "2026-03-02T09:01:00+0000");
    assert_eq!(infos(&answer, "paypal_reference_id")[2..], [capture.as_str(), capture.as_str()]);
    // PayPal keeps its fee of 3.49 % and 0.49.
    assert_eq!(infos(&answer, "ending_balance")[3]["value"], "99996.02");
}

#[test]
fn a_pending_payment_is_withheld_until_its_money_is_there() {
    for (outcome, status, total) in [("COMPLETED", "S", "100096.02"), ("DECLINED", "D", "100000.00")] {
        let paypal = Sandbox::new();
        no_lag(&paypal);
        paypal.control("captures/pending", &json!({"seconds": 60, "outcome": outcome})).ok();
        paypal.paid_order("100.00");
        let balance = || {
            let answer = paypal.get("/v1/reporting/balances").ok();
            ["total_balance", "available_balance", "withheld_balance"]
                .map(|name| answer["balances"][0][name]["value"].clone())
        };
        assert_eq!(balance(), ["100096.02", "100000.00", "96.02"]);
        assert_eq!(infos(&search(&paypal, "").ok(), "transaction_status"), ["S", "P"]);
        paypal.seconds(60);
        assert_eq!(balance(), [total, total, "0.00"]);
        let answer = search(&paypal, "").ok();
        assert_eq!(infos(&answer, "transaction_status"), ["S", status]);
        assert_eq!(infos(&answer, "transaction_updated_date")[1], "2026-03-02T09:01:00+0000");
        // What reports knew before, they say again.
        paypal.control("reporting-lag", &json!({"seconds": 30})).ok();
        assert_eq!(infos(&search(&paypal, "").ok(), "transaction_status"), ["S", "P"]);
    }
}

#[test]
fn authorizations_change_no_balance_and_are_listed_if_asked_for() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let unit = json!({"amount": {"currency_code": "USD", "value": "100.00"}});
    let id = order(&paypal, "AUTHORIZE", unit, Value::Null);
    let prefer = [("prefer", "return=representation")];
    let authorized = paypal.send("POST", &format!("/v2/checkout/orders/{id}/authorize"), &prefer, &json!({})).ok();
    let first = authorized["purchase_units"][0]["payments"]["authorizations"][0]["id"].as_str().unwrap().to_owned();
    paypal.days(4);
    let second = paypal.post(&format!("/v2/payments/authorizations/{first}/reauthorize"), &json!({})).ok();
    let path = format!("/v2/payments/authorizations/{}", second["id"].as_str().unwrap());
    let part = json!({"amount": {"currency_code": "USD", "value": "30.00"}});
    paypal.post(&format!("{path}/capture"), &part).ok();
    paypal.post(&format!("{path}/void"), &Value::Null).ok();
    let all = search(&paypal, "&balance_affecting_records_only=N").ok();
    assert_eq!(infos(&all, "transaction_event_code"), ["T0300", "T1300", "T1301", "T0006", "T1302"]);
    let values: Vec<_> = infos(&all, "transaction_amount").iter().map(|amount| amount["value"].clone()).collect();
    assert_eq!(values, ["100000.00", "100.00", "100.00", "30.00", "-70.00"]);
    assert_eq!(infos(&search(&paypal, "").ok(), "transaction_event_code"), ["T0300", "T0006"]);
}

#[test]
fn each_filter_finds_what_it_names() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let by_card = json!({"card": {"number": "4111111111111111", "expiry": "2030-12", "name": "A Payer"}});
    let unit = |value: &str| json!({"amount": {"currency_code": "USD", "value": value}});
    order(&paypal, "CAPTURE", unit("5.00"), by_card);
    paypal.paid_order("10.05");
    paypal.paid_order("10.06");
    deposit(&paypal, "EUR", "7.00");
    paypal.control("balance/withdraw", &json!({"currency_code": "EUR", "value": "2.50"})).ok();
    let codes = |parameters: &str| infos(&search(&paypal, parameters).ok(), "transaction_event_code");
    assert_eq!(codes(""), ["T0300", "T0006", "T0006", "T0006", "T0300", "T0403"]);
    assert_eq!(codes("&transaction_currency=EUR"), ["T0300", "T0403"]);
    assert_eq!(codes("&transaction_type=T0403"), ["T0403"]);
    assert_eq!(codes("&transaction_amount=%5B500%20TO%201005%5D"), ["T0006", "T0006", "T0300"]);
    assert_eq!(codes("&transaction_amount=%5B-250+TO+-250%5D"), ["T0403"]);
    assert_eq!(codes("&payment_instrument_type=CREDITCARD"), ["T0006"]);
    assert_eq!(codes("&payment_instrument_type=DEBITCARD"), [Value::Null; 0]);
    assert_eq!(codes("&transaction_status=S&transaction_type=T0006").len(), 3);
    for none in ["transaction_status=P", "store_id=1", "terminal_id=1", "transaction_type=T9999"] {
        assert_eq!(codes(&format!("&{none}")), [Value::Null; 0], "{none}");
    }
    let id = infos(&search(&paypal, "").ok(), "transaction_id")[2].as_str().unwrap().to_owned();
    let one = search(&paypal, &format!("&transaction_id={id}")).ok();
    assert_eq!(infos(&one, "transaction_amount"), [json!({"currency_code": "USD", "value": "10.05"})]);
    // A second is in the range as a whole, both at its beginning and at its end.
    paypal.0.advance(Duration::from_millis(999));
    deposit(&paypal, "EUR", "1.00");
    let at = paypal.get(&format!("/v1/reporting/transactions?start_date={START}&end_date={START}")).ok();
    assert_eq!(at["total_items"], 7);
    paypal.seconds(10);
    let after = "/v1/reporting/transactions?start_date=2026-03-02T02:00:01-0700&end_date=2026-03-02T10:00:00%2B01:00";
    assert_eq!(paypal.get(after).refusal().0, 400, "it ends before it starts");
    let after = after.replace("10:00:00", "10:00:05");
    assert_eq!(paypal.get(&after).ok()["total_items"], 0);
}

#[test]
fn what_paypal_refuses_is_refused_with_the_parameter_s_name() {
    let paypal = Sandbox::new();
    paypal.days(5 * 366);
    let range = |start: &str, end: &str| format!("start_date={start}&end_date={end}");
    let month = range("2031-02-01T00:00:00Z", "2031-03-04T00:00:00Z");
    for (query, field) in [
        ("end_date=2031-03-01T00:00:00Z".to_owned(), "start_date"),
        ("start_date=2031-03-01T00:00:00Z".to_owned(), "end_date"),
        (range("2031-02-01", "2031-03-01T00:00:00Z"), "start_date"),
        (range("2031-02-30T00:00:00Z", "2031-03-01T00:00:00Z"), "start_date"),
        (range("2031-02-01T00:00:00Z", "2031-03-04T00:00:01Z"), "end_date"),
        (range("2031-02-02T00:00:00Z", "2031-02-01T00:00:00Z"), "end_date"),
        (range("2028-02-01T00:00:00Z", "2028-02-02T00:00:00Z"), "start_date"),
        (format!("{month}&page_size=0"), "page_size"),
        (format!("{month}&page_size=501"), "page_size"),
        (format!("{month}&page=0"), "page"),
        (format!("{month}&page=x"), "page"),
        (format!("{month}&transaction_id=123"), "transaction_id"),
        (format!("{month}&transaction_amount=5"), "transaction_amount"),
        (format!("{month}&fields=payer_info,nonsense"), "fields"),
        (format!("{month}&balance_affecting_records_only=yes"), "balance_affecting_records_only"),
    ] {
        let answer = paypal.get(&format!("/v1/reporting/transactions?{query}"));
        let detail = &answer.body["details"][0];
        assert_eq!((answer.status, &answer.body["name"]), (400, &json!("INVALID_REQUEST")), "{query}");
        assert_eq!((&detail["field"], &detail["location"]), (&json!(field), &json!("query")), "{query}");
    }
    paypal.get(&format!("/v1/reporting/transactions?{month}&page_size=500&page=2")).ok();
}

#[test]
fn pages_have_every_transaction_once_and_more_than_ten_thousand_are_refused() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    // The opening balance is the first of them.
    for number in 1..10_000 {
        deposit(&paypal, if number % 2 == 0 { "USD" } else { "EUR" }, "1.00");
    }
    let mut ids = Vec::new();
    let mut path = format!("/v1/reporting/transactions?start_date={START}&end_date={START}&page_size=499");
    let mut pages = 0;
    loop {
        let page = paypal.get(&path).ok();
        pages += 1;
        assert_eq!([&page["total_items"], &page["total_pages"], &page["page"]], [10_000, 21, pages]);
        ids.extend(infos(&page, "transaction_id").into_iter().map(|id| id.as_str().unwrap().to_owned()));
        let links = page["links"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["rel"] == "next") else { break };
        path = next["href"].as_str().unwrap().split_once(".com").unwrap().1.to_owned();
    }
    assert_eq!((pages, ids.len()), (21, 10_000));
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 10_000);
    deposit(&paypal, "USD", "1.00");
    let refused = search(&paypal, "&page_size=1");
    assert_eq!((refused.status, &refused.body["name"]), (400, &json!("RESULTSET_TOO_LARGE")));
    assert_eq!([&refused.body["total_items"], &refused.body["maximum_items"]], [10_001, 10_000]);
    assert_eq!(search(&paypal, "&transaction_currency=EUR").ok()["total_items"], 5000);
}
