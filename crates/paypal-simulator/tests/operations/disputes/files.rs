//! Files with evidence, messages and the rest.

use paypal_simulator::bytes::Bytes;
use serde_json::{Value, json};

use super::{Case, NOT_AS_DESCRIBED, NOT_RECEIVED, capture, send_form, usd};
use crate::sandbox::Sandbox;

const PDF: (&str, &str, &[u8]) = ("receipt.pdf", "application/pdf", b"%PDF-1.4");

#[test]
fn documents_are_shown_with_what_they_prove() {
    let paypal = Sandbox::new();
    let case = Case::claim(&paypal);
    let parcel = json!({"carrier_name": "FEDEX", "tracking_number": "443844607820"});
    let evidences = json!([
        {"evidence_type": "OTHER", "notes": "The order."},
        {
            "evidence_type": "PROOF_OF_FULFILLMENT",
            "evidence_info": {"tracking_info": [parcel]},
            "documents": [{"name": "receipt.pdf"}, {"name": "elsewhere.png"}],
        },
    ]);
    let files = [PDF, ("IMG 1.2.jpg", "image/jpeg", b"\xff\xd8\r\n--x".as_slice())];
    case.send("provide-evidence", &json!({"evidences": evidences}), &files).ok();
    let dispute = case.get();
    let shown: Vec<_> =
        dispute["evidences"].as_array().unwrap().iter().filter(|it| it["source"] == "SUBMITTED_BY_SELLER").collect();
    assert_eq!(shown.len(), 2);
    // A file that none names belongs to the first.
    assert_eq!(shown[0]["documents"][0]["name"], "IMG 1_2.jpg");
    assert_eq!(shown[1]["documents"][0]["name"], "receipt.pdf");
    assert!(shown[1]["documents"][0]["url"].as_str().unwrap().contains(&case.id));
    assert_eq!(shown[1]["documents"][1], json!({"name": "elsewhere.png"}));
    assert_eq!(shown[1]["evidence_info"]["tracking_info"][0]["tracking_number"], "443844607820");
    assert_eq!(shown[1]["dispute_life_cycle_stage"], "CHARGEBACK");
}

#[test]
fn files_alone_are_evidence() {
    let paypal = Sandbox::new();
    let case = Case::claim(&paypal);
    case.send("provide-evidence", &Value::Null, &[PDF]).ok();
    let evidences = case.get()["evidences"].clone();
    let last = evidences.as_array().unwrap().last().unwrap();
    assert_eq!((&last["evidence_type"], &last["documents"][0]["name"]), (&json!("OTHER"), &json!("receipt.pdf")));
}

#[test]
fn messages_labels_and_supporting_information_take_files() {
    let paypal = Sandbox::new();
    let talk = Case::inquiry(&paypal);
    talk.send("send-message", &json!({"message": "Look."}), &[("a.png", "image/png", b"png")]).ok();
    assert_eq!(talk.get()["messages"][1]["documents"][0]["name"], "a.png");
    let label = json!({
        "note": "Use the label.",
        "accept_claim_type": "REFUND_WITH_RETURN_SHIPMENT_LABEL",
        "return_shipment_info": [{"shipment_label": {"name": "label.pdf"}}],
    });
    talk.send("accept-claim", &label, &[("label.pdf", "application/pdf", b"%PDF")]).ok();
    assert_eq!(talk.stands().0, "WAITING_FOR_BUYER_RESPONSE");
    let claim = Case::claim(&paypal);
    claim.send("provide-evidence", &Value::Null, &[PDF]).ok();
    claim.send("provide-supporting-info", &json!({"notes": "More."}), &[PDF]).ok();
    let info = &claim.get()["supporting_info"][0];
    assert_eq!((&info["notes"], &info["documents"][0]["name"]), (&json!("More."), &json!("receipt.pdf")));
    claim.decide("BUYER_FAVOR").ok();
    claim.send("appeal", &Value::Null, &[PDF]).ok();
    assert_eq!(claim.stands().1, "PRE_ARBITRATION");
}

#[test]
fn files_that_paypal_does_not_take_are_refused_and_nothing_changes() {
    let paypal = Sandbox::new();
    let case = Case::inquiry(&paypal);
    let before = case.get();
    let large = vec![b'x'; 10 * 1024 * 1024];
    let input = json!({"message": "x"});
    let many: Vec<_> = (0..11).map(|_| PDF).collect();
    for files in [
        vec![("a.exe", "application/octet-stream", b"MZ".as_slice())],
        vec![("a.pdf", "text/html", b"<html>")],
        vec![(".pdf", "application/pdf", b"%PDF")],
        vec![("a.pdf", "application/pdf", b"")],
        vec![("a.pdf", "application/pdf", &large)],
        many,
    ] {
        let answer = case.send("send-message", &input, &files);
        assert_eq!(answer.refusal(), (400, "INVALID_EVIDENCE_FILE"), "{}", files[0].0);
        assert_eq!(answer.body["details"][0]["field"], "/file1");
        assert_eq!(answer.body["name"], "VALIDATION_ERROR");
    }
    assert_eq!(case.get(), before);
    let almost = &large[1..];
    let six = [("a.pdf", "application/pdf", almost); 6];
    assert_eq!(case.send("send-message", &input, &six).refusal(), (400, "INVALID_EVIDENCE_FILE"));
    case.send("send-message", &input, &six[..5]).ok();
}

#[test]
fn a_form_that_cannot_be_read_is_refused() {
    let paypal = Sandbox::new();
    let case = Case::inquiry(&paypal);
    let path = case.path("send-message");
    let part = "Content-Disposition: form-data; name=\"input\"\r\n\r\n";
    for (content_type, body) in [
        ("multipart/form-data; boundary=b", "no form".to_owned()),
        ("multipart/form-data", format!("--b\r\n{part}{{\"message\":\"x\"}}\r\n--b--")),
        ("multipart/form-data; boundary=b", format!("--b\r\n{part}no JSON\r\n--b--")),
        ("multipart/form-data; boundary=b", format!("--b\r\n{part}{{\"message\":\"x\"}}")),
    ] {
        let answer = paypal.send_bytes("POST", &path, &[("content-type", content_type)], Bytes::from(body));
        assert_eq!(answer.refusal(), (400, "MISSING_OR_INVALID_REQUEST_BODY"), "{content_type}");
    }
    assert_eq!(send_form(&paypal, &path, &Value::Null, &[]).refusal(), (400, "MISSING_REQUIRED_PARAMETER"));
    assert_eq!(case.get()["messages"].as_array().unwrap().len(), 1);
    // Other actions take no forms.
    let answer = send_form(&paypal, &case.path("escalate"), &json!({"note": "x"}), &[]);
    assert_eq!(answer.status, 415);
}

#[test]
fn a_dispute_is_opened_by_the_api_with_files_or_without() {
    let paypal = Sandbox::new();
    let transaction = capture(&paypal, "24.00");
    let input = json!({
        "disputed_transactions": [{"buyer_transaction_id": transaction}],
        "reason": NOT_RECEIVED,
        "dispute_amount": usd("20.00"),
        "extensions": {"merchant_contacted": true, "merchant_contacted_outcome": "NO_RESPONSE"},
    });
    let refused = send_form(&paypal, "/v1/customer/disputes", &input, &[("a.exe", "application/pdf", b"MZ")]);
    assert_eq!(refused.refusal(), (400, "INVALID_EVIDENCE_FILE"));
    let opened = send_form(&paypal, "/v1/customer/disputes", &input, &[PDF]);
    assert_eq!(opened.status, 201);
    let path = opened.body["links"][0]["href"].as_str().unwrap().split_once(".com").unwrap().1.to_owned();
    let dispute = paypal.get(&path).ok();
    assert_eq!((&dispute["dispute_life_cycle_stage"], &dispute["status"]), (&json!("INQUIRY"), &json!("OPEN")));
    assert_eq!(dispute["dispute_amount"], usd("20.00"));
    assert_eq!(dispute["extensions"]["merchant_contacted"], true);
    let evidence = &dispute["evidences"][0];
    assert_eq!((&evidence["evidence_type"], &evidence["source"]), (&json!("CREATE"), &json!("SUBMITTED_BY_BUYER")));
    assert_eq!(evidence["documents"][0]["name"], "receipt.pdf");
    let body = json!({"disputed_transactions": [{"buyer_transaction_id": capture(&paypal, "1.00")}], "reason": NOT_AS_DESCRIBED});
    let opened = paypal.post("/v1/customer/disputes", &body);
    assert_eq!(opened.status, 201);
    let created: Vec<_> = paypal.events().into_iter().filter(|(name, _)| name == "CUSTOMER.DISPUTE.CREATED").collect();
    assert_eq!(created.len(), 2);
    assert_eq!(created[0].1["evidences"], dispute["evidences"]);
    let done = paypal.0.effects().done;
    assert_eq!(done.iter().filter(|((action, _), _)| action == "disputes.create").count(), 2);
}
