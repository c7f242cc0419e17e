//! Callers' inputs: they are read, or the wrong field is named, and requests go to the path of their action.

use super::input::text;
use serde_json::Value;

use crate::{
    base::document::{Document, Json},
    call::{
        arguments::Arguments,
        check::check,
        digest::digest,
        durable,
        options::{CallOptions, single_line},
        raw_member, request,
    },
    catalogue::{orders, payments, plans},
    platform::{
        environment::Environment,
        failure::{Kind, Location},
    },
};

/// The input of `invoke`.
pub(super) fn input(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let arguments = match Arguments::parse(text) {
        Ok(arguments) => arguments,
        Err(failure) => {
            assert_eq!((failure.kind, failure.request_sent), (Kind::InvalidInput, false));
            assert!(!failure.details.is_empty());
            return;
        }
    };
    assert!(Json::parse(text).is_ok_and(Json::is_object), "{text} is no object");
    for (action, prefix) in [
        (orders::GET, "/v2/checkout/orders/"),
        (orders::CREATE, "/v2/checkout/orders"),
        (payments::REFUND_CAPTURE, "/v2/payments/captures/"),
        (plans::LIST, "/v1/billing/plans"),
    ] {
        if let Err(failure) = check(action, &arguments, Environment::Sandbox) {
            assert!(matches!(failure.kind, Kind::InvalidInput) && !failure.request_sent);
            assert!(failure.details.iter().all(|issue| issue.field.is_some()), "{failure:?}");
            continue;
        }
        let key = arguments.options.idempotency_key.as_deref();
        let assertion = arguments.options.auth_assertion.as_deref();
        let request = request::build(action, &arguments, Environment::Sandbox, key, assertion, "");
        let target = &request.path_and_query;
        assert!(target.starts_with(prefix) && target.bytes().all(|byte| byte.is_ascii_graphic()), "{target}");
        let segments = |path: &str| path.split('?').next().unwrap_or_default().matches('/').count();
        let is_linked = arguments.options.page_link.is_some();
        assert!(is_linked || segments(target) == segments(action.path), "{target} is another path");
        for (name, value) in &request.headers {
            assert!(value.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{name}: {value:?}");
        }
        // The body is sent unchanged.
        if let (Some(body), [piece]) = (&arguments.body, &*request.body) {
            assert_eq!(body.as_bytes(), &**piece);
            assert!(text.contains(&**body));
        }
        // The path contains the caller's value.
        let path = action.parameters.iter().filter(|it| it.location == Location::Path);
        for value in path.filter_map(|parameter| arguments.parameter(parameter.name)) {
            assert!(target.contains(&*value), "{value:?} is not in {target}");
        }
        // What the journal keeps of it is the input of the same call.
        let digest = |it: &Arguments| digest(action, it, it.document().as_ref(), it.options.auth_assertion.as_deref());
        if let Some(kept) = durable::storable(action, &arguments, arguments.document().as_ref()) {
            let again = Arguments::parse(&kept).map(|again| digest(&again));
            assert_eq!(again.as_ref(), Ok(&digest(&arguments)), "{kept}");
        }
    }
}

/// The options of a call.
pub(super) fn options(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let mut issues = Vec::new();
    let options = CallOptions::parse(text, &mut issues);
    assert!(issues.iter().all(|issue| issue.field.as_deref().is_some_and(|it| it.starts_with("/options"))));
    if let Ok(Value::Object(given)) = serde_json::from_str(text)
        && issues.is_empty()
    {
        let set = given.iter().filter(|(_, value)| !value.is_null()).count();
        let kept = [
            options.idempotency_key.is_some(),
            options.prefer.is_some(),
            options.auth_assertion.is_some(),
            options.partner_attribution_id.is_some(),
            options.client_metadata_id.is_some(),
            options.mock_response.is_some(),
            options.deadline_ms.is_some(),
            options.page_link.is_some(),
        ];
        assert_eq!(kept.iter().filter(|it| **it).count(), set, "{text}: an option is lost");
        assert_eq!(options.idempotency_key.as_deref(), given.get("idempotency_key").and_then(Value::as_str));
    }
    if issues.is_empty() && options.mock_response.as_deref().is_none_or(|it| Json::parse(it).is_ok_and(Json::is_object))
    {
        let written = options.to_json_for(Some("/x"));
        let again = CallOptions::parse(&written, &mut issues);
        assert!(issues.is_empty(), "{written}: {issues:?}");
        assert_eq!((again.idempotency_key, again.page_link.as_deref()), (None, Some("/x")), "what belongs to one page");
        assert_eq!((again.auth_assertion, again.deadline_ms), (options.auth_assertion, options.deadline_ms));
        assert_eq!(again.mock_response.map(|it| single_line(&it)), options.mock_response);
    }
    if let Ok(document) = Document::parse(text) {
        let line = single_line(text);
        assert_eq!(Document::parse(&line), Ok(document), "{line} says something else");
        assert!(!line.contains(['\n', '\r', '\t']));
    }
}

/// A body with a member that is passed on unchanged.
pub(super) fn raw_member(input: &[u8]) {
    let Some(body) = text(input) else { return };
    match raw_member::splice(body, "webhook_event") {
        Ok(None) => {}
        Ok(Some(spliced)) => {
            let text = Json::parse(body).ok().and_then(|it| it.get("webhook_event")).and_then(Json::text);
            let Some(text) = text else { panic!("{spliced} of no string") };
            let Ok(json) = Json::parse(&spliced) else { panic!("{spliced} is no JSON") };
            let member = json.get("webhook_event").map(Json::as_str);
            assert_eq!(member, Some(text.trim_matches([' ', '\t', '\r', '\n'])), "not the received bytes");
        }
        Err(failure) => assert_eq!((failure.kind, failure.details.len()), (Kind::InvalidInput, 1)),
    }
}
