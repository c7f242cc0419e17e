//! Paths in a document.

use std::fmt::Write as _;

use crate::base::pointer;

/// The path to a value in a document. It lives on the stack: only a violation turns it into a string.
pub(super) enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl Path<'_> {
    /// The JSON Pointer (RFC 6901).
    pub(super) fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Member(parent, name) => parent.pointer() + &pointer::member(name),
            Self::Item(parent, index) => {
                let mut pointer = parent.pointer();
                // Writing to a string does not fail.
                let _ = write!(pointer, "/{index}");
                pointer
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_escape_names() {
        assert_eq!(Path::Member(&Path::Member(&Path::Root, "a/b"), "c~d").pointer(), "/a~1b/c~0d");
    }
}
