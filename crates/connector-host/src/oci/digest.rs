//! Digests of content.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A SHA-256, as OCI writes it: `sha256:` and 64 lower-case hexadecimal digits. So as a part of a path it leads nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Digest(String);

/// What precedes the digits.
const ALGORITHM: &str = "sha256:";

impl Digest {
    /// Reads a digest.
    pub(super) fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(ALGORITHM)?;
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (digits.len() == 64 && digits.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// Returns the digest of these bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let digits: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("{ALGORITHM}{digits}"))
    }

    /// Returns the digits alone.
    pub(super) fn digits(&self) -> &str {
        &self.0[ALGORITHM.len()..]
    }

    /// Returns why these bytes are not what the digest names.
    pub(super) fn refusal(&self, bytes: &[u8]) -> Option<String> {
        let actual = Self::of(bytes);
        (actual != *self).then(|| format!("has the digest {actual}"))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
