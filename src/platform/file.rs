//! A file sent with a request or received with a response.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::{
    base::{document::Document, pointer, spelling},
    platform::failure::{Failure, Issue, Location},
};

/// See `kosha:connector/types.file`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// Its name.
    pub name: String,
    /// Its media type (RFC 6838).
    pub media_type: String,
    /// Its bytes.
    pub data: Vec<u8>,
}

impl fmt::Debug for File {
    /// Omits the bytes, which may be confidential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({:?}, {}, {} bytes)", self.name, self.media_type, self.data.len())
    }
}

const NAMES: [&str; 3] = ["name", "media_type", "data"];

impl File {
    /// Reads the `files` of an `invoke` input: a list of `{"name": ..., "media_type": ..., "data": "<base64>"}`.
    ///
    /// An invalid file becomes an issue and is left out: nothing is sent then.
    pub(crate) fn parse_list(document: &Document, issues: &mut Vec<Issue>) -> Vec<Self> {
        let Document::Array(items) = document else {
            issues.push(wrong("/files", format!("must be an array, not {}", document.kind())));
            return Vec::new();
        };
        let parse = |(index, item)| Self::parse(item, &format!("/files/{index}"), issues);
        items.iter().enumerate().filter_map(parse).collect()
    }

    fn parse(document: &Document, place: &str, issues: &mut Vec<Issue>) -> Option<Self> {
        let Document::Object(members) = document else {
            issues.push(wrong(place, format!("must be an object, not {}", document.kind())));
            return None;
        };
        for (name, _) in members.iter().filter(|(name, _)| !NAMES.contains(&&**name)) {
            let field = place.to_owned() + &pointer::member(name);
            issues.push(wrong(&field, spelling::unknown("member", name, NAMES.into_iter())));
        }
        let mut text = |name: &str| {
            let value = document.get(name);
            let text = value.and_then(Document::as_text);
            if text.is_none() {
                issues.push(match value {
                    None => Issue::missing(&format!("{place}/{name}"), Location::Body),
                    Some(other) => wrong(&format!("{place}/{name}"), format!("must be a string, not {}", other.kind())),
                });
            }
            text
        };
        let (name, media_type, data) = (text("name"), text("media_type"), text("data"));
        let data = decode(data?.as_bytes());
        if data.is_none() {
            issues.push(wrong(&format!("{place}/data"), "is not base64 (RFC 4648 section 4)".to_owned()));
        }
        Some(Self { name: name?.to_owned(), media_type: media_type?.to_owned(), data: data? })
    }
}

/// Decodes base64, which may contain line breaks.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    if let Ok(bytes) = BASE64_STANDARD.decode(text) {
        return Some(bytes);
    }
    let joined: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64_STANDARD.decode(joined).ok()
}

/// Decodes a member given in base64. `json` is the JSON text of its string.
///
/// # Errors
/// `invalid-input` if it is not such a string.
pub(crate) fn received(name: &str, json: &str) -> Result<Vec<u8>, Failure> {
    let document = Document::parse(json).ok();
    let text = document.as_ref().and_then(Document::as_text);
    text.and_then(|text| decode(text.as_bytes())).ok_or_else(|| {
        let description = "must be a string in base64 (RFC 4648 section 4)".to_owned();
        Failure::invalid_input(vec![wrong(&pointer::member(name), description)])
    })
}

fn wrong(field: &str, description: String) -> Issue {
    Issue::found(field, Location::Body, "INVALID_PARAMETER_SYNTAX", description)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Vec<File>, Vec<String>) {
        let mut issues = Vec::new();
        let files = File::parse_list(&Document::parse(text).unwrap(), &mut issues);
        (files, issues.into_iter().filter_map(|issue| issue.field).collect())
    }

    #[test]
    fn a_file_is_read_with_its_bytes() {
        let (files, issues) = parse(r#"[{"name": "a.png", "media_type": "image/png", "data": "iVBO\r\nRw=="}]"#);
        assert!(issues.is_empty());
        assert_eq!((&*files[0].name, &*files[0].media_type), ("a.png", "image/png"));
        assert_eq!(files[0].data, b"\x89PNG");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, field) in [
            (r"{}", "/files"),
            (r"[7]", "/files/0"),
            (r#"[{"name": "a", "media_type": "b"}]"#, "/files/0/data"),
            (r#"[{"name": 1, "media_type": "b", "data": ""}]"#, "/files/0/name"),
            (r#"[{"name": "a", "media_type": "b", "data": "%%"}]"#, "/files/0/data"),
            (r#"[{"name": "a", "media_type": "b", "data": "iVBORw"}]"#, "/files/0/data"),
            (r#"[{"name": "a", "media_type": "b", "data": "", "mediatype": "c"}]"#, "/files/0/mediatype"),
        ] {
            assert_eq!(parse(text).1, [field], "{text}");
        }
    }
}
