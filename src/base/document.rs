//! JSON documents (RFC 8259). All JSON that the connector reads is read here.
//!
//! [`Json`] is a valid text, read piece by piece without a tree. [`Document`] is a tree, for reading a whole document
//! or making one. Both take everything that the RFC allows: of members with the same name the last one counts, half of
//! a surrogate pair reads as U+FFFD, a number of any size keeps its text, and values nested too deep stay unparsed. The
//! connector sends and returns the original text, never this tree.

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

pub(crate) use json::{Json, Object};
pub(crate) use not_json::NotJson;
pub(crate) use value::Document;
pub(crate) use write::quoted;

#[cfg(test)]
mod tests;
