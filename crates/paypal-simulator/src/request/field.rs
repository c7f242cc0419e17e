//! What forms ask for.

/// A member of the body that a payer or a test sends.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// What a member is.
pub(crate) enum Kind {
    /// A whole number, with the one that a form begins with.
    Number(u64),
    /// One of these strings, or none.
    Choice(&'static [&'static str]),
    /// One of these strings. A form begins with the first one.
    OneOf(&'static [&'static str]),
}
