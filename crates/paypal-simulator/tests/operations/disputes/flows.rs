//! Each way in which a dispute ends, and the money.

use serde_json::json;

use super::{CONTROL_NOT_ALLOWED, Case, NOT_ALLOWED, NOT_AS_DESCRIBED, NOT_RECEIVED, usd};
use crate::sandbox::Sandbox;

fn waiting_for_seller(stage: &str) -> (String, String) {
    ("WAITING_FOR_SELLER_RESPONSE".to_owned(), stage.to_owned())
}

fn under_review(stage: &str) -> (String, String) {
    ("UNDER_REVIEW".to_owned(), stage.to_owned())
}

fn ended(code: &str, reason: &str, refunded: Option<&str>) -> (String, Option<String>, Option<String>) {
    (code.to_owned(), Some(reason.to_owned()), refunded.map(str::to_owned))
}

/// A claim, up to PayPal's review.
fn reviewed(paypal: &Sandbox) -> Case<'_> {
    let case = Case::claim(paypal);
    let parcel = json!({"carrier_name": "FEDEX", "tracking_number": "443844607820"});
    let evidence = json!({"evidence_type": "PROOF_OF_FULFILLMENT", "evidence_info": {"tracking_info": [parcel]}});
    case.send("provide-evidence", &json!({"evidences": [evidence]}), &[]).ok();
    case
}

#[test]
fn an_inquiry_holds_the_money_and_the_parties_talk() {
    let paypal = Sandbox::new();
    let case = Case::inquiry(&paypal);
    let dispute = case.get();
    assert_eq!((&dispute["status"], &dispute["dispute_state"]), (&json!("OPEN"), &json!("OPEN_INQUIRIES")));
    assert_eq!(
        (&dispute["dispute_life_cycle_stage"], &dispute["dispute_channel"]),
        (&json!("INQUIRY"), &json!("INTERNAL"))
    );
    assert_eq!(dispute["dispute_amount"], usd("100.00"));
    assert_eq!(dispute["refund_details"]["allowed_refund_amount"], usd("100.00"));
    assert_eq!(dispute["disputed_transactions"][0]["seller_transaction_id"], case.capture);
    assert_eq!(dispute["disputed_transactions"][0]["transaction_status"], "COMPLETED");
    assert_eq!(dispute["messages"][0]["content"], "It is broken.");
    assert_eq!(case.money(), [10_000, 0, 0, 0]);
    assert_eq!(case.capture_status(), "COMPLETED");
    case.call("send-message", json!({"message": "Which part?"})).ok();
    case.buyer("send-message", json!({"message": "The lid."})).ok();
    let posted: Vec<_> = case.get()["messages"].as_array().unwrap().iter().map(|it| it["posted_by"].clone()).collect();
    assert_eq!(posted, ["BUYER", "SELLER", "BUYER"]);
    assert_eq!(case.events(), ["CUSTOMER.DISPUTE.CREATED", "CUSTOMER.DISPUTE.UPDATED", "CUSTOMER.DISPUTE.UPDATED"]);
    let (name, resource) = &paypal.events()[3];
    assert_eq!((&**name, &resource["dispute_id"]), ("CUSTOMER.DISPUTE.CREATED", &json!(case.id)));
    assert_eq!(resource["messages"][0]["content"], "It is broken.");
    assert_eq!(paypal.0.effects().disputes[&case.id], "OPEN");
}

#[test]
fn a_full_offer_is_refunded_at_once() {
    let paypal = Sandbox::new();
    let case = Case::inquiry(&paypal);
    let offer = json!({"note": "Sorry.", "offer_type": "REFUND", "offer_amount": usd("100.00"), "invoice_id": "R-1"});
    case.call("make-offer", offer).ok();
    assert_eq!(case.outcome(), ended("RESOLVED_BUYER_FAVOUR", "SELLER_AGREED_REFUND_WITHOUT_RETURN", Some("100.00")));
    assert_eq!(case.money(), [0, 10_000, 0, 10_000]);
    assert_eq!(case.capture_status(), "REFUNDED");
    let events = ["CUSTOMER.DISPUTE.CREATED", "PAYMENT.CAPTURE.REFUNDED", "CUSTOMER.DISPUTE.RESOLVED"];
    assert_eq!(case.events(), events);
    let refund = paypal.events().into_iter().find(|(name, _)| name == "PAYMENT.CAPTURE.REFUNDED").unwrap().1;
    assert_eq!(refund["invoice_id"], "R-1");
    assert_eq!(case.get()["messages"][1]["content"], "Sorry.");
    assert_eq!(case.get()["disputed_transactions"][0]["transaction_status"], "REFUNDED");
    // What the parties have agreed on cannot be appealed.
    assert!(case.links().is_empty());
    assert_eq!(case.get()["dispute_state"], "RESOLVED");
}

#[test]
fn a_partial_offer_needs_the_buyer() {
    let paypal = Sandbox::new();
    let case = Case::inquiry(&paypal);
    let offer = |value: &str| json!({"note": "Half?", "offer_type": "REFUND", "offer_amount": usd(value)});
    case.call("make-offer", offer("50.00")).ok();
    assert_eq!(case.stands().0, "WAITING_FOR_BUYER_RESPONSE");
    assert_eq!(case.get()["dispute_state"], "REQUIRED_OTHER_PARTY_ACTION");
    assert_eq!(case.get()["offer"]["seller_offered_amount"], usd("50.00"));
    assert_eq!(case.money(), [10_000, 0, 0, 0]);
    assert_eq!(case.call("make-offer", offer("60.00")).refusal(), NOT_ALLOWED);
    case.call("deny-offer", json!({"note": "More."})).ok();
    assert_eq!(case.stands(), waiting_for_seller("INQUIRY"));
    case.call("make-offer", offer("70.01")).ok();
    case.buyer("accept-offer", json!({"note": "Well."})).ok();
    assert_eq!(case.outcome(), ended("RESOLVED_BUYER_FAVOUR", "PARTIAL_REFUND_OFFER_ACCEPTED", Some("70.01")));
    assert_eq!(case.money(), [0, 7001, 0, 7001]);
    assert_eq!(case.capture_status(), "PARTIALLY_REFUNDED");
    let history = case.get()["offer"]["history"].clone();
    let event = |index: usize| (history[index]["actor"].clone(), history[index]["event_type"].clone());
    let expected = [("SELLER", "PROPOSED"), ("BUYER", "DENIED"), ("SELLER", "PROPOSED"), ("BUYER", "ACCEPTED")];
    assert_eq!([0, 1, 2, 3].map(event), expected.map(|(actor, event)| (json!(actor), json!(event))));
    // PayPal alone sees what the buyer says.
    assert_eq!((&history[0]["notes"], &history[1]["notes"]), (&json!("Half?"), &json!(null)));
}

#[test]
fn an_item_is_sent_back_before_its_refund() {
    let paypal = Sandbox::new();
    let address = json!({"address_line_1": "1 Main St", "country_code": "US"});
    let offer = json!({
        "note": "Send it back.",
        "offer_type": "REFUND_WITH_RETURN",
        "offer_amount": usd("90.00"),
        "return_shipping_address": address,
    });
    let case = Case::inquiry(&paypal);
    case.call("make-offer", offer).ok();
    case.call("accept-offer", json!(null)).ok();
    assert_eq!(case.stands(), ("WAITING_FOR_BUYER_RESPONSE".to_owned(), "INQUIRY".to_owned()));
    assert_eq!(case.call("acknowledge-return-item", json!({})).refusal(), NOT_ALLOWED);
    case.buyer("return-item", json!(null)).ok();
    assert_eq!(case.stands(), waiting_for_seller("INQUIRY"));
    let options = &case.get()["allowed_response_options"];
    assert_eq!(options["acknowledge_return_item"]["acknowledgement_types"].as_array().unwrap().len(), 5);
    assert_eq!(case.money(), [10_000, 0, 0, 0]);
    case.call("acknowledge-return-item", json!({"note": "Here.", "acknowledgement_type": "ITEM_RECEIVED"})).ok();
    assert_eq!(case.outcome(), ended("RESOLVED_BUYER_FAVOUR", "ITEM_RETURNED_TO_SELLER", Some("90.00")));
    assert_eq!(case.money(), [0, 9000, 0, 9000]);
}

#[test]
fn paypal_decides_about_an_item_that_came_back_damaged() {
    for (outcome, money) in [("BUYER_FAVOR", [0, 10_000, 1500, 10_000]), ("SELLER_FAVOR", [0, 0, 0, 0])] {
        let paypal = Sandbox::new();
        let case = Case::inquiry(&paypal);
        let claim = json!({"note": "Send it back.", "accept_claim_type": "REFUND_WITH_RETURN"});
        case.call("accept-claim", claim).ok();
        case.buyer("return-item", json!(null)).ok();
        let proof = json!({"evidence_type": "PROOF_OF_DAMAGE", "documents": [{"name": "parcel.png"}]});
        let input = json!({"acknowledgement_type": "DAMAGED", "evidences": [proof]});
        case.send("acknowledge-return-item", &input, &[("parcel.png", "image/png", b"png")]).ok();
        assert_eq!(case.stands(), under_review("CHARGEBACK"));
        case.call("adjudicate", json!({"adjudication_outcome": outcome})).ok();
        assert_eq!(case.money(), money);
    }
}

#[test]
fn a_replacement_may_come_with_a_refund_or_without() {
    let paypal = Sandbox::new();
    let with = Case::open(&paypal, json!({"reason": NOT_RECEIVED}));
    let offer = json!({"note": "Both.", "offer_type": "REFUND_WITH_REPLACEMENT", "offer_amount": usd("23")});
    with.call("make-offer", offer).ok();
    with.buyer("accept-offer", json!(null)).ok();
    let reason = "INQUIRY_OFFER_REFUND_WITH_REPLACEMENT";
    assert_eq!(with.outcome(), ended("RESOLVED_BUYER_FAVOUR", reason, Some("23.00")));
    assert_eq!(with.money(), [0, 2300, 0, 2300]);
    let without = Case::open(&paypal, json!({"reason": NOT_RECEIVED}));
    without.call("make-offer", json!({"note": "A new one.", "offer_type": "REPLACEMENT_WITHOUT_REFUND"})).ok();
    assert_eq!(without.money(), [10_000, 0, 0, 0]);
    without.buyer("accept-offer", json!(null)).ok();
    assert_eq!(without.outcome(), ended("RESOLVED_SELLER_FAVOUR", "INQUIRY_OFFER_ITEM_REPLACED", None));
    assert_eq!(without.money(), [0, 0, 0, 0]);
    assert_eq!(without.capture_status(), "COMPLETED");
}

#[test]
fn a_claim_is_accepted_in_full_in_part_or_for_more_than_was_asked() {
    let paypal = Sandbox::new();
    let claim =
        || Case::open(&paypal, json!({"reason": NOT_AS_DESCRIBED, "stage": "CHARGEBACK", "amount": usd("60.00")}));
    let full = claim();
    full.call("accept-claim", json!({"note": "Yes.", "accept_claim_type": "REFUND"})).ok();
    let reason = "SELLER_AGREED_REFUND_WITHOUT_RETURN";
    assert_eq!(full.outcome(), ended("RESOLVED_BUYER_FAVOUR", reason, Some("60.00")));
    assert_eq!((full.money(), &*full.capture_status()), ([0, 6000, 0, 6000], "PARTIALLY_REFUNDED"));
    let part = claim();
    let input = json!({"note": "A bit.", "accept_claim_type": "PARTIAL_REFUND", "refund_amount": usd("20.00")});
    part.call("accept-claim", input.clone()).ok();
    assert_eq!(part.stands(), ("WAITING_FOR_BUYER_RESPONSE".to_owned(), "CHARGEBACK".to_owned()));
    part.call("deny-offer", json!({"note": "No."})).ok();
    assert_eq!(part.stands(), under_review("CHARGEBACK"));
    part.call("accept-claim", input).ok();
    part.call("accept-offer", json!({})).ok();
    assert_eq!(part.money(), [0, 2000, 0, 2000]);
    let more = claim();
    more.call("accept-claim", json!({"note": "All.", "refund_amount": usd("100.00")})).ok();
    assert_eq!((more.money(), &*more.capture_status()), ([0, 10_000, 0, 10_000], "REFUNDED"));
}

#[test]
fn a_claim_goes_through_evidence_and_review_to_a_decision_for_the_seller() {
    let paypal = Sandbox::new();
    let case = Case::claim(&paypal);
    assert_eq!(case.stands(), waiting_for_seller("CHARGEBACK"));
    assert_eq!(case.links(), ["accept_claim", "provide_evidence"].map(str::to_owned).into());
    let asked = case.get()["evidences"].clone();
    assert_eq!(asked[0]["source"], "REQUESTED_FROM_SELLER");
    case.send("provide-evidence", &json!({"evidences": [{"evidence_type": "OTHER", "notes": "Sent."}]}), &[]).ok();
    assert_eq!(case.stands(), under_review("CHARGEBACK"));
    let review = ["accept_claim", "adjudicate", "provide_supporting_info", "require_evidence"];
    assert_eq!(case.links(), review.map(str::to_owned).into());
    case.call("provide-supporting-info", json!({"notes": "The address is the card's."})).ok();
    case.call("require-evidence", json!({"action": "SELLER_EVIDENCE"})).ok();
    assert_eq!(case.stands(), waiting_for_seller("CHARGEBACK"));
    case.send("provide-evidence", &json!({"evidences": [{"evidence_type": "OTHER", "notes": "Again."}]}), &[]).ok();
    case.call("require-evidence", json!({"action": "BUYER_EVIDENCE"})).ok();
    assert_eq!(case.get()["dispute_state"], "REQUIRED_OTHER_PARTY_ACTION");
    let own = json!({"evidences": [{"evidence_type": "OTHER", "notes": "Nothing came."}]});
    case.buyer("provide-evidence", own).ok();
    assert_eq!(case.stands(), under_review("CHARGEBACK"));
    case.call("adjudicate", json!({"adjudication_outcome": "SELLER_FAVOR"})).ok();
    let reason = "INELIGIBLE_BUYER_PROTECTION_POLICY";
    assert_eq!(case.outcome(), ended("RESOLVED_SELLER_FAVOUR", reason, None));
    assert_eq!(case.get()["adjudications"][0]["type"], "DENY_BUYER");
    assert_eq!((case.money(), &*case.capture_status()), ([0, 0, 0, 0], "COMPLETED"));
    assert!(case.links().is_empty());
    let sources: Vec<_> = case.get()["evidences"].as_array().unwrap().iter().map(|it| it["source"].clone()).collect();
    assert!(sources.contains(&json!("SUBMITTED_BY_SELLER")) && sources.contains(&json!("SUBMITTED_BY_BUYER")));
}

#[test]
fn a_decision_for_the_buyer_reverses_the_capture_and_costs_a_fee() {
    let paypal = Sandbox::new();
    let case = reviewed(&paypal);
    case.call("adjudicate", json!({"adjudication_outcome": "BUYER_FAVOR"})).ok();
    let reason = "INELIGIBLE_SELLER_PROTECTION_POLICY";
    assert_eq!(case.outcome(), ended("RESOLVED_BUYER_FAVOUR", reason, Some("100.00")));
    assert_eq!((case.money(), &*case.capture_status()), ([0, 10_000, 1500, 10_000], "REFUNDED"));
    let dispute = case.get();
    assert_eq!(dispute["disputed_transactions"][0]["transaction_status"], "REVERSED");
    assert_eq!(dispute["dispute_state"], "APPEALABLE");
    let moved = |index: usize| {
        let movement = &dispute["fund_movements"][index];
        ["party", "type", "reason"].map(|name| movement[name].as_str().unwrap().to_owned()).join(" ")
    };
    let expected = ["SELLER DEBIT DISPUTE_SETTLEMENT", "BUYER CREDIT DISPUTE_SETTLEMENT", "SELLER DEBIT DISPUTE_FEE"];
    assert_eq!([0, 1, 2].map(moved), expected);
    let events = case.events();
    assert_eq!(events[events.len() - 2..], ["PAYMENT.CAPTURE.REVERSED", "CUSTOMER.DISPUTE.RESOLVED"]);
}

#[test]
fn an_appeal_that_is_won_pays_the_merchant_and_the_buyer_keeps_the_money() {
    let paypal = Sandbox::new();
    let case = reviewed(&paypal);
    let appeal = json!({"evidences": [{"evidence_type": "OTHER", "notes": "The signature."}]});
    case.decide("BUYER_FAVOR").ok();
    assert_eq!(case.links(), ["appeal".to_owned()].into());
    case.send("appeal", &appeal, &[]).ok();
    assert_eq!(case.stands(), under_review("PRE_ARBITRATION"));
    // The buyer has the money: it cannot be given twice.
    assert!(!case.links().contains("accept_claim"));
    assert_eq!(case.buyer("cancel", json!(null)).refusal(), CONTROL_NOT_ALLOWED);
    case.decide("BUYER_FAVOR").ok();
    assert_eq!(case.money(), [0, 10_000, 1500, 10_000]);
    assert_eq!(case.get()["adjudications"][1]["type"], "PAYOUT_TO_BUYER");
    case.send("appeal", &appeal, &[]).ok();
    assert_eq!(case.stands(), under_review("ARBITRATION"));
    case.decide("SELLER_FAVOR").ok();
    assert_eq!((case.money(), &*case.capture_status()), ([0, 0, 0, 10_000], "REFUNDED"));
    assert_eq!(case.get()["adjudications"][2]["type"], "PAYOUT_TO_SELLER");
    assert_eq!(case.send("appeal", &appeal, &[]).refusal(), NOT_ALLOWED);
}

#[test]
fn the_second_appeal_is_the_last() {
    let paypal = Sandbox::new();
    let case = reviewed(&paypal);
    let appeal = json!({"evidences": [{"evidence_type": "OTHER", "notes": "New."}]});
    for stage in ["PRE_ARBITRATION", "ARBITRATION"] {
        case.decide("BUYER_FAVOR").ok();
        case.send("appeal", &appeal, &[]).ok();
        assert_eq!(case.stands().1, stage);
    }
    case.decide("BUYER_FAVOR").ok();
    assert_eq!(case.get()["dispute_state"], "RESOLVED");
    assert_eq!(case.send("appeal", &appeal, &[]).refusal(), NOT_ALLOWED);
    assert_eq!(case.money(), [0, 10_000, 1500, 10_000]);
}

#[test]
fn an_inquiry_becomes_a_claim_when_a_party_escalates_it() {
    let paypal = Sandbox::new();
    let by_seller = Case::inquiry(&paypal);
    by_seller.call("escalate", json!({"note": "It was fine."})).ok();
    assert_eq!(by_seller.stands(), under_review("CHARGEBACK"));
    let by_buyer = Case::inquiry(&paypal);
    by_buyer.buyer("escalate", json!(null)).ok();
    assert_eq!(by_buyer.stands(), waiting_for_seller("CHARGEBACK"));
    for case in [by_seller, by_buyer] {
        assert_eq!(case.money(), [10_000, 0, 0, 0]);
        for (action, body) in [("escalate", json!({})), ("send-message", json!({"message": "x"}))] {
            assert_eq!(case.call(action, body).refusal(), NOT_ALLOWED, "{action}");
        }
    }
}

#[test]
fn a_buyer_withdraws() {
    let paypal = Sandbox::new();
    for case in [Case::inquiry(&paypal), Case::claim(&paypal), reviewed(&paypal)] {
        case.buyer("cancel", json!(null)).ok();
        assert_eq!(case.outcome(), ended("CANCELED_BY_BUYER", "BUYER_CANCELLED_CASE", None));
        assert_eq!((case.money(), &*case.capture_status()), ([0, 0, 0, 0], "COMPLETED"));
    }
}

#[test]
fn the_fee_is_waived_where_paypal_waives_it() {
    let paypal = Sandbox::new();
    let small = Case::about(&paypal, super::capture(&paypal, "29.99"), json!({"reason": "DUPLICATE_TRANSACTION"}));
    let unauthorized = Case::open(&paypal, json!({"reason": "UNAUTHORISED"}));
    let by_bank =
        Case::open(&paypal, json!({"reason": "UNAUTHORISED", "channel": "EXTERNAL", "external_reason_code": "10.4"}));
    assert_eq!(by_bank.get()["external_reason_code"], "10.4");
    for (case, fee) in [(small, 0), (unauthorized, 0), (by_bank, 1500)] {
        case.decide("BUYER_FAVOR").ok();
        assert_eq!(case.money()[2], fee);
    }
}

#[test]
fn contact_details_and_a_partner_s_actions_are_shown() {
    let paypal = Sandbox::new();
    let case = Case::inquiry(&paypal);
    let path = format!("/v1/customer/disputes/{}", case.id);
    let contact = json!([{"op": "add", "path": "/communication_details",
        "value": {"email": "help@example.com", "note": "Write us."}}]);
    assert_eq!(paypal.send("PATCH", &path, &[], &contact).status, 204);
    let action =
        json!([{"op": "add", "path": "/partner_actions/-", "value": {"id": "CASE-1", "name": "DENY_DISPUTE"}}]);
    assert_eq!(paypal.send("PATCH", &path, &[], &action).status, 204);
    let dispute = case.get();
    assert_eq!(dispute["communication_details"]["email"], "help@example.com");
    assert!(dispute["communication_details"]["time_posted"].is_string());
    assert_eq!(dispute["partner_actions"][0]["id"], "CASE-1");
    case.buyer("cancel", json!(null)).ok();
    assert_eq!(paypal.send("PATCH", &path, &[], &contact).refusal(), NOT_ALLOWED);
}
