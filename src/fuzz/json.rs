//! Documents: they are read as written, and reading what was written gives the same document.

use super::input::text;
use serde_json::Value;

use crate::base::document::{Document, Json};

/// How many members are checked, each of which is searched for in the whole document.
const MEMBERS: usize = 20;

pub(super) fn run(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let strict = serde_json::from_str::<Value>(text);
    let Ok(json) = Json::parse(text) else {
        assert!(strict.is_err(), "what a stricter reader takes is refused");
        assert!(Document::parse(text).is_err());
        return;
    };
    assert_eq!(json.as_str(), text.trim_matches([' ', '\t', '\r', '\n']));
    let Ok(document) = Document::parse(text) else { panic!("valid, small and not read") };
    let written = document.to_json();
    assert!(written.len() <= text.len(), "it grows");
    assert_eq!(Document::parse(&written).as_ref(), Ok(&document), "what is written reads otherwise");
    if let Ok(unambiguous) = Document::parse_unambiguous(text, None) {
        assert_eq!(unambiguous, document);
    }
    assert_eq!(json.kind(), document.kind());
    assert_eq!(json.to_scalar(), document.to_scalar());
    if let Ok(value) = strict {
        assert_eq!(
            serde_json::from_str::<Value>(&written).ok().as_ref(),
            Some(&value),
            "another reader finds another value"
        );
        pieces(json, &document, &value);
    }
}

/// A text read piece by piece equals its tree.
fn pieces(json: Json, document: &Document, value: &Value) {
    if let Value::Object(members) = value {
        let names: std::collections::BTreeSet<_> = json.members().map(|(name, _)| name.into_owned()).collect();
        assert!(names.iter().eq(members.keys().collect::<std::collections::BTreeSet<_>>()));
        assert_eq!(document.get("\u{0}no such member"), None);
        for (name, value) in members.iter().take(MEMBERS) {
            let (Some(piece), Some(part)) = (json.get(name), document.get(name)) else { panic!("{name} is lost") };
            assert_eq!(piece.document().as_ref(), Ok(part));
            assert_eq!(piece.text().as_deref(), value.as_str());
        }
    }
    if let Value::Array(items) = value {
        assert_eq!((json.items().count(), document.items().len()), (items.len(), items.len()));
        for (piece, part) in json.items().zip(document.items()).take(MEMBERS) {
            assert_eq!(piece.document().as_ref(), Ok(part));
        }
    }
}
