//! Rules between the parameters of one operation.

/// A rule about several parameters at once (`x-rules` of an operation in the catalogue).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// The end is not before the start, nor more than `max_days` after it.
    Range {
        /// The parameter with the start.
        start: &'static str,
        /// The parameter with the end.
        end: &'static str,
        /// The most days between them.
        max_days: Option<u32>,
    },
    /// At most one of these parameters is given.
    AtMostOne(&'static [&'static str]),
    /// The URL with all parameters has at most this many characters.
    UrlLength(u32),
}
