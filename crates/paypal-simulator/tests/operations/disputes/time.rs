//! What passes as nobody answers.

use serde_json::json;

use super::{Case, usd};
use crate::sandbox::Sandbox;

#[test]
fn a_claim_that_the_merchant_does_not_answer_is_lost() {
    let paypal = Sandbox::new();
    let case = Case::claim(&paypal);
    // The simulator starts at 2026-03-02T09:00:00Z.
    assert_eq!(case.get()["seller_response_due_date"], "2026-03-13T06:59:59.000Z");
    paypal.days(10);
    assert_eq!(case.stands().0, "WAITING_FOR_SELLER_RESPONSE");
    paypal.days(1);
    assert_eq!(case.outcome().1.unwrap(), "NO_SELLER_RESPONSE");
    assert_eq!(case.money(), [0, 10_000, 1500, 10_000]);
    assert_eq!(case.get()["adjudications"][0]["adjudication_time"], "2026-03-13T06:59:59.000Z");
    assert_eq!(case.events().last().unwrap(), "CUSTOMER.DISPUTE.RESOLVED");
    // The merchant has ten days for an appeal.
    assert_eq!(case.get()["dispute_state"], "APPEALABLE");
    paypal.days(9);
    assert_eq!(case.get()["dispute_state"], "APPEALABLE");
    paypal.days(1);
    assert_eq!(case.get()["dispute_state"], "RESOLVED");
    let appeal = json!({"evidences": [{"evidence_type": "OTHER", "notes": "Late."}]});
    assert_eq!(case.send("appeal", &appeal, &[]).refusal(), super::NOT_ALLOWED);
}

#[test]
fn a_due_date_that_was_met_has_no_effect() {
    let paypal = Sandbox::new();
    let case = Case::claim(&paypal);
    case.send("provide-evidence", &json!({"evidences": [{"evidence_type": "OTHER", "notes": "x"}]}), &[]).ok();
    paypal.days(5);
    case.call("require-evidence", json!({"action": "SELLER_EVIDENCE"})).ok();
    assert_eq!(case.get()["seller_response_due_date"], "2026-03-11T06:59:59.000Z");
    case.send("provide-evidence", &json!({"evidences": [{"evidence_type": "OTHER", "notes": "x"}]}), &[]).ok();
    paypal.days(100);
    assert_eq!(case.stands().0, "UNDER_REVIEW");
    assert_eq!(case.money(), [10_000, 0, 0, 0]);
}

#[test]
fn a_buyer_who_does_not_answer_loses() {
    let paypal = Sandbox::new();
    let evidence = Case::claim(&paypal);
    evidence.send("provide-evidence", &json!({"evidences": [{"evidence_type": "OTHER", "notes": "x"}]}), &[]).ok();
    evidence.call("require-evidence", json!({"action": "BUYER_EVIDENCE"})).ok();
    assert_eq!(evidence.get()["buyer_response_due_date"], "2026-03-06T06:59:59.000Z");
    let offer = Case::open(&paypal, json!({"reason": super::NOT_AS_DESCRIBED, "stage": "CHARGEBACK"}));
    offer.call("accept-claim", json!({"note": "x", "refund_amount": usd("1.00")})).ok();
    let unreturned = Case::inquiry(&paypal);
    unreturned.call("accept-claim", json!({"note": "x", "accept_claim_type": "REFUND_WITH_RETURN"})).ok();
    paypal.days(11);
    for (case, reason) in [
        (evidence, "NO_RESPONSE_FROM_BUYER"),
        (offer, "NO_RESPONSE_FROM_BUYER"),
        (unreturned, "ITEM_NOT_RETURNED_TO_SELLER"),
    ] {
        assert_eq!(case.outcome(), ("RESOLVED_SELLER_FAVOUR".to_owned(), Some(reason.to_owned()), None));
        assert_eq!((case.money(), &*case.capture_status()), ([0, 0, 0, 0], "COMPLETED"));
    }
}

#[test]
fn a_merchant_who_does_not_acknowledge_a_return_pays() {
    let paypal = Sandbox::new();
    let case = Case::inquiry(&paypal);
    case.call("accept-claim", json!({"note": "x", "accept_claim_type": "REFUND_WITH_RETURN"})).ok();
    case.buyer("return-item", json!(null)).ok();
    paypal.days(11);
    assert_eq!(case.outcome().1.unwrap(), "NO_SELLER_RESPONSE");
    assert_eq!(case.money(), [0, 10_000, 0, 10_000]);
}

#[test]
fn an_inquiry_ends_after_twenty_days() {
    let paypal = Sandbox::new();
    let quiet = Case::inquiry(&paypal);
    let offered = Case::inquiry(&paypal);
    offered.call("make-offer", json!({"note": "x", "offer_type": "REPLACEMENT_WITHOUT_REFUND"})).ok();
    assert_eq!(offered.get()["buyer_response_due_date"], "2026-03-22T09:00:00.000Z");
    let escalated = Case::inquiry(&paypal);
    escalated.call("escalate", json!({})).ok();
    paypal.days(19);
    assert_eq!(quiet.stands().0, "OPEN");
    paypal.days(1);
    for case in [quiet, offered] {
        assert_eq!(case.outcome(), ("CANCELED_BY_BUYER".to_owned(), None, None));
        assert_eq!(case.money(), [0, 0, 0, 0]);
    }
    assert_eq!(escalated.stands().0, "UNDER_REVIEW");
}
