//! The journal's entry that an event or message has been handed on: only then is the next delivery a duplicate.

use crate::{
    base::{date, document::Document},
    platform::{
        entry::{Entry, JournalError},
        failure::Failure,
        interface::Platform,
        reply::Reply,
    },
};

/// The acknowledgement of one event for one webhook, or of one IPN message.
pub(super) struct Acknowledgement<'a> {
    /// The journal's subject, which also has the entries from when it was received.
    subject: String,
    id: String,
    action: &'static str,
    details: Vec<(&'static str, &'a str)>,
}

impl<'a> Acknowledgement<'a> {
    /// The acknowledgement of an event. Two webhooks that get the same event each have their own.
    pub(super) fn of_event(event_id: &'a str, webhook_id: &'a str) -> Self {
        Self {
            subject: ["event:", event_id].concat(),
            // No webhook id has a colon. The webhook's id alone is the entry from when the event was received.
            id: ["acknowledged:", webhook_id].concat(),
            action: "events.acknowledge",
            details: vec![("webhook_id", webhook_id)],
        }
    }

    /// The acknowledgement of an IPN message, by its `dedupe_key`.
    pub(super) fn of_message(key: &'a str) -> Self {
        Self {
            subject: ["ipn:", key].concat(),
            id: "acknowledged".to_owned(),
            action: "ipn.acknowledge",
            details: Vec::new(),
        }
    }

    /// The journal's subject.
    pub(super) fn subject(&self) -> &str {
        &self.subject
    }

    /// Whether it is in the journal.
    ///
    /// # Errors
    /// If the platform's journal cannot be read.
    pub(super) fn is_kept(&self, platform: &dyn Platform) -> Result<bool, JournalError> {
        let entries = platform.entries(&self.subject)?;
        Ok(entries.iter().any(|entry| entry.id.as_deref() == Some(&*self.id)))
    }

    /// Stores it, and replies whether it is the first.
    ///
    /// # Errors
    /// `connection-unavailable` if the platform's journal cannot be written.
    pub(super) fn keep(&self, platform: &dyn Platform) -> Result<Reply, Failure> {
        let details = self.details.iter().map(|(name, value)| ((*name).into(), Document::from((*value).to_owned())));
        let entry = Entry {
            id: Some(self.id.clone()),
            time: date::stamp(platform.now()),
            event: self.action.to_owned(),
            status: None,
            details: Document::Object(details.collect()).to_json(),
        };
        let is_first = platform.append(&self.subject, entry).map_err(JournalError::into_failure)?;
        Ok(Reply::own(Document::Object(vec![("first".into(), is_first.into())]).to_json()))
    }
}
