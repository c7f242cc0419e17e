//! The life of a payment, as its messages come: in any order, more than once, by IPN and by webhook.

use std::cell::RefCell;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::*;
use crate::{
    actions::{events, ipn},
    platform::{
        failure::Kind,
        scripted::{Scripted, answer},
    },
};

const ACCOUNT: &str = "payer_id=LPLW&payer_email=Ada%40Example.com&receiver_id=SHOP&mc_currency=USD";

/// A message of PayPal's.
#[derive(Clone, Copy)]
enum Message {
    /// The fields of an IPN message, after those of the account.
    Ipn(&'static str),
    /// The type and the resource of an event.
    Event(&'static str, &'static str),
}

use Message::{Event, Ipn};

impl Message {
    /// Receives it, and returns the body of the reply.
    fn receive(self, platform: &Scripted) -> Value {
        let reply = match self {
            Ipn(fields) => {
                platform.answers.replace(vec![answer(200, "VERIFIED")].into_iter());
                let body = BASE64_STANDARD.encode(format!("{ACCOUNT}&{fields}"));
                ipn::receive(platform, &Arguments::new(None).body(format!("\"{body}\"")))
            }
            Event(event_type, resource) => {
                platform.answers.replace(vec![answer(200, r#"{"verification_status": "SUCCESS"}"#)].into_iter());
                let event = format!(r#"{{"id": "WH-1", "event_type": "{event_type}", "resource": {resource}}}"#);
                let headers = [
                    ("paypal-transmission-id", "69cd13f0-1607-11f1-8baa-778b53f4ae55"),
                    ("paypal-transmission-time", "2026-03-02T08:59:58Z"),
                    ("paypal-transmission-sig", "c2ln"),
                    (
                        "paypal-cert-url",
                        "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-5a1d7be0",
                    ),
                    ("paypal-auth-algo", "SHA256withRSA"),
                ];
                let headers: Vec<_> =
                    headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
                let input = json!({"headers": headers, "body": BASE64_STANDARD.encode(event),
                    "webhook_id": "1JE4291016473214C", "postback": true});
                crate::actions::run::invoke(platform, "events.receive", &input.to_string())
            }
        };
        serde_json::from_str(reply.unwrap().body.as_deref().unwrap()).unwrap()
    }
}

fn read(platform: &Scripted, payer: &str) -> Value {
    let reply = history(platform, &Arguments::default().with("payer", payer.to_owned())).unwrap();
    serde_json::from_str(reply.body.as_deref().unwrap()).unwrap()
}

/// Calls it with every order of the items.
fn permutations<T: Copy>(items: &mut [T], at: usize, visit: &mut impl FnMut(&[T])) {
    if at == items.len() {
        return visit(items);
    }
    for other in at..items.len() {
        items.swap(at, other);
        permutations(items, at + 1, visit);
        items.swap(at, other);
    }
}

/// Receives the messages in every order, each also again afterwards, and expects the same sums under each name.
fn in_every_order(messages: &[Message], names: &[&str], sums: &Value) {
    let count = RefCell::new(0);
    permutations(&mut (0..messages.len()).collect::<Vec<_>>(), 0, &mut |order| {
        let platform = Scripted::new(Vec::new());
        for again in [false, true] {
            for message in order.iter().map(|index| messages[*index]) {
                let reply = message.receive(&platform);
                assert!(reply["credits"].is_array(), "{reply}");
            }
            for name in names {
                assert_eq!(read(&platform, name)["sums"], *sums, "{name} {order:?} {again}");
            }
        }
        *count.borrow_mut() += 1;
    });
    assert_eq!(count.into_inner(), (1..=messages.len()).product::<usize>());
}

const COMPLETED: Message = Ipn("txn_id=PAID&payment_status=Completed&mc_gross=20.00&mc_fee=0.90");
const REFUNDED: Message = Ipn("txn_id=BACK&parent_txn_id=PAID&payment_status=Refunded&mc_gross=-5.00&mc_fee=-0.15");
const REVERSED: Message =
    Ipn("txn_id=TAKEN&parent_txn_id=PAID&payment_status=Reversed&mc_gross=-15.00&mc_fee=-0.75&reason_code=chargeback");
const CANCELED: Message =
    Ipn("txn_id=GIVEN&parent_txn_id=PAID&payment_status=Canceled_Reversal&mc_gross=15.00&mc_fee=0.75");
const CASE: Message = Ipn("txn_type=new_case&txn_id=PAID&case_id=PP-D-1&case_type=dispute");

const CAPTURED: Message = Event(
    "PAYMENT.CAPTURE.COMPLETED",
    r#"{"id": "PAID", "status": "COMPLETED", "amount": {"currency_code": "USD", "value": "20.00"},
        "seller_receivable_breakdown": {"paypal_fee": {"currency_code": "USD", "value": "0.90"}},
        "supplementary_data": {"related_ids": {"order_id": "ORDER"}}}"#,
);
const APPROVED: Message = Event(
    "CHECKOUT.ORDER.APPROVED",
    r#"{"id": "ORDER", "payer": {"payer_id": "LPLW", "email_address": "ada@example.com"}}"#,
);
const CAPTURE_REFUNDED: Message = Event(
    "PAYMENT.CAPTURE.REFUNDED",
    r#"{"id": "BACK", "status": "COMPLETED", "amount": {"currency_code": "USD", "value": "5.00"},
        "seller_payable_breakdown": {"paypal_fee": {"currency_code": "USD", "value": "0.15"}},
        "links": [{"rel": "self", "href": "https://api.paypal.com/v2/payments/refunds/BACK"},
            {"rel": "up", "href": "https://api.paypal.com/v2/payments/captures/PAID"}]}"#,
);
const CAPTURE_REVERSED: Message = Event(
    "PAYMENT.CAPTURE.REVERSED",
    r#"{"id": "TAKEN", "status": "COMPLETED", "amount": {"currency_code": "USD", "value": "15.00"},
        "seller_payable_breakdown": {"paypal_fee": {"currency_code": "USD", "value": "0.75"}},
        "links": [{"rel": "self", "href": "https://api.paypal.com/v2/payments/refunds/TAKEN"},
            {"rel": "up", "href": "https://api.paypal.com/v2/payments/captures/PAID"}]}"#,
);
const DISPUTED: Message = Event(
    "CUSTOMER.DISPUTE.RESOLVED",
    r#"{"dispute_id": "PP-D-1", "status": "RESOLVED", "dispute_amount": {"currency_code": "USD", "value": "15.00"},
        "disputed_transactions": [{"seller_transaction_id": "PAID"}]}"#,
);

/// All of it: 20 paid, 5 refunded, 15 taken and given back.
fn kept() -> Value {
    json!([{"currency": "USD", "count": 4, "gross": "15.00", "fee": "0.75", "net": "14.25"}])
}

#[test]
fn every_order_of_a_payment_s_ipn_messages_credits_it_once() {
    let pending = Ipn("txn_id=PAID&payment_status=Pending&mc_gross=20.00&pending_reason=echeck");
    in_every_order(&[pending, COMPLETED, REFUNDED, REVERSED, CANCELED, CASE], &["LPLW", "ADA@example.com"], &kept());
}

#[test]
fn every_order_of_a_payment_s_events_credits_its_payer_once() {
    let sums = json!([{"currency": "USD", "count": 3, "gross": "0.00", "fee": "0.00", "net": "0.00"}]);
    let messages = [CAPTURED, APPROVED, CAPTURE_REFUNDED, CAPTURE_REVERSED, DISPUTED];
    in_every_order(&messages, &["LPLW", "ada@example.com"], &sums);
}

#[test]
fn every_order_of_messages_and_events_credits_once() {
    in_every_order(
        &[COMPLETED, CAPTURED, REFUNDED, CAPTURE_REFUNDED, REVERSED, CANCELED],
        &["LPLW", "ada@example.com"],
        &kept(),
    );
    // Only the payment's message names the payer: the others reach it by what they belong to.
    in_every_order(&[COMPLETED, CAPTURED, CAPTURE_REFUNDED, CAPTURE_REVERSED, CANCELED, APPROVED], &["LPLW"], &kept());
}

#[test]
fn a_payment_that_fails_is_never_credited() {
    let pending = Ipn("txn_id=PAID&payment_status=Pending&mc_gross=20.00");
    for status in ["Denied", "Failed", "Voided", "Expired"] {
        let platform = Scripted::new(Vec::new());
        assert_eq!(pending.receive(&platform)["uncounted"][0]["reason"], "pending");
        let fields: &'static str = format!("txn_id=PAID&payment_status={status}&mc_gross=20.00").leak();
        let reply = Ipn(fields).receive(&platform);
        assert_eq!((&reply["credits"], &reply["uncounted"][0]["reason"]), (&json!([]), &json!("not-paid")));
        assert_eq!(read(&platform, "LPLW"), json!({"payer": "LPLW", "sums": [], "credits": []}));
    }
}

#[test]
fn a_fee_that_one_message_lacks_is_taken_from_another() {
    let without = Event(
        "PAYMENT.CAPTURE.COMPLETED",
        r#"{"id": "PAID", "status": "COMPLETED", "amount": {"currency_code": "USD", "value": "20.00"}}"#,
    );
    let sums = json!([{"currency": "USD", "count": 1, "gross": "20.00", "fee": "0.90", "net": "19.10"}]);
    in_every_order(&[without, COMPLETED], &["LPLW"], &sums);
    let platform = Scripted::new(Vec::new());
    Ipn("txn_id=PAID&payment_status=Completed&mc_gross=20.00").receive(&platform);
    let unknown = json!([{"currency": "USD", "count": 1, "gross": "20.00", "fee": null, "net": null}]);
    assert_eq!(read(&platform, "LPLW")["sums"], unknown);
}

#[test]
fn payments_of_a_subscription_reach_the_subscriber_whichever_comes_first() {
    let sale = |id: &str| -> Message {
        let resource = format!(
            r#"{{"id": "{id}", "state": "completed", "amount": {{"total": "9.99", "currency": "EUR"}},
                "transaction_fee": {{"value": "0.70", "currency": "EUR"}}, "billing_agreement_id": "I-1"}}"#
        );
        Event("PAYMENT.SALE.COMPLETED", resource.leak())
    };
    let activated = Event("BILLING.SUBSCRIPTION.ACTIVATED", r#"{"id": "I-1", "subscriber": {"payer_id": "LPLW"}}"#);
    let refund = Event(
        "PAYMENT.SALE.REFUNDED",
        r#"{"id": "BACK", "state": "completed", "sale_id": "SALE2", "amount": {"total": "-9.99", "currency": "EUR"},
            "refund_from_transaction_fee": {"currency": "EUR", "value": "0.35"}}"#,
    );
    let sums = json!([{"currency": "EUR", "count": 3, "gross": "9.99", "fee": "1.05", "net": "8.94"}]);
    in_every_order(&[sale("SALE1"), activated, refund, sale("SALE2")], &["LPLW"], &sums);
}

#[test]
fn a_mass_payment_is_kept_under_its_receivers_however_many_they_are() {
    let platform = Scripted::new(Vec::new());
    let batch = |status: &str| {
        let payments: Vec<_> = (1..=1_000)
            .map(|n| {
                let state = if n == 2 { status } else { "Completed" };
                format!(
                    "masspay_txn_id_{n}=M{n}&status_{n}={state}&mc_gross_{n}=1.50&mc_fee_{n}=0.03&mc_currency_{n}=USD&\
                     receiver_email_{n}=user{}%40example.com",
                    n % 500
                )
            })
            .collect();
        Ipn(format!("txn_type=masspay&payment_status=Processed&{}", payments.join("&")).leak())
    };
    let reply = batch("Unclaimed").receive(&platform);
    assert_eq!(reply["credits"].as_array().unwrap().len(), 999);
    // A platform limits how many entries a call may append.
    assert!(platform.journal.borrow().len() < 50, "{}", platform.journal.borrow().len());
    assert_eq!(read(&platform, "USER2@example.com")["sums"][0]["count"], 1);
    batch("Completed").receive(&platform);
    let succeeded = Event(
        "PAYMENT.PAYOUTS-ITEM.SUCCEEDED",
        r#"{"payout_item_id": "I1", "transaction_id": "M2", "transaction_status": "SUCCESS", "payout_item_fee": {"currency": "USD",
            "value": "0.03"}, "payout_item": {"recipient_type": "EMAIL", "receiver": "user2@example.com",
            "amount": {"currency": "USD", "value": "1.50"}}}"#,
    );
    succeeded.receive(&platform);
    let sums = json!([{"currency": "USD", "count": 2, "gross": "-3.00", "fee": "0.06", "net": "-3.06"}]);
    assert_eq!(read(&platform, "USER2@example.com")["sums"], sums);
    assert_eq!(read(&platform, "LPLW")["sums"], json!([]), "the sender is the account itself");
}

#[test]
fn sums_are_exact_and_per_currency() {
    let platform = Scripted::new(Vec::new());
    for (index, (gross, currency)) in
        [("0.10", "EUR"), ("0.20", "EUR"), ("1500", "JPY"), ("99999999.99", "EUR")].into_iter().enumerate()
    {
        let message = format!(
            "mc_currency={currency}&payer_id=P1&txn_id=T{index}&payment_status=Completed&mc_gross={gross}&mc_fee=0"
        );
        platform.answers.replace(vec![answer(200, "VERIFIED")].into_iter());
        let body = format!("\"{}\"", BASE64_STANDARD.encode(message));
        ipn::receive(&platform, &Arguments::new(None).body(body)).unwrap();
    }
    let found = read(&platform, "P1");
    let sums: Vec<_> = found["sums"].as_array().unwrap().iter().map(|it| (&it["currency"], &it["gross"])).collect();
    assert_eq!(sums, [(&json!("EUR"), &json!("100000000.29")), (&json!("JPY"), &json!("1500"))]);
}

#[test]
fn another_receiver_s_credits_can_be_left_out() {
    let platform = Scripted::new(Vec::new());
    COMPLETED.receive(&platform);
    // PayPal verifies this one too: somebody has paid himself, and named this listener.
    platform.answers.replace(vec![answer(200, "VERIFIED")].into_iter());
    let forged = "payer_id=LPLW&receiver_id=THIEF&receiver_email=thief%40example.com&txn_id=OTHER&payment_status=Completed&\
        mc_gross=5000.00&mc_currency=USD";
    let body = format!("\"{}\"", BASE64_STANDARD.encode(forged));
    ipn::receive(&platform, &Arguments::new(None).body(body)).unwrap();
    let with = |receiver: &str| {
        let arguments = Arguments::default().with("payer", "LPLW".to_owned()).with("receiver", receiver.to_owned());
        let reply = history(&platform, &arguments).unwrap();
        let body: Value = serde_json::from_str(reply.body.as_deref().unwrap()).unwrap();
        body["sums"].as_array().unwrap().iter().map(|sum| sum["gross"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(read(&platform, "LPLW")["sums"][0]["gross"], "5020.00");
    assert_eq!((with("SHOP"), with("Thief@example.com")), (vec!["20.00".to_owned()], vec!["5000.00".to_owned()]));
    assert!(with("NOBODY").is_empty());
}

#[test]
fn without_a_journal_credits_are_still_told_and_the_history_fails() {
    let platform = Scripted { without_journal: true, ..Scripted::new(Vec::new()) };
    for message in [COMPLETED, CAPTURED] {
        let reply = message.receive(&platform);
        assert_eq!((&reply["duplicate"], &reply["credits"][0]["key"]), (&Value::Null, &json!("PAID:in")));
        assert!(reply["message"].as_str().unwrap().contains("journal is not available"), "{reply}");
    }
    let failure = history(&platform, &Arguments::default().with("payer", "LPLW".to_owned())).unwrap_err();
    assert_eq!(failure.kind, Kind::ConnectionUnavailable);
}

#[test]
fn a_payer_is_an_id_or_an_address() {
    let platform = Scripted::new(Vec::new());
    for (payer, receiver, field) in
        [("a b", None, "/payer"), ("", None, "/payer"), ("a b@c", None, "/payer"), ("LPLW", Some(" "), "/receiver")]
    {
        let mut arguments = Arguments::default().with("payer", payer.to_owned());
        if let Some(receiver) = receiver {
            arguments = arguments.with("receiver", receiver.to_owned());
        }
        let failure = history(&platform, &arguments).unwrap_err();
        assert_eq!((failure.kind, failure.details[0].field.as_deref()), (Kind::InvalidInput, Some(field)), "{payer}");
    }
}
