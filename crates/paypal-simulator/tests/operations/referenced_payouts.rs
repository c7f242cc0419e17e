//! Money that PayPal holds for a seller, and that is paid out.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const BATCHES: &str = "/v1/payments/referenced-payouts";
const ITEMS: &str = "/v1/payments/referenced-payouts-items";

/// Pays an order of 100.00 dollars whose money is held. PayPal's fee is 3.98. Returns the capture.
fn held(paypal: &Sandbox) -> String {
    let unit = json!({
        "amount": {"currency_code": "USD", "value": "100.00"},
        "payment_instruction": {"disbursement_mode": "DELAYED"},
    });
    let order = paypal.post("/v2/checkout/orders", &json!({"intent": "CAPTURE", "purchase_units": [unit]})).ok();
    let id = order["id"].as_str().unwrap();
    paypal.control(&format!("orders/{id}/approve"), &Value::Null).ok();
    paypal.post(&format!("/v2/checkout/orders/{id}/capture"), &json!({})).ok();
    let shown = paypal.get(&format!("/v2/checkout/orders/{id}")).ok();
    shown["purchase_units"][0]["payments"]["captures"][0]["id"].as_str().unwrap().to_owned()
}

fn reference(capture: &str) -> Value {
    json!({"reference_id": capture, "reference_type": "TRANSACTION_ID"})
}

fn undisbursed(paypal: &Sandbox) -> i64 {
    paypal.effects().undisbursed.values().map(|it| it.minor_units).sum()
}

/// Returns what of the balance can be used, in cents, without the 100,000.00 of the beginning.
fn available(paypal: &Sandbox) -> i64 {
    paypal.control("reporting-lag", &json!({"seconds": 0})).ok();
    let balances = paypal.get("/v1/reporting/balances?currency_code=USD").ok();
    let value = balances["balances"][0]["available_balance"]["value"].as_str().unwrap();
    value.replace('.', "").parse::<i64>().unwrap() - 10_000_000
}

fn reason(item: &Value) -> &str {
    item["processing_state"]["reason"].as_str().unwrap_or_default()
}

#[test]
fn held_money_is_paid_out_once() {
    let paypal = Sandbox::new();
    let capture = held(&paypal);
    assert_eq!(paypal.get(&format!("/v2/payments/captures/{capture}")).ok()["disbursement_mode"], "DELAYED");
    assert_eq!((undisbursed(&paypal), available(&paypal)), (9602, 0));
    let key = [("paypal-request-id", "parcel-1")];
    let paid = paypal.send("POST", ITEMS, &key, &reference(&capture));
    assert_eq!((paid.status, &paid.body["payout_amount"]["value"]), (201, &json!("96.02")));
    assert_eq!((undisbursed(&paypal), available(&paypal)), (0, 9602));
    let again = paypal.send("POST", ITEMS, &key, &reference(&capture));
    assert_eq!((again.status, &again.body), (200, &paid.body));
    // Without the key too: there is one payout of a payment.
    let other = paypal.post(ITEMS, &reference(&capture));
    assert_eq!((other.status, &other.body), (200, &paid.body));
    let path = format!("{ITEMS}/{}", paid.body["item_id"].as_str().unwrap());
    assert_eq!(paypal.get(&path).ok(), paid.body);
    let done = paypal.effects().done;
    assert_eq!(
        done.iter()
            .filter(|((action, _), _)| action == "referenced-payouts.create-item")
            .map(|(_, times)| times)
            .sum::<u32>(),
        1
    );
    assert!(paypal.events().iter().any(|(name, _)| name == "PAYMENT.REFERENCED-PAYOUT-ITEM.COMPLETED"));
    paypal.days(29);
    assert_eq!(available(&paypal), 9602);
}

#[test]
fn an_item_that_fails_does_not_stop_the_others() {
    let paypal = Sandbox::new();
    let (good, disputed, refunded) = (held(&paypal), held(&paypal), held(&paypal));
    let instant =
        paypal.paid_order("5.00")["purchase_units"][0]["payments"]["captures"][0]["id"].as_str().unwrap().to_owned();
    paypal.0.open_dispute(&disputed, "MERCHANDISE_OR_SERVICE_NOT_RECEIVED").unwrap();
    paypal.post(&format!("/v2/payments/captures/{refunded}/refund"), &json!({})).ok();
    let items = [&*good, &disputed, &refunded, &instant, "1AB23456CD789012E"].map(reference);
    let made = paypal.post(BATCHES, &json!({"referenced_payouts": items}));
    assert_eq!(made.status, 201);
    let reasons: Vec<_> = made.body["referenced_payouts"].as_array().unwrap().iter().map(reason).collect();
    assert_eq!(
        reasons,
        [
            "",
            "TRANSACTION_UNDER_DISPUTE",
            "TRANSACTION_ALREADY_REVERSED",
            "TRANSACTION_NOT_VALID",
            "TRANSACTION_NOT_VALID"
        ]
    );
    let batch = made.body["links"][0]["href"].as_str().unwrap().split_once(".com").unwrap().1;
    assert_eq!(paypal.get(batch).ok(), made.body);
    let again = paypal.post(BATCHES, &json!({"referenced_payouts": [reference(&good)]})).ok();
    assert_eq!(reason(&again["referenced_payouts"][0]), "PAYOUT_ALREADY_COMPLETED_FOR_REFERENCE");
    // Only the disputed one is still held.
    assert_eq!(undisbursed(&paypal), 9602);
    assert!(paypal.events().iter().any(|(name, _)| name == "PAYMENT.REFERENCED-PAYOUT-ITEM.FAILED"));
}

#[test]
fn more_than_ten_items_are_worked_off_later() {
    let paypal = Sandbox::new();
    let captures: Vec<_> = (0..11).map(|_| held(&paypal)).collect();
    let items: Vec<_> = captures.iter().map(|capture| reference(capture)).collect();
    let key = [("paypal-request-id", "week-14")];
    let made = paypal.send("POST", BATCHES, &key, &json!({"referenced_payouts": items}));
    assert_eq!((made.status, &made.body["referenced_payouts"]), (202, &Value::Null));
    let batch = made.body["links"][0]["href"].as_str().unwrap().split_once(".com").unwrap().1;
    assert_eq!(paypal.get(batch).ok()["referenced_payouts"][10]["processing_state"]["status"], "PENDING");
    assert_eq!(undisbursed(&paypal), 11 * 9602);
    paypal.seconds(2);
    assert_eq!(paypal.get(batch).ok()["referenced_payouts"][10]["processing_state"]["status"], "SUCCESS");
    assert_eq!(undisbursed(&paypal), 0);
    let again = paypal.send("POST", BATCHES, &key, &json!({"referenced_payouts": items}));
    assert_eq!((again.status, again.body), (200, paypal.get(batch).ok()));
}

#[test]
fn a_refund_releases_its_part_and_time_the_rest() {
    let paypal = Sandbox::new();
    let capture = held(&paypal);
    let amount = json!({"amount": {"currency_code": "USD", "value": "40.00"}});
    paypal.post(&format!("/v2/payments/captures/{capture}/refund"), &amount).ok();
    assert_eq!((undisbursed(&paypal), available(&paypal)), (5602, 0));
    paypal.days(27);
    assert_eq!(undisbursed(&paypal), 5602);
    paypal.days(1);
    assert_eq!((undisbursed(&paypal), available(&paypal)), (0, 5602));
}

#[test]
fn a_capture_of_an_authorization_and_one_that_is_pending_are_held_too() {
    let paypal = Sandbox::new();
    let unit = json!({"amount": {"currency_code": "USD", "value": "100.00"}});
    let order = paypal.post("/v2/checkout/orders", &json!({"intent": "AUTHORIZE", "purchase_units": [unit]})).ok();
    let id = order["id"].as_str().unwrap();
    paypal.control(&format!("orders/{id}/approve"), &Value::Null).ok();
    paypal.post(&format!("/v2/checkout/orders/{id}/authorize"), &Value::Null).ok();
    let shown = paypal.get(&format!("/v2/checkout/orders/{id}")).ok();
    let authorization = shown["purchase_units"][0]["payments"]["authorizations"][0]["id"].as_str().unwrap().to_owned();
    paypal.control("captures/pending", &json!({"seconds": 60})).ok();
    let body = json!({"payment_instruction": {"disbursement_mode": "DELAYED"}});
    let capture = paypal.post(&format!("/v2/payments/authorizations/{authorization}/capture"), &body).ok();
    let capture = capture["id"].as_str().unwrap();
    assert_eq!(undisbursed(&paypal), 0);
    let early = paypal.post(ITEMS, &reference(capture)).ok();
    assert_eq!(reason(&early), "TRANSACTION_ON_HOLD");
    paypal.seconds(60);
    assert_eq!((undisbursed(&paypal), available(&paypal)), (9602, 0));
    assert_eq!(paypal.post(ITEMS, &reference(capture)).ok()["processing_state"]["status"], "SUCCESS");
}

#[test]
fn what_is_no_reference_is_refused() {
    let paypal = Sandbox::new();
    assert_eq!(paypal.post(ITEMS, &reference("1AB23456CD789012E")).refusal(), (404, "INVALID_RESOURCE_ID"));
    assert_eq!(paypal.post(ITEMS, &json!({"reference_id": "x"})).refusal(), (400, "MISSING_REQUIRED_PARAMETER"));
    assert_eq!(paypal.post(BATCHES, &json!({})).refusal(), (400, "MISSING_REQUIRED_PARAMETER"));
    for path in [format!("{ITEMS}/X"), format!("{BATCHES}/X")] {
        assert_eq!(paypal.get(&path).refusal(), (404, "INVALID_RESOURCE_ID"));
    }
}
