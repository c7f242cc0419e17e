//! Invoices: their numbers, QR codes, refusals, and their templates.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use paypal_simulator::NewMerchant;
use serde_json::{Value, json};

use crate::{accounts::bearer, sandbox::Sandbox};

const INVOICES: &str = "/v2/invoicing/invoices";
const TEMPLATES: &str = "/v2/invoicing/templates";

fn usd(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

/// Creates an invoice of 10 dollars with this number, if one is given, and returns its id.
fn create(paypal: &Sandbox, number: Option<&str>) -> String {
    let mut body = json!({
        "detail": {"currency_code": "USD"},
        "primary_recipients": [{"billing_info": {"email_address": "jo@example.com"}}],
        "items": [{"name": "Tea", "quantity": "1", "unit_amount": usd("10.00")}],
    });
    if let Some(number) = number {
        body["detail"]["invoice_number"] = number.into();
    }
    let link = paypal.post(INVOICES, &body).ok();
    link["href"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

fn send(paypal: &Sandbox, id: &str) {
    paypal.post(&format!("{INVOICES}/{id}/send"), &json!({})).ok();
}

fn template(name: &str) -> Value {
    json!({"name": name, "template_info": {"detail": {"currency_code": "EUR"}}})
}

#[test]
fn numbers_follow_the_last_invoice() {
    let paypal = Sandbox::new();
    let next = || {
        let answer = paypal.post("/v2/invoicing/generate-next-invoice-number", &Value::Null).ok();
        answer["invoice_number"].as_str().unwrap().to_owned()
    };
    assert_eq!(next(), "0001");
    create(&paypal, Some("INV-0009/A"));
    assert_eq!(next(), "INV-0010/A");
    create(&paypal, Some("INV-0010/A"));
    create(&paypal, Some("INV-0009/B"));
    assert_eq!(next(), "INV-0010/B");
    let id = create(&paypal, None);
    let shown = paypal.get(&format!("{INVOICES}/{id}")).ok();
    assert_eq!(shown["detail"]["invoice_number"], "INV-0010/B");
    create(&paypal, Some("INV-0009/a"));
    create(&paypal, Some("INV-0008/A"));
    assert_eq!(next(), "INV-0011/A", "9 and 10 are taken");
}

#[test]
fn a_sent_invoice_has_a_qr_code() {
    let paypal = Sandbox::new();
    let id = create(&paypal, None);
    let path = format!("{INVOICES}/{id}/generate-qr-code");
    let draft = paypal.post(&path, &Value::Null);
    assert_eq!((draft.status, &draft.body["details"][0]["field"]), (422, &json!("invoice_id")));
    assert_eq!(draft.body["details"][0]["location"], "path");
    send(&paypal, &id);
    for (body, field) in [
        (json!({"width": 149}), "/width"),
        (json!({"height": 501}), "/height"),
        (json!({"height": "tall"}), "/height"),
        (json!({"width": -1}), "/width"),
        (json!({"action": "refund"}), "/action"),
    ] {
        let refused = paypal.post(&path, &body);
        assert_eq!((refused.status, refused.body["details"][0]["field"].as_str()), (400, Some(field)), "{body}");
    }
    let answer = paypal.post(&path, &json!({"width": 200, "height": 150, "action": "DETAILS"}));
    assert_eq!(answer.status, 200);
    let boundary = answer.content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let text = String::from_utf8(answer.bytes.to_vec()).unwrap();
    let part = text.strip_prefix(&format!("--{boundary}\r\n")).unwrap();
    let part = part.strip_suffix(&format!("\r\n--{boundary}--\r\n")).unwrap();
    let (head, image) = part.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("name=\"image\""), "{head}");
    // What the image shows is tested where it is drawn.
    let image = BASE64_STANDARD.decode(image).unwrap();
    assert_eq!(image[..8], *b"\x89PNG\r\n\x1a\n");
    assert_eq!((&image[16..20], &image[20..24]), (&200_u32.to_be_bytes()[..], &150_u32.to_be_bytes()[..]));
}

#[test]
fn what_breaks_the_schema_or_the_state_is_refused_by_name() {
    let paypal = Sandbox::new();
    let id = create(&paypal, None);
    let path = format!("{INVOICES}/{id}");
    let issue = |path: &str, body: &Value| {
        let refused = paypal.post(path, body);
        let detail = &refused.body["details"][0];
        let text = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
        (refused.status, text("issue"), text("field"))
    };
    let expect = |status: u16, issue: &str, field: &str| (status, issue.to_owned(), field.to_owned());
    let cash = |amount: Value| json!({"method": "CASH", "amount": amount});
    let (payments, refunds) = (format!("{path}/payments"), format!("{path}/refunds"));
    assert_eq!(issue(&payments, &cash(usd("1.00"))), expect(422, "CANNOT_PROCESS_PAYMENTS", ""));
    assert_eq!(issue(&format!("{path}/cancel"), &json!({})), expect(422, "CANNOT_CANCEL_DRAFT_INVOICE", ""));
    assert_eq!(issue(&format!("{path}/remind"), &json!({})), expect(422, "CANNOT_REMIND_INVOICE", ""));
    send(&paypal, &id);
    assert_eq!(issue(&payments, &json!({"method": "SHELLS"})), expect(400, "INVALID_PAYMENT_METHOD", "/method"));
    assert_eq!(issue(&payments, &json!({})), expect(400, "", "/method"));
    assert_eq!(issue(&payments, &cash(usd("0.00"))), expect(400, "VALUE_CANNOT_BE_ZERO", "/amount/value"));
    assert_eq!(issue(&payments, &cash(usd("1.001"))), expect(400, "", "/amount/value"));
    assert_eq!(issue(&payments, &cash(usd("-1"))), expect(400, "", "/amount/value"));
    let unknown = json!({"currency_code": "XXX", "value": "1.00"});
    assert_eq!(issue(&payments, &cash(unknown)), expect(400, "", "/amount/currency_code"));
    let day = json!({"method": "CASH", "payment_date": "1 March"});
    assert_eq!(issue(&payments, &day), expect(400, "", "/payment_date"));
    let more = expect(422, "PAYMENT_AMOUNT_GREATER_THAN_AMOUNT_DUE", "");
    assert_eq!(issue(&payments, &cash(usd("10.01"))), more);
    assert_eq!(issue(&refunds, &cash(usd("1.00"))), expect(422, "CANNOT_PROCESS_REFUNDS", ""));
    let addresses = json!({"additional_recipients": vec!["a@example.com"; 101]});
    assert_eq!(issue(&format!("{path}/remind"), &addresses), expect(400, "", "/additional_recipients"));
    let payment = paypal.post(&payments, &cash(usd("4.00"))).ok()["payment_id"].as_str().unwrap().to_owned();
    assert_eq!(issue(&refunds, &cash(usd("4.01"))), expect(422, "INVALID_REFUND_AMOUNT", ""));
    assert_eq!(issue(&format!("{path}/cancel"), &json!({})), expect(422, "CANNOT_CANCEL_PAID_INVOICE", ""));
    paypal.post(&refunds, &cash(usd("1.00"))).ok();
    assert_eq!(issue(&format!("{path}/cancel"), &json!({})), expect(422, "CANNOT_CANCEL_REFUNDED_INVOICE", ""));
    let deleted = paypal.send("DELETE", &format!("{payments}/{payment}"), &[], &Value::Null);
    assert_eq!(deleted.refusal(), (422, "CANNOT_DELETE_EXTERNAL_PAYMENT"));
    let long = json!({"detail": {"currency_code": "USD", "note": "x".repeat(4001)}});
    assert_eq!(issue(INVOICES, &long), expect(400, "", "/detail/note"));
    let states = json!({"status": ["DRAFT", "SENT", "SCHEDULED", "PAID", "CANCELLED", "REFUNDED"]});
    assert_eq!(issue("/v2/invoicing/search-invoices", &states), expect(400, "", "/status"));
    assert_eq!(paypal.get(&path).ok()["due_amount"]["value"], "6.00", "refusals change nothing");
}

#[test]
fn a_merchant_has_paypal_s_templates_and_its_own() {
    let paypal = Sandbox::new();
    let names = |query: &str| -> Vec<(String, bool)> {
        let list = paypal.get(&format!("{TEMPLATES}{query}")).ok();
        let name = |it: &Value| (it["name"].as_str().unwrap().to_owned(), it["default_template"] == true);
        list["templates"].as_array().unwrap().iter().map(name).collect()
    };
    let named = |list: &[(&str, bool)]| list.iter().map(|(name, it)| ((*name).to_owned(), *it)).collect::<Vec<_>>();
    assert_eq!(names(""), named(&[("Amount", false), ("Hours", false), ("Quantity", true)]));

    let mut body = template("Workshop");
    body["default_template"] = true.into();
    body["template_info"]["items"] =
        json!([{"name": "Clay", "quantity": "2", "unit_amount": {"currency_code": "EUR", "value": "8.00"}}]);
    let link = paypal.post(TEMPLATES, &body);
    assert_eq!((link.status, &link.body["rel"]), (201, &json!("self")));
    let id = link.body["href"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let path = format!("{TEMPLATES}/{id}");
    let shown = paypal.get(&path).ok();
    assert_eq!((&shown["standard_template"], &shown["default_template"]), (&json!(false), &json!(true)));
    assert!(shown["template_info"]["items"][0]["id"].as_str().unwrap().starts_with("ITEM-"));
    let expected = [("Workshop", true), ("Amount", false), ("Hours", false), ("Quantity", false)];
    assert_eq!(names("?fields=none&page_size=100"), named(&expected));
    assert_eq!(names("?page_size=1&page=2"), named(&[("Amount", false)]));

    let taken = paypal.post(TEMPLATES, &template("Hours"));
    assert_eq!(taken.refusal(), (400, "TEMPLATE_NAME_ALREADY_EXISTS"));
    assert_eq!(taken.body["details"][0]["field"], "/name");
    for (body, field) in [
        (json!({}), "/name"),
        (template(""), "/name"),
        (template(&"x".repeat(501)), "/name"),
        (json!({"name": "A", "unit_of_measure": "PIECES"}), "/unit_of_measure"),
        (json!({"name": "A", "template_info": {"detail": {}}}), "/template_info/detail/currency_code"),
        (json!({"name": "A", "template_info": {"detail": "x"}}), "/template_info/detail"),
        (json!({"name": "A", "template_info": []}), "/template_info"),
        (
            json!({"name": "A", "template_info": {"detail": {"currency_code": "EUR", "note": "x".repeat(4001)}}}),
            "/template_info/detail/note",
        ),
    ] {
        let refused = paypal.post(TEMPLATES, &body);
        assert_eq!((refused.status, refused.body["details"][0]["field"].as_str()), (400, Some(field)), "{body}");
    }

    let put = |path: &str, body: &Value| paypal.send("PUT", path, &[("prefer", "return=representation")], body);
    let changed = put(&path, &template("Autumn")).ok();
    assert_eq!((&changed["name"], &changed["default_template"]), (&json!("Autumn"), &json!(false)));
    assert!(changed["template_info"]["items"].is_null(), "a replaced template keeps nothing");
    assert_eq!(names("")[3], ("Quantity".to_owned(), true));
    assert_eq!(put(&path, &template("Quantity")).refusal(), (400, "TEMPLATE_NAME_ALREADY_EXISTS"));
    assert_eq!(put(&path, &template("Autumn")).status, 200, "it may keep its name");

    let standard = paypal.get(TEMPLATES).ok()["templates"][1]["id"].as_str().unwrap().to_owned();
    let standard = format!("{TEMPLATES}/{standard}");
    assert_eq!(put(&standard, &template("Mine")).refusal(), (403, "PERMISSION_DENIED"));
    let delete = |path: &str| paypal.send("DELETE", path, &[], &Value::Null);
    assert_eq!(delete(&standard).refusal(), (403, "CANNOT_DELETE_GLOBAL_TEMPLATE"));
    for number in 1..50 {
        assert_eq!(paypal.post(TEMPLATES, &template(&format!("Template {number}"))).status, 201);
    }
    assert_eq!(paypal.post(TEMPLATES, &template("One more")).refusal(), (422, "EXCEED_MAX_TEMPLATES"));
    assert_eq!(paypal.0.effects().invoice_templates.len(), 50);
    assert_eq!(delete(&path).status, 204);
    assert_eq!(paypal.get(&path).status, 404);
}

#[test]
fn another_s_invoice_is_not_permitted_and_an_unknown_one_not_found() {
    let paypal = Sandbox::new();
    let other = paypal.0.add_merchant(NewMerchant::default()).unwrap();
    let bearer = bearer(&paypal, &other);
    let id = create(&paypal, None);
    let get = |path: &str| paypal.send("GET", path, &[("authorization", &bearer)], &Value::Null);
    assert_eq!(get(&format!("{INVOICES}/{id}")).refusal(), (403, "PERMISSION_DENIED"));
    assert_eq!(get(&format!("{INVOICES}/INV2-XXXX-XXXX-XXXX-XXXX")).status, 404);
    let template = paypal.get(TEMPLATES).ok()["templates"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(get(&format!("{TEMPLATES}/{template}")).refusal(), (403, "PERMISSION_DENIED"));
    assert_eq!(get(&format!("{TEMPLATES}/TEMP-X")).status, 404);
}

#[test]
fn no_accounting_platform_has_an_invoice() {
    let paypal = Sandbox::new();
    let id = create(&paypal, None);
    let accounting = "/v2/invoicing/accounting-sync";
    assert_eq!(paypal.get(&format!("{accounting}/merchant/connections")).ok(), json!({}));
    assert_eq!(paypal.get(&format!("{accounting}/invoices/{id}/connections")).ok(), json!({"id": id}));
    assert_eq!(paypal.get(&format!("{accounting}/invoices/INV2-X/connections")).status, 404);
}
