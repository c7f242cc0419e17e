//! What a dispute is about, and how it meets the refunds of the merchant.

use serde_json::{Value, json};

use super::{Case, NOT_RECEIVED, capture, usd};
use crate::sandbox::Sandbox;

#[test]
fn a_disputed_capture_is_refunded_in_full_or_not_at_all() {
    let paypal = Sandbox::new();
    let case = Case::open(&paypal, json!({"reason": NOT_RECEIVED, "amount": usd("40.00")}));
    let refund = format!("/v2/payments/captures/{}/refund", case.capture);
    assert_eq!(paypal.post(&refund, &json!({"amount": usd("60.00")})).refusal(), (422, "TRANSACTION_DISPUTED"));
    assert_eq!(case.money(), [4000, 0, 0, 0]);
    assert_eq!(paypal.post(&refund, &json!({})).status, 201);
    assert_eq!(case.outcome().1.unwrap(), "SELLER_ISSUED_REFUND");
    assert_eq!((case.money(), &*case.capture_status()), ([0, 0, 0, 10_000], "REFUNDED"));
    assert_eq!(case.events().last().unwrap(), "CUSTOMER.DISPUTE.RESOLVED");
    let by_bank = Case::open(&paypal, json!({"reason": "UNAUTHORISED", "channel": "EXTERNAL"}));
    let refund = format!("/v2/payments/captures/{}/refund", by_bank.capture);
    assert_eq!(paypal.post(&refund, &json!({})).refusal(), (422, "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK"));
    assert_eq!(by_bank.money(), [10_000, 0, 0, 0]);
}

#[test]
fn an_appeal_does_not_stand_in_the_way_of_a_refund() {
    let paypal = Sandbox::new();
    let case = Case::open(&paypal, json!({"reason": "OTHER", "amount": usd("40.00")}));
    case.decide("BUYER_FAVOR").ok();
    case.send("appeal", &json!({"evidences": [{"evidence_type": "OTHER", "notes": "x"}]}), &[]).ok();
    let refund = format!("/v2/payments/captures/{}/refund", case.capture);
    assert_eq!(paypal.post(&refund, &json!({"amount": usd("10.00")})).status, 201);
    assert_eq!(paypal.post(&refund, &json!({})).status, 201);
    assert_eq!(case.stands(), ("UNDER_REVIEW".to_owned(), "PRE_ARBITRATION".to_owned()));
    assert_eq!((case.money(), &*case.capture_status()), ([0, 4000, 1500, 10_000], "REFUNDED"));
    case.decide("SELLER_FAVOR").ok();
    assert_eq!(case.money(), [0, 0, 0, 10_000]);
}

#[test]
fn no_more_is_disputed_than_is_left() {
    let paypal = Sandbox::new();
    let transaction = capture(&paypal, "100.00");
    let refund = format!("/v2/payments/captures/{transaction}/refund");
    assert_eq!(paypal.post(&refund, &json!({"amount": usd("30.00")})).status, 201);
    let complaint =
        |amount: Value| json!({"disputed_transaction_id": transaction, "reason": NOT_RECEIVED, "amount": amount});
    let refused = paypal.control("disputes", &complaint(usd("70.01")));
    assert_eq!(
        (refused.refusal(), &refused.body["details"][0]["field"]),
        ((400, "INVALID_PARAMETER_VALUE"), &json!("/amount/value"))
    );
    let case = Case::about(&paypal, transaction.clone(), json!({"reason": NOT_RECEIVED}));
    assert_eq!(case.get()["dispute_amount"], usd("70.00"));
    let offer = json!({"note": "All.", "offer_type": "REFUND", "offer_amount": usd("70.01")});
    let refused = case.call("make-offer", offer);
    assert_eq!(
        (refused.refusal(), &refused.body["details"][0]["field"]),
        ((400, "INVALID_PARAMETER_VALUE"), &json!("/offer_amount/value"))
    );
    case.call("accept-claim", json!({"note": "Yes."})).ok();
    assert_eq!((case.money(), &*case.capture_status()), ([0, 7000, 0, 10_000], "REFUNDED"));
    let again = paypal.control("disputes", &complaint(Value::Null));
    assert_eq!(again.refusal(), (422, "DISPUTE_REASON_NOT_ELIGIBLE"));
}

#[test]
fn a_transaction_has_one_dispute_at_a_time() {
    let paypal = Sandbox::new();
    let first = Case::open(&paypal, json!({"reason": "INCORRECT_AMOUNT", "amount": usd("40.00")}));
    let again = json!({"disputed_transaction_id": first.capture, "reason": "OTHER"});
    assert_eq!(paypal.control("disputes", &again).refusal(), (422, "DISPUTE_REASON_NOT_ELIGIBLE"));
    first.decide("BUYER_FAVOR").ok();
    // The merchant can still appeal.
    assert_eq!(paypal.control("disputes", &again).refusal(), (422, "DISPUTE_REASON_NOT_ELIGIBLE"));
    paypal.days(10);
    let second = Case::about(&paypal, first.capture.clone(), json!({"reason": "OTHER"}));
    assert_eq!(second.get()["dispute_amount"], usd("60.00"));
    assert_eq!(second.get()["disputed_transactions"][0]["transaction_status"], "PARTIALLY_REFUNDED");
    second.decide("SELLER_FAVOR").ok();
    assert_eq!(second.money(), [0, 0, 0, 4000]);
}

#[test]
fn a_payment_can_be_disputed_for_180_days() {
    let paypal = Sandbox::new();
    let (early, late) = (capture(&paypal, "10.00"), capture(&paypal, "10.00"));
    paypal.days(179);
    Case::about(&paypal, early, json!({"reason": NOT_RECEIVED}));
    paypal.days(1);
    let refused = paypal.control("disputes", &json!({"disputed_transaction_id": late, "reason": NOT_RECEIVED}));
    assert_eq!(refused.refusal(), (422, "DISPUTE_REASON_NOT_ELIGIBLE"));
}

/// Returns the id of a subscription's payment of 10.00 USD.
fn sale(paypal: &Sandbox) -> String {
    let product = paypal.post("/v1/catalogs/products", &json!({"name": "Tea", "type": "SERVICE"})).ok();
    let cycle = json!({
        "frequency": {"interval_unit": "MONTH"},
        "tenure_type": "REGULAR",
        "sequence": 1,
        "pricing_scheme": {"fixed_price": usd("10.00")},
    });
    let plan = json!({
        "product_id": product["id"],
        "name": "Tea",
        "billing_cycles": [cycle],
        "payment_preferences": {"auto_bill_outstanding": true},
    });
    let plan = paypal.post("/v1/billing/plans", &plan).ok();
    let subscription = paypal.post("/v1/billing/subscriptions", &json!({"plan_id": plan["id"]})).ok();
    let id = subscription["id"].as_str().unwrap();
    paypal.control(&format!("subscriptions/{id}/approve"), &Value::Null).ok();
    let payments = paypal.0.effects().subscription_payments;
    payments.into_iter().find(|(_, moved)| moved.of == id).unwrap().0
}

#[test]
fn a_payment_of_a_subscription_is_disputed() {
    let paypal = Sandbox::new();
    let case = Case::about(&paypal, sale(&paypal), json!({"reason": "CANCELED_RECURRING_BILLING"}));
    case.decide("BUYER_FAVOR").ok();
    assert_eq!(case.money(), [0, 1000, 0, 0]);
    assert_eq!(case.get()["disputed_transactions"][0]["transaction_status"], "REVERSED");
    let events = paypal.events();
    let reversed = &events.iter().find(|(name, _)| name == "PAYMENT.SALE.REVERSED").unwrap().1;
    assert_eq!((&reversed["id"], &reversed["state"]), (&json!(case.capture), &json!("refunded")));
    let agreed = Case::about(&paypal, sale(&paypal), json!({"reason": NOT_RECEIVED, "amount": usd("4.00")}));
    agreed.call("accept-claim", json!({"note": "Yes."})).ok();
    let events = paypal.events();
    let refund = &events.iter().find(|(name, _)| name == "PAYMENT.SALE.REFUNDED").unwrap().1;
    assert_eq!((&refund["sale_id"], &refund["amount"]["total"]), (&json!(agreed.capture), &json!("4.00")));
    assert_eq!(agreed.get()["disputed_transactions"][0]["transaction_status"], "PARTIALLY_REFUNDED");
}

#[test]
fn a_payment_of_an_invoice_is_disputed() {
    let paypal = Sandbox::new();
    let item = json!({"name": "Tea", "quantity": "1", "unit_amount": usd("50.00")});
    let recipient = json!({"billing_info": {"email_address": "payer@example.com"}});
    let invoice = json!({"detail": {"currency_code": "USD"}, "primary_recipients": [recipient], "items": [item]});
    let prefer = [("prefer", "return=representation")];
    let invoice = paypal.send("POST", "/v2/invoicing/invoices", &prefer, &invoice).ok();
    let path = format!("/v2/invoicing/invoices/{}", invoice["id"].as_str().unwrap());
    paypal.post(&format!("{path}/send"), &json!({})).ok();
    paypal.control(&format!("invoices/{}/pay", invoice["id"].as_str().unwrap()), &Value::Null).ok();
    let payment = paypal.get(&path).ok()["payments"]["transactions"][0]["payment_id"].as_str().unwrap().to_owned();
    let case = Case::about(&paypal, payment, json!({"reason": NOT_RECEIVED, "amount": usd("20.00")}));
    case.call("accept-claim", json!({"note": "Yes."})).ok();
    assert_eq!(case.money(), [0, 2000, 0, 0]);
    let invoice = paypal.get(&path).ok();
    assert_eq!(
        (&invoice["status"], &invoice["refunds"]["refund_amount"]),
        (&json!("PARTIALLY_REFUNDED"), &usd("20.00"))
    );
    let rest = Case::about(&paypal, case.capture.clone(), json!({"reason": "OTHER"}));
    rest.decide("BUYER_FAVOR").ok();
    assert_eq!(rest.money(), [0, 3000, 1500, 0]);
    assert_eq!(paypal.get(&path).ok()["status"], "REFUNDED");
}
