//! Each refusal, with its status, code and field.

use serde_json::{Value, json};

use super::{ACTIONS, CONTROL_NOT_ALLOWED, Case, NOT_ALLOWED, NOT_AS_DESCRIBED, NOT_RECEIVED, capture, usd};
use crate::sandbox::{Answer, Sandbox};

/// Fails unless an answer is a refusal with this code at this field.
fn refused(answer: &Answer, status: u16, issue: &str, field: &str) {
    assert_eq!(answer.refusal(), (status, issue), "{answer:?}");
    let details = answer.body["details"][0]["field"].as_str().unwrap_or_default();
    assert_eq!(details, field, "{answer:?}");
}

#[test]
fn an_unknown_dispute_is_not_found() {
    let paypal = Sandbox::new();
    for action in ACTIONS.into_iter().chain([""]) {
        let path = format!("/v1/customer/disputes/PP-R-ABC-12345678/{action}");
        let answer = match action {
            "" => paypal.get(path.trim_end_matches('/')),
            _ => paypal.post(&path, &body(action)),
        };
        refused(&answer, 404, "INVALID_RESOURCE_ID", "id");
    }
    for control in ["adjudicate", "buyer/cancel", "buyer/send-message"] {
        let answer = paypal.control(&format!("disputes/PP-R-ABC-12345678/{control}"), &json!({}));
        refused(&answer, 404, "INVALID_RESOURCE_ID", "id");
    }
    let path = "/v1/customer/disputes/PP-R-ABC-12345678";
    let patch = json!([{"op": "add", "path": "/communication_details", "value": {}}]);
    refused(&paypal.send("PATCH", path, &[], &patch), 404, "INVALID_RESOURCE_ID", "id");
}

/// The body of an action that is allowed.
fn body(action: &str) -> Value {
    match action {
        "adjudicate" => json!({"adjudication_outcome": "SELLER_FAVOR"}),
        "require-evidence" => json!({"action": "SELLER_EVIDENCE"}),
        "make-offer" => json!({"note": "x", "offer_type": "REFUND", "offer_amount": usd("1.00")}),
        "send-message" => json!({"message": "x"}),
        "provide-supporting-info" => json!({"notes": "x"}),
        "provide-evidence" | "appeal" => json!({"evidences": [{"evidence_type": "OTHER", "notes": "x"}]}),
        _ => json!({"note": "x"}),
    }
}

#[test]
fn exactly_the_linked_actions_are_allowed() {
    type Reach = fn(&Case<'_>);
    let states: [(&str, Reach); 9] = [
        ("inquiry", |_| ()),
        ("offer", |case| _ = case.call("make-offer", body("make-offer")).ok()),
        ("denied", |case| {
            case.call("make-offer", body("make-offer")).ok();
            case.buyer("deny-offer", json!({"note": "x"})).ok();
        }),
        ("return", |case| {
            case.call("accept-claim", json!({"note": "x", "accept_claim_type": "REFUND_WITH_RETURN"})).ok();
        }),
        ("returned", |case| {
            case.call("accept-claim", json!({"note": "x", "accept_claim_type": "REFUND_WITH_RETURN"})).ok();
            case.buyer("return-item", json!(null)).ok();
        }),
        ("claim", |case| _ = case.buyer("escalate", json!(null)).ok()),
        ("review", |case| _ = case.call("escalate", json!({})).ok()),
        ("lost", |case| {
            case.call("escalate", json!({})).ok();
            case.decide("BUYER_FAVOR").ok();
        }),
        ("won", |case| {
            case.call("escalate", json!({})).ok();
            case.decide("SELLER_FAVOR").ok();
        }),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for (state, reach) in states {
        for action in ACTIONS {
            let paypal = Sandbox::new();
            let case = Case::inquiry(&paypal);
            reach(&case);
            let (links, before) = (case.links(), case.get());
            let answer = case.call(action, body(action));
            if links.contains(&action.replace('-', "_")) {
                assert_eq!(answer.status, 200, "{state} {action} {answer:?}");
                seen.insert(action);
            } else {
                assert_eq!(answer.refusal(), NOT_ALLOWED, "{state} {action}");
                assert_eq!(case.get(), before);
            }
        }
    }
    assert_eq!(seen.len(), ACTIONS.len(), "each action is allowed somewhere");
}

#[test]
fn bodies_need_what_is_required() {
    let paypal = Sandbox::new();
    let inquiry = Case::inquiry(&paypal);
    let long = "x".repeat(2001);
    for (action, body, issue, field) in [
        ("send-message", json!({}), "MISSING_REQUIRED_PARAMETER", "/message"),
        ("send-message", json!({"message": ""}), "MISSING_REQUIRED_PARAMETER", "/message"),
        ("send-message", json!({"message": long}), "INVALID_STRING_LENGTH", "/message"),
        ("send-message", json!({"message": [1]}), "INVALID_PARAMETER_SYNTAX", "/message"),
        ("escalate", json!({"note": long}), "INVALID_STRING_LENGTH", "/note"),
        ("make-offer", json!({}), "MISSING_REQUIRED_PARAMETER", "/note"),
        ("make-offer", json!({"note": "x"}), "MISSING_REQUIRED_PARAMETER", "/offer_type"),
        ("make-offer", json!({"note": "x", "offer_type": "GIFT"}), "INVALID_PARAMETER_VALUE", "/offer_type"),
        ("make-offer", json!({"note": "x", "offer_type": "REFUND"}), "MISSING_REQUIRED_PARAMETER", "/offer_amount"),
        (
            "make-offer",
            json!({"note": "x", "offer_type": "REFUND", "offer_amount": {"currency_code": "EUR", "value": "1.00"}}),
            "INVALID_PARAMETER_VALUE",
            "/offer_amount/currency_code",
        ),
        (
            "make-offer",
            json!({"note": "x", "offer_type": "REFUND_WITH_RETURN", "offer_amount": usd("1.00")}),
            "SHIPPING_ADDRESS_SHOULD_NOT_BE_PASSED",
            "/return_shipping_address",
        ),
        (
            "make-offer",
            json!({"note": "x", "offer_type": "REFUND", "offer_amount": usd("1.00"), "invoice_id": "x".repeat(128)}),
            "INVALID_STRING_LENGTH",
            "/invoice_id",
        ),
        ("accept-claim", json!({}), "MISSING_REQUIRED_PARAMETER", "/note"),
        (
            "accept-claim",
            json!({"note": "x", "accept_claim_type": "GIFT"}),
            "INVALID_PARAMETER_VALUE",
            "/accept_claim_type",
        ),
        (
            "accept-claim",
            json!({"note": "x", "accept_claim_type": "PARTIAL_REFUND"}),
            "MISSING_REQUIRED_PARAMETER",
            "/refund_amount",
        ),
        (
            "accept-claim",
            json!({"note": "x", "accept_claim_type": "REFUND_WITH_RETURN_SHIPMENT_LABEL"}),
            "MISSING_REQUIRED_PARAMETER",
            "/return_shipment_info",
        ),
    ] {
        let before = inquiry.get();
        refused(&inquiry.call(action, body), 400, issue, field);
        assert_eq!(inquiry.get(), before, "{action}");
    }
    for (value, issue) in [("0.00", "CANNOT_BE_ZERO_OR_NEGATIVE"), ("1.001", "DECIMAL_PRECISION")] {
        let offer = json!({"note": "x", "offer_type": "REFUND", "offer_amount": usd(value)});
        refused(&inquiry.call("make-offer", offer), 422, issue, "/offer_amount/value");
    }
    inquiry.call("make-offer", body("make-offer")).ok();
    refused(&inquiry.call("deny-offer", json!({})), 400, "MISSING_REQUIRED_PARAMETER", "/note");
    refused(&inquiry.buyer("accept-offer", json!({"note": 1})), 400, "INVALID_PARAMETER_SYNTAX", "/note");
}

#[test]
fn an_item_that_was_not_received_cannot_be_returned() {
    let paypal = Sandbox::new();
    let case = Case::open(&paypal, json!({"reason": NOT_RECEIVED}));
    let address = json!({"address_line_1": "1 Main St", "country_code": "US"});
    let offer = json!({"note": "x", "offer_type": "REFUND_WITH_RETURN", "offer_amount": usd("1.00")});
    refused(&case.call("make-offer", offer), 400, "INVALID_OFFER_TYPE", "/offer_type");
    let claim = json!({"note": "x", "return_shipping_address": address});
    let (issue, field) = ("MISSING_RETURN_SHIPPING_ADDRESS", "/return_shipping_address");
    refused(&case.call("accept-claim", claim), 400, issue, field);
    let billing = Case::open(&paypal, json!({"reason": "INCORRECT_AMOUNT"}));
    let claim = json!({"note": "x", "refund_amount": usd("1.00")});
    refused(&billing.call("accept-claim", claim), 400, "AMOUNT_SHOULD_NOT_BE_PASSED", "/refund_amount");
    let types = &billing.get()["allowed_response_options"]["accept_claim"]["accept_claim_types"];
    assert_eq!(types, &json!(["REFUND"]));
}

#[test]
fn evidence_says_what_it_proves() {
    let paypal = Sandbox::new();
    let case = Case::claim(&paypal);
    let at = |name: &str| format!("/evidences/0/{name}");
    for (evidence, issue, field) in [
        (json!({"notes": "x"}), "MISSING_EVIDENCE_TYPE", at("evidence_type")),
        (json!({"evidence_type": "WHIM"}), "INVALID_PARAMETER_VALUE", at("evidence_type")),
        (json!({"evidence_type": "PROOF_OF_FULFILLMENT"}), "MISSING_EVIDENCE_INFO", at("evidence_info")),
        (
            json!({"evidence_type": "PROOF_OF_FULFILLMENT", "evidence_info": {"refund_ids": ["R-1"]}}),
            "MISSING_TRACKING_INFO",
            at("evidence_info/tracking_info"),
        ),
        (
            json!({"evidence_type": "PROOF_OF_REFUND", "evidence_info": {}}),
            "MISSING_REFUND_ID",
            at("evidence_info/refund_ids"),
        ),
        (json!({"evidence_type": "OTHER", "notes": "x".repeat(2001)}), "INVALID_STRING_LENGTH", at("notes")),
    ] {
        let answer = case.send("provide-evidence", &json!({"evidences": [evidence]}), &[]);
        refused(&answer, 400, issue, &field);
    }
    refused(&case.send("provide-evidence", &json!({}), &[]), 400, "MISSING_REQUIRED_PARAMETER", "/evidences");
    let answer = case.send("provide-evidence", &json!({"evidences": "x"}), &[]);
    refused(&answer, 400, "INVALID_PARAMETER_SYNTAX", "/evidences");
    let many = vec![json!({"evidence_type": "OTHER"}); 101];
    let answer = case.send("provide-evidence", &json!({"evidences": many}), &[]);
    refused(&answer, 400, "INVALID_ARRAY_MAX_ITEMS", "/evidences");
    assert_eq!(case.stands().0, "WAITING_FOR_SELLER_RESPONSE");
}

#[test]
fn paypal_s_own_actions_need_their_word() {
    let paypal = Sandbox::new();
    let case = Case::inquiry(&paypal);
    let decided = case.decide("BUYER_FAVOR");
    assert_eq!(decided.refusal(), CONTROL_NOT_ALLOWED, "an inquiry is not PayPal's to decide");
    case.call("escalate", json!({})).ok();
    refused(&case.call("adjudicate", json!({})), 400, "MISSING_REQUIRED_PARAMETER", "/adjudication_outcome");
    let nobody = json!({"adjudication_outcome": "NOBODY"});
    refused(&case.call("adjudicate", nobody), 400, "INVALID_PARAMETER_VALUE", "/adjudication_outcome");
    refused(&case.call("require-evidence", json!(null)), 400, "MISSING_REQUIRED_PARAMETER", "/");
    refused(&case.call("require-evidence", json!({})), 400, "MISSING_REQUIRED_PARAMETER", "/action");
    refused(&case.call("require-evidence", json!({"action": "x"})), 400, "INVALID_PARAMETER_VALUE", "/action");
    assert_eq!(case.stands().0, "UNDER_REVIEW");
}

#[test]
fn a_dispute_needs_a_transaction_and_a_reason_that_fits() {
    let paypal = Sandbox::new();
    let transaction = capture(&paypal, "10.00");
    let create = |body: Value| paypal.post("/v1/customer/disputes", &body);
    let of = |id: &str| json!([{"buyer_transaction_id": id}]);
    let at = "/disputed_transactions/0/buyer_transaction_id";
    refused(&create(Value::Null), 400, "MISSING_REQUIRED_PARAMETER", "/");
    refused(&create(json!({})), 400, "MISSING_REQUIRED_PARAMETER", "/disputed_transactions");
    let as_seller = json!({"disputed_transactions": [{"seller_transaction_id": transaction}]});
    refused(&create(as_seller), 400, "MANDATORY_PARAMETER_MISSING", at);
    let unknown = json!({"disputed_transactions": of("X"), "reason": "OTHER"});
    refused(&create(unknown), 404, "INVALID_RESOURCE_ID", "buyer_transaction_id");
    let reason = json!({"disputed_transactions": of(&transaction), "reason": "WHIM"});
    refused(&create(reason), 400, "INVALID_PARAMETER_VALUE", "/reason");
    let euros = json!({"currency_code": "EUR", "value": "1.00"});
    let amount = json!({"disputed_transactions": of(&transaction), "dispute_amount": euros});
    refused(&create(amount), 400, "INVALID_PARAMETER_VALUE", "/dispute_amount/currency_code");
    let control = |body: Value| paypal.control("disputes", &body);
    refused(&control(json!({})), 400, "MISSING_REQUIRED_PARAMETER", "/disputed_transaction_id");
    let unknown = json!({"disputed_transaction_id": "X", "reason": "OTHER"});
    refused(&control(unknown), 404, "INVALID_RESOURCE_ID", "disputed_transaction_id");
    refused(&control(json!({"disputed_transaction_id": transaction})), 400, "MISSING_REQUIRED_PARAMETER", "/reason");
    for (name, value) in [("reason", "WHIM"), ("stage", "END"), ("channel", "ALERT")] {
        let mut body = json!({"disputed_transaction_id": transaction, "reason": NOT_AS_DESCRIBED});
        body[name] = value.into();
        refused(&control(body), 400, "INVALID_PARAMETER_VALUE", &format!("/{name}"));
    }
    for body in [
        json!({"disputed_transaction_id": transaction, "reason": "OTHER", "stage": "INQUIRY"}),
        json!({"disputed_transaction_id": transaction, "reason": NOT_RECEIVED, "stage": "INQUIRY", "channel": "EXTERNAL"}),
    ] {
        refused(&control(body), 422, "DISPUTE_REASON_NOT_ELIGIBLE", "");
    }
    let declined = paypal.0.effects();
    assert!(declined.disputes.is_empty() && declined.held.is_empty());
}

#[test]
fn a_patch_changes_contact_details_only() {
    let paypal = Sandbox::new();
    let case = Case::inquiry(&paypal);
    let path = format!("/v1/customer/disputes/{}", case.id);
    let patch = |body: Value| paypal.send("PATCH", &path, &[], &body);
    let before = case.get();
    let op = |op: &str, path: &str, value: Value| json!([{"op": op, "path": path, "value": value}]);
    let contact = "/communication_details";
    refused(&patch(json!({})), 400, "INVALID_PARAMETER_SYNTAX", "/");
    refused(&patch(op("replace", "/reason", json!("OTHER"))), 400, "INVALID_PATCH_PATH", "/0/path");
    refused(&patch(op("remove", contact, json!(null))), 400, "UNSUPPORTED_PATCH_OPERATION", "/0/op");
    refused(&patch(op("add", contact, json!("x"))), 400, "INVALID_PARAMETER_SYNTAX", "/0/value");
    refused(&patch(op("add", contact, json!({"note": ""}))), 400, "INVALID_STRING_LENGTH", "/0/value/note");
    assert_eq!(case.get(), before);
}

#[test]
fn paypal_s_test_values_bring_about_their_errors() {
    let paypal = Sandbox::new();
    let get = |path: &str| paypal.get(&format!("/v1/customer/disputes{path}"));
    assert_eq!(get("?disputed_transaction_id=ERRDIS033").refusal(), (400, "INVALID_START_TIME_FORMAT"));
    assert_eq!(get("/ERRDIS016").refusal(), (404, "INVALID_RESOURCE_ID"));
    let funds = paypal.post("/v1/customer/disputes/ERRDIS061/accept-claim", &body("accept-claim"));
    assert_eq!((funds.refusal(), &funds.body["name"]), ((400, "INSUFFICIENT_FUNDS"), &json!("VALIDATION_ERROR")));
    let escalated = paypal.post("/v1/customer/disputes/ERRDIS089/escalate", &body("escalate"));
    assert_eq!(escalated.refusal(), (403, "AUTHORIZATION_ERROR"));
    // Those of other operations are ids like any other.
    refused(&get("/ERRDIS061"), 404, "INVALID_RESOURCE_ID", "id");
}

#[test]
fn lists_are_filtered_and_paged() {
    let paypal = Sandbox::new();
    let list = |query: &str| paypal.get(&format!("/v1/customer/disputes?{query}"));
    let ids = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        items.iter().map(|item| item["dispute_id"].as_str().unwrap().to_owned()).collect()
    };
    assert!(list("").ok()["items"].is_null());
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(Case::inquiry(&paypal).id);
        paypal.days(1);
    }
    let claim = Case::claim(&paypal);
    all.push(claim.id.clone());
    all.reverse();
    assert_eq!(ids(&list("").ok()), all);
    assert_eq!(ids(&list("dispute_state=REQUIRED_ACTION").ok()), all[..1]);
    assert_eq!(ids(&list("dispute_state=REQUIRED_ACTION,OPEN_INQUIRIES").ok()), all);
    assert_eq!(ids(&list("dispute_state=RESOLVED").ok()), [""; 0]);
    assert_eq!(ids(&list(&format!("disputed_transaction_id={}", claim.capture)).ok()), all[..1]);
    assert_eq!(ids(&list("start_time=2026-03-04T00:00:00Z").ok()), all[..2]);
    assert_eq!(ids(&list("update_time_before=2026-03-03T00:00:00Z").ok()), all[3..]);
    assert_eq!(
        ids(&list("update_time_after=2026-03-03T00:00:00Z&create_time_before=2026-03-04T00:00:00Z").ok()),
        all[2..3]
    );
    // By token, new disputes do not shift the next page; by number they do.
    for start in ["page_size=3", "page_size=3&page=1"] {
        let first = list(start).ok();
        assert_eq!(ids(&first), all[..3]);
        let next = first["links"].as_array().unwrap().iter().find(|link| link["rel"] == "next").unwrap();
        let path = next["href"].as_str().unwrap().split_once(".com").unwrap().1;
        let second = paypal.get(path).ok();
        assert_eq!(ids(&second), all[3..]);
        assert!(!second["links"].as_array().unwrap().iter().any(|link| link["rel"] == "next"));
    }
    for (query, issue, field) in [
        (
            "start_time=2026-03-04T00:00:00Z&disputed_transaction_id=X",
            "INVALID_PARAMETER_VALUE",
            "disputed_transaction_id",
        ),
        ("start_time=yesterday-or-the-day-before", "INVALID_START_TIME_FORMAT", "start_time"),
        ("start_time=2026-03-06T00:00:00Z", "DATE_CAN_NOT_BE_IN_FUTURE", "start_time"),
        ("start_time=2025-09-01T00:00:00Z", "INVALID_START_TIME_RANGE", "start_time"),
        ("page_size=0", "INVALID_PARAMETER_VALUE", "page_size"),
        ("page_size=51", "INVALID_PARAMETER_VALUE", "page_size"),
        ("page=51", "INVALID_PARAMETER_VALUE", "page"),
        ("next_page_token=x", "INVALID_PARAMETER_SYNTAX", "next_page_token"),
        ("update_time_after=now-or-a-little-later", "INVALID_PARAMETER_SYNTAX", "update_time_after"),
    ] {
        let answer = list(query);
        refused(&answer, 400, issue, field);
        assert_eq!(answer.body["details"][0]["location"], "query");
    }
}
