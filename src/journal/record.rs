//! One thing that happened, told to everything that it concerns.

use std::{borrow::Cow, slice};

use crate::platform::entry::{Entry, NoJournal};
use crate::{
    base::document::Document,
    paypal::{
        kind::{Kind, is_id},
        subject::Subject,
    },
    platform::interface::Platform,
};

/// The kinds of resources that keep a history of what belongs to them: an order has that of its captures. A plan, say, has
/// none of its subscriptions'.
const OWNERS: [Kind; 6] =
    [Kind::Order, Kind::Subscription, Kind::Authorization, Kind::Capture, Kind::Sale, Kind::Invoice];

/// What one payment is called, by the API: to a subscription's events a capture is a sale, and to a dispute a transaction. Its
/// id is the same.
const PAYMENT: [Kind; 3] = [Kind::Capture, Kind::Sale, Kind::Transaction];

/// One thing that happened to a resource.
pub(crate) struct Record<'a> {
    /// What tells it from another of its subject, where it can come twice: an event's id.
    pub(crate) id: Option<&'a str>,
    /// When, RFC 3339 in UTC.
    pub(crate) time: &'a str,
    /// The action, or PayPal's type of the event.
    pub(crate) event: &'a str,
    /// The resource, where it is known which one it is.
    pub(crate) subject: Option<Subject<'a>>,
    /// What it belongs to.
    pub(crate) related: Vec<Subject<'a>>,
    /// The resource's status after it.
    pub(crate) status: Option<String>,
    /// What else there is to say, by name.
    pub(crate) more: Vec<(&'static str, Document<'a>)>,
}

impl Record<'_> {
    /// Appends it under the resource and under what that belongs to, so far as its kind keeps such a history. What the resource
    /// belongs to may be known to the journal alone: a refund names its capture, and the capture's entries name the order.
    ///
    /// # Errors
    /// Where the platform cannot keep an entry; there may be others by then.
    pub(crate) fn append(&self, platform: &dyn Platform) -> Result<(), NoJournal> {
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

    /// Appends it under the resource alone.
    ///
    /// # Errors
    /// Where the platform cannot keep it.
    pub(crate) fn append_to_subject(&self, platform: &dyn Platform) -> Result<(), NoJournal> {
        self.subject.map_or(Ok(()), |subject| self.write(platform, subject, &self.related))
    }

    fn write(&self, platform: &dyn Platform, under: Subject, related: &[Subject]) -> Result<(), NoJournal> {
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

    /// The order and the subscription that the journal knows of, so far as the resource itself does not name them.
    fn owners(&self, platform: &dyn Platform) -> Result<Vec<(Kind, String)>, NoJournal> {
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

/// The kinds under which the journal may have the owner of a resource of this kind. An order has none, whose history may be a
/// long one.
fn names(kind: &Kind) -> &[Kind] {
    match kind {
        Kind::Capture | Kind::Sale | Kind::Transaction => &PAYMENT,
        Kind::Authorization | Kind::Invoice => slice::from_ref(kind),
        _ => &[],
    }
}
