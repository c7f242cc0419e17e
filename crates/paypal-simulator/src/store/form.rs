//! Takes secrets out of the forms of OAuth, and puts tokens back.

use std::fmt::Write as _;

use rsa::sha2::{Digest as _, Sha256};

use crate::base::uri::{encode, read_form};

/// The fields of a form that are tokens or codes, which follow from the seed: their digests stand for them.
const TOKENS: [&str; 4] = ["access_token", "code", "refresh_token", "token"];

/// The fields that are left out.
const SECRETS: [&str; 3] = ["client_assertion", "client_secret", "code_verifier"];

const DIGEST: &str = "sha256:";

/// All tokens that there are, one of which a digest may be of.
pub(crate) trait Secrets {
    fn tokens(&self) -> impl Iterator<Item = &str>;
}

/// Returns a form without secrets.
pub(crate) fn conceal(form: &[u8]) -> String {
    let form = read_form(&String::from_utf8_lossy(form));
    let kept = form.iter().filter(|(name, _)| !SECRETS.contains(&name.as_str()));
    write(kept.map(|(name, value)| match TOKENS.contains(&name.as_str()) && !value.is_empty() {
        true => (name, digest(value)),
        false => (name, value.clone()),
    }))
}

/// Returns the form again. A token that there is not stays as it is: it is refused as it was.
pub(crate) fn reveal(form: &[u8], secrets: &impl Secrets) -> String {
    let form = read_form(&String::from_utf8_lossy(form));
    write(form.iter().map(|(name, value)| {
        let found = value.strip_prefix(DIGEST).and_then(|_| secrets.tokens().find(|token| digest(token) == *value));
        (name, found.map_or_else(|| value.clone(), str::to_owned))
    }))
}

fn digest(token: &str) -> String {
    Sha256::digest(token).iter().fold(DIGEST.to_owned(), |mut text, byte| {
        // A `String` takes everything.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn write<'a>(pairs: impl Iterator<Item = (&'a String, String)>) -> String {
    pairs.map(|(name, value)| format!("{}={}", encode(name), encode(&value))).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Known;

    impl Secrets for Known {
        fn tokens(&self) -> impl Iterator<Item = &str> {
            ["A21AAone", "C21AAtwo"].into_iter()
        }
    }

    #[test]
    fn a_form_has_no_secret_and_its_tokens_come_back() {
        let form =
            "grant_type=authorization_code&code=C21AAtwo&client_secret=S3CRET&redirect_uri=http%3A%2F%2Fx%2F%3Fa%3Db";
        let concealed = conceal(form.as_bytes());
        assert!(!concealed.contains("C21AA") && !concealed.contains("S3CRET"), "{concealed}");
        let revealed = read_form(&reveal(concealed.as_bytes(), &Known));
        let mut expected = read_form(form);
        expected.remove("client_secret");
        assert_eq!(revealed, expected);
        let unknown = reveal(conceal(b"token=other").as_bytes(), &Known);
        assert!(unknown.starts_with("token=sha256") && !unknown.contains("other"), "{unknown}");
    }
}
