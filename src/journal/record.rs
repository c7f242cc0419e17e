//! A record of what happened to a resource, written under every resource that it concerns.

use std::{borrow::Cow, slice};

use crate::platform::entry::{Entry, JournalError};
use crate::{
    base::document::Document,
    paypal::{
        kind::{Kind, is_id},
        subject::Subject,
    },
    platform::interface::Platform,
};

/// The kinds whose history includes that of what belongs to them: an order's includes its captures, but a plan's does
/// not include its subscriptions.
const OWNERS: [Kind; 6] =
    [Kind::Order, Kind::Subscription, Kind::Authorization, Kind::Capture, Kind::Sale, Kind::Invoice];

/// The kinds of one payment, by API: a subscription's events call a capture a sale, and a dispute calls it a
/// transaction, with the same id.
const PAYMENT: [Kind; 3] = [Kind::Capture, Kind::Sale, Kind::Transaction];

/// What happened to a resource.
pub(crate) struct Record<'a> {
    /// Identifies the record among those of its subject, if it can be appended twice: an event's id.
    pub(crate) id: Option<&'a str>,
    /// When it happened, RFC 3339 in UTC.
    pub(crate) time: &'a str,
    /// The action, or PayPal's type of the event.
    pub(crate) event: &'a str,
    /// The resource, if known.
    pub(crate) subject: Option<Subject<'a>>,
    /// The resources that it belongs to.
    pub(crate) related: Vec<Subject<'a>>,
    /// The resource's status afterwards.
    pub(crate) status: Option<String>,
    /// Further details, by name.
    pub(crate) more: Vec<(&'static str, Document<'a>)>,
}

impl Record<'_> {
    /// Appends it under the resource and under those it belongs to, if their kind is in `OWNERS`. Only the journal may
    /// know what the resource belongs to: a refund names its capture, and the capture's entries name the order.
    ///
    /// # Errors
    /// If the platform cannot store an entry; others may have been stored before.
    pub(crate) fn append(&self, platform: &dyn Platform) -> Result<(), JournalError> {
        let owners = self.owners(platform)?;
        let known = owners.iter().map(|(kind, id)| Subject { kind: *kind, id });
        let related: Vec<_> = self.related.iter().copied().chain(known).collect();
        if let Some(subject) = self.subject {
            self.write(platform, subject, &related)?;
        }
        for owner in related.iter().filter(|owner| OWNERS.contains(&owner.kind)) {
            self.write(platform, *owner, &related)?;
        }
        Ok(())
    }

    /// Appends it under the resource only.
    ///
    /// # Errors
    /// If the platform cannot store it.
    pub(crate) fn append_to_subject(&self, platform: &dyn Platform) -> Result<(), JournalError> {
        self.subject.map_or(Ok(()), |subject| self.write(platform, subject, &self.related))
    }

    fn write(&self, platform: &dyn Platform, under: Subject, related: &[Subject]) -> Result<(), JournalError> {
        let subject = self.subject.map(|subject| {
            let members = [("kind", subject.kind.as_str()), ("id", subject.id)];
            Document::Object(members.map(|(name, value)| (name.into(), value.into())).into())
        });
        let related = related.iter().map(|it| (it.kind.as_str().into(), it.id.into()));
        let mut details: Vec<(Cow<str>, Document)> =
            vec![("subject".into(), subject.into()), ("related".into(), Document::Object(related.collect()))];
        details.extend(self.more.iter().map(|(name, value)| ((*name).into(), value.clone())));
        let entry = Entry {
            id: self.id.map(str::to_owned),
            time: self.time.to_owned(),
            event: self.event.to_owned(),
            status: self.status.clone(),
            details: Document::Object(details).to_json(),
        };
        platform.append(&under.name(), entry).map(drop)
    }

    /// The order and the subscription in the journal's entries, unless the resource itself names them.
    fn owners(&self, platform: &dyn Platform) -> Result<Vec<(Kind, String)>, JournalError> {
        let mut owners = Vec::new();
        for of in self.related.iter().chain(&self.subject) {
            for kind in names(&of.kind) {
                for entry in platform.entries(&Subject { kind: *kind, id: of.id }.name())? {
                    self.owners_in(&entry, &mut owners);
                }
            }
        }
        Ok(owners)
    }

    /// Adds those that an entry names.
    fn owners_in(&self, entry: &Entry, owners: &mut Vec<(Kind, String)>) {
        let Ok(details) = Document::parse(&entry.details) else { return };
        for kind in [Kind::Order, Kind::Subscription] {
            let named = self.related.iter().map(|it| it.kind).chain(self.subject.map(|subject| subject.kind));
            let is_known = named.chain(owners.iter().map(|(kind, _)| *kind)).any(|it| it == kind);
            let id = details.get("related").and_then(|related| related.get(kind.as_str())?.as_text());
            owners.extend(id.filter(|id| !is_known && is_id(id)).map(|id| (kind, id.to_owned())));
        }
    }
}

/// The kinds under which the journal may name the owner of a resource of this kind. None for an order, whose history
/// may be long.
fn names(kind: &Kind) -> &[Kind] {
    match kind {
        Kind::Capture | Kind::Sale | Kind::Transaction => &PAYMENT,
        Kind::Authorization | Kind::Invoice => slice::from_ref(kind),
        _ => &[],
    }
}
