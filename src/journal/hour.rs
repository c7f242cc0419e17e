//! The calls that were noted in an hour.

use std::collections::BTreeMap;

use super::{
    call_id,
    conclusion::{Conclusion, Key, Verdict},
    intent::Intent,
};
use crate::platform::{entry::JournalError, interface::Platform};

/// The calls of an hour, and what is known of them.
pub(crate) struct Hour {
    /// In the order in which they were noted.
    pub(crate) intents: Vec<Intent>,
    /// What has become of them, by the unique parts of their ids.
    conclusions: BTreeMap<String, Conclusion>,
    /// The calls that were carried out, by their keys.
    done: BTreeMap<Key, Conclusion>,
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
        let (mut conclusions, mut done) = (BTreeMap::<String, Conclusion>::new(), BTreeMap::new());
        for entry in &entries {
            let Some((unique, key, conclusion)) = Conclusion::read(entry) else { continue };
            if let (Verdict::Done, Some(key)) = (conclusion.verdict, key) {
                done.entry(key).or_insert_with(|| conclusion.clone());
            }
            // An outcome is better than none, whichever was noted first.
            let is_known = conclusions.get(unique).is_some_and(|known| known.verdict != Verdict::Unknown);
            if !is_known {
                conclusions.insert(unique.to_owned(), conclusion);
            }
        }
        Ok(Self {
            intents: entries.iter().filter_map(|entry| Intent::read(hour, entry)).collect(),
            conclusions,
            done,
            size: entries.iter().map(|entry| entry.details.len() + entry.event.len()).sum(),
        })
    }

    /// What has become of a call, if this hour knows: what was noted for it, or that a call with the same key was carried
    /// out, since PayPal carries out one of them.
    pub(crate) fn conclusion(&self, intent: &Intent) -> Option<&Conclusion> {
        let known = self.conclusions.get(&intent.id.unique);
        if known.is_some_and(|known| known.verdict != Verdict::Unknown) {
            return known;
        }
        Key::of(intent).and_then(|same| self.done.get(&same)).or(known)
    }
}
