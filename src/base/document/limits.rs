//! How much of a document is taken apart.

/// How deep values are taken apart. A value below that is [`Document::Unread`](super::Document::Unread).
pub(crate) const MAX_DEPTH: usize = 128;

/// The most values of a tree, which takes some 50 bytes for each.
pub(crate) const MAX_VALUES: usize = 1_000_000;
