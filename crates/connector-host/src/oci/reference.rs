//! Where a component is.

use std::{fmt, path::PathBuf, str::FromStr};

use http::uri::Authority;

use super::{digest::Digest, error::OciError};

/// A component in a registry or in an OCI image layout, named by the digest of its manifest:
///
/// * `oci://HOST[:PORT]/NAME[:TAG]@sha256:DIGEST`. Over `https`, except on this machine. The digest decides; a tag is for
///   readers, as it may name something else tomorrow.
/// * `oci-layout:DIRECTORY@sha256:DIGEST`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OciReference {
    text: String,
    place: Place,
    digest: Digest,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Registry { authority: Authority, repository: String },
    Layout(PathBuf),
}

/// What a reference into a registry begins with, and one into a layout.
const REGISTRY: &str = "oci://";
const LAYOUT: &str = "oci-layout:";

/// The longest name of a repository, in bytes.
const MAX_NAME: usize = 255;

impl OciReference {
    /// Returns whether a text is meant as a reference, and not as the name of a file. So is one with another scheme, such
    /// as `https://`, for which parsing has a better error, without a password.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        let is_scheme =
            |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        text.starts_with(LAYOUT) || text.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme))
    }

    /// Returns the registry's host and port, for [`RegistryLogin::from_environment`](super::RegistryLogin); `None` for a
    /// layout.
    #[must_use]
    pub fn registry(&self) -> Option<&str> {
        match &self.place {
            Place::Registry { authority, .. } => Some(authority.as_str()),
            Place::Layout(_) => None,
        }
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    pub(super) fn digest(&self) -> &Digest {
        &self.digest
    }
}

impl fmt::Display for OciReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for OciReference {
    type Err = OciError;

    fn from_str(text: &str) -> Result<Self, OciError> {
        // What precedes an `@` may be a password.
        let wrong = |reason| OciError::Reference { reference: without_user(text), reason };
        let no_digest = "has no digest; a tag alone may name something else tomorrow";
        let (place, digest) = text.rsplit_once('@').ok_or_else(|| wrong(no_digest))?;
        let digest = Digest::read(digest).ok_or_else(|| wrong("does not end in sha256: and 64 lower-case digits"))?;
        let place = if let Some(directory) = place.strip_prefix(LAYOUT) {
            if directory.is_empty() {
                return Err(wrong("names no directory"));
            }
            Place::Layout(directory.into())
        } else {
            let place = place.strip_prefix(REGISTRY).ok_or_else(|| wrong("is no reference"))?;
            let (host, name) = place.split_once('/').ok_or_else(|| wrong("names no repository"))?;
            if host.contains('@') {
                return Err(wrong("has a user name; a login comes from Docker's configuration"));
            }
            let authority = host.parse().ok().filter(is_host).ok_or_else(|| wrong("has no host"))?;
            let (repository, tag) = name.split_once(':').map_or((name, None), |(name, tag)| (name, Some(tag)));
            if !is_name(repository) {
                return Err(wrong("has no name of a repository: lower-case letters, digits, and . _ - / between them"));
            }
            if tag.is_some_and(|tag| !is_tag(tag)) {
                return Err(wrong("has no valid tag"));
            }
            Place::Registry { authority, repository: repository.to_owned() }
        };
        Ok(Self { text: text.to_owned(), place, digest })
    }
}

/// Whether it is a host, or a host and a port.
fn is_host(authority: &Authority) -> bool {
    !authority.host().is_empty() && (authority.as_str() == authority.host() || authority.port_u16().is_some())
}

/// The distribution specification's `<name>`: components of letters and digits, which single separators may join.
fn is_name(name: &str) -> bool {
    let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let component = |part: &str| {
        let bytes = part.as_bytes();
        bytes.iter().all(|byte| alphanumeric(byte) || b"._-".contains(byte))
            && bytes.first().is_some_and(alphanumeric)
            && bytes.last().is_some_and(alphanumeric)
            && !part.contains("..")
    };
    name.len() <= MAX_NAME && name.split('/').all(component)
}

fn is_tag(tag: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=128).contains(&tag.len())
        && tag.bytes().next().is_some_and(word)
        && tag.bytes().all(|byte| word(byte) || byte == b'.' || byte == b'-')
}

/// A text for an error, without what may be a user name and a password: all up to the last `@` before the digest. A
/// password may itself contain `@` and `/`, and people type other schemes too. A directory may contain `@`.
fn without_user(text: &str) -> String {
    let start = match text.find("://") {
        Some(scheme) => scheme + "://".len(),
        None if text.starts_with(LAYOUT) => return text.to_owned(),
        None => 0,
    };
    let place = text.rfind("@sha256:").filter(|digest| !text[digest + 1..].contains('@')).unwrap_or(text.len());
    match text.get(start..place).and_then(|place| place.rfind('@')) {
        Some(at) => format!("{}[…]{}", &text[..start], &text[start + at..]),
        None => text.to_owned(),
    }
}
