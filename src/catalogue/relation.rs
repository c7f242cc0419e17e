//! What holds between the parameters of one operation.

/// A rule about several parameters at once (`x-rules` of an operation in the catalogue).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// One moment does not come before another, nor, where there is a limit, too long after it.
    Range {
        /// The parameter with the first moment.
        start: &'static str,
        /// The parameter with the last.
        end: &'static str,
        /// The most days between them.
        max_days: Option<u32>,
    },
    /// Of these parameters at most one is given.
    AtMostOne(&'static [&'static str]),
    /// The URL with all of them has at most so many characters.
    UrlLength(u32),
}
