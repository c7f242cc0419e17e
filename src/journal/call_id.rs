//! The id of a noted call, which says in which hour of the journal it is.

use crate::base::date::{self, OffsetDateTime};

/// The characters of an hour: `2026-11-30T14`.
const HOUR: usize = 13;

/// Where a call is noted: under the hour in which it began, in UTC. A subject for all calls would grow without end, and one for
/// each call could not be found without its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallId {
    hour: String,
    /// Distinguishes it from the other calls of its hour.
    pub(crate) unique: String,
}

impl CallId {
    /// The id of a call that begins now.
    pub(crate) fn new(began: OffsetDateTime) -> Self {
        Self { hour: hour(began), unique: uuid::Uuid::new_v4().to_string() }
    }

    /// The id of a call that was noted in that hour.
    pub(crate) fn of(hour: &str, unique: &str) -> Self {
        Self { hour: hour.to_owned(), unique: unique.to_owned() }
    }

    /// Reads what [`CallId::to_text`] has written; `None` for another text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (hour, unique) = text.split_once('/')?;
        let is_unique = unique.len() == 36 && unique.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        let is_hour = hour.len() == HOUR && date::parse(&format!("{hour}:00:00Z")).is_some();
        (is_unique && is_hour).then(|| Self::of(hour, unique))
    }

    /// `2026-11-30T14/` and 36 characters.
    pub(crate) fn to_text(&self) -> String {
        [&*self.hour, "/", &*self.unique].concat()
    }

    /// The hour in which it was noted.
    pub(crate) fn hour(&self) -> &str {
        &self.hour
    }

    /// The journal's subject with its entries.
    pub(crate) fn subject(&self) -> String {
        subject(&self.hour)
    }
}

/// The journal's subject with the calls of an hour.
pub(crate) fn subject(hour: &str) -> String {
    ["calls:", hour].concat()
}

/// The hour of a time, in UTC.
pub(crate) fn hour(time: OffsetDateTime) -> String {
    let mut hour = date::stamp(time);
    hour.truncate(HOUR);
    hour
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_as_it_was_written() {
        let id = CallId::new(date::parse("2026-11-30T15:59:59.9+01:00").unwrap());
        assert_eq!(id.subject(), "calls:2026-11-30T14");
        assert_eq!(CallId::parse(&id.to_text()), Some(id.clone()));
        assert_ne!(CallId::new(OffsetDateTime::UNIX_EPOCH).unique, CallId::new(OffsetDateTime::UNIX_EPOCH).unique);
    }

    #[test]
    fn another_text_is_none() {
        let unique = "0b1f62a4-91d2-4e0c-8f43-3f1f3a1c9a11";
        for text in ["", "/", unique, "2026-11-30/x", "2026-11-30T14/", "2026-11-30T14/x:outcome"] {
            assert_eq!(CallId::parse(text), None, "{text}");
        }
        for hour in
            ["2026-11-31T14", "2026-11-30T24", "2026-11-30T1", "order:5O190127", "2026-11-30T14:", "2026-11-30X14"]
        {
            assert_eq!(CallId::parse(&format!("{hour}/{unique}")), None, "{hour}");
        }
    }
}
