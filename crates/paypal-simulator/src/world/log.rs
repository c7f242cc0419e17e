//! The last requests, without bodies and headers, which may have card numbers and tokens.

use std::collections::VecDeque;

use http::{Method, Uri};
use serde_json::{Value, json};

use crate::base::clock::Moment;

/// How many requests are kept.
const KEPT: usize = 1_000;

/// A request and how it was answered.
pub(crate) struct Entry {
    pub(crate) time: Moment,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) status: u16,
    /// The first issue of a refusal.
    pub(crate) issue: Option<String>,
    pub(crate) debug_id: String,
}

#[derive(Default)]
pub(crate) struct Log {
    entries: VecDeque<Entry>,
    /// How many are no longer kept.
    gone: u64,
}

impl Log {
    pub(crate) fn add(&mut self, entry: Entry) {
        if self.entries.len() == KEPT {
            self.entries.pop_front();
            self.gone += 1;
        }
        self.entries.push_back(entry);
    }

    /// Returns the requests after the one with this number, oldest first; the first request has the number 1. `action` says
    /// which action of the connector makes such a request.
    pub(crate) fn after(&self, number: u64, action: impl Fn(&Method, &Uri) -> Option<&'static str>) -> Vec<Value> {
        let numbered = (self.gone + 1..).zip(&self.entries).filter(|(it, _)| *it > number);
        numbered.map(|(number, entry)| entry.document(number, action(&entry.method, &entry.uri))).collect()
    }
}

impl Entry {
    fn document(&self, number: u64, action: Option<&str>) -> Value {
        json!({
            "number": number,
            "time": self.time.rfc3339_millis(),
            "method": self.method.as_str(),
            "path": self.uri.path_and_query().map_or("/", |it| it.as_str()),
            "action": action,
            "status": self.status,
            "issue": self.issue,
            "debug_id": self.debug_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Clock;

    #[test]
    fn the_last_thousand_are_kept_with_their_numbers() {
        let (mut log, time) = (Log::default(), Clock::new().now());
        for status in 0..1_500 {
            let (method, uri, debug_id) = (Method::GET, Uri::from_static("/"), "f".to_owned());
            log.add(Entry { time, method, uri, status, issue: None, debug_id });
        }
        assert_eq!(log.after(0, |_, _| None).len(), 1_000);
        let last = log.after(1_498, |_, _| None);
        assert_eq!(last.iter().map(|it| &it["number"]).collect::<Vec<_>>(), [1_499, 1_500]);
        assert_eq!(last[1]["status"], 1_499);
        assert!(log.after(1_500, |_, _| None).is_empty());
    }
}
