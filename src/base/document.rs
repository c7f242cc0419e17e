//! JSON documents (RFC 8259): the connector's one way to read them.
//!
//! [`Json`] is a text that is known to be valid, to be looked at piece by piece without a tree; [`Document`] is the tree, for
//! looking at all of it, or for making one of our own. Both take everything that the RFC allows: of members with one name the
//! last one counts, half of a surrogate pair reads as U+FFFD, a number keeps its text however large it is, and what is nested
//! too deep stays unread in its place. What is sent and what is handed out is always the text that came, never this tree.

mod cursor;
mod json;
mod limits;
mod names;
mod not_json;
mod number;
mod string;
mod tree;
mod value;
mod write;

pub(crate) use json::Json;
pub(crate) use not_json::NotJson;
pub(crate) use value::Document;
pub(crate) use write::quoted;

#[cfg(test)]
mod tests;
