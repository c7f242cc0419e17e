//! `triggers.poll`: the new events of a trigger, from PayPal's list of the events that it has sent.

use super::definition::Definition;
use crate::{
    actions::{
        calls::Calls,
        changes::{Accepted, List, Portion, Source, Terms, Window, run},
        events::sent,
    },
    base::date::written,
    call::arguments::Arguments,
    catalogue::triggers::POLL,
    events::event::Event,
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

/// Lists the events of a trigger that are new since the caller's checkpoint, or since a time. Without either, it begins now.
///
/// # Errors
/// `invalid-input` if there is no such trigger; those of [`run`].
pub(crate) fn poll(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let id = arguments.parameter("trigger").unwrap_or_default();
    let trigger = Definition::named(&id).map_err(|description| Failure::wrong_value("trigger", &description))?;
    let is_first = ["since", "checkpoint"].iter().all(|name| arguments.parameter(name).is_none());
    let arguments = match is_first {
        true => arguments.clone().with("since", written(platform.now())),
        false => arguments.clone(),
    };
    let event_type = match &*trigger.event_types {
        [only] => Some(only.clone()),
        _ => None,
    };
    run(platform, &arguments, &Terms::of(POLL), &mut Events { list: sent::list(event_type), trigger: &trigger })
}

/// The events of the app, some of which fire the trigger.
struct Events<'a> {
    list: List<'a>,
    trigger: &'a Definition,
}

impl Source for Events<'_> {
    fn read(
        &mut self,
        calls: &mut Calls,
        window: Window,
        place: Option<&str>,
        room: usize,
    ) -> Result<Portion, Failure> {
        self.list.read(calls, window, place, room)
    }

    fn accept(&mut self, raw: &str) -> Accepted {
        let item = Event::parse(raw).and_then(|event| self.trigger.item(&event));
        item.map_or(Accepted::Ignored, Accepted::Item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        actions::run,
        base::document::Document,
        platform::{
            failure::Kind,
            scripted::{Scripted, answer},
        },
    };

    fn event(id: &str, name: &str) -> String {
        format!(
            r#"{{"id": "{id}", "event_type": "{name}", "create_time": "2026-03-02T09:00:00Z", "resource": {{"id": "X"}}}}"#
        )
    }

    fn pages(pages: &[&[String]]) -> Scripted {
        let page = |events: &&[String]| answer(200, &format!(r#"{{"events": [{}]}}"#, events.join(",")));
        Scripted::new(pages.iter().map(page).collect())
    }

    /// The ids of the items, and the checkpoint.
    fn poll(platform: &Scripted, input: &str) -> Result<(Vec<String>, String), Failure> {
        let reply = run::run(platform, POLL, &Arguments::parse(input)?)?;
        let body = reply.document()?;
        let text = |document: &Document, name| document.get(name).and_then(Document::as_text).unwrap().to_owned();
        let items = body.get("items").unwrap().items().iter().map(|item| text(item, "id")).collect();
        Ok((items, text(&body, "checkpoint")))
    }

    #[test]
    fn an_event_comes_once_and_only_those_of_the_trigger_do() {
        let (paid, other) = (event("WH-1", "PAYMENT.CAPTURE.COMPLETED"), event("WH-2", "PAYMENT.CAPTURE.DENIED"));
        let sale = event("WH-3", "PAYMENT.SALE.COMPLETED");
        let (first, second) = ([other.clone(), paid.clone()], [sale, other, paid]);
        let platform = pages(&[&[], &first, &second, &second]);
        let (items, mut checkpoint) = poll(&platform, r#"{"trigger": "payment-received"}"#).unwrap();
        assert_eq!(items, [""; 0]);
        for expected in [&["WH-1"][..], &["WH-3"], &[]] {
            let input = format!(r#"{{"trigger": "payment-received", "checkpoint": "{checkpoint}"}}"#);
            let (items, next) = poll(&platform, &input).unwrap();
            assert_eq!(items, expected);
            checkpoint = next;
        }
        let line = &platform.lines()[0];
        assert!(line.starts_with("GET /v1/notifications/webhooks-events?") && !line.contains("event_type"), "{line}");
    }

    #[test]
    fn the_first_call_begins_now_or_at_a_time_and_asks_for_the_one_type() {
        let platform = pages(&[&[], &[]]);
        let now = written(platform.now());
        poll(&platform, r#"{"trigger": "order-approved"}"#).unwrap();
        poll(&platform, r#"{"trigger": "order-approved", "since": "1969-12-01T00:00:00Z"}"#).unwrap();
        let lines = platform.lines().join("\n");
        let query = |time: &str| format!("start_time={}", time.replace(':', "%3A"));
        assert!(lines.contains(&query(&now)) && lines.contains(&query("1969-12-01T00:00:00Z")), "{lines}");
        assert_eq!(lines.matches("event_type=CHECKOUT.ORDER.APPROVED").count(), 2, "{lines}");
    }

    #[test]
    fn an_unknown_trigger_and_another_one_s_checkpoint_are_refused() {
        let platform = pages(&[&[]]);
        let (_, checkpoint) = poll(&platform, r#"{"trigger": "order-approved"}"#).unwrap();
        let input = format!(r#"{{"trigger": "order-completed", "checkpoint": "{checkpoint}"}}"#);
        for (input, field) in [
            (r#"{"trigger": "order-aproved"}"#, "/trigger"),
            (r#"{"trigger": ""}"#, "/trigger"),
            ("{}", "/trigger"),
            (&input, "/checkpoint"),
            (r#"{"trigger": "order-approved", "checkpoint": "x"}"#, "/checkpoint"),
            (r#"{"trigger": "order-approved", "since": "yesterday at noon, or so"}"#, "/since"),
        ] {
            let failure = poll(&platform, input).unwrap_err();
            assert_eq!((failure.kind, failure.request_sent), (Kind::InvalidInput, false), "{input}");
            assert_eq!(failure.details[0].field.as_deref(), Some(field), "{input}");
        }
        assert_eq!(platform.lines().len(), 1);
    }
}
