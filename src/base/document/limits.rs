//! Limits of parsing.

/// The depth to which values are parsed. Deeper ones are [`Document::Unparsed`](super::Document::Unparsed).
pub(crate) const MAX_DEPTH: usize = 128;

/// The most values in a tree, which takes some 50 bytes for each.
pub(crate) const MAX_VALUES: usize = 1_000_000;
