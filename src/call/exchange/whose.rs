//! The resource that a response must be about.

/// The resource that a response must be about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whose<'a> {
    /// The resource with this id.
    Of(&'a str),
    /// A new resource, created for the one with this id. That resource itself is refused.
    MadeFor(&'a str),
    /// Not known in advance.
    Anybodys,
}
