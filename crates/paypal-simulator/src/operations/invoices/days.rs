//! The days in invoices, templates and series. Their lengths and types are checked before.

use serde_json::Value;

use crate::{base::clock::Moment, request::refusal::Refusal};

/// Members that are days, such as `2026-03-02`.
const DAYS: [&str; 7] = [
    "invoice_date",
    "due_date",
    "item_date",
    "payment_date",
    "refund_date",
    "start_series_date",
    "condition_rule_end_date",
];

/// Refuses the first member of a document, which is at `field`, that is to be a day and is none.
pub(crate) fn check(document: &Value, field: &str) -> Result<(), Refusal> {
    match document {
        Value::Array(items) => {
            items.iter().enumerate().try_for_each(|(index, item)| check(item, &format!("{field}/{index}")))
        }
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            let at = format!("{field}/{name}");
            match value.as_str() {
                Some(text) if DAYS.contains(&&**name) && !is_day(text) => {
                    let description = "It must be a day, such as 2026-03-02.";
                    Err(Refusal::invalid(&at, text, "INVALID_PARAMETER_SYNTAX", description))
                }
                _ => check(value, &at),
            }
        }),
        _ => Ok(()),
    }
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && Moment::parse(&format!("{text}T00:00:00Z")).is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_day_is_one_wherever_it_is() {
        for (document, field) in [
            (json!({"detail": {"invoice_date": "2026-13-01"}}), "/detail/invoice_date"),
            (json!({"detail": {"payment_term": {"due_date": "1 March"}}}), "/detail/payment_term/due_date"),
            (json!({"items": [{}, {"item_date": "2026-3-1"}]}), "/items/1/item_date"),
        ] {
            let refusal = check(&document, "").unwrap_err();
            assert_eq!(refusal.issues[0].field.as_deref(), Some(field), "{document}");
        }
        let good = json!({"detail": {"invoice_date": "2026-02-28", "note": "1 March"}, "items": [{"item_date": null}]});
        check(&good, "").unwrap();
    }
}
