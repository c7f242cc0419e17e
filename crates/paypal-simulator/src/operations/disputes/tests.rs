//! The movements in the ledger.

use serde_json::{Value, json};

use crate::Simulator;

/// A simulator with a dispute about a capture, and the dispute's id.
fn disputed(complaint: Value) -> (Simulator, String) {
    let simulator = Simulator::new(3);
    let amount = json!({"currency_code": "USD", "value": "100.00"});
    let order = json!({"intent": "CAPTURE", "purchase_units": [{"amount": amount}]});
    let order = simulator.post("/v2/checkout/orders", &order)["id"].as_str().unwrap().to_owned();
    assert!(simulator.approve_order(&order));
    simulator.post(&format!("/v2/checkout/orders/{order}/capture"), &json!({}));
    let capture = simulator.effects().captured.into_keys().next().unwrap();
    let mut complaint = complaint;
    complaint["disputed_transaction_id"] = capture.into();
    let dispute = simulator.post("/simulator/disputes", &complaint)["dispute_id"].as_str().unwrap().to_owned();
    (simulator, dispute)
}

/// Returns PayPal's code and the net amount of each movement after the capture. Each of them refers to it.
fn movements(simulator: &Simulator) -> Vec<(&'static str, i64)> {
    let world = simulator.world();
    let entries = world.books.ledger.entries();
    let at = entries.iter().position(|entry| entry.code == "T0006").unwrap();
    let (capture, after) = (&entries[at].id, &entries[at + 1..]);
    assert!(after.iter().all(|entry| entry.reference.as_ref() == Some(&(capture.clone(), "TXN"))));
    after.iter().map(|entry| (entry.code, entry.gross.minor + entry.fee)).collect()
}

fn decide(simulator: &Simulator, dispute: &str, outcome: &str) {
    let path = format!("/simulator/disputes/{dispute}/adjudicate");
    simulator.post(&path, &json!({"adjudication_outcome": outcome}));
}

#[test]
fn a_hold_is_released_before_the_money_moves() {
    let not_received = || json!({"reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "stage": "CHARGEBACK"});
    let hold = ("T1110", -10_000);
    let release = ("T1111", 10_000);
    let (simulator, dispute) = disputed(not_received());
    assert_eq!(movements(&simulator), [hold]);
    decide(&simulator, &dispute, "SELLER_FAVOR");
    assert_eq!(movements(&simulator), [hold, release]);
    let (simulator, dispute) = disputed(not_received());
    decide(&simulator, &dispute, "BUYER_FAVOR");
    assert_eq!(movements(&simulator), [hold, release, ("T1106", -10_000), ("T0114", -1500)]);
    let (simulator, dispute) = disputed(not_received());
    simulator.post(&format!("/v1/customer/disputes/{dispute}/accept-claim"), &json!({"note": "Yes."}));
    assert_eq!(movements(&simulator), [hold, release, ("T1107", -10_000)]);
}

#[test]
fn a_chargeback_and_a_won_appeal_have_their_codes() {
    for (channel, lost, won) in [("INTERNAL", "T1106", "T1205"), ("EXTERNAL", "T1201", "T1202")] {
        let amount = json!({"currency_code": "USD", "value": "60.00"});
        let (simulator, dispute) = disputed(json!({"reason": "OTHER", "channel": channel, "amount": amount}));
        decide(&simulator, &dispute, "BUYER_FAVOR");
        let path = format!("/v1/customer/disputes/{dispute}/appeal");
        simulator.post(&path, &json!({"evidences": [{"evidence_type": "OTHER", "notes": "New."}]}));
        decide(&simulator, &dispute, "SELLER_FAVOR");
        let expected =
            [("T1110", -6000), ("T1111", 6000), (lost, -6000), ("T0114", -1500), (won, 6000), ("T1108", 1500)];
        assert_eq!(movements(&simulator), expected);
    }
}

#[test]
fn a_test_of_users_opens_a_dispute_and_decides_it() {
    let (simulator, dispute) = disputed(json!({"reason": "INCORRECT_AMOUNT"}));
    assert!(simulator.decide_dispute(&dispute, false) && !simulator.decide_dispute(&dispute, true));
    let capture = simulator.effects().captured.into_keys().next().unwrap();
    assert_eq!(simulator.open_dispute(&capture, "WHIM"), None);
    let inquiry = simulator.open_dispute(&capture, "MERCHANDISE_OR_SERVICE_NOT_RECEIVED").unwrap();
    assert_eq!(simulator.open_dispute(&capture, "OTHER"), None, "it is in dispute");
    assert!(!simulator.decide_dispute(&inquiry, true), "it is an inquiry");
    simulator.post(&format!("/v1/customer/disputes/{inquiry}/escalate"), &json!({}));
    assert!(simulator.decide_dispute(&inquiry, true));
    assert_eq!(simulator.effects().dispute_settlements[&inquiry].minor_units, 10_000);
}
