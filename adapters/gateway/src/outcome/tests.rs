//! Outcomes as answers. Not in `outcome.rs`, which `host-test` has as a module too.

use std::collections::BTreeMap;

use http::HeaderValue;
use serde_json::Value;

use crate::{
    bindings::{
        Failure, FailureKind,
        actions::{Choice, Choices},
    },
    json,
    outcome::{KINDS, answer, choices, status},
    problem::Kind,
    testing::failure,
};

#[test]
fn choices_are_a_document_and_their_failure_is_a_problem() {
    let choice = Choice { value: "P-1".to_owned(), label: "Monthly".to_owned() };
    let next = |next: &str| Ok(Choices { items: vec![choice.clone()], next: Some(next.to_owned()) });
    let response = choices(&next(r#"{"page": 2}"#));
    let document: Value = serde_json::from_slice(response.body()).unwrap();
    let items = serde_json::json!([{"value": "P-1", "label": "Monthly"}]);
    assert_eq!(document["choices"], serde_json::json!({"items": items, "next": {"page": 2}}));
    assert_eq!(choices(&next("{")).status(), 500);
    assert_eq!(choices(&Err(failure(FailureKind::InvalidInput))).status(), 400);
}

#[test]
fn a_failure_is_a_problem_with_its_document() {
    let result = Err(failure(FailureKind::OutcomeUnknown));
    let response = answer("orders.create", &result);
    assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (504, &HeaderValue::from(2)));
    let problem: Value = serde_json::from_slice(response.body()).unwrap();
    let outcome: Value = serde_json::from_str(&json::outcome(&result).unwrap()).unwrap();
    assert_eq!(problem["failure"], outcome["failure"]);
    assert_eq!((&problem["detail"], &problem["status"]), (&"it failed".into(), &504.into()));
    assert!(std::str::from_utf8(response.body()).unwrap().contains(r#"{"a": 1.0}"#), "{problem}");
}

#[test]
fn an_outcome_that_cannot_be_shown_is_not_hidden() {
    let mut failure = failure(FailureKind::Conflict);
    failure.body = Some("{".to_owned());
    let response = answer("orders.create", &Err(failure));
    let problem: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(problem["type"], "urn:problem-type:kosha-gateway:undeliverable");
    assert!(problem["detail"].as_str().unwrap().contains(r#""idempotency_key":"k""#), "{problem}");
}

#[test]
fn only_an_unknown_outcome_is_504_and_no_failure_is_401() {
    for kind in KINDS {
        for (retryable, sent) in [(true, true), (true, false), (false, true), (false, false)] {
            let mut failure = failure(kind);
            (failure.retryable, failure.request_sent) = (retryable, sent);
            let status = status(&failure).as_u16();
            assert_eq!(status == 504, kind == FailureKind::OutcomeUnknown, "{kind:?}");
            assert!((400..600).contains(&status) && status != 401 && status != 500, "{kind:?} {status}");
        }
    }
    assert!(Kind::ALL.iter().all(|kind| kind.status != 504));
}

#[test]
fn credentials_that_are_refused_are_not_to_be_repeated() {
    let status = |retryable| {
        let failure = Failure { retryable, ..failure(FailureKind::ConnectionUnavailable) };
        answer("orders.create", &Err(failure)).status().as_u16()
    };
    assert_eq!((status(true), status(false)), (503, 502));
}

#[test]
fn the_documentation_has_every_problem() {
    let page = include_str!("../../../../docs/service.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let rows: BTreeMap<&str, &str> = rows.collect();
    for kind in Kind::ALL {
        let row = rows.get(kind.name).unwrap_or_else(|| panic!("docs/service.md has no row for {}", kind.name));
        assert!(row.starts_with(kind.status.as_str()), "{} is {}: {row}", kind.name, kind.status);
    }
    for kind in KINDS {
        let row = rows.get(json::kind(kind)).unwrap_or_else(|| panic!("no row for {}", json::kind(kind)));
        let failure = Failure { retryable: false, ..failure(kind) };
        assert!(row.starts_with(status(&failure).as_str()), "{}: {row}", json::kind(kind));
    }
}
