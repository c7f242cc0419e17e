//! Payouts that are refused, and PayPal's test values.

use serde_json::{Value, json};

use super::{PAYOUTS, balance, body, cancel, create, id_of, state};
use crate::{sandbox::Sandbox, transactions::no_lag};

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
