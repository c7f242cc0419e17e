//! Notes of calls in the journal: one that is read is written so that it reads the same, and its id with it.

use super::input::text;

use crate::{
    journal::{call_id::CallId, conclusion::Conclusion, intent::Intent},
    platform::entry::Entry,
};

const HOUR: &str = "2026-11-30T14";
const UNIQUE: &str = "0b1f62a4-91d2-4e0c-8f43-3f1f3a1c9a11";

pub(super) fn run(input: &[u8]) {
    let Some(text) = text(input) else { return };
    if let Some(id) = CallId::parse(text) {
        assert_eq!((id.to_text().as_str(), id.subject()), (text, format!("calls:{}", id.hour())));
    }
    let noted = |id: &str| Entry {
        id: Some(id.to_owned()),
        time: "2026-11-30T14:05:06Z".to_owned(),
        event: "orders.capture".to_owned(),
        status: None,
        details: text.to_owned(),
    };
    if let Some(intent) = Intent::read(HOUR, &noted(UNIQUE)) {
        let again = Intent::read(HOUR, &intent.to_entry());
        // What is too long for an entry is left out.
        assert!(again.is_some_and(|again| again == Intent { input: again.input.clone(), ..intent }), "{text}");
    }
    for suffix in [":outcome", ":unknown"] {
        let entry = noted(&[UNIQUE, suffix].concat());
        assert!(Conclusion::read(&entry).is_none_or(|(unique, ..)| unique == UNIQUE));
        assert!(Intent::read(HOUR, &entry).is_none());
    }
}
