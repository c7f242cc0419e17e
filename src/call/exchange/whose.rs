//! Whose document it is that was asked for.

/// Whose document an answer has to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whose<'a> {
    /// That of this id.
    Of(&'a str),
    /// Something new that was made for the resource of this id: the document of that resource itself is none.
    MadeFor(&'a str),
    /// Not known beforehand.
    Anybodys,
}
