//! A member of the body that PayPal has to get byte for byte as it was received, such as the event whose signature it
//! verifies. Its text may be handed over as a string, which keeps it from being written anew on its way here.

use std::ops::Range;

use serde_json::value::RawValue;

use crate::{
    catalogue::Location,
    document::{Document, Members, NotJson},
    failure::{Failure, Issue},
    pointer,
};

/// The body with the string in place of that member replaced by what it says. None where the member is no string: then the
/// body is right as it is, or the check finds what is wrong with it.
///
/// # Errors
/// `invalid-input` where the string does not hold a JSON document.
pub fn splice(body: &str, member: &str) -> Result<Option<String>, Failure> {
    let Ok(members) = serde_json::from_str::<Members<&RawValue>>(body) else { return Ok(None) };
    let Some((_, raw)) = members.0.iter().find(|(name, _)| name == member) else { return Ok(None) };
    let Ok(Document::Text(text)) = Document::parse(raw.get()) else { return Ok(None) };
    if let Err(fault) = serde_json::from_str::<&RawValue>(&text) {
        let description = format!("the received body {}", NotJson::from(fault));
        let issue = Issue::found(&pointer::member(member), Location::Body, "MALFORMED_REQUEST_JSON", description);
        return Err(Failure::invalid_input(vec![issue]));
    }
    let place = place(body, raw.get());
    Ok(Some([&body[..place.start], &text, &body[place.end..]].concat()))
}

/// Where in a text a part of it lies.
fn place(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    start..start + part.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_received_text_goes_in_unchanged() {
        let received = "{ \"amount\" :1.0,\r\n\"name\": \"\\u00e9 \u{e9} \\\"\" , \"a\\/b\":[ ] }";
        let body =
            format!(r#"{{"webhook_id": "1", "webhook_event": {}, "last": 1.50}}"#, crate::paging::text(received));
        let spliced = splice(&body, "webhook_event").unwrap().unwrap();
        assert_eq!(spliced, format!(r#"{{"webhook_id": "1", "webhook_event": {received}, "last": 1.50}}"#));
    }

    #[test]
    fn anything_but_a_string_stays() {
        for body in
            [r#"{"webhook_event": {"a": "b"}}"#, r#"{"webhook_event": 7}"#, "{}", "[]", "\"webhook_event\"", "{"]
        {
            assert_eq!(splice(body, "webhook_event").unwrap(), None, "{body}");
        }
    }

    #[test]
    fn a_string_that_is_no_document_is_refused() {
        for text in ["", "{", "{} {}", "id=1"] {
            let body = format!(r#"{{"webhook_event": {text:?}}}"#);
            let failure = splice(&body, "webhook_event").unwrap_err();
            assert_eq!(failure.details[0].field.as_deref(), Some("/webhook_event"), "{text}");
        }
    }
}
