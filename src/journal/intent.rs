//! What a call intends, noted before it is sent.

use std::borrow::Cow;

use super::call_id::CallId;
use crate::{
    base::{
        date::{self, OffsetDateTime},
        document::Document,
    },
    platform::entry::Entry,
};

/// The most bytes of an entry, below the 64 KiB that the host of this repository takes.
const LONGEST: usize = 48 * 1024;

/// A call that moves money, before it is sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Intent {
    pub(crate) id: CallId,
    /// The action's id.
    pub(crate) action: String,
    /// When it began.
    pub(crate) began: OffsetDateTime,
    /// Until when it may still be running.
    pub(crate) ends: OffsetDateTime,
    /// The idempotency key that is sent; `None` if PayPal recognises none.
    pub(crate) key: Option<String>,
    /// The assertion of on whose behalf it is made, the caller's or the connection's. With another one the same key is that of
    /// another call.
    pub(crate) assertion: Option<String>,
    /// The digest of its input.
    pub(crate) digest: String,
    /// The parameters of its path, which name what it is about.
    pub(crate) parameters: Vec<(String, String)>,
    /// The input of `invoke` without its key; `None` if it has something that the journal must not have.
    pub(crate) input: Option<String>,
}

impl Intent {
    /// The journal's entry. An input that is too long for it is left out.
    pub(crate) fn to_entry(&self) -> Entry {
        let details = self.details(self.input.as_deref());
        let details = if details.len() > LONGEST { self.details(None) } else { details };
        Entry {
            id: Some(self.id.unique.clone()),
            time: date::stamp(self.began),
            event: self.action.clone(),
            status: None,
            details,
        }
    }

    fn details(&self, input: Option<&str>) -> String {
        let parameters = self.parameters.iter().map(|(name, value)| (name.into(), value.as_str().into())).collect();
        let mut members = vec![
            ("idempotency_key", Document::from(self.key.as_deref())),
            ("digest", self.digest.as_str().into()),
            ("ends", date::stamp(self.ends).into()),
            ("parameters", Document::Object(parameters)),
            // As text: a database that reads JSON may spell numbers in another way.
            ("input", input.into()),
        ];
        members.extend(self.assertion.as_deref().map(|assertion| ("auth_assertion", assertion.into())));
        Document::Object(members.into_iter().map(|(name, value)| (name.into(), value)).collect()).to_json()
    }

    /// Reads an entry of an hour; `None` if it is not one that [`Intent::to_entry`] has made.
    pub(crate) fn read(hour: &str, entry: &Entry) -> Option<Self> {
        let unique = entry.id.as_deref()?;
        let details = Document::parse(&entry.details).ok()?;
        let text = |name: &str| details.get(name).and_then(Document::as_text).map(str::to_owned);
        let Document::Object(parameters) = details.get("parameters")? else { return None };
        let parameter = |(name, value): &(Cow<str>, Document)| Some((name.to_string(), value.as_text()?.to_owned()));
        Some(Self {
            id: CallId::parse(&CallId::of(hour, unique).to_text())?,
            action: entry.event.clone(),
            began: date::parse(&entry.time)?,
            ends: date::parse(&text("ends")?)?,
            key: text("idempotency_key"),
            assertion: text("auth_assertion"),
            digest: text("digest")?,
            parameters: parameters.iter().map(parameter).collect::<Option<_>>()?,
            input: text("input"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(input: Option<String>) -> Intent {
        let began = date::parse("2026-11-30T14:05:06.789Z").unwrap();
        Intent {
            id: CallId::new(began),
            action: "orders.capture".into(),
            began,
            ends: date::parse("2026-11-30T14:05:36.789Z").unwrap(),
            key: Some("k1".into()),
            assertion: Some("e30.e30.".into()),
            digest: "00ff".into(),
            parameters: vec![("id".into(), "5O19".into())],
            input,
        }
    }

    #[test]
    fn an_intent_reads_as_it_was_written() {
        for input in [None, Some(r#"{"id":"5O19","body":{"a": 1.0}}"#.to_owned())] {
            let intent = intent(input);
            assert_eq!(Intent::read("2026-11-30T14", &intent.to_entry()), Some(intent.clone()));
            let keyless = Intent { key: None, assertion: None, parameters: Vec::new(), ..intent };
            assert_eq!(Intent::read("2026-11-30T14", &keyless.to_entry()), Some(keyless));
        }
    }

    #[test]
    fn an_input_that_is_too_long_is_left_out() {
        let intent = intent(Some("\"".repeat(LONGEST / 2)));
        let read = Intent::read("2026-11-30T14", &intent.to_entry());
        assert_eq!(read, Some(Intent { input: None, ..intent }));
    }

    #[test]
    fn what_is_no_intent_is_none() {
        let good = intent(None).to_entry();
        for entry in [
            Entry { id: None, ..good.clone() },
            Entry { id: Some("x".into()), ..good.clone() },
            Entry { time: "today".into(), ..good.clone() },
            Entry { details: "{}".into(), ..good.clone() },
            Entry { details: "no JSON".into(), ..good.clone() },
            Entry { details: good.details.replace("\"5O19\"", "7"), ..good.clone() },
        ] {
            assert_eq!(Intent::read("2026-11-30T14", &entry), None, "{entry:?}");
        }
    }
}
