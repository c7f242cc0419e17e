//! The calls that were noted in an hour.

use super::{
    call_id,
    conclusion::{Conclusion, Verdict},
    intent::Intent,
};
use crate::platform::{
    entry::{Entry, JournalError},
    interface::Platform,
};

/// The calls of an hour, and what is known of them.
pub(crate) struct Hour {
    /// In the order in which they were noted.
    pub(crate) intents: Vec<Intent>,
    /// The unique part of each id, its action and key, and what has become of it; a later one counts.
    conclusions: Vec<(String, String, Option<String>, Conclusion)>,
    /// The length of its entries, in bytes.
    pub(crate) size: usize,
}

impl Hour {
    /// Reads an hour, such as `2026-11-30T14`.
    ///
    /// # Errors
    /// If the platform cannot read its journal.
    pub(crate) fn read(platform: &dyn Platform, hour: &str) -> Result<Self, JournalError> {
        let entries = platform.entries(&call_id::subject(hour))?;
        let conclusion = |entry: &Entry| {
            let (unique, key, conclusion) = Conclusion::read(entry)?;
            Some((unique.to_owned(), entry.event.clone(), key, conclusion))
        };
        Ok(Self {
            intents: entries.iter().filter_map(|entry| Intent::read(hour, entry)).collect(),
            conclusions: entries.iter().filter_map(conclusion).collect(),
            size: entries.iter().map(|entry| entry.details.len() + entry.event.len()).sum(),
        })
    }

    /// What has become of a call, if this hour knows: what was noted for it, or that a call with the same action and key was
    /// carried out, since PayPal carries out one of them.
    pub(crate) fn conclusion(&self, intent: &Intent) -> Option<&Conclusion> {
        let of_call = self.conclusions.iter().filter(|(unique, ..)| *unique == intent.id.unique);
        let known = of_call.map(|(.., conclusion)| conclusion).max_by_key(|it| it.verdict != Verdict::Unknown);
        match known {
            Some(known) if known.verdict != Verdict::Unknown => Some(known),
            _ => self.done_by_key(intent).or(known),
        }
    }

    fn done_by_key(&self, intent: &Intent) -> Option<&Conclusion> {
        let is_same =
            |action: &str, key: &Option<String>| key.is_some() && *key == intent.key && action == intent.action;
        let mut conclusions = self.conclusions.iter();
        let done = conclusions.find(|(_, action, key, it)| it.verdict == Verdict::Done && is_same(action, key));
        done.map(|(.., conclusion)| conclusion)
    }
}
