//! IPN messages: every field is read, in any character set, and the original bytes go back to PayPal.

use super::{
    credits,
    input::{first_line, text},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    base::document::Json,
    ipn::{
        credits as of_message,
        key::dedupe_key,
        message::{MAX_FIELDS, Message},
        postback::{self, Verdict, postback},
        summary::summary,
    },
    platform::{environment::Environment, response::Response},
};

/// The body of a message.
pub(super) fn message(input: &[u8]) {
    let pieces = input.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty()).count();
    match Message::read(input) {
        Err(_) => assert!(pieces > MAX_FIELDS, "a message of {pieces} fields is too large"),
        Ok(message) => {
            assert_eq!(message.fields.len(), pieces, "fields are lost");
            let length: usize = message.fields.iter().map(|field| field.name.len() + field.value.len()).sum();
            assert!(length <= 3 * input.len(), "{length} bytes of {}", input.len());
            assert!(message.charset.name.chars().count() <= 100);
            let summary = summary(&message).to_json();
            let Ok(json) = Json::parse(&summary) else { panic!("{summary} is no JSON") };
            assert_eq!(json.get("fields").map(|fields| fields.items().count()), Some(pieces));
            let id = json.get("txn_id").and_then(Json::text);
            assert_eq!(id.as_deref(), message.get("txn_id"));
            credits::check(&of_message::credits(&message));
            if let Some(key) = dedupe_key(&message) {
                let is_in = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
                assert!(key.len() <= 2 * 64 + 10 && key.bytes().all(is_in), "{key:?}");
            }
        }
    }
    if let Some(text) = text(input) {
        let value = utf8_percent_encode(text, NON_ALPHANUMERIC);
        let form = format!("charset=UTF-8&memo={value}");
        let read = Message::read(form.as_bytes());
        assert!(read.is_ok_and(|message| message.get("memo") == Some(text)), "{text:?} is read otherwise");
    }
    let request = postback(Environment::Live, input, text(input));
    assert_eq!(request.body.concat(), [b"cmd=_notify-validate&", input].concat(), "another message goes back");
    for (name, value) in &request.headers {
        assert!(value.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{name}: {value:?}");
    }
}

/// PayPal's answer to a message: its status, and the body.
pub(super) fn verdict(input: &[u8]) {
    let (status, body) = first_line(input);
    let status = text(status).and_then(|status| status.trim().parse().ok()).unwrap_or(200);
    let verdict = postback::verdict(&Response { status, headers: Vec::new(), body: Ok(body.to_vec()) });
    let word = text(body).map(|text| text.trim_matches(|it: char| it.is_ascii_whitespace()));
    let expected = match (status, word) {
        (200, Some("VERIFIED")) => Some(Verdict::Verified),
        (200, Some("INVALID")) => Some(Verdict::Invalid),
        _ => None,
    };
    assert_eq!(verdict, expected);
}
