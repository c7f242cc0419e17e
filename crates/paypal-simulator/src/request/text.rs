//! Texts of a request, with the lengths that PayPal allows.

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::request::refusal::Refusal;

/// Reads the member `name` of the object at `field`; `None` if it is missing. Lengths are in characters.
///
/// # Errors
/// If it is not a text or has another length. The error does not have the value, which may be a secret.
pub(crate) fn text<'a>(
    document: &'a Value,
    name: &str,
    field: &str,
    lengths: RangeInclusive<usize>,
) -> Result<Option<&'a str>, Refusal> {
    let at = || format!("{field}/{name}");
    let text = match &document[name] {
        Value::Null => return Ok(None),
        Value::String(text) => text,
        _ => return Err(Refusal::syntax(&at(), "This must be a string.")),
    };
    if lengths.contains(&text.chars().count()) {
        return Ok(Some(text));
    }
    let description = match (lengths.start(), lengths.end()) {
        (least, most) if least == most => format!("It must have {least} characters."),
        (least, most) => format!("It must have {least} to {most} characters."),
    };
    Err(Refusal::form(&at(), "INVALID_STRING_LENGTH", &description))
}

/// Reads a text that is one of a list.
///
/// # Errors
/// If it is another.
pub(crate) fn choice(
    document: &Value,
    name: &str,
    field: &str,
    choices: &[&'static str],
) -> Result<Option<&'static str>, Refusal> {
    let Some(given) = text(document, name, field, 1..=255)? else { return Ok(None) };
    let description = format!("It must be one of {}.", choices.join(", "));
    let refuse = || Refusal::form(&format!("{field}/{name}"), "INVALID_PARAMETER_VALUE", &description);
    choices.iter().find(|choice| **choice == given).copied().map(Some).ok_or_else(refuse)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_length_is_in_characters_and_the_value_is_not_shown() {
        let document = json!({"name": "Zoë", "number": 1});
        assert_eq!(text(&document, "name", "", 3..=3).unwrap(), Some("Zoë"));
        assert_eq!(text(&document, "none", "", 1..=1).unwrap(), None);
        let refusal = text(&document, "name", "/card", 4..=9).unwrap_err();
        assert_eq!(
            (&*refusal.issues[0].issue, refusal.issues[0].field.as_deref()),
            ("INVALID_STRING_LENGTH", Some("/card/name"))
        );
        assert!(refusal.issues[0].value.is_none());
        assert_eq!(text(&document, "number", "", 1..=1).unwrap_err().issues[0].issue, "INVALID_PARAMETER_SYNTAX");
        assert_eq!(choice(&document, "name", "", &["Zoë"]).unwrap(), Some("Zoë"));
        assert_eq!(choice(&document, "name", "", &["A"]).unwrap_err().issues[0].issue, "INVALID_PARAMETER_VALUE");
    }
}
