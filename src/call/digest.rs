//! The digest of a call's input, by which a repeated call is known to be the same.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::{
    base::document::{Document, quoted},
    call::arguments::Arguments,
    catalogue::Action,
};

/// SHA-256, in hexadecimal, of the action, its parameters, its body, its files and on whose behalf it is made (`assertion`). White
/// space and the order of members do not count, nor do the other options. `document` is that of [`Arguments::document`].
#[must_use]
pub(crate) fn digest(
    action: &Action,
    arguments: &Arguments,
    document: Option<&Document>,
    assertion: Option<&str>,
) -> String {
    let mut hash = Sha256::new();
    hash.update(action.id);
    let mut parameters: Vec<_> = arguments.parameters.iter().map(|(name, value)| (&**name, value)).collect();
    parameters.sort_by_key(|(name, _)| *name);
    for (name, value) in parameters {
        // A number in text is the same in a path or a query.
        let value = value.to_scalar().map_or_else(|| canonical(value), |scalar| quoted(&scalar));
        hash.update(format!("\n{name}={value}"));
    }
    if let Some(body) = arguments.body.as_deref() {
        let body = document.map_or_else(|| body.to_owned(), canonical);
        hash.update(format!("\nbody={body}"));
    }
    for file in &arguments.files {
        hash.update(format!("\nfile={} {}", quoted(&file.name), file.data.len()));
        hash.update(&file.data);
    }
    if let Some(assertion) = assertion {
        hash.update(format!("\nauth_assertion={assertion}"));
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        // A text can always be written to.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A document as JSON without white space, the members of each object sorted by name.
fn canonical(document: &Document) -> String {
    sorted(document).to_json()
}

fn sorted<'a>(document: &Document<'a>) -> Document<'a> {
    match document {
        Document::Array(items) => Document::Array(items.iter().map(sorted).collect()),
        Document::Object(members) => {
            let mut members: Vec<_> = members.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Document::Object(members)
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{orders, payments};

    fn of(action: &Action, input: &str) -> String {
        let arguments = Arguments::parse(input).unwrap_or_else(|failure| panic!("{}", failure.message));
        digest(action, &arguments, arguments.document().as_ref(), arguments.options.auth_assertion.as_deref())
    }

    #[test]
    fn the_spelling_of_an_input_does_not_count() {
        let refund = |input| of(payments::REFUND_CAPTURE, input);
        let one = refund(
            r#"{"capture_id": "2GG", "body": {"amount": {"value": "1.00", "currency_code": "USD"}, "n": [1, 2]}}"#,
        );
        assert_eq!(one.len(), 64);
        let spelled = "{\"body\":{\"n\":[1,2],\n\"amount\":{\"currency_code\":\"USD\",\"value\":\"1.00\"}},\"capture_id\":\"2GG\",
            \"options\": {\"idempotency_key\": \"k\", \"prefer\": \"minimal\", \"deadline_ms\": 5}}";
        assert_eq!(refund(spelled), one);
        assert_eq!(of(orders::GET, r#"{"id": 7}"#), of(orders::GET, r#"{"id": "7"}"#));
    }

    #[test]
    fn another_input_has_another_digest() {
        let inputs = [
            r#"{"capture_id": "2GG"}"#,
            r#"{"capture_id": "2GH"}"#,
            r#"{"capture_id": "2GG", "body": {}}"#,
            r#"{"capture_id": "2GG", "body": {"amount": {"value": "1.00"}}}"#,
            r#"{"capture_id": "2GG", "body": {"amount": {"value": "1.0"}}}"#,
            r#"{"capture_id": "2GG", "body": {"n": [1, 2]}}"#,
            r#"{"capture_id": "2GG", "body": {"n": [2, 1]}}"#,
            r#"{"capture_id": "2GG", "options": {"auth_assertion": "e30.e30."}}"#,
        ];
        let mut digests: Vec<_> = inputs.iter().map(|input| of(payments::REFUND_CAPTURE, input)).collect();
        digests.push(of(payments::GET_CAPTURE, inputs[0]));
        let all = digests.len();
        digests.sort();
        digests.dedup();
        assert_eq!(digests.len(), all);
    }
}
