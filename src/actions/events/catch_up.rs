//! `events.catch-up`: the events that PayPal has sent to a webhook and that have not been handed on, from PayPal's list.

use super::{
    keep::{Known, keep_listed},
    sent,
};
use crate::{
    actions::{
        calls::Calls,
        changes::{Accepted, List, Portion, Source, Terms, Window, run},
        triggers::webhook::Webhook,
    },
    base::document::Document,
    call::arguments::Arguments,
    catalogue::{events::CATCH_UP, webhooks::GET},
    events::{credits, event::Event},
    paypal::credit::{self, Counted},
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

/// The most events in a reply, and the most for which a call asks the journal whether they are acknowledged. An event takes
/// up to some thirty entries with its credits, and as many readings; `connector-host` lets a call have 1,000 of either.
const LIMIT: usize = 25;
const MOST_TAKEN: usize = 100;

/// Lists the events of a webhook that were not acknowledged, and writes them to the journal as
/// [`receive`](super::receive) does.
///
/// # Errors
/// Those of [`run`]; those of `webhooks.get`, such as `not-found` for an unknown webhook.
pub(crate) fn catch_up(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let webhook_id = arguments.parameter("webhook_id").unwrap_or_default().into_owned();
    let terms = Terms { limit: LIMIT, most_taken: MOST_TAKEN, has_duplicates: true, ..Terms::of(CATCH_UP) };
    run(platform, arguments, &terms, &mut Events { platform, list: sent::list(None), webhook_id, webhook: None })
}

/// The events of the app, of which a webhook gets some.
struct Events<'a> {
    platform: &'a dyn Platform,
    list: List<'a>,
    webhook_id: String,
    webhook: Option<Webhook>,
}

impl Events<'_> {
    /// Reads which types of events the webhook gets.
    fn webhook(&self, calls: &mut Calls) -> Result<Webhook, Failure> {
        let reply = calls.call(GET, Arguments::default().with("webhook_id", self.webhook_id.clone()))?;
        let webhook = Webhook::read(&reply.document()?);
        webhook.ok_or_else(|| reply.malformed("is not a webhook"))
    }
}

impl Source for Events<'_> {
    fn read(
        &mut self,
        calls: &mut Calls,
        window: Window,
        place: Option<&str>,
        room: usize,
    ) -> Result<Portion, Failure> {
        if self.webhook.is_none() {
            self.webhook = Some(self.webhook(calls)?);
        }
        self.list.read(calls, window, place, room)
    }

    fn accept(&mut self, raw: &str) -> Accepted {
        let Some(event) = Event::parse(raw) else { return Accepted::Item(to_json(None, None, "it is no event")) };
        let is_wanted = |webhook: &Webhook| {
            let is = |wanted: &String| event.event_type().is_none_or(|name| name == wanted);
            webhook.has_all() || webhook.event_types.iter().any(is)
        };
        if !self.webhook.as_ref().is_none_or(is_wanted) {
            return Accepted::Ignored;
        }
        let payments = credits::credits(&event, false);
        let item = |received, message: &str| Accepted::Item(to_json(Some((&event, &payments)), received, message));
        match keep_listed(self.platform, &event, &self.webhook_id, &payments) {
            Ok(Some(Known::Acknowledged)) => Accepted::Duplicate(Document::from(event.id()).to_json()),
            Ok(Some(Known::Stored { received })) => item(Some(received), "PayPal lists it"),
            Ok(None) => item(None, "PayPal lists it; it has no id"),
            // It is returned even if the journal fails.
            Err(none) => item(None, &format!("PayPal lists it; {none}")),
        }
    }
}

/// An item of the reply, with the members of the reply of `events.receive`.
fn to_json(event: Option<(&Event, &[Counted])>, received: Option<bool>, message: &str) -> String {
    let is_event = event.is_some();
    let [credits, uncounted] = credit::members(event.map(|(_, payments)| payments));
    let members = [
        ("outcome", if is_event { "valid" } else { "unverifiable" }.into()),
        ("reason", if is_event { "listed" } else { "not-json" }.into()),
        ("message", Document::from(message.to_owned())),
        ("simulated", false.into()),
        ("duplicate", received.map(|_| false).into()),
        ("received", received.into()),
        ("verified_by", is_event.then_some("list").into()),
        credits,
        uncounted,
    ];
    let event = event.map(|(event, _)| event.to_json());
    Document::to_json_with(members, "event", event.as_deref().unwrap_or("null"))
}
