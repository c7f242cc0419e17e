//! What comes beside calls of the API: controls with bodies of all kinds, and forms of pages.

use serde_json::{Value, json};

use super::{Random, change, escape};
use crate::sandbox::Sandbox;

/// What payers and tests do, with a body. `*` stands for an id, and so does `ID` in a body.
const CONTROLS: &[(&str, &str)] = &[
    ("balance/deposit", r#"{"currency_code": "USD", "value": "100.00"}"#),
    ("balance/withdraw", r#"{"currency_code": "EUR", "value": "100.00"}"#),
    ("captures/*/settle", r#"{"outcome": "DECLINED"}"#),
    ("captures/pending", r#"{"reason": "ECHECK", "outcome": "COMPLETED", "seconds": 60}"#),
    ("clock", r#"{"seconds": 3600}"#),
    ("deliveries/duplicate", "null"),
    (
        "disputes",
        r#"{"disputed_transaction_id": "ID", "reason": "UNAUTHORISED", "message": "?", "stage": "CHARGEBACK"}"#,
    ),
    ("disputes/*/adjudicate", r#"{"adjudication_outcome": "BUYER_FAVOR"}"#),
    ("disputes/*/buyer/accept-offer", "{}"),
    ("disputes/*/buyer/cancel", "{}"),
    ("disputes/*/buyer/deny-offer", r#"{"note": "no"}"#),
    ("disputes/*/buyer/escalate", r#"{"note": "no"}"#),
    ("disputes/*/buyer/provide-evidence", r#"{"evidences": [{"evidence_type": "OTHER", "notes": "x"}]}"#),
    ("disputes/*/buyer/return-item", "{}"),
    ("disputes/*/buyer/send-message", r#"{"message": "?"}"#),
    ("in-progress", "null"),
    ("invoices/*/pay", r#"{"payer": "payer@example.com"}"#),
    ("ipn", r#"{"url": "http://127.0.0.1:9/ipn", "fields": {"txn_id": "1"}}"#),
    ("log-in", r#"{"payer": "ID", "client_id": "ID", "scopes": ["openid"]}"#),
    ("merchant-integrations/*/confirm-email", "null"),
    ("merchant-integrations/*/revoke", "null"),
    ("merchants", r#"{"name": "Tea", "email": "tea@example.com", "scopes": ["openid"]}"#),
    ("orders/*/approve", r#"{"payer": "payer@example.com"}"#),
    ("orders/*/approve", "null"),
    ("orders/*/authenticate", r#"{"authentication_status": "N", "enrollment_status": "Y", "liability_shift": "NO"}"#),
    ("orders/*/decline", "{}"),
    ("partner-referrals/*/agree", r#"{"merchant": "merchant@example.com", "payments_receivable": false}"#),
    ("partner-referrals/*/agree", "null"),
    ("payers", r#"{"given_name": "Jo", "surname": "Doe", "email": "jo@example.com", "country": "DE"}"#),
    ("payment-links/*/pay", r#"{"quantity": 2, "options": {"Kind": "Darjeeling"}}"#),
    ("payments/*/settle", r#"{"outcome": "DECLINED"}"#),
    ("payments/pending", r#"{"reason": "PENDING_REVIEW", "outcome": "DECLINED", "seconds": 60}"#),
    ("payouts-items/*/block", "null"),
    ("payouts-items/*/claim", "{}"),
    ("payouts-items/*/refund", "{}"),
    ("payouts-items/*/release", "{}"),
    ("payouts/receivers", r#"{"receiver": "held@example.com", "error": "REGULATORY_PENDING"}"#),
    ("refunds/*/settle", r#"{"outcome": "FAILED"}"#),
    ("refunds/pending", r#"{"outcome": "CANCELLED", "seconds": 60}"#),
    ("reporting-lag", r#"{"seconds": 0}"#),
    ("revoke-consent", r#"{"payer": "payer@example.com", "client_id": "ID"}"#),
    ("setup-tokens/*/approve", r#"{"payment_source": {"card": {"number": "4111111111111111", "expiry": "2035-12"}}}"#),
    ("setup-tokens/*/approve", "null"),
    ("subscriptions/*/approve", "{}"),
    ("subscriptions/*/fail-payments", r#"{"times": 3}"#),
    ("subscriptions/*/miss-payment", "null"),
    ("tokens/expire", "null"),
    ("trigger", r#"{"event_type": "PAYMENT.CAPTURE.REFUNDED", "set": {"purchase_units[0].amount.value": "3.00"}}"#),
];

/// The pages with forms. `*` stands for an id.
const PAGES: &[&str] = &[
    "/",
    "/checkoutnow?token=*",
    "/webapps/billing/subscriptions?ba_token=*",
    "/webapps/billing/subscriptions/update?ba_token=*",
    "/agreements/approve?approval_session_id=*",
    "/invoice/p/*",
    "/ncp/payment/*",
    "/bizsignup/partner/entry?referralToken=*",
    "/simulator/resources/orders/*",
    "/simulator/resources/subscriptions?q=*&page=2",
    "/simulator/resources/*/*",
];

/// Puts an id in place of `ID`.
fn fill(body: &mut Value, id: &str) {
    match body {
        Value::String(text) if text == "ID" => id.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, id)),
        Value::Object(members) => members.values_mut().for_each(|member| fill(member, id)),
        _ => {}
    }
}

/// Carries out a control.
pub(super) fn control(paypal: &Sandbox, random: &mut Random, ids: &[String]) {
    let id = random.pick(ids).cloned().unwrap_or_default();
    let (control, body) = random.pick(CONTROLS).unwrap();
    let mut body: Value = serde_json::from_str(body).unwrap();
    fill(&mut body, &id);
    let spoil = [0, 0, 0, 20][random.below(4)];
    change(&mut body, random, ids, spoil);
    let control = control.replace('*', &escape(&id));
    // Ten years are a lot of payments.
    if control == "clock" && body["seconds"].as_u64().is_none_or(|seconds| seconds > 1_000_000) {
        body = json!({"seconds": random.below(200_000)});
    }
    let answer = paypal.control(&control, &body);
    assert!(answer.status < 500, "{control} {body}: {answer:?}");
}

/// Opens a page, or sends its form.
pub(super) fn page(paypal: &Sandbox, random: &mut Random, ids: &[String]) {
    let mut path = (*random.pick(PAGES).unwrap()).to_owned();
    while path.contains('*') {
        let id = random.pick(ids).map_or("X", String::as_str);
        path = path.replacen('*', &escape(id), 1);
    }
    let id = random.pick(ids).map_or("X", String::as_str);
    let what = ["approve", "decline", "authenticate", "cancel", "pay", "agree", "control", "send", "trigger", "\u{0}"];
    let mut form = format!("do={}&payer={}&id={id}", random.pick(&what).unwrap(), escape(id));
    for name in ["body", "event_type", "seconds", "path", "liability_shift", "control", "times"] {
        if random.chance(30) {
            let values =
                ["", "PAYMENT.SALE.COMPLETED", "{}", "[[[", "60", "-1", "orders/1/approve", "%ff%00", "POSSIBLE"];
            form += &format!("&{name}={}", random.pick(&values).unwrap());
        }
    }
    let method = if random.chance(40) { "GET" } else { "POST" };
    let answer = paypal.raw(method, &path, &[("content-type", "application/x-www-form-urlencoded")], form.into());
    assert!(answer.status < 500, "{method} {path}: {answer:?}");
}
