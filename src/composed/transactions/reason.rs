//! Why a part of the range is missing.

/// Why a part of the range is missing.
#[derive(Clone, Copy)]
pub(super) enum Reason {
    TooManyInOneSecond,
    NotYetAvailable,
    Incomplete,
    TooLarge,
}

impl Reason {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::TooManyInOneSecond => "too-many-in-one-second",
            Self::NotYetAvailable => "not-yet-available",
            Self::Incomplete => "incomplete",
            Self::TooLarge => "too-large",
        }
    }
}
