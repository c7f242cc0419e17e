//! The lengths and forms of the members of invoices, templates and notes about them, by PayPal's issue codes and schemas.
//! Where these differ, the widest counts.

use serde_json::Value;

use crate::{base::clock::Moment, request::refusal::Refusal};

/// The maximum number of characters of a member, wherever it is.
const LONGEST: &[(&str, usize)] = &[
    ("given_name", 140),
    ("surname", 140),
    ("business_name", 300),
    ("address_line_1", 300),
    ("address_line_2", 300),
    ("admin_area_1", 300),
    ("admin_area_2", 300),
    ("postal_code", 60),
    ("website", 2048),
    ("tax_id", 100),
    ("logo_url", 4000),
    ("additional_notes", 4000),
    ("additional_info", 40),
    ("note", 4000),
    ("subject", 4000),
    ("terms_and_conditions", 4000),
    ("memo", 4000),
    ("reference", 120),
    ("invoice_number", 25),
    ("label", 50),
    ("description", 1000),
    ("template_id", 30),
    ("recipient_email", 320),
    ("recipient_first_name", 140),
    ("recipient_last_name", 140),
    ("recipient_business_name", 300),
];

/// The minimum and the maximum number of characters of a member.
const LENGTHS: &[(&str, usize, usize)] = &[
    ("currency_code", 3, 3),
    ("email_address", 3, 320),
    ("reference_url", 1, 2000),
    ("national_number", 1, 14),
    ("quantity", 1, 14),
    ("language", 2, 10),
];

/// Members that are days, such as `2026-03-02`.
const DAYS: [&str; 3] = ["invoice_date", "due_date", "item_date"];

/// The maximum number of e-mail addresses.
const MAX_ADDRESSES: usize = 100;

/// Refuses the first member of a document, which is at `field`, that has not its length or form.
pub(crate) fn check(document: &Value, field: &str) -> Result<(), Refusal> {
    match document {
        Value::Array(items) => {
            if field.ends_with("/additional_recipients") && items.len() > MAX_ADDRESSES {
                let description = "There can be at most 100 addresses.";
                return Err(Refusal::invalid(field, items.len(), "INVALID_ARRAY_MAX_ITEMS", description));
            }
            items.iter().enumerate().try_for_each(|(index, item)| check(item, &format!("{field}/{index}")))
        }
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            let at = format!("{field}/{name}");
            match value {
                Value::String(text) => check_text(name, text, field, &at),
                other => check(other, &at),
            }
        }),
        _ => Ok(()),
    }
}

/// Checks a string that is the member `name` of `parent`.
fn check_text(name: &str, text: &str, parent: &str, at: &str) -> Result<(), Refusal> {
    let length = text.chars().count();
    let refuse = |issue: &str, description: &str| Err(Refusal::invalid(at, text, issue, description));
    let longest = match name {
        "name" if parent.ends_with("/tax") => Some(100),
        "name" => Some(200),
        _ => LONGEST.iter().find(|(it, _)| *it == name).map(|(_, most)| *most),
    };
    if let Some(most) = longest.filter(|most| length > *most) {
        return refuse("INVALID_STRING_MAX_LENGTH", &format!("It must not have more than {most} characters."));
    }
    let lengths = match name {
        "country_code" if parent.contains("/phones/") => Some((1, 3)),
        "country_code" => Some((2, 2)),
        _ => LENGTHS.iter().find(|(it, ..)| *it == name).map(|(_, least, most)| (*least, *most)),
    };
    if let Some((least, most)) = lengths.filter(|(least, most)| !(*least..=*most).contains(&length)) {
        return refuse("INVALID_STRING_LENGTH", &format!("It must have {least} to {most} characters."));
    }
    let is_country = |byte: u8| byte.is_ascii_uppercase() || byte == b'2';
    let is_well_formed = match name {
        "national_number" => text.bytes().all(|byte| byte.is_ascii_digit()),
        "country_code" if parent.contains("/phones/") => text.bytes().all(|byte| byte.is_ascii_digit()),
        "country_code" => text.bytes().all(is_country),
        _ if DAYS.contains(&name) => is_day(text),
        _ => true,
    };
    if is_well_formed {
        Ok(())
    } else {
        refuse("INVALID_PARAMETER_SYNTAX", "It does not have the form that it must have.")
    }
}

/// Refuses a member of a body that is not a day.
pub(crate) fn check_day(body: &Value, name: &str) -> Result<(), Refusal> {
    match &body[name] {
        Value::Null => Ok(()),
        Value::String(text) if is_day(text) => Ok(()),
        other => {
            let description = "It must be a day, such as 2026-03-02.";
            Err(Refusal::invalid(&format!("/{name}"), other.clone(), "INVALID_PARAMETER_SYNTAX", description))
        }
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
    fn a_member_has_its_length_and_form_wherever_it_is() {
        let long = |length: usize| "x".repeat(length);
        for (document, field, issue) in [
            (json!({"detail": {"note": long(4001)}}), "/detail/note", "INVALID_STRING_MAX_LENGTH"),
            (json!({"items": [{"name": long(201)}]}), "/items/0/name", "INVALID_STRING_MAX_LENGTH"),
            (json!({"items": [{"tax": {"name": long(101)}}]}), "/items/0/tax/name", "INVALID_STRING_MAX_LENGTH"),
            (json!({"items": [{"quantity": ""}]}), "/items/0/quantity", "INVALID_STRING_LENGTH"),
            (json!({"detail": {"invoice_date": "2026-13-01"}}), "/detail/invoice_date", "INVALID_PARAMETER_SYNTAX"),
            (
                json!({"invoicer": {"phones": [{"national_number": "12-34"}]}}),
                "/invoicer/phones/0/national_number",
                "INVALID_PARAMETER_SYNTAX",
            ),
            (
                json!({"invoicer": {"phones": [{"country_code": "1234"}]}}),
                "/invoicer/phones/0/country_code",
                "INVALID_STRING_LENGTH",
            ),
            (
                json!({"invoicer": {"address": {"country_code": "USA"}}}),
                "/invoicer/address/country_code",
                "INVALID_STRING_LENGTH",
            ),
            (
                json!({"invoicer": {"address": {"country_code": "us"}}}),
                "/invoicer/address/country_code",
                "INVALID_PARAMETER_SYNTAX",
            ),
            (json!({"additional_recipients": vec!["a@b.c"; 101]}), "/additional_recipients", "INVALID_ARRAY_MAX_ITEMS"),
        ] {
            let refusal = check(&document, "").unwrap_err();
            let found = &refusal.issues[0];
            assert_eq!((found.field.as_deref(), &*found.issue), (Some(field), issue), "{document}");
        }
        let good = json!({
            "detail": {"note": long(4000), "invoice_date": "2026-02-28"},
            "items": [{"name": long(200), "tax": {"name": long(100)}, "quantity": "1"}],
            "invoicer": {"phones": [{"country_code": "1", "national_number": "4085550100"}]},
        });
        check(&good, "").unwrap();
    }
}
