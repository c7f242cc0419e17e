//! What a call has found so far.

use super::{checkpoint::Checkpoint, source::Stopped};
use crate::{
    base::{
        date,
        document::{Document, quoted},
    },
    platform::failure::Failure,
};

/// What a call has found so far: JSON texts.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) items: Vec<String>,
    pub(super) duplicates: Vec<String>,
    pub(super) missing: Vec<String>,
    pub(super) stopped: Option<Stopped>,
    pub(super) bytes: usize,
}

impl Found {
    pub(super) fn push(&mut self, item: String) {
        self.bytes = self.bytes.saturating_add(item.len());
        self.items.push(item);
    }

    /// The reply's body.
    pub(super) fn into_json(self, checkpoint: &Checkpoint, text: &str, names_duplicates: bool) -> String {
        let until = date::format(checkpoint.until).unwrap_or_default();
        let stopped = self.stopped.map(|stopped| match stopped {
            Stopped::Failed(failure) => to_json(&failure),
            Stopped::Told(text) => text,
        });
        let lists = [("duplicates", self.duplicates), ("missing", self.missing)];
        let mut head = format!(
            "{{\"checkpoint\":{},\"more\":{},\"until\":{},\"may_repeat\":{},",
            quoted(text),
            checkpoint.round.is_some(),
            quoted(&until),
            checkpoint.seen.may_repeat(),
        );
        for (name, list) in lists {
            if name == "missing" || names_duplicates {
                head.push_str(&format!("{}:[{}],", quoted(name), list.join(",")));
            }
        }
        if let Some(stopped) = stopped {
            head.push_str(&format!("\"stopped\":{stopped},"));
        }
        let mut body = String::with_capacity(head.len() + self.bytes + self.items.len() + 16);
        body.push_str(&head);
        body.push_str("\"items\":[");
        for (index, item) in self.items.into_iter().enumerate() {
            if index > 0 {
                body.push(',');
            }
            body.push_str(&item);
        }
        body.push_str("]}");
        body
    }
}

/// A failure that ended a call which had found something, or read a page.
fn to_json(failure: &Failure) -> String {
    let mut members = vec![
        ("reason".into(), failure.kind.as_str().into()),
        ("message".into(), Document::from(failure.message.clone())),
    ];
    members.extend(failure.debug_id.as_ref().map(|id| ("debug_id".into(), id.clone().into())));
    let wait = failure.retry_after_ms.map(|wait| u32::try_from(wait).unwrap_or(u32::MAX));
    members.extend(wait.map(|wait| ("retry_after_ms".into(), wait.into())));
    Document::Object(members).to_json()
}
