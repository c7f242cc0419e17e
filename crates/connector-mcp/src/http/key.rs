//! The key of the HTTP server's clients.

use std::fmt;

use http::{HeaderMap, header};
use sha2::{Digest as _, Sha256, digest::Output};
use uuid::Uuid;

/// The shortest key, in characters.
const SHORTEST: usize = 16;

/// The key that clients send as `authorization: Bearer KEY`. It cannot be printed.
#[derive(Clone)]
pub struct Key(Output<Sha256>);

/// A key is too short or has characters that no header can have.
#[derive(Debug, thiserror::Error)]
#[error("a key has 16 or more visible ASCII characters")]
pub struct WeakKey;

impl Key {
    /// Takes a key.
    ///
    /// # Errors
    /// If it has fewer than 16 characters, or others than visible ASCII.
    pub fn new(key: &str) -> Result<Self, WeakKey> {
        let is_fit = key.len() >= SHORTEST && key.bytes().all(|byte| byte.is_ascii_graphic());
        if is_fit { Ok(Self(Sha256::digest(key))) } else { Err(WeakKey) }
    }

    /// Makes a key, from 244 random bits. Returns it, and its text, which is nowhere else.
    #[must_use]
    pub fn generate() -> (Self, String) {
        let text = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        (Self(Sha256::digest(&text)), text)
    }

    /// Whether a request has it. The digests are compared, so that the time tells nothing of the key.
    pub(super) fn opens(&self, headers: &HeaderMap) -> bool {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return false };
        let given = value.to_str().ok().and_then(|value| value.split_once(' '));
        given.is_some_and(|(scheme, key)| scheme.eq_ignore_ascii_case("bearer") && Sha256::digest(key.trim()) == self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_opens() {
        let (key, text) = Key::generate();
        let opens = |value: &str| key.opens(&HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]));
        assert!(opens(&format!("Bearer {text}")) && opens(&format!("bearer  {text} ")));
        for wrong in
            [text.clone(), format!("Basic {text}"), "Bearer".into(), "Bearer ".into(), format!("Bearer {text}a")]
        {
            assert!(!opens(&wrong), "{wrong}");
        }
        assert!(!key.opens(&HeaderMap::new()));
        let twice = HeaderMap::from_iter(
            [header::AUTHORIZATION; 1].map(|name| (name, format!("Bearer {text}").parse().unwrap())),
        );
        let mut twice = twice;
        twice.append(header::AUTHORIZATION, "Bearer other".parse().unwrap());
        assert!(!key.opens(&twice));
        assert_eq!(format!("{key:?}"), "Key(..)");
    }

    #[test]
    fn a_key_is_long_and_fits_a_header() {
        assert!(Key::new("0123456789abcdef").is_ok());
        assert!(Key::new("0123456789abcde").is_err() && Key::new("0123456789abcde f").is_err());
    }
}
