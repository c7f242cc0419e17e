//! `triggers.subscribe` and `triggers.unsubscribe`: a platform's trigger is a URL and some event types, which may share
//! PayPal's webhook for that URL with other triggers. `triggers.poll` asks for the events of a trigger instead.
//!
//! PayPal can only replace all of a webhook's types, without a condition: of two concurrent changes to a webhook the
//! later one wins.
//! <https://developer.paypal.com/api/rest/webhooks/>

mod calls;
pub(crate) mod definition;
mod poll;
pub(super) mod webhook;

pub(crate) use poll::poll;

use self::{
    calls::{Calls, webhook_request},
    webhook::{ALL, Webhook},
};
use crate::{
    actions::calls::says,
    base::document::Document,
    call::{arguments::Arguments, check::check},
    catalogue::webhooks,
    platform::{
        failure::{Failure, Issue, Kind},
        interface::Platform,
        reply::Reply,
    },
};

/// The most webhooks of an app. <https://developer.paypal.com/api/rest/webhooks/>
const MAX_WEBHOOKS: usize = 10;

const TOO_MANY_WEBHOOKS: &str = "WEBHOOK_NUMBER_LIMIT_EXCEEDED";

/// Subscribes a URL to events of some types, with the webhook that the URL has or a new one. The reply describes the
/// webhook as PayPal returns it.
///
/// # Errors
/// Those of `webhooks.list`, `webhooks.update` and `webhooks.create`; `invalid-input` if the URL or a type is not
/// valid, or the webhook would have more types than PayPal allows; `outcome-unknown` if PayPal does not show the change
/// that it has accepted.
pub(crate) fn subscribe(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let url = arguments.parameter("url").unwrap_or_default();
    let wanted = event_types(platform, arguments)?.unwrap_or_default();
    let mut calls = Calls::new(platform, &arguments.options);
    loop {
        let list = calls.list()?;
        let before = webhook(&list, &url).map_err(|failure| calls.failed(failure))?;
        let changed = match &before {
            Some(webhook) => {
                let missing = webhook.lacks(&wanted);
                if missing.is_empty() {
                    return Ok(calls.reply(subscribed(webhook, Some(webhook))));
                }
                let all: Vec<_> = webhook.event_types.iter().chain(&missing).cloned().collect();
                check_types(platform, &url, &all).map_err(|failure| calls.failed(with_those_there(failure)))?;
                calls.replace(&webhook.id, &all)
            }
            None => calls.create(&url, &wanted),
        };
        match changed {
            Ok(answer) => {
                let webhook = shown(&mut calls, &answer, &url, |webhook| webhook.lacks(&wanted).is_empty())?;
                return Ok(calls.reply(subscribed(&webhook, before.as_ref())));
            }
            Err(refused) if before.is_none() && says(&refused, TOO_MANY_WEBHOOKS) => {
                return Err(too_many_webhooks(refused, &list));
            }
            Err(refused) => calls.look_again(refused)?,
        }
    }
}

/// Unsubscribes a URL from events of some types, or of all. The webhook stays as long as it has other types.
///
/// # Errors
/// Those of `webhooks.list`, `webhooks.update` and `webhooks.delete`; `invalid-input` if single types are to be removed
/// from a webhook that has all by `*`; `outcome-unknown` if PayPal does not show the change that it has accepted.
pub(crate) fn unsubscribe(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let url = arguments.parameter("url").unwrap_or_default();
    let unwanted = event_types(platform, arguments)?;
    let mut calls = Calls::new(platform, &arguments.options);
    loop {
        let list = calls.list()?;
        let Some(before) = webhook(&list, &url).map_err(|failure| calls.failed(failure))? else {
            return Ok(calls.reply(body(None, &url, &[], [("deleted", false), ("changed", false)], ("removed", &[]))));
        };
        let unwanted = unwanted.as_deref().unwrap_or(&before.event_types);
        if before.has_all() && !unwanted.iter().any(|name| name == ALL) {
            return Err(calls.failed(indivisible()));
        }
        let (kept, removed) = before.without(unwanted);
        // A webhook without types is useless, but only a call without `event_types` deletes it.
        let whole = arguments.value("event_types").is_none();
        if removed.is_empty() && !whole {
            return Ok(calls.reply(unsubscribed(&before, Some(&before))));
        }
        let done = match &*kept {
            [] => calls.delete(&before.id).map(|()| None),
            kept => calls.replace(&before.id, kept).map(Some),
        };
        match done {
            Ok(None) => return Ok(calls.reply(unsubscribed(&before, None))),
            Ok(Some(answer)) => {
                let has_none = |webhook: &Webhook| !unwanted.iter().any(|name| webhook.event_types.contains(name));
                let webhook = shown(&mut calls, &answer, &url, has_none)?;
                return Ok(calls.reply(unsubscribed(&before, Some(&webhook))));
            }
            Err(refused) => calls.look_again(refused)?,
        }
    }
}

/// The types of the call, each once; `None` if it has none. The URL is checked with them.
fn event_types(platform: &dyn Platform, arguments: &Arguments) -> Result<Option<Vec<String>>, Failure> {
    let url = arguments.parameter("url").unwrap_or_default();
    let Some(given) = arguments.value("event_types") else {
        return check_types(platform, &url, &[ALL.to_owned()]).map(|()| None);
    };
    // The check of the arguments has reported other values than strings.
    let given: Vec<_> = given.items().iter().filter_map(Document::as_text).map(str::to_owned).collect();
    check_types(platform, &url, &given)?;
    let mut names: Vec<String> = Vec::new();
    for name in given {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(Some(names))
}

/// Checks a URL and its types as for `webhooks.create`, before anything is sent, but with this action's member names.
fn check_types(platform: &dyn Platform, url: &str, event_types: &[String]) -> Result<(), Failure> {
    let request = Arguments::new(None).body(webhook_request(url, event_types));
    let ours = |issue: Issue| {
        let field = issue.field.as_deref().map(|field| field.strip_suffix("/name").unwrap_or(field).to_owned());
        Issue { field, ..issue }
    };
    check(webhooks::CREATE, &request, platform.environment()).map_err(|failure| match failure.kind {
        Kind::InvalidInput => Failure::invalid_input(failure.details.into_iter().map(ours).collect()),
        _ => failure,
    })
}

/// The webhook after a change, from PayPal's response, or from the list if the response does not show the change.
fn shown(calls: &mut Calls, answer: &Reply, url: &str, is_done: impl Fn(&Webhook) -> bool) -> Result<Webhook, Failure> {
    let answered = Document::parse(answer.body.as_deref().unwrap_or_default()).ok();
    let answered = answered.and_then(|it| webhook::find(std::slice::from_ref(&it), url).and_then(Webhook::read));
    if let Some(webhook) = answered.filter(&is_done) {
        return Ok(webhook);
    }
    let listed = calls.list().ok().and_then(|list| webhook(&list, url).ok()?);
    listed.filter(is_done).ok_or_else(|| calls.not_shown(answer))
}

/// The webhook in a list with that URL.
fn webhook(list: &Reply, url: &str) -> Result<Option<Webhook>, Failure> {
    let unreadable = || {
        let message = "PayPal's list of webhooks is not as documented; nothing was changed";
        Failure {
            retryable: true,
            status: Some(list.status),
            debug_id: list.debug_id.clone(),
            ..Failure::unsent(Kind::MalformedReply, message)
        }
    };
    let document = Document::parse(list.body.as_deref().unwrap_or_default()).map_err(|_| unreadable())?;
    let Some(Document::Array(webhooks)) = document.get("webhooks") else { return Err(unreadable()) };
    match webhook::find(webhooks, url) {
        Some(found) => Webhook::read(found).map(Some).ok_or_else(unreadable),
        None => Ok(None),
    }
}

/// The reply to a subscription: the webhook now, compared with before.
fn subscribed<'a>(now: &Webhook, before: Option<&Webhook>) -> Document<'a> {
    let added = now.more_than(before);
    let created = before.is_none();
    let flags = [("created", created), ("changed", created || !added.is_empty())];
    body(Some(&now.id), &now.url, &now.event_types, flags, ("added", &added))
}

/// The reply to an unsubscription: the webhook before, compared with now, if it still exists.
fn unsubscribed<'a>(before: &Webhook, now: Option<&Webhook>) -> Document<'a> {
    let removed = before.more_than(now);
    let deleted = now.is_none();
    let flags = [("deleted", deleted), ("changed", deleted || !removed.is_empty())];
    let event_types = now.map_or(&[][..], |now| &now.event_types);
    body(Some(&before.id), &now.unwrap_or(before).url, event_types, flags, ("removed", &removed))
}

fn body<'a>(
    id: Option<&str>,
    url: &str,
    event_types: &[String],
    flags: [(&'static str, bool); 2],
    (name, difference): (&'static str, &[String]),
) -> Document<'a> {
    let list = |names: &[String]| Document::Array(names.iter().map(|name| name.clone().into()).collect());
    let mut members = vec![
        ("webhook_id".into(), id.map(str::to_owned).into()),
        ("url".into(), url.to_owned().into()),
        ("event_types".into(), list(event_types)),
    ];
    members.extend(flags.map(|(name, flag)| (name.into(), flag.into())));
    members.push((name.into(), list(difference)));
    Document::Object(members)
}

fn too_many_webhooks(failure: Failure, list: &Reply) -> Failure {
    let document = list.body.as_deref().and_then(|body| Document::parse(body).ok());
    let count = document.as_ref().and_then(|list| list.get("webhooks")).map_or(0, |webhooks| webhooks.items().len());
    let message = format!(
        "PayPal allows {MAX_WEBHOOKS} webhooks per app, and this app has {count}, none of them for this address: end one that \
         is not needed, or let triggers share an address"
    );
    Failure { message, ..failure }
}

/// A refusal of the wanted types together with those that the webhook already has, which the call did not name.
fn with_those_there(failure: Failure) -> Failure {
    let said = |issue: Issue| {
        let description = issue.description.map(|it| it + "; the types that the webhook already has count too");
        Issue { description, ..issue }
    };
    match failure.kind {
        Kind::InvalidInput => Failure::invalid_input(failure.details.into_iter().map(said).collect()),
        _ => failure,
    }
}

fn indivisible() -> Failure {
    Failure::wrong_value(
        "event_types",
        "cannot be removed from a webhook that has all types by `*`: remove `*`, or subscribe to single types instead",
    )
}

#[cfg(test)]
mod tests;
