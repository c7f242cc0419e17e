//! The resource that a response must be about.

/// The resource that a response must be about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected<'a> {
    /// The resource with this id.
    Resource(&'a str),
    /// A new resource, created for the one with this id. That resource itself is refused.
    CreatedFor(&'a str),
    /// Not known in advance.
    Any,
}
