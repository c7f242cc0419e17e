//! Secrets are replaced, however the text is split.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::{
    redact::{REDACTED, Redactor},
    secret::Secret,
};

const TOKEN: &str = "A21AA-to_ken/with+all~of.it";
const SECRET: &str = "fuzz-client-secret";

/// The input may contain secrets. Its last byte is the size of the parts, and the position of a secret in base64.
pub(super) fn run(input: &[u8]) {
    let (token, secret) = (Secret::new(TOKEN.to_owned()), Secret::new(SECRET.to_owned()));
    let redactor = Redactor::new([(&token, "host-token-1"), (&secret, REDACTED)]);
    let size = usize::from(input.last().copied().unwrap_or_default() % 40) + 1;
    let basic = BASE64_STANDARD.encode([&input[..size.min(input.len())], b":", SECRET.as_bytes()].concat());
    let escaped: String = TOKEN.bytes().map(|byte| format!("\\u{byte:04X}")).collect();
    for whole in [
        input,
        &[input, basic.as_bytes()].concat(),
        &[TOKEN.as_bytes(), input, SECRET.as_bytes()].concat(),
        &[escaped.as_bytes(), input, escaped.as_bytes(), SECRET.as_bytes()].concat(),
    ] {
        let shown = redactor.bytes(whole);
        for form in [
            TOKEN,
            SECRET,
            &BASE64_STANDARD.encode(TOKEN),
            &BASE64_STANDARD.encode(SECRET),
            "A21AA-to_ken%2Fwith%2Ball~of.it",
        ] {
            assert!(!holds(&shown, form.as_bytes()), "{form} is shown");
        }
        assert_eq!(redactor.is_clean(whole), shown == whole);
        assert!(shown.len() <= 2 * whole.len() + 20);
        let (mut held, mut pieces) = (Vec::new(), Vec::new());
        for piece in whole.chunks(size) {
            held.extend_from_slice(piece);
            let end = redactor.show(&held, false, &mut pieces);
            held.drain(..end);
        }
        redactor.show(&held, true, &mut pieces);
        assert_eq!(pieces, *shown, "in pieces of {size} it is shown otherwise");
    }
    // At most the bytes that share a character with the secret's neighbours are shown.
    let shown = redactor.bytes(basic.as_bytes());
    assert!(holds(&shown, REDACTED.as_bytes()), "{basic} is shown");
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
