//! Characters by code point.

/// What stands for bytes that are no character.
pub(super) const BAD: char = char::REPLACEMENT_CHARACTER;

/// The character of a code point; 0 is none.
pub(super) fn character(point: u32) -> char {
    char::from_u32(point).filter(|it| *it != '\0').unwrap_or(BAD)
}
