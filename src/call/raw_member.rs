//! A member of the body that PayPal must get byte for byte as received, such as the event whose signature it verifies.
//! It may be given as a string, so that nothing serializes it again on the way.

use crate::{
    base::{document::Json, pointer},
    platform::failure::{Failure, Issue, Location},
};

/// Replaces the string in that member by the JSON text that it contains. Returns `None` if the member is not a string:
/// then the body is sent unchanged, or the check reports it.
///
/// # Errors
/// `invalid-input` if the string is not a JSON document.
pub(crate) fn splice(body: &str, member: &str) -> Result<Option<String>, Failure> {
    let Ok(json) = Json::parse(body) else { return Ok(None) };
    let Some(raw) = json.get(member) else { return Ok(None) };
    let Some(text) = raw.text() else { return Ok(None) };
    if let Err(fault) = Json::parse(&text) {
        let description = format!("the received body {fault}");
        let issue = Issue::found(&pointer::member(member), Location::Body, "MALFORMED_REQUEST_JSON", description);
        return Err(Failure::invalid_input(vec![issue]));
    }
    let (before, rest) = body.split_at(raw.offset_in(body));
    Ok(Some([before, &text, &rest[raw.as_str().len()..]].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_received_text_goes_in_unchanged() {
        let received = "{ \"amount\" :1.0,\r\n\"name\": \"\\u00e9 \u{e9} \\\"\" , \"a\\/b\":[ ] }";
        let body = format!(
            r#"{{"webhook_id": "1", "webhook_event": {}, "last": 1.50}}"#,
            crate::base::document::quoted(received)
        );
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
