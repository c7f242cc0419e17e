//! `subscriptions.status`: the status of a subscription, in a sentence.

use crate::{
    base::document::Document,
    call::{arguments::Arguments, run::call},
    catalogue::subscriptions::GET,
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

/// Reads a subscription and reports its status. The reply is that of `subscriptions.get` with another body.
///
/// # Errors
/// Those of `subscriptions.get`; `malformed-reply` if the subscription has no status.
pub(crate) fn status(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let reply = call(platform, GET, arguments)?;
    let subscription = reply.document()?;
    if subscription.get("status").and_then(Document::as_text).is_none() {
        return Err(reply.malformed("has no status"));
    }
    let body = report(&subscription, reply.body.as_deref().unwrap_or_default());
    Ok(Reply { body: Some(body), ..reply })
}

/// The report on a subscription, with PayPal's document unchanged.
fn report(subscription: &Document, text: &str) -> String {
    let text_of = |name| subscription.get(name).and_then(Document::as_text);
    let billing = subscription.get("billing_info");
    let billing = |name: &str| billing.and_then(|billing| billing.get(name));
    let last = billing("last_payment").map_or(Document::Null, |last| {
        let amount = last.get("amount").cloned().unwrap_or(Document::Null);
        Document::Object(vec![
            ("amount".into(), amount),
            ("time".into(), last.get("time").and_then(Document::as_text).into()),
        ])
    });
    let status = text_of("status");
    let members = [
        ("subscription_id", text_of("id").into()),
        ("status", status.into()),
        ("summary", summary(status, text_of("status_change_note"), billing).into()),
        ("active", (status == Some("ACTIVE")).into()),
        ("plan_id", text_of("plan_id").into()),
        ("next_billing_time", billing("next_billing_time").and_then(Document::as_text).into()),
        ("last_payment", last),
        ("failed_payments", billing("failed_payments_count").cloned().unwrap_or(Document::Null)),
        ("outstanding_balance", billing("outstanding_balance").cloned().unwrap_or(Document::Null)),
    ];
    Document::to_json_with(members, "subscription", text)
}

fn summary<'a>(status: Option<&str>, note: Option<&str>, billing: impl Fn(&str) -> Option<&'a Document<'a>>) -> String {
    let status = status.unwrap_or("without a status");
    let what = match status {
        "APPROVAL_PENDING" => "waits for the subscriber's approval",
        "APPROVED" => "approved, not active yet",
        "ACTIVE" => "active",
        "SUSPENDED" => "suspended",
        "CANCELLED" => "cancelled",
        "EXPIRED" => "expired",
        _ => "subscription",
    };
    let mut summary = format!("{what}: {status}");
    if let Some(note) = note.filter(|_| matches!(status, "SUSPENDED" | "CANCELLED")) {
        summary = format!("{summary} ({note})");
    }
    if let Some(last) = billing("last_payment") {
        let (amount, time) = (last.get("amount").and_then(money), last.get("time").and_then(Document::as_text));
        if let (Some(amount), Some(time)) = (amount, time) {
            summary = format!("{summary}; paid {amount} at {time}");
        }
    }
    if let Some(next) = billing("next_billing_time").and_then(Document::as_text).filter(|_| status == "ACTIVE") {
        summary = format!("{summary}; next payment at {next}");
    }
    if let Some(failed) = billing("failed_payments_count").and_then(Document::to_scalar).filter(|it| it != "0") {
        summary = format!("{summary}; failed payments: {failed}");
    }
    match billing("outstanding_balance").filter(|balance| !is_nothing(balance)).and_then(money) {
        Some(owed) => format!("{summary}; owed: {owed}"),
        None => summary,
    }
}

/// An amount with its currency.
fn money(money: &Document) -> Option<String> {
    let text = |name| money.get(name).and_then(Document::as_text);
    Some(format!("{} {}", text("value")?, text("currency_code")?))
}

fn is_nothing(money: &Document) -> bool {
    let value = money.get("value").and_then(Document::as_text).unwrap_or_default();
    value.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{
        failure::Kind,
        scripted::{Scripted, answer},
    };

    fn reported(subscription: &str) -> serde_json::Value {
        let report = report(&Document::parse(subscription).unwrap(), subscription);
        assert!(report.ends_with(&format!(",\"subscription\":{subscription}}}")), "PayPal's document as it came");
        serde_json::from_str(&report).unwrap()
    }

    #[test]
    fn a_subscription_is_read_with_any_json() {
        let asked = || Arguments::new(None).with("id", "I-1".to_owned());
        let subscription =
            r#"{"id": "I-1", "status": "SUSPENDED", "custom_id": "\ud83d", "quantity": 1e999, "status": "ACTIVE"}"#;
        let reply = status(&Scripted::new(vec![answer(200, subscription)]), &asked()).unwrap().body.unwrap();
        assert!(reply.contains(r#""summary":"active: ACTIVE","active":true"#), "{reply}");
        let failure = status(&Scripted::new(vec![answer(200, r#"{"id": "I-1"}"#)]), &asked()).unwrap_err();
        assert_eq!(failure.kind, Kind::MalformedReply);
    }

    #[test]
    fn an_active_subscription_has_its_payments() {
        let report = reported(
            r#"{"id": "I-BW452GLLEP1G", "plan_id": "P-5ML", "status": "ACTIVE", "billing_info": {
                "outstanding_balance": {"currency_code": "USD", "value": "0.0"},
                "last_payment": {"amount": {"currency_code": "USD", "value": "10.00"}, "time": "2026-02-01T10:00:00Z"},
                "next_billing_time": "2026-03-01T10:00:00Z", "failed_payments_count": 0}}"#,
        );
        assert_eq!(
            report["summary"],
            "active: ACTIVE; paid 10.00 USD at 2026-02-01T10:00:00Z; next payment at 2026-03-01T10:00:00Z"
        );
        assert_eq!((&report["active"], &report["failed_payments"]), (&true.into(), &0.into()));
        assert_eq!(report["last_payment"]["amount"]["value"], "10.00");
    }

    #[test]
    fn what_is_owed_and_what_has_failed_is_said() {
        let report = reported(
            r#"{"id": "I-BW", "status": "SUSPENDED", "status_change_note": "card expired", "billing_info": {
                "outstanding_balance": {"currency_code": "USD", "value": "20.00"}, "failed_payments_count": 2}}"#,
        );
        assert_eq!(report["summary"], "suspended: SUSPENDED (card expired); failed payments: 2; owed: 20.00 USD");
        assert_eq!((&report["active"], &report["next_billing_time"]), (&false.into(), &serde_json::Value::Null));
    }

    #[test]
    fn a_subscription_without_billing_says_its_status() {
        for (status, summary) in [
            ("APPROVAL_PENDING", "waits for the subscriber's approval: APPROVAL_PENDING"),
            ("CANCELLED", "cancelled: CANCELLED"),
            ("LATER", "subscription: LATER"),
        ] {
            assert_eq!(reported(&format!(r#"{{"id": "I-BW", "status": "{status}"}}"#))["summary"], summary);
        }
    }
}
