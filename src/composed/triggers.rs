//! `triggers.subscribe` and `triggers.unsubscribe`: a platform's trigger is an address and some types of events, which
//! may share PayPal's webhook of that address with others.
//!
//! PayPal has no other way to change a webhook's types than to replace all of them, and no condition that could go with
//! it: of two changes of one webhook at the same moment the later one counts.
//! <https://developer.paypal.com/api/rest/webhooks/>

mod calls;
mod webhook;

use self::{
    calls::{Calls, webhook_request},
    webhook::{ALL, Webhook},
};
use crate::{
    arguments::Arguments,
    call::Platform,
    catalogue::{Location, webhooks},
    check::check,
    composed::calls::says,
    document::Document,
    failure::{Failure, Issue, Kind},
    reply::Reply,
};

/// The most types that the connector gives a webhook; the schema of `webhooks.create` has the same.
const MOST_TYPES: usize = 500;

/// The most webhooks of an app. <https://developer.paypal.com/api/rest/webhooks/>
const MOST_WEBHOOKS: usize = 10;

const TOO_MANY_WEBHOOKS: &str = "WEBHOOK_NUMBER_LIMIT_EXCEEDED";

/// Sees to it that the events of some types come to an address: by the webhook that the address has, or by a new one.
///
/// # Errors
/// Those of `webhooks.list`, `webhooks.update` and `webhooks.create`; `invalid-input` where the address or a type
/// cannot be right, or where the webhook would have more types than PayPal takes.
pub fn subscribe(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let url = arguments.parameter("url").unwrap_or_default();
    let wanted = event_types(arguments)?.unwrap_or_default();
    check_url(platform, &url, &wanted)?;
    let mut calls = Calls::new(platform, &arguments.options);
    loop {
        let list = calls.list()?;
        let refused = match webhook(&list, &url).map_err(|failure| calls.failed(failure))? {
            Some(webhook) => {
                let added = webhook.lacks(&wanted);
                let all: Vec<_> = webhook.event_types.iter().chain(&added).cloned().collect();
                if added.is_empty() {
                    return Ok(calls.reply(subscribed(&webhook.id, &url, &webhook.event_types, false, &added)));
                }
                if all.len() > MOST_TYPES {
                    return Err(calls.failed(too_many_types(all.len())));
                }
                match calls.replace(&webhook.id, &all) {
                    Ok(event_types) => {
                        return Ok(calls.reply(subscribed(&webhook.id, &url, &event_types, false, &added)));
                    }
                    Err(refused) => refused,
                }
            }
            None => match calls.create(&url, &wanted) {
                Ok(webhook) => {
                    return Ok(calls.reply(subscribed(&webhook.id, &url, &webhook.event_types, true, &wanted)));
                }
                Err(refused) if says(&refused, TOO_MANY_WEBHOOKS) => return Err(too_many_webhooks(refused, &list)),
                Err(refused) => refused,
            },
        };
        calls.look_again(refused)?;
    }
}

/// Ends the events of some types, or of all, at an address. The webhook stays as long as it has other types.
///
/// # Errors
/// Those of `webhooks.list`, `webhooks.update` and `webhooks.delete`; `invalid-input` where the webhook has all types
/// by `*` and single ones are to be taken from it.
pub fn unsubscribe(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let url = arguments.parameter("url").unwrap_or_default();
    let unwanted = event_types(arguments)?;
    check_url(platform, &url, unwanted.as_deref().unwrap_or(&[ALL.to_owned()]))?;
    let mut calls = Calls::new(platform, &arguments.options);
    loop {
        let list = calls.list()?;
        let Some(webhook) = webhook(&list, &url).map_err(|failure| calls.failed(failure))? else {
            return Ok(calls.reply(unsubscribed(None, &url, &[], false, &[])));
        };
        let unwanted = unwanted.as_deref().unwrap_or(&webhook.event_types);
        if webhook.has_all() && !unwanted.iter().any(|name| name == ALL) {
            return Err(calls.failed(indivisible()));
        }
        let (kept, removed) = webhook.without(unwanted);
        let id = Some(&*webhook.id);
        // A webhook without types is of no use to anybody, but is not this call's either unless it is to end
        // altogether.
        let whole = arguments.parameters.iter().all(|(name, _)| name != "event_types");
        if removed.is_empty() && !whole {
            return Ok(calls.reply(unsubscribed(id, &url, &kept, false, &removed)));
        }
        let done = match &*kept {
            [] => calls.delete(&webhook.id).map(|()| unsubscribed(id, &url, &[], true, &removed)),
            kept => calls.replace(&webhook.id, kept).map(|kept| unsubscribed(id, &url, &kept, false, &removed)),
        };
        match done {
            Ok(body) => return Ok(calls.reply(body)),
            Err(refused) => calls.look_again(refused)?,
        }
    }
}

/// The types of the call, each once; nothing where it has none.
fn event_types(arguments: &Arguments) -> Result<Option<Vec<String>>, Failure> {
    let Some((_, given)) = arguments.parameters.iter().find(|(name, _)| name == "event_types") else { return Ok(None) };
    let wrong = |field: &str, code: &str, description: String| Issue::found(field, Location::Body, code, description);
    let mut issues = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for (index, item) in given.items().iter().enumerate() {
        match item.as_text().filter(|name| is_event_type(name)) {
            Some(name) if names.iter().any(|other| other == name) => {}
            Some(name) => names.push(name.to_owned()),
            None => {
                let description =
                    "must be the name of a type of events such as PAYMENT.CAPTURE.COMPLETED, or *".to_owned();
                issues.push(wrong(&format!("/event_types/{index}"), "INVALID_PARAMETER_SYNTAX", description));
            }
        }
    }
    let count = given.items().len();
    if count == 0 {
        issues.push(wrong("/event_types", "INVALID_ARRAY_MIN_ITEMS", "must have at least one type".to_owned()));
    } else if count > MOST_TYPES {
        issues = vec![wrong("/event_types", "INVALID_ARRAY_MAX_ITEMS", most_types(count))];
    }
    if issues.is_empty() { Ok(Some(names)) } else { Err(Failure::invalid_input(issues)) }
}

fn most_types(count: usize) -> String {
    format!("has {count} types; at most {MOST_TYPES} allowed")
}

fn is_event_type(name: &str) -> bool {
    let is_in = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-');
    name == ALL || (!name.is_empty() && name.bytes().all(is_in))
}

/// What `webhooks.create` would say to the address, before anything is sent.
fn check_url(platform: &dyn Platform, url: &str, event_types: &[String]) -> Result<(), Failure> {
    check(webhooks::CREATE, &Arguments::new(None).body(webhook_request(url, event_types)), platform.environment())
}

/// What the list has under an address.
fn webhook(list: &Reply, url: &str) -> Result<Option<Webhook>, Failure> {
    let unreadable = || {
        let message = "PayPal's list of webhooks is not what it documents; nothing was changed";
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

fn subscribed<'a>(id: &str, url: &str, event_types: &[String], created: bool, added: &[String]) -> Document<'a> {
    let changed = created || !added.is_empty();
    body(Some(id), url, event_types, [("created", created), ("changed", changed)], ("added", added))
}

fn unsubscribed<'a>(
    id: Option<&str>,
    url: &str,
    event_types: &[String],
    deleted: bool,
    removed: &[String],
) -> Document<'a> {
    let changed = deleted || !removed.is_empty();
    body(id, url, event_types, [("deleted", deleted), ("changed", changed)], ("removed", removed))
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
        "PayPal allows {MOST_WEBHOOKS} webhooks per app, and this app has {count}, none of them for this address: end one that \
         is not needed, or let triggers share an address"
    );
    Failure { message, ..failure }
}

fn too_many_types(count: usize) -> Failure {
    let description = format!("{} with those that the webhook has already", most_types(count));
    Failure::invalid_input(vec![Issue::found("/event_types", Location::Body, "INVALID_ARRAY_MAX_ITEMS", description)])
}

fn indivisible() -> Failure {
    let description =
        "cannot be taken from a webhook that has all types by `*`: remove `*`, or subscribe to single types \
                       instead"
            .to_owned();
    Failure::invalid_input(vec![Issue::found("/event_types", Location::Body, "INVALID_PARAMETER_VALUE", description)])
}

#[cfg(test)]
mod tests;
