//! `orders.status`: the status of an order, in a sentence.

use crate::{
    base::document::Document,
    call::{arguments::Arguments, run::call},
    catalogue::orders::GET,
    paypal::{
        kind::Kind,
        money,
        resource::{self, Payment},
    },
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

/// Reads an order and reports its status. The reply is that of `orders.get` with another body.
///
/// # Errors
/// Those of `orders.get`; `malformed-reply` if the order has no purchase units, or payments in an unknown form.
pub(crate) fn status(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let reply = call(platform, GET, arguments)?;
    let order = reply.document()?;
    // Without its units nothing is known of its payments, not even that there are none.
    if !matches!(order.get("purchase_units"), Some(Document::Array(_))) {
        return Err(reply.malformed("has no purchase units"));
    }
    if !resource::has_readable_payments(&order) {
        return Err(reply.malformed("has payments in an unknown form"));
    }
    let body = report(&order, reply.body.as_deref().unwrap_or_default());
    Ok(Reply { body: Some(body), ..reply })
}

/// The report on an order, with PayPal's document unchanged.
fn report(order: &Document, text: &str) -> String {
    let payments = resource::payments(order);
    let amount = amount(order);
    let captured = captured(&payments, amount.as_ref());
    let paid = amount.as_ref().is_some_and(|amount| captured.is_some_and(|captured| captured >= amount.hundredths));
    let status = order.get("status").and_then(Document::as_text);
    let members = [
        ("order_id", order.get("id").and_then(Document::as_text).into()),
        ("status", status.into()),
        ("summary", summary(status, amount.as_ref(), &payments).into()),
        ("paid", paid.into()),
        ("amount", amount.as_ref().map_or(Document::Null, Amount::to_document)),
        ("payments", Document::Array(payments.iter().map(Payment::to_document).collect())),
    ];
    Document::to_json_with(members, "order", text)
}

/// The amount of an order: the sum of its purchase units, if they have one currency.
struct Amount<'a> {
    currency: &'a str,
    hundredths: i128,
}

impl Amount<'_> {
    fn value(&self) -> String {
        money::decimal(self.hundredths, Some(self.currency))
    }

    fn to_document(&self) -> Document<'static> {
        let currency = Document::Text(self.currency.to_owned().into());
        Document::Object(vec![("currency_code".into(), currency), ("value".into(), self.value().into())])
    }
}

fn amount<'a>(order: &'a Document) -> Option<Amount<'a>> {
    let units = order.get("purchase_units")?.items();
    let currency = units.first()?.get("amount")?.get("currency_code")?.as_text()?;
    let unit = |unit: &Document| money::hundredths(unit.get("amount")?, Some(currency));
    Some(Amount { currency, hundredths: units.iter().map(unit).sum::<Option<_>>()? })
}

/// The amount that was captured. Partially refunded captures count in full, fully refunded ones do not count.
fn captured(payments: &[Payment], amount: Option<&Amount>) -> Option<i128> {
    let good = payments.iter().filter(|payment| {
        payment.kind == Kind::Capture && matches!(payment.status.as_deref(), Some("COMPLETED" | "PARTIALLY_REFUNDED"))
    });
    let currency = amount?.currency;
    let value = |payment: &Payment| money::hundredths(&payment.amount.as_ref()?.to_document(), Some(currency));
    good.map(value).sum()
}

/// A summary of each payment, or of the order's status if there are none.
fn summary(status: Option<&str>, amount: Option<&Amount>, payments: &[Payment]) -> String {
    if payments.is_empty() {
        let status = status.unwrap_or("without a status");
        let amount = amount.map(|amount| format!(" {} {}", amount.value(), amount.currency)).unwrap_or_default();
        return format!("{}: {status}{amount}", not_paid(status));
    }
    payments.iter().map(sentence).collect::<Vec<_>>().join("; ")
}

/// The status of an order without payments, in words.
fn not_paid(status: &str) -> &'static str {
    match status {
        "CREATED" => "created, not approved",
        "PAYER_ACTION_REQUIRED" => "waits for the payer",
        "SAVED" => "saved",
        "APPROVED" => "approved, not captured",
        "VOIDED" => "voided",
        _ => "without payments",
    }
}

fn sentence(payment: &Payment) -> String {
    let status = payment.status.as_deref().unwrap_or("without a status");
    let what = match (payment.kind.as_str(), status) {
        ("capture", "COMPLETED" | "PARTIALLY_REFUNDED") => "captured",
        ("capture", "REFUNDED") => "captured and refunded",
        ("capture", "PENDING") => "capture pending, not paid",
        ("capture", "DECLINED") => "capture declined",
        ("capture", "FAILED") => "capture failed",
        ("authorization", "CREATED") => "authorized, not captured",
        ("authorization", "CAPTURED") => "authorized and captured",
        ("authorization", "PARTIALLY_CAPTURED") => "authorized, captured in part",
        ("authorization", "PENDING") => "authorization pending",
        ("authorization", "DENIED") => "authorization denied",
        ("authorization", "VOIDED") => "authorization voided",
        ("refund", "COMPLETED") => "refunded",
        ("refund", "PENDING") => "refund pending",
        ("refund", "FAILED") => "refund failed",
        ("refund", "CANCELLED") => "refund cancelled",
        (kind, _) => kind,
    };
    let mut sentence = format!("{what}: {status}");
    if let Some(amount) = &payment.amount {
        sentence = format!("{sentence} {} {}", amount.value, amount.currency_code);
    }
    match payment.reason.or(payment.processor_response_code) {
        Some(reason) => format!("{sentence} ({reason})"),
        None => sentence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{
        failure::Kind,
        scripted::{Scripted, answer},
    };

    fn reported(status: &str, payments: &str) -> (String, bool) {
        let order = format!(
            r#"{{"id": "5O190127TN364715T", "status": "{status}", "new": 1.0, "purchase_units": [
                {{"amount": {{"currency_code": "INR", "value": "120.25"}}, "payments": {{{payments}}}}}]}}"#
        );
        let report = report(&Document::parse(&order).unwrap(), &order);
        assert!(report.ends_with(&format!(",\"order\":{order}}}")), "PayPal's document as it came");
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        assert_eq!(report["amount"], serde_json::json!({"currency_code": "INR", "value": "120.25"}));
        (report["summary"].as_str().unwrap().to_owned(), report["paid"].as_bool().unwrap())
    }

    fn capture(status: &str, value: &str, more: &str) -> String {
        format!(
            r#"{{"id": "2GG", "status": "{status}", "amount": {{"currency_code": "INR", "value": "{value}"}}{more}}}"#
        )
    }

    #[test]
    fn payments_of_another_form_are_not_taken_for_none() {
        for payments in [r#"{"captures": {"id": "C", "status": "COMPLETED"}}"#, "[]", r#"{"captures": [null, 7]}"#] {
            let order = format!(r#"{{"id": "O", "purchase_units": [{{"payments": {payments}}}]}}"#);
            assert!(!resource::has_readable_payments(&Document::parse(&order).unwrap()), "{payments}");
        }
        let order =
            r#"{"id": "O", "purchase_units": [{"payments": {"captures": [{"id": "C"}], "refunds": null}}, {}]}"#;
        assert!(resource::has_readable_payments(&Document::parse(order).unwrap()));
    }

    #[test]
    fn what_is_captured_is_paid_and_nothing_else_is() {
        let pending = r#", "status_details": {"reason": "PENDING_REVIEW"}"#;
        let declined = r#", "processor_response": {"response_code": "5100"}"#;
        for (captures, summary, paid) in [
            (vec![capture("COMPLETED", "120.25", "")], "captured: COMPLETED 120.25 INR", true),
            (
                vec![capture("PENDING", "120.25", pending)],
                "capture pending, not paid: PENDING 120.25 INR (PENDING_REVIEW)",
                false,
            ),
            (vec![capture("DECLINED", "120.25", declined)], "capture declined: DECLINED 120.25 INR (5100)", false),
            (vec![capture("FAILED", "120.25", "")], "capture failed: FAILED 120.25 INR", false),
            (vec![capture("REFUNDED", "120.25", "")], "captured and refunded: REFUNDED 120.25 INR", false),
            (vec![capture("PARTIALLY_REFUNDED", "120.25", "")], "captured: PARTIALLY_REFUNDED 120.25 INR", true),
            (vec![capture("COMPLETED", "100.00", "")], "captured: COMPLETED 100.00 INR", false),
            (
                vec![capture("COMPLETED", "100.00", ""), capture("COMPLETED", "20.25", "")],
                "captured: COMPLETED 100.00 INR; captured: COMPLETED 20.25 INR",
                true,
            ),
            (
                vec![capture("DECLINED", "120.25", ""), capture("COMPLETED", "120.25", "")],
                "capture declined: DECLINED 120.25 INR; captured: COMPLETED 120.25 INR",
                true,
            ),
            (vec![capture("NEW_STATUS", "120.25", "")], "capture: NEW_STATUS 120.25 INR", false),
        ] {
            let captures = format!(r#""captures": [{}]"#, captures.join(","));
            assert_eq!(reported("COMPLETED", &captures), (summary.to_owned(), paid));
        }
    }

    #[test]
    fn an_order_is_read_with_any_json() {
        let order = r#"{"id": "O1", "status": "COMPLETED", "note": "\ud83d", "huge": 1e999, "status": "COMPLETED", "purchase_units": [
            {"amount": {"currency_code": "INR", "value": "120.25"}, "payments": {"captures": [
                {"id": "C1", "status": "COMPLETED", "amount": {"currency_code": "INR", "value": "120.25"}}]}}]}"#;
        let asked = || Arguments::new(None).with("id", "O1".to_owned());
        let reply = status(&Scripted::new(vec![answer(200, order)]), &asked()).unwrap().body.unwrap();
        assert!(reply.contains(r#""summary":"captured: COMPLETED 120.25 INR","paid":true"#), "{reply}");
        assert!(reply.ends_with(&format!(",\"order\":{order}}}")));
        for units in ["", r#", "purchase_units": null"#, r#", "purchase_units": {}"#] {
            let order = format!(r#"{{"id": "O1", "status": "COMPLETED"{units}}}"#);
            let failure = status(&Scripted::new(vec![answer(200, &order)]), &asked()).unwrap_err();
            assert_eq!((failure.kind, failure.body), (Kind::MalformedReply, Some(order)));
        }
    }

    #[test]
    fn an_order_without_payments_is_not_paid() {
        for (status, summary) in [
            ("CREATED", "created, not approved: CREATED 120.25 INR"),
            ("PAYER_ACTION_REQUIRED", "waits for the payer: PAYER_ACTION_REQUIRED 120.25 INR"),
            ("APPROVED", "approved, not captured: APPROVED 120.25 INR"),
            ("VOIDED", "voided: VOIDED 120.25 INR"),
            ("COMPLETED", "without payments: COMPLETED 120.25 INR"),
        ] {
            assert_eq!(reported(status, ""), (summary.to_owned(), false));
        }
        let authorized = format!(r#""authorizations": [{}]"#, capture("CREATED", "120.25", ""));
        let expected = "authorized, not captured: CREATED 120.25 INR";
        assert_eq!(reported("COMPLETED", &authorized), (expected.to_owned(), false));
    }

    #[test]
    fn purchase_units_of_two_currencies_have_no_sum() {
        let unit = |currency: &str| {
            format!(
                r#"{{"amount": {{"currency_code": "{currency}", "value": "1"}}, "payments": {{"captures": [
                    {{"status": "COMPLETED", "amount": {{"currency_code": "{currency}", "value": "1"}}}}]}}}}"#
            )
        };
        let order = format!(r#"{{"id": "5O", "purchase_units": [{}, {}]}}"#, unit("USD"), unit("JPY"));
        let report: serde_json::Value =
            serde_json::from_str(&report(&Document::parse(&order).unwrap(), &order)).unwrap();
        assert_eq!((&report["amount"], &report["paid"]), (&serde_json::Value::Null, &false.into()));
        assert_eq!(report["summary"], "captured: COMPLETED 1 USD; captured: COMPLETED 1 JPY");
    }
}
