//! The parts of the range that are not in the reply, and why.

use super::window::Window;
use crate::{
    base::document::quoted,
    platform::failure::{Failure, Kind},
};

/// Why a part of the range is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// It is newer than PayPal's data.
    NotYetAvailable,
    /// It is older than PayPal's data.
    NoLongerAvailable,
    /// PayPal lists no more than 10 000 at once, and a second cannot be halved.
    TooManyInOneSecond,
    /// PayPal listed fewer than it counted, twice.
    Incomplete,
    /// PayPal counted more pages than are read.
    TooManyPages,
    /// The reply is full, or a page alone is too large.
    TooLarge,
    /// PayPal could not be asked, or returned another error.
    Failed(Kind),
}

impl Reason {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::NotYetAvailable => "not-yet-available",
            Self::NoLongerAvailable => "no-longer-available",
            Self::TooManyInOneSecond => "too-many-in-one-second",
            Self::Incomplete => "incomplete",
            Self::TooManyPages => "too-many-pages",
            Self::TooLarge => Kind::TooLarge.as_str(),
            Self::Failed(kind) => kind.as_str(),
        }
    }
}

impl From<Kind> for Reason {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::TooLarge => Self::TooLarge,
            kind => Self::Failed(kind),
        }
    }
}

/// A part of the range that is not in the reply, or not all of it.
#[derive(Clone, Debug)]
pub(super) struct Missing {
    pub(super) window: Window,
    pub(super) reason: Reason,
    /// PayPal's message, or the failure's.
    message: Option<String>,
    /// PayPal's id of that exchange.
    debug_id: Option<String>,
}

impl Missing {
    pub(super) fn new(window: Window, reason: Reason) -> Self {
        Self { window, reason, message: None, debug_id: None }
    }

    /// A part that is missing because of a failure.
    pub(super) fn failed(window: Window, reason: Reason, failure: &Failure) -> Self {
        Self { window, reason, message: Some(failure.message.clone()), debug_id: failure.debug_id.clone() }
    }

    /// Joins the part that begins where this one ends, if it is missing for the same reason. Returns whether it did.
    pub(super) fn extend(&mut self, next: &Self) -> bool {
        let is_one = self.reason == next.reason && self.window.end == next.window.start;
        if is_one {
            self.window.end = next.window.end;
            self.message = self.message.take().or_else(|| next.message.clone());
            self.debug_id = self.debug_id.take().or_else(|| next.debug_id.clone());
        }
        is_one
    }

    pub(super) fn to_json(&self) -> String {
        let optional = |name: &str, value: &Option<String>| {
            value.as_deref().map(|value| format!(",\"{name}\":{}", quoted(value))).unwrap_or_default()
        };
        format!(
            "{{{},\"reason\":{}{}{}}}",
            self.window.to_json(),
            quoted(self.reason.as_str()),
            optional("message", &self.message),
            optional("debug_id", &self.debug_id),
        )
    }
}
