//! What has become of a noted call.

use super::intent::Intent;
use crate::{
    base::{
        date::{self, OffsetDateTime},
        document::Document,
    },
    paypal::resource,
    platform::{
        entry::{Entry, JournalError},
        failure::{self, Failure},
        interface::Platform,
        reply::Reply,
    },
};

/// What follows the call's id in those of its entries.
const CONCLUDED: &str = ":outcome";
const UNCLEAR: &str = ":unknown";

/// Whether a call has been carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Done,
    NotDone,
    Unknown,
}

impl Verdict {
    const ALL: [Self; 3] = [Self::Done, Self::NotDone, Self::Unknown];

    /// Its name in the journal and in replies.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotDone => "not-done",
            Self::Unknown => "unknown",
        }
    }

    /// The verdict of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

/// What calls have in common of which PayPal carries out one: it remembers a key for an operation and an account.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    action: String,
    key: String,
    assertion: Option<String>,
}

impl Key {
    /// That of a call; `None` if it has no key.
    pub(crate) fn of(intent: &Intent) -> Option<Self> {
        let Intent { action, key, assertion, .. } = intent;
        Some(Self { action: action.clone(), key: key.clone()?, assertion: assertion.clone() })
    }
}

/// What has become of a call, with what PayPal said about it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Conclusion {
    pub(crate) verdict: Verdict,
    /// PayPal's status of the resource afterwards.
    pub(crate) status: Option<String>,
    /// The resource's id.
    pub(crate) resource_id: Option<String>,
    /// PayPal's id of the exchange.
    pub(crate) debug_id: Option<String>,
    /// The failure's kind, and PayPal's name for it.
    pub(crate) failure: Option<(String, Option<String>)>,
}

impl Conclusion {
    /// A verdict without anything of PayPal's.
    pub(crate) fn new(verdict: Verdict) -> Self {
        Self { verdict, status: None, resource_id: None, debug_id: None, failure: None }
    }

    /// That of a call with this outcome.
    pub(crate) fn of(outcome: &Result<Reply, Failure>) -> Self {
        match outcome {
            Ok(reply) => Self { debug_id: reply.debug_id.clone(), ..Self::shown(reply.body.as_deref()) },
            Err(failure) => {
                let is_unknown = failure.kind == failure::Kind::OutcomeUnknown;
                Self {
                    debug_id: failure.debug_id.clone(),
                    failure: Some((failure.kind.as_str().to_owned(), failure.name.clone())),
                    ..Self::new(if is_unknown { Verdict::Unknown } else { Verdict::NotDone })
                }
            }
        }
    }

    /// That of a call which PayPal's document shows to have been carried out.
    pub(crate) fn shown(body: Option<&str>) -> Self {
        let document = body.and_then(|body| Document::parse(body).ok()).unwrap_or(Document::Null);
        let status = resource::status(&document);
        let resource_id = resource::text(&document, "id").map(str::to_owned);
        Self { status, resource_id, ..Self::new(Verdict::Done) }
    }

    /// Notes it with its intent. What is noted first stays: a call that is resolved while it ends has one conclusion.
    ///
    /// # Errors
    /// If the platform cannot store it.
    pub(crate) fn note(&self, platform: &dyn Platform, intent: &Intent) -> Result<(), JournalError> {
        let entry = self.to_entry(intent, platform.now());
        platform.append(&intent.id.subject(), entry).map(drop)
    }

    fn to_entry(&self, intent: &Intent, now: OffsetDateTime) -> Entry {
        let suffix = if self.verdict == Verdict::Unknown { UNCLEAR } else { CONCLUDED };
        let mut members = vec![("outcome", Document::from(self.verdict.as_str()))];
        let mut add =
            |name, value: Option<&str>| members.extend(value.map(|it| (name, Document::Text(it.to_owned().into()))));
        add("idempotency_key", intent.key.as_deref());
        add("auth_assertion", intent.assertion.as_deref());
        add("resource_id", self.resource_id.as_deref());
        add("debug_id", self.debug_id.as_deref());
        add("failure", self.failure.as_ref().map(|(kind, _)| &**kind));
        add("name", self.failure.as_ref().and_then(|(_, name)| name.as_deref()));
        Entry {
            id: Some([&*intent.id.unique, suffix].concat()),
            time: date::stamp(now),
            event: intent.action.clone(),
            status: self.status.clone(),
            details: Document::Object(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
                .to_json(),
        }
    }

    /// Reads an entry, with the call's unique part and its key; `None` if it is not one that [`Conclusion::note`] has made.
    pub(crate) fn read(entry: &Entry) -> Option<(&str, Option<Key>, Self)> {
        let id = entry.id.as_deref()?;
        let unique = id.strip_suffix(CONCLUDED).or_else(|| id.strip_suffix(UNCLEAR))?;
        let details = Document::parse(&entry.details).ok()?;
        let text = |name: &str| details.get(name).and_then(Document::as_text).map(str::to_owned);
        let conclusion = Self {
            verdict: Verdict::named(&text("outcome")?)?,
            status: entry.status.clone(),
            resource_id: text("resource_id"),
            debug_id: text("debug_id"),
            failure: text("failure").map(|kind| (kind, text("name"))),
        };
        let key = text("idempotency_key").map(|key| Key {
            action: entry.event.clone(),
            key,
            assertion: text("auth_assertion"),
        });
        Some((unique, key, conclusion))
    }
}
