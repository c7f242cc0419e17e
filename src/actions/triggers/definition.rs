//! The triggers that users know by name: `triggers.json`.

use crate::{
    base::{document::Document, pointer, spelling},
    catalogue,
    events::{event::Event, types},
};

/// Where an item has what it is known by, however often it comes.
pub(crate) const DEDUPLICATION_KEY: &str = "/id";

/// A trigger.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) id: String,
    /// The group of actions that it belongs to.
    pub(crate) group: String,
    pub(crate) label: String,
    pub(crate) description: String,
    /// The types of PayPal's events behind it.
    pub(crate) event_types: Vec<String>,
    /// JSON Pointers into an item: it fires if each of them has a value.
    pub(crate) requires: Vec<String>,
    /// An item: an event as `events.receive` returns it, as JSON.
    pub(crate) sample: String,
}

impl Definition {
    /// All of them, in their order.
    pub(crate) fn all() -> Vec<Self> {
        of_the_catalogue(|triggers| triggers.iter().map(Self::read).collect())
    }

    /// The one with this id. The others are not read, since each has a sample.
    ///
    /// # Errors
    /// What is wrong with the id, and the one that was perhaps meant.
    pub(crate) fn named(id: &str) -> Result<Self, String> {
        let id_of = |document: &Document| document.get("id").and_then(Document::as_text).unwrap_or_default().to_owned();
        of_the_catalogue(|triggers| {
            let found = triggers.iter().find(|trigger| id_of(trigger) == id);
            found.map(Self::read).ok_or_else(|| {
                let ids: Vec<_> = triggers.iter().map(id_of).collect();
                spelling::unknown("trigger", id, ids.iter().map(String::as_str))
            })
        })
    }

    fn read(document: &Document) -> Self {
        let text = |name| document.get(name).and_then(Document::as_text).unwrap_or_default().to_owned();
        let texts = |name| {
            let items = document.get(name).map_or(&[][..], Document::items);
            items.iter().filter_map(Document::as_text).map(str::to_owned).collect()
        };
        let sample = document.get("sample").map(Document::to_json).unwrap_or_default();
        Self {
            id: text("id"),
            group: text("group"),
            label: text("label"),
            description: text("description"),
            event_types: texts("event_types"),
            requires: texts("requires"),
            sample: Event::parse(&sample).map(|event| event.to_json()).unwrap_or_default(),
        }
    }

    /// The kinds of the resources that its events are about, each once. That of the sample is what PayPal sends: the event
    /// of a capture's refund is about the refund.
    pub(crate) fn subject_kinds(&self) -> Vec<String> {
        let sample = Document::parse(&self.sample).unwrap_or(Document::Null);
        let text = |place| pointer::at(&sample, place).and_then(Document::as_text);
        let sampled = text("/type");
        let others = self.event_types.iter().filter(|name| Some(&***name) != sampled);
        let others = others.filter_map(|name| types::of(name).flatten()).map(|kind| kind.as_str());
        let mut kinds: Vec<String> = Vec::new();
        for kind in text("/subject/kind").into_iter().chain(others) {
            if !kinds.iter().any(|known| known == kind) {
                kinds.push(kind.to_owned());
            }
        }
        kinds
    }

    /// The item of an event, as JSON; `None` if the trigger does not fire for it.
    pub(crate) fn item(&self, event: &Event) -> Option<String> {
        let is_wanted = |name: &str| self.event_types.iter().any(|wanted| wanted == name);
        event.event_type().filter(|name| is_wanted(name))?;
        let item = event.to_json();
        let has_all = |document: &Document| {
            let has = |place: &String| pointer::at(document, place).is_some_and(|value| *value != Document::Null);
            self.requires.iter().all(has)
        };
        let fires = self.requires.is_empty() || Document::parse(&item).is_ok_and(|document| has_all(&document));
        fires.then_some(item)
    }
}

/// What is read of the definitions.
fn of_the_catalogue<T>(read: impl FnOnce(&[Document]) -> T) -> T {
    let text = catalogue::triggers();
    // The build has checked it.
    let document = Document::parse(&text).unwrap_or(Document::Null);
    read(document.get("triggers").map_or(&[][..], Document::items))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn their_types_are_paypal_s_and_their_samples_fire_them() {
        let all = Definition::all();
        assert!(all.len() >= 30, "{}", all.len());
        for trigger in &all {
            for name in &trigger.event_types {
                assert!(types::of(name).is_some(), "{}: PayPal has no {name}", trigger.id);
            }
            let sample = Document::parse(&trigger.sample).unwrap();
            let raw = sample.get("raw").unwrap().to_json();
            assert_eq!(trigger.item(&Event::parse(&raw).unwrap()).as_ref(), Some(&trigger.sample), "{}", trigger.id);
            let key = pointer::at(&sample, DEDUPLICATION_KEY).and_then(Document::as_text);
            assert!(key.is_some_and(|key| key.starts_with("WH-")), "{}", trigger.id);
            let known = trigger.event_types.iter().any(|name| types::of(name).flatten().is_some());
            assert_eq!(pointer::at(&sample, "/subject/kind").is_some(), known, "{}: its sample's subject", trigger.id);
        }
    }

    #[test]
    fn a_type_fires_one_trigger_or_those_that_say_so() {
        let mut seen = BTreeSet::new();
        for trigger in Definition::all() {
            for name in trigger.event_types.iter().filter(|_| trigger.requires.is_empty()) {
                assert!(seen.insert(name.clone()), "{name} fires two triggers");
            }
        }
    }

    #[test]
    fn the_kinds_are_those_of_the_subjects() {
        let all = Definition::all();
        let kinds = |id: &str| all.iter().find(|trigger| trigger.id == id).unwrap().subject_kinds();
        assert_eq!(kinds("payment-received"), ["capture", "sale"]);
        assert_eq!(kinds("payment-refunded"), ["refund", "sale"]);
        assert_eq!(kinds("dispute-opened"), ["dispute"]);
        assert_eq!(kinds("login-consent-granted"), [""; 0]);
    }

    #[test]
    fn what_is_required_must_have_a_value() {
        let all = Definition::all();
        let trigger = all.iter().find(|trigger| trigger.id == "subscription-payment-received").unwrap();
        let sale = |more: &str| {
            format!(r#"{{"id": "WH-1", "event_type": "PAYMENT.SALE.COMPLETED", "resource": {{"id": "S1"{more}}}}}"#)
        };
        let fires = |raw: &str| trigger.item(&Event::parse(raw).unwrap()).is_some();
        assert!(fires(&sale(r#", "billing_agreement_id": "I-1""#)));
        assert!(!fires(&sale("")) && !fires(&sale(r#", "billing_agreement_id": null"#)));
        assert!(!fires(
            r#"{"id": "WH-1", "event_type": "PAYMENT.SALE.DENIED", "resource": {"billing_agreement_id": "I-1"}}"#
        ));
    }
}
