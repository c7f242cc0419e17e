use std::time::Duration;

use serde_json::{Value, json};

use super::{
    calls::{NO_CHANGE, URL_EXISTS},
    *,
};
use crate::{
    actions::run::run,
    call::options::CallOptions,
    catalogue,
    events::types,
    platform::{
        environment::Environment,
        response::{Cause, Response, SendError},
        scripted::{Scripted, answer, lost},
    },
};

const URL: &str = "https://shop.example.com/paypal";
const LIST: &str = "GET /v1/notifications/webhooks";
const CREATE: &str = "POST /v1/notifications/webhooks";
const PATCH: &str = "PATCH /v1/notifications/webhooks/4DH8";
const DELETE: &str = "DELETE /v1/notifications/webhooks/4DH8";

type Answer = Result<Response, SendError>;

fn webhook_json(id: &str, url: &str, event_types: &[&str]) -> Value {
    let event_types: Vec<_> = event_types.iter().map(|name| json!({"name": name, "status": "ENABLED"})).collect();
    json!({"id": id, "url": url, "event_types": event_types, "links": []})
}

fn one(status: u16, event_types: &[&str]) -> Answer {
    answer(status, &webhook_json("4DH8", URL, event_types).to_string())
}

/// A list with another webhook, and that of the URL if it has some types.
fn list(event_types: Option<&[&str]>) -> Answer {
    let mut webhooks = vec![webhook_json("7PL2", "https://books.example.com/hooks", &["*"])];
    webhooks.extend(event_types.map(|event_types| webhook_json("4DH8", URL, event_types)));
    answer(200, &json!({ "webhooks": webhooks }).to_string())
}

fn refusal(status: u16, name: &str) -> Answer {
    answer(status, &json!({"name": name, "message": "No.", "debug_id": "f00d", "details": []}).to_string())
}

fn arguments<'a>(url: &'a str, event_types: Option<&[&'a str]>) -> Arguments<'a> {
    let names = |names: &[&'a str]| Document::Array(names.iter().map(|name| Document::Text((*name).into())).collect());
    let mut arguments = Arguments::new(None).with("url", url.to_owned());
    arguments.parameters.extend(event_types.map(|event_types| ("event_types".into(), names(event_types))));
    arguments
}

fn body(reply: &Reply) -> Value {
    serde_json::from_str(reply.body.as_deref().unwrap()).unwrap()
}

fn patched(platform: &Scripted, index: usize) -> Value {
    let patch = platform.sent.borrow()[index].json();
    assert_eq!((&patch[0]["op"], &patch[0]["path"]), (&json!("replace"), &json!("/event_types")));
    assert_eq!(patch.as_array().unwrap().len(), 1);
    patch[0]["value"].clone()
}

#[test]
fn a_webhook_that_has_all_of_it_is_used_as_it_is() {
    for has in [&["B", "A", "C"][..], &["*"], &["*", "B"]] {
        let platform = Scripted::new(vec![list(Some(has))]);
        let reply = subscribe(&platform, &arguments(URL, Some(&["A", "B", "A"]))).unwrap();
        assert_eq!(platform.lines(), [LIST]);
        let expected = json!({"webhook_id": "4DH8", "url": URL, "event_types": has, "created": false,
            "changed": false, "added": []});
        assert_eq!((body(&reply), reply.attempts, reply.debug_id.as_deref()), (expected, 1, Some("f00d")));
    }
}

#[test]
fn what_a_webhook_lacks_is_added_and_nobody_s_is_lost() {
    let had = ["X.OLD", "RISK.DISPUTE.CREATED", "B"];
    let all = ["X.OLD", "RISK.DISPUTE.CREATED", "B", "A", "C"];
    let platform = Scripted::new(vec![list(Some(&had)), one(200, &all)]);
    let reply = subscribe(&platform, &arguments("HTTPS://SHOP.example.com/paypal", Some(&["A", "B", "C"]))).unwrap();
    assert_eq!(platform.lines(), [LIST, PATCH]);
    assert_eq!(patched(&platform, 1), json!(all.map(|name| json!({"name": name}))));
    let expected = json!({"webhook_id": "4DH8", "url": URL, "event_types": all,
        "created": false, "changed": true, "added": ["A", "C"]});
    assert_eq!((body(&reply), reply.attempts), (expected, 2));
}

#[test]
fn an_address_without_a_webhook_gets_one() {
    let platform = Scripted::new(vec![list(None), one(201, &["A"])]);
    let reply = subscribe(&platform, &arguments(URL, Some(&["A", "A"]))).unwrap();
    assert_eq!(platform.lines(), [LIST, CREATE]);
    assert_eq!(platform.sent.borrow()[1].json(), json!({"url": URL, "event_types": [{"name": "A"}]}));
    let expected = json!({"webhook_id": "4DH8", "url": URL, "event_types": ["A"], "created": true,
        "changed": true, "added": ["A"]});
    assert_eq!(body(&reply), expected);
}

#[test]
fn of_two_at_once_the_second_joins_the_first() {
    let answers = vec![list(None), refusal(400, URL_EXISTS), list(Some(&["B"])), one(200, &["B", "A"])];
    let platform = Scripted::new(answers);
    let reply = subscribe(&platform, &arguments(URL, Some(&["A"]))).unwrap();
    assert_eq!(platform.lines(), [LIST, CREATE, LIST, PATCH]);
    assert_eq!((&body(&reply)["created"], reply.attempts), (&json!(false), 4));

    // A webhook that was deleted, or changed as requested, in between.
    let platform =
        Scripted::new(vec![list(Some(&["B"])), refusal(404, "INVALID_RESOURCE_ID"), list(None), one(201, &["A"])]);
    assert_eq!(body(&subscribe(&platform, &arguments(URL, Some(&["A"]))).unwrap())["created"], true);
    let platform = Scripted::new(vec![list(Some(&["B"])), refusal(400, NO_CHANGE), list(Some(&["B", "A"]))]);
    assert_eq!(body(&subscribe(&platform, &arguments(URL, Some(&["A"]))).unwrap())["changed"], false);
}

#[test]
fn what_does_not_settle_is_given_up() {
    let twice = || [list(None), refusal(400, URL_EXISTS)];
    let platform = Scripted::new([twice(), twice(), twice()].into_iter().flatten().collect());
    let failure = subscribe(&platform, &arguments(URL, Some(&["A"]))).unwrap_err();
    assert_eq!(platform.lines().len(), 6);
    assert_eq!((failure.name.as_deref(), failure.attempts, failure.request_sent), (Some(URL_EXISTS), 6, true));
}

#[test]
fn the_eleventh_webhook_is_refused_with_the_number() {
    let webhooks: Vec<_> =
        (0..10).map(|n| webhook_json(&n.to_string(), &format!("https://{n}.example"), &[])).collect();
    let listed = answer(200, &json!({ "webhooks": webhooks }).to_string());
    let platform = Scripted::new(vec![listed, refusal(400, TOO_MANY_WEBHOOKS)]);
    let failure = subscribe(&platform, &arguments(URL, Some(&["A"]))).unwrap_err();
    assert!(failure.message.contains("PayPal allows 10 webhooks per app, and this app has 10"), "{}", failure.message);
    assert_eq!((failure.name.as_deref(), failure.attempts), (Some(TOO_MANY_WEBHOOKS), 2));
    assert!(failure.body.is_some() && failure.debug_id.is_some());
}

#[test]
fn only_what_is_named_is_taken_away() {
    let platform = Scripted::new(vec![list(Some(&["X.OLD", "A", "B"])), one(200, &["X.OLD", "B"])]);
    let reply = unsubscribe(&platform, &arguments(URL, Some(&["A", "Z"]))).unwrap();
    assert_eq!(platform.lines(), [LIST, PATCH]);
    assert_eq!(patched(&platform, 1), json!([{"name": "X.OLD"}, {"name": "B"}]));
    let expected = json!({"webhook_id": "4DH8", "url": URL, "event_types": ["X.OLD", "B"], "deleted": false,
        "changed": true, "removed": ["A"]});
    assert_eq!((body(&reply), reply.attempts), (expected, 2));
}

#[test]
fn a_webhook_without_anything_left_is_deleted() {
    for (has, event_types) in [
        (&["A", "B"][..], Some(&["B", "A"][..])),
        (&["A", "B"], None),
        (&["*"], None),
        (&["*"], Some(&["*"])),
        (&["*"], Some(&["A", "*"])),
        (&[], None),
    ] {
        let platform = Scripted::new(vec![list(Some(has)), answer(204, "")]);
        let reply = unsubscribe(&platform, &arguments(URL, event_types)).unwrap();
        assert_eq!(platform.lines(), [LIST, DELETE]);
        let expected = json!({"webhook_id": "4DH8", "url": URL, "event_types": [], "deleted": true, "changed": true,
            "removed": has});
        assert_eq!(body(&reply), expected);
    }
}

#[test]
fn what_is_not_there_is_removed_already() {
    for (has, event_types, id) in [
        (None, None, Value::Null),
        (None, Some(&["A"][..]), Value::Null),
        (Some(&["B"][..]), Some(&["A"][..]), json!("4DH8")),
        (Some(&["B"]), Some(&["*"]), json!("4DH8")),
    ] {
        let platform = Scripted::new(vec![list(has)]);
        let reply = unsubscribe(&platform, &arguments(URL, event_types)).unwrap();
        let expected = json!({"webhook_id": id, "url": URL, "event_types": has.unwrap_or_default(), "deleted": false,
            "changed": false, "removed": []});
        assert_eq!((body(&reply), platform.lines()), (expected, vec![LIST.to_owned()]));
    }
    // Deleted by another caller in between.
    let platform = Scripted::new(vec![list(Some(&["A"])), refusal(404, "INVALID_RESOURCE_ID"), list(None)]);
    let reply = unsubscribe(&platform, &arguments(URL, None)).unwrap();
    assert_eq!((&body(&reply)["changed"], platform.lines().len()), (&json!(false), 3));
}

#[test]
fn all_types_cannot_be_split() {
    for has in [&["*"][..], &["A", "*"]] {
        let platform = Scripted::new(vec![list(Some(has))]);
        let failure = unsubscribe(&platform, &arguments(URL, Some(&["A"]))).unwrap_err();
        assert_eq!(platform.lines(), [LIST]);
        assert_eq!((failure.kind, failure.attempts, failure.request_sent), (Kind::InvalidInput, 1, true));
        assert_eq!(failure.details[0].field.as_deref(), Some("/event_types"));
    }
    // Removing the `*` of a webhook that also has single types leaves those.
    let platform = Scripted::new(vec![list(Some(&["A", "*"])), one(200, &["A"])]);
    let reply = unsubscribe(&platform, &arguments(URL, Some(&["*"]))).unwrap();
    assert_eq!((&body(&reply)["event_types"], &body(&reply)["removed"]), (&json!(["A"]), &json!(["*"])));
}

#[test]
fn what_may_have_been_done_is_passed_on() {
    for (first, verb) in [(list(None), "create"), (list(Some(&["B"])), "update")] {
        let platform = Scripted::new(vec![first, lost(Cause::Broken, true)]);
        let failure = subscribe(&platform, &arguments(URL, Some(&["A"]))).unwrap_err();
        assert_eq!((failure.kind, failure.attempts), (Kind::OutcomeUnknown, 2), "{verb}");
        assert!(failure.retryable && failure.request_sent);
        assert!(failure.message.contains("it may have acted"), "{}", failure.message);
    }
    let platform = Scripted::new(vec![list(Some(&["B"])), answer(503, "")]);
    assert_eq!(unsubscribe(&platform, &arguments(URL, None)).unwrap_err().kind, Kind::OutcomeUnknown);
    // A write that was never sent is not in doubt, although the list was sent.
    let unsent = || lost(Cause::Unreachable, false);
    let platform = Scripted::new(vec![list(None), unsent(), unsent(), unsent()]);
    let failure = subscribe(&platform, &arguments(URL, Some(&["A"]))).unwrap_err();
    assert_eq!((failure.kind, failure.attempts, failure.request_sent), (Kind::Unreachable, 1, true));
}

/// The reply describes the webhook as PayPal returns it, not as requested.
#[test]
fn a_change_that_the_answer_does_not_show_is_looked_for() {
    let subscribed = |answers| subscribe(&Scripted::new(answers), &arguments(URL, Some(&["A"])));
    let unsubscribed = |answers| unsubscribe(&Scripted::new(answers), &arguments(URL, Some(&["A"])));
    let had = || list(Some(&["B"]));

    let reply = subscribed(vec![had(), one(200, &["B"]), list(Some(&["B", "X", "A"]))]).unwrap();
    let expected = json!({"webhook_id": "4DH8", "url": URL, "event_types": ["B", "X", "A"], "created": false,
        "changed": true, "added": ["X", "A"]});
    assert_eq!((body(&reply), reply.attempts), (expected, 3));
    for looked in [had(), list(None), answer(200, "{}"), refusal(403, "NOT_AUTHORIZED")] {
        let failure = subscribed(vec![had(), one(200, &["B"]), looked]).unwrap_err();
        assert_eq!((failure.kind, failure.status, failure.attempts), (Kind::OutcomeUnknown, Some(200), 3));
        assert!(failure.retryable && failure.request_sent);
    }

    let elsewhere = || answer(201, &webhook_json("7PL2", "https://books.example.com/hooks", &[]).to_string());
    for answered in [elsewhere, || one(201, &[])] {
        let reply = subscribed(vec![list(None), answered(), list(Some(&["A"]))]).unwrap();
        assert_eq!((&body(&reply)["created"], &body(&reply)["added"]), (&json!(true), &json!(["A"])));
        let failure = subscribed(vec![list(None), answered(), list(None)]).unwrap_err();
        assert_eq!((failure.kind, failure.status, failure.attempts), (Kind::OutcomeUnknown, Some(201), 3));
    }
    for answered in ["{}", r#"{"id": "4DH8"}"#] {
        let failure = subscribed(vec![list(None), answer(201, answered), list(None)]).unwrap_err();
        assert_eq!((failure.kind, failure.status), (Kind::OutcomeUnknown, Some(201)));
    }

    let both = || list(Some(&["A", "B"]));
    let reply = unsubscribed(vec![both(), one(200, &["A", "B"]), had()]).unwrap();
    assert_eq!((&body(&reply)["event_types"], &body(&reply)["removed"]), (&json!(["B"]), &json!(["A"])));
    let failure = unsubscribed(vec![both(), one(200, &["A", "B"]), both()]).unwrap_err();
    assert_eq!((failure.kind, failure.attempts), (Kind::OutcomeUnknown, 3));

    // A response with more types than requested.
    let reply = subscribed(vec![had(), one(200, &["*"])]).unwrap();
    assert_eq!((&body(&reply)["event_types"], &body(&reply)["added"]), (&json!(["*"]), &json!(["*"])));
}

#[test]
fn every_type_can_be_subscribed_to() {
    let all: Vec<&str> = types::names().collect();
    let platform = Scripted::new(vec![list(None), one(201, &all)]);
    let reply = subscribe(&platform, &arguments(URL, Some(&all))).unwrap();
    assert_eq!(body(&reply)["added"].as_array().unwrap().len(), all.len());
}

#[test]
fn a_list_that_cannot_be_read_changes_nothing() {
    let without_name = json!({"webhooks": [{"id": "4DH8", "url": URL, "event_types": [{"name": "A"}, {}]}]});
    for text in ["{}", "[]", r#"{"webhooks": {}}"#, &without_name.to_string()] {
        let platform = Scripted { attempts: 1, ..Scripted::new(vec![answer(200, text)]) };
        let failure = subscribe(&platform, &arguments(URL, Some(&["A"]))).unwrap_err();
        assert_eq!((failure.kind, failure.attempts, failure.status), (Kind::MalformedReply, 1, Some(200)), "{text}");
        let platform = Scripted { attempts: 1, ..Scripted::new(vec![answer(200, text)]) };
        assert_eq!(unsubscribe(&platform, &arguments(URL, None)).unwrap_err().kind, Kind::MalformedReply, "{text}");
    }
    let platform = Scripted::new(vec![refusal(403, "NOT_AUTHORIZED")]);
    assert_eq!(subscribe(&platform, &arguments(URL, Some(&["A"]))).unwrap_err().kind, Kind::Forbidden);
}

#[test]
fn names_and_addresses_are_checked_before_anything_is_sent() {
    for (url, event_types, fields) in
        [(URL, &[][..], "/event_types"), ("http://shop.example.com", &["A"], "/url"), ("", &["A"], "/url")]
    {
        let platform = Scripted::new(Vec::new());
        for failure in [catalogue::triggers::SUBSCRIBE, catalogue::triggers::UNSUBSCRIBE]
            .map(|action| run(&platform, action, &arguments(url, Some(event_types))).unwrap_err())
        {
            let found: Vec<_> = failure.details.iter().filter_map(|issue| issue.field.as_deref()).collect();
            assert_eq!((failure.kind, found.join(" ")), (Kind::InvalidInput, fields.to_owned()));
            assert!(!failure.request_sent);
        }
    }
    // PayPal decides how many a webhook can have.
    let many: Vec<String> = (0..501).map(|n| format!("A.{n}")).collect();
    let many: Vec<&str> = many.iter().map(|name| &**name).collect();
    let platform = Scripted::new(vec![list(None), one(201, &many)]);
    subscribe(&platform, &arguments(URL, Some(&many))).unwrap();
}

#[test]
fn the_deadline_holds_for_all_calls_and_other_options_go_along() {
    // Even on a slow machine, the second call has no time left.
    let options = CallOptions { deadline_ms: Some(100), ..CallOptions::default() };
    let platform = Scripted { latency: Duration::from_millis(101), ..Scripted::new(vec![list(None)]) };
    let failure = subscribe(&platform, &Arguments { options, ..arguments(URL, Some(&["A"])) }).unwrap_err();
    let sent: Vec<_> = platform.sent.borrow().iter().map(|sent| sent.line.clone()).collect();
    assert!(sent.iter().all(|line| line == LIST), "{sent:?}");
    assert_eq!((failure.kind, failure.attempts as usize), (Kind::TimedOut, sent.len()));
    assert_eq!(failure.request_sent, !sent.is_empty());

    let options =
        CallOptions { auth_assertion: Some("e30.e30.".into()), deadline_ms: Some(60_000), ..CallOptions::default() };
    let platform = Scripted { environment: Environment::Live, ..Scripted::new(vec![list(None), one(201, &["A"])]) };
    subscribe(&platform, &Arguments { options, ..arguments(URL, Some(&["A"])) }).unwrap();
    for sent in platform.sent.borrow().iter() {
        assert_eq!((sent.authority, sent.header("paypal-auth-assertion")), ("api-m.paypal.com", Some("e30.e30.")));
        assert!(sent.has_deadline && sent.with_token);
    }
}
