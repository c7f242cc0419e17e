//! A number as written.

use std::borrow::Cow;

/// A number as its text: `10.10` stays `10.10`, and numbers beyond 64 bits keep all their digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number<'a>(Cow<'a, str>);

impl<'a> Number<'a> {
    /// Takes a number of a valid JSON text.
    pub(super) fn new(text: &'a str) -> Self {
        Self(text.into())
    }

    /// The number as written.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The number, if it is written as a non-negative integer that fits.
    #[must_use]
    pub(crate) fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// The nearest 64-bit floating-point number, or infinity beyond their range.
    #[must_use]
    pub(crate) fn as_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }
}

impl From<u32> for Number<'_> {
    fn from(number: u32) -> Self {
        Self(number.to_string().into())
    }
}
