//! Why a text is not a JSON document.

use std::fmt;

use serde_json::error::Category;

use super::limits::MAX_VALUES;

/// Why a text is not JSON, or cannot be read. Never quotes the text, which may hold a card number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotJson {
    /// The line of the error, from 1.
    pub line: usize,
    /// The column of the error, in bytes from 1.
    pub column: usize,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It violates the grammar.
    Malformed,
    /// It is cut off.
    CutOff,
    /// An object names one member twice.
    DuplicateMember,
    /// It has more values than a tree may have.
    TooMany,
}

impl NotJson {
    /// A member is named again at this offset of the text.
    pub(super) fn duplicate_member(text: &str, offset: usize) -> Self {
        let before = text.as_bytes().get(..offset).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        Self { line, column, reason: Reason::DuplicateMember }
    }

    /// There are too many values.
    pub(super) fn too_many() -> Self {
        Self { line: 1, column: 1, reason: Reason::TooMany }
    }
}

impl fmt::Display for NotJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.reason {
            Reason::Malformed => "is not JSON",
            Reason::CutOff => "is not JSON: it ends too early",
            Reason::DuplicateMember => "names a member twice",
            Reason::TooMany => return write!(f, "has more than {} values", MAX_VALUES),
        };
        write!(f, "{what} (line {}, column {})", self.line, self.column)
    }
}

impl From<serde_json::Error> for NotJson {
    fn from(error: serde_json::Error) -> Self {
        let reason = if error.classify() == Category::Eof { Reason::CutOff } else { Reason::Malformed };
        Self { line: error.line(), column: error.column(), reason }
    }
}
