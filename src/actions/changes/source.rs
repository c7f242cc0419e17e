//! Where changes are read from.

use super::seen::Digest;
use crate::{actions::calls::Calls, base::date::OffsetDateTime, platform::failure::Failure};

/// The part of time whose changes are read, in full seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) from: OffsetDateTime,
    /// The moment at which its reading began.
    pub(crate) began: OffsetDateTime,
}

/// Something that PayPal lists.
#[derive(Debug)]
pub(crate) struct Item {
    /// As PayPal has written it.
    pub(crate) raw: String,
    /// By what it is known again.
    pub(crate) digest: Digest,
    /// When it changed last.
    pub(crate) changed: Option<OffsetDateTime>,
}

/// A page, or several, of a list.
#[derive(Debug, Default)]
pub(crate) struct Portion {
    pub(crate) items: Vec<Item>,
    /// Where the list goes on.
    pub(crate) next: Option<String>,
    /// Whether an item that changes can move others from a later page to an earlier one.
    pub(crate) can_shift: bool,
    /// Whether that has happened, by the number of items.
    pub(crate) shifted: bool,
    /// Up to when PayPal has the data, if not up to now.
    pub(crate) reach: Option<OffsetDateTime>,
    /// JSON texts: the parts of the window that PayPal does not have, or cannot list.
    pub(crate) missing: Vec<String>,
    /// Why there is no more, if PayPal failed.
    pub(crate) stopped: Option<Stopped>,
}

/// Why a call ended early.
#[derive(Debug)]
pub(crate) enum Stopped {
    Failed(Box<Failure>),
    /// A JSON text.
    Told(String),
}

/// What becomes of an item that is not known.
pub(crate) enum Accepted {
    /// A JSON text for the reply.
    Item(String),
    /// It was handed on before. Its id.
    Duplicate(String),
    /// It is not wanted.
    Ignored,
}

/// A list of PayPal's.
pub(crate) trait Source {
    /// Reads the window on from a place. If it finds more than there is room for, the rest is read again by the next call.
    ///
    /// # Errors
    /// If nothing could be read.
    fn read(&mut self, calls: &mut Calls, window: Window, place: Option<&str>, room: usize)
    -> Result<Portion, Failure>;

    /// Takes an item that is not known.
    fn accept(&mut self, item: &str) -> Accepted {
        Accepted::Item(item.to_owned())
    }
}
