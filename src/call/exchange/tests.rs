//! Outcomes of responses and of requests without one.

use super::*;
use crate::{
    catalogue::{Answer, PLAIN, orders, payments},
    platform::failure::Issue,
};

fn exchange(action: &'static Action) -> Exchange<'static> {
    Exchange {
        action,
        expected: Expected::Any,
        idempotency_key: action.idempotency.as_ref().map(|_| "key-1"),
        attempts: 1,
        sent: false,
    }
}

fn response(status: u16, body: &str) -> Response {
    let headers = vec![("paypal-debug-id".to_owned(), b"f00d".to_vec())];
    Response { status, headers, body: Ok(body.as_bytes().to_vec()) }
}

fn refused(status: u16, body: &str) -> Failure {
    exchange(orders::CREATE).outcome(response(status, body)).unwrap_err()
}

#[test]
fn a_reply_carries_the_document_as_it_came() {
    let body = "{\"id\": \"5O19\", \"quantity\": 1.0,\r\n \"new\" :null}";
    let reply = exchange(orders::CREATE).outcome(response(201, body)).unwrap();
    assert_eq!(reply.body.as_deref(), Some(body));
    assert_eq!((reply.status, reply.debug_id.as_deref()), (201, Some("f00d")));
    assert_eq!((reply.idempotency_key.as_deref(), reply.attempts), (Some("key-1"), 1));
}

#[test]
fn no_body_is_a_success_of_a_write_and_not_of_a_read() {
    assert_eq!(exchange(orders::UPDATE).outcome(response(204, "")).unwrap().body, None);
    assert_eq!(exchange(orders::GET).outcome(response(200, "")).unwrap_err().kind, Kind::MalformedReply);
}

#[test]
fn a_list_is_an_array() {
    static LIST: Action = Action { answer: Answer::List, ..PLAIN };
    for body in ["[]", r#"[{"id": "1"}]"#] {
        assert_eq!(exchange(&LIST).outcome(response(200, body)).unwrap().body.as_deref(), Some(body));
    }
    let error = r#"{"name": "N", "message": "M", "debug_id": "b0d7"}"#;
    for (body, what) in
        [("{}", "a document in place of the list"), ("1", "a number in place"), (error, "with an error")]
    {
        let failure = exchange(&LIST).outcome(response(200, body)).unwrap_err();
        assert!(failure.kind == Kind::MalformedReply && failure.message.contains(what), "{}", failure.message);
    }
}

#[test]
fn a_file_comes_out_of_its_part() {
    static IMAGE: Action = Action { answer: Answer::File { part: "image", media_type: "image/png" }, ..PLAIN };
    let answer = |content_type: &str, body: &str| {
        let headers = vec![("content-type".to_owned(), content_type.as_bytes().to_vec())];
        exchange(&IMAGE).outcome(Response { headers, ..response(200, body) })
    };
    let part = "--7f-b\r\nContent-Disposition: form-data; name=\"image\"\r\nContent-Type: text/plain\r\n\r\niVBORw==\r\n--7f-b--\r\n";
    let reply = answer("multipart/form-data; boundary=7f-b", part).unwrap();
    let file = reply.file.unwrap();
    assert_eq!((&*file.name, &*file.media_type, &*file.data), ("image", "image/png", &b"\x89PNG"[..]));
    assert_eq!(reply.body, None);
    for (content_type, body) in [
        ("multipart/form-data; boundary=other", part),
        ("multipart/form-data; boundary=7f-b", &part[..70]),
        ("multipart/form-data; boundary=7f-b", &part.replace("iVBORw==", "*")),
        ("multipart/form-data; boundary=7f-b", &part.replace("iVBORw==", "")),
        ("application/json", "{}"),
    ] {
        assert_eq!(answer(content_type, body).unwrap_err().kind, Kind::MalformedReply, "{content_type} {body}");
    }
}

#[test]
fn what_cannot_be_understood_leaves_the_outcome_of_a_write_unknown() {
    for body in ["<html>", "{\"id\": ", "\u{0}", "{} {}"] {
        let read = exchange(orders::GET).outcome(response(200, body)).unwrap_err();
        assert_eq!((read.kind, read.retryable), (Kind::MalformedReply, true), "{body}");
        let write = exchange(orders::CREATE).outcome(response(201, body)).unwrap_err();
        assert_eq!((write.kind, write.retryable), (Kind::OutcomeUnknown, true), "{body}");
        assert!(write.message.contains("repeat the call with the same idempotency key within 6 hours"));
        let blind = exchange(orders::ADD_TRACKING).outcome(response(201, body)).unwrap_err();
        assert_eq!((blind.kind, blind.retryable), (Kind::OutcomeUnknown, false), "{body}");
        assert!(blind.message.contains("check with `orders.get` before you repeat"));
    }
    let gzip = Response { body: Ok(vec![0x1f, 0x8b, 0x08, 0xff]), ..response(200, "") };
    assert!(exchange(orders::GET).outcome(gzip).unwrap_err().message.contains("compressed?"));
    for (cause, kind) in
        [(Cause::TooLarge, Kind::TooLarge), (Cause::TimedOut, Kind::TimedOut), (Cause::Broken, Kind::MalformedReply)]
    {
        let cut = || Response { body: Err(cause), ..response(200, "") };
        let read = exchange(orders::GET).outcome(cut()).unwrap_err();
        assert_eq!((read.kind, read.status), (kind, Some(200)));
        assert_eq!(exchange(orders::CREATE).outcome(cut()).unwrap_err().kind, Kind::OutcomeUnknown);
    }
}

#[test]
fn a_write_is_not_done_where_its_document_is_missing() {
    use crate::catalogue::{invoices, subscriptions};
    for (action, status) in
        [(orders::CAPTURE, 200), (orders::CREATE, 201), (orders::ADD_TRACKING, 200), (orders::UPDATE, 200)]
    {
        let failure = exchange(action).outcome(response(status, "")).unwrap_err();
        assert_eq!((failure.kind, failure.status), (Kind::OutcomeUnknown, Some(status)), "{}", action.id);
        assert_eq!(failure.retryable, action.idempotency.is_some(), "{}", action.id);
    }
    for (action, status) in [
        (payments::VOID_AUTHORIZATION, 204),
        (orders::UPDATE, 204),
        (invoices::SEND, 202),
        (subscriptions::CAPTURE, 202),
    ] {
        let reply = exchange(action).outcome(response(status, "")).unwrap();
        assert_eq!((reply.status, reply.body), (status, None), "{}", action.id);
    }
}

#[test]
fn the_status_decides_on_the_kind() {
    for (status, kind, retryable) in [
        (301, Kind::OutcomeUnknown, true),
        (303, Kind::OutcomeUnknown, true),
        (400, Kind::InvalidInput, false),
        (401, Kind::Unauthorized, false),
        (402, Kind::OutcomeUnknown, true),
        (403, Kind::Forbidden, false),
        (404, Kind::NotFound, false),
        (408, Kind::OutcomeUnknown, true),
        (405, Kind::ProviderError, false),
        (413, Kind::OutcomeUnknown, true),
        (415, Kind::ProviderError, false),
        (422, Kind::Unprocessable, false),
        (429, Kind::RateLimited, true),
        (500, Kind::OutcomeUnknown, true),
        (501, Kind::OutcomeUnknown, true),
        (503, Kind::OutcomeUnknown, true),
        (999, Kind::OutcomeUnknown, true),
    ] {
        for body in ["", "<html>", "[]", "{}", r#"{"name": 7, "details": {"issue": 1}}"#] {
            let failure = refused(status, body);
            assert_eq!((failure.kind, failure.retryable), (kind, retryable), "{status} {body}");
            assert_eq!((failure.status, failure.request_sent), (Some(status), true));
            assert_eq!(failure.debug_id.as_deref(), Some("f00d"));
        }
    }
    let without_a_key = exchange(orders::ADD_TRACKING).outcome(response(503, "")).unwrap_err();
    assert_eq!((without_a_key.kind, without_a_key.retryable), (Kind::OutcomeUnknown, false));
    for (status, kind) in [
        (303, Kind::ProviderError),
        (402, Kind::Unprocessable),
        (413, Kind::TooLarge),
        (408, Kind::TimedOut),
        (500, Kind::ProviderError),
        (999, Kind::ProviderError),
    ] {
        assert_eq!(exchange(orders::GET).outcome(response(status, "")).unwrap_err().kind, kind, "a read: {status}");
    }
}

#[test]
fn every_shape_of_error_ends_in_one_record() {
    let issue = |field: &str, issue: Option<&str>, description: Option<&str>| Issue {
        field: Some(field.to_owned()),
        issue: issue.map(str::to_owned),
        description: description.map(str::to_owned),
        ..Issue::default()
    };
    for (body, name, debug_id, details) in [
        (
            r#"{"name": "A", "debug_id": "b0d7", "details": [{"field": "/x", "issue": "I", "description": "D"}]}"#,
            Some("A"),
            "b0d7",
            vec![issue("/x", Some("I"), Some("D"))],
        ),
        (
            r#"{"name": "B", "debugId": "camel", "details": [{"field": "/x", "description": "D"}]}"#,
            Some("B"),
            "camel",
            vec![issue("/x", None, Some("D"))],
        ),
        (r#"{"error": "invalid_token", "error_description": "D"}"#, Some("invalid_token"), "f00d", vec![]),
        (
            r#"{"localizedMessage": "M", "name": "C", "details": [{"field": "x", "value": null, "issue": "Prose."}]}"#,
            Some("C"),
            "f00d",
            vec![issue("x", Some("Prose."), None)],
        ),
        ("", None, "f00d", vec![]),
    ] {
        let failure = refused(422, body);
        assert_eq!(failure.name.as_deref(), name, "{body}");
        assert_eq!(failure.debug_id.as_deref(), Some(debug_id), "{body}");
        assert_eq!(failure.details, details, "{body}");
        assert_eq!(failure.body.as_deref(), (!body.is_empty()).then_some(body));
    }
}

#[test]
fn a_document_of_another_kind_is_not_taken_for_done() {
    use crate::catalogue::{disputes, plans, subscriptions, trackers};
    for action in [disputes::ACCEPT_CLAIM, subscriptions::REVISE, trackers::ADD] {
        for body in [
            r#"{"errors": [{"name": "INTERNAL_ERROR", "message": "not done"}]}"#,
            r#"{"error": "invalid_request"}"#,
            r#"{"error": {"name": "X"}, "links": []}"#,
            r#"{"message": "Service unavailable"}"#,
            r#"{"statusCode": 500, "fault": "x"}"#,
            "{}",
        ] {
            let failure = exchange(action).outcome(response(200, body)).unwrap_err();
            assert_eq!(failure.kind, Kind::OutcomeUnknown, "{} {body}", action.id);
        }
    }
    let links = r#"{"links": [{"rel": "self", "href": "https://x/v1/customer/disputes/PP-D-1"}]}"#;
    assert!(exchange(disputes::ACCEPT_CLAIM).outcome(response(200, links)).is_ok());
    // A list may be empty.
    assert!(exchange(plans::LIST).outcome(response(200, "{}")).is_ok());
    let read = exchange(plans::LIST).outcome(response(200, r#"{"error": "x"}"#)).unwrap_err();
    assert_eq!(read.kind, Kind::MalformedReply);
}

#[test]
fn a_refund_is_not_the_capture_that_it_is_of() {
    let refund = Exchange { expected: Expected::CreatedFor("2GG"), ..exchange(payments::REFUND_CAPTURE) };
    assert!(refund.outcome(response(201, r#"{"id": "1JU", "status": "COMPLETED"}"#)).is_ok());
    let failure = refund.outcome(response(201, r#"{"id": "2gg", "status": "COMPLETED"}"#)).unwrap_err();
    assert_eq!(failure.kind, Kind::OutcomeUnknown);
}

#[test]
fn a_request_in_progress_is_found_anywhere_in_a_conflict() {
    let many = format!(
        r#"{{"name": "RESOURCE_CONFLICT", "details": [{}{{"issue": "PREVIOUS_REQUEST_IN_PROGRESS"}}]}}"#,
        r#"{"issue": "X"}, "#.repeat(100)
    );
    for body in [
        &*many,
        r#"{"name": "PREVIOUS_REQUEST_IN_PROGRESS"}"#,
        r#"{"name": "X", "details": ["PREVIOUS_REQUEST_IN_PROGRESS"]}"#,
        r#"{"message": "PREVIOUS_REQUEST_IN_PROGRESS"}"#,
        "null",
        "[]",
        "{}",
        "7",
    ] {
        let keyed = Exchange { idempotency_key: Some("k"), ..exchange(orders::CAPTURE) };
        let failure = keyed.outcome(response(409, body)).unwrap_err();
        assert_eq!((failure.kind, failure.retryable), (Kind::OutcomeUnknown, true), "{body:.80}");
    }
    let other = exchange(orders::CAPTURE).outcome(response(409, r#"{"name": "RESOURCE_CONFLICT"}"#)).unwrap_err();
    assert_eq!(other.kind, Kind::Conflict);
}

#[test]
fn a_2xx_that_says_nothing_is_not_taken_for_done() {
    let captured = r#"{"id": "5O19", "status": "COMPLETED"}"#;
    let capture = |status, body: &str| {
        let exchange = Exchange { expected: Expected::Resource("5O19"), ..exchange(orders::CAPTURE) };
        exchange.outcome(response(status, body))
    };
    assert_eq!(capture(201, captured).unwrap().body.as_deref(), Some(captured));
    assert!(capture(200, r#"{"id": "5o19"}"#).is_ok());
    for status in [202, 203, 204, 205, 206, 207, 226, 299] {
        for body in ["", " \t", captured] {
            let failure = capture(status, body).unwrap_err();
            assert_eq!((failure.kind, failure.status), (Kind::OutcomeUnknown, Some(status)), "{status} {body}");
        }
    }
    let error = r#"{"name": "INTERNAL_SERVER_ERROR", "message": "M", "debug_id": "b0d7", "details": [{"issue": "I"}]}"#;
    for (body, what) in [
        ("null", "null in place of the document"),
        ("[]", "an array in place of the document"),
        ("123", "a number in place of the document"),
        (error, "with an error;"),
        (r#"{"error": "E", "error_description": "D"}"#, "with an error;"),
        (r#"{"status": "COMPLETED"}"#, "without an id"),
        (r#"{"id": null}"#, "without an id"),
        (r#"{"id": "6O19", "status": "COMPLETED"}"#, "of another resource"),
    ] {
        let failure = capture(200, body).unwrap_err();
        assert_eq!((failure.kind, failure.retryable), (Kind::OutcomeUnknown, true), "{body}");
        assert!(failure.message.contains(what), "{}", failure.message);
        assert_eq!(failure.body.as_deref(), Some(body));
        let read = Exchange { expected: Expected::Resource("5O19"), ..exchange(orders::GET) };
        assert_eq!(read.outcome(response(200, body)).unwrap_err().kind, Kind::MalformedReply, "{body}");
    }
    assert!(capture(200, "{}").unwrap_err().message.contains("not of this kind"));
    let failure = capture(200, error).unwrap_err();
    assert_eq!((failure.name.as_deref(), failure.debug_id.as_deref()), (Some("INTERNAL_SERVER_ERROR"), Some("b0d7")));
    assert_eq!(failure.details[0].issue.as_deref(), Some("I"));
}

#[test]
fn white_space_is_an_empty_body() {
    use crate::catalogue::subscriptions;
    for body in ["\t", " \r\n"] {
        assert_eq!(exchange(subscriptions::CAPTURE).outcome(response(202, body)).unwrap().body, None);
        assert_eq!(exchange(orders::UPDATE).outcome(response(204, body)).unwrap().body, None);
        assert_eq!(exchange(orders::GET).outcome(response(200, body)).unwrap_err().kind, Kind::MalformedReply);
    }
}

#[test]
fn an_answer_is_read_with_any_json() {
    for more in [r#""note": "\ud83d""#, r#""id": "5O19""#, r#""huge": 1e999"#, &deep()] {
        let body = format!(r#"{{"id": "5O19", {more}}}"#);
        let reply = exchange(orders::CREATE).outcome(response(201, &body)).unwrap();
        assert_eq!(reply.body, Some(body));
        let body = format!(r#"{{"name": "C", {more}, "details": [{{"issue": "PREVIOUS_REQUEST_IN_PROGRESS"}}]}}"#);
        let failure = exchange(payments::REFUND_CAPTURE).outcome(response(409, &body)).unwrap_err();
        assert_eq!((failure.kind, failure.name.as_deref()), (Kind::OutcomeUnknown, Some("C")), "{more:.20}");
    }
}

fn deep() -> String {
    format!(r#""deep": {}{}"#, "[".repeat(10_000), "]".repeat(10_000))
}

#[test]
fn a_dense_error_is_read_in_part() {
    let body =
        format!(r#"{{"name": "N", "message": "M", "details": [{}{{"issue": "LAST"}}]}}"#, "{},".repeat(1_400_000));
    let failure = refused(422, &body);
    assert_eq!((failure.kind, failure.details.len()), (Kind::Unprocessable, 100));
    assert!(failure.message.ends_with("N: M (the first 100 of its 1400001 details are listed)"), "{}", failure.message);
    assert_eq!(failure.body, Some(body));
}

#[test]
fn a_wrapped_error_is_read() {
    let inner = r#"{"name": "A", "message": "M", "debug_id": "b0d7", "details": [{"field": "/x", "issue": "I"}]}"#;
    for body in [format!(r#"{{"errors": [{inner}]}}"#), format!(r#"{{"error": {inner}}}"#)] {
        let failure = refused(422, &body);
        assert_eq!((failure.name.as_deref(), failure.debug_id.as_deref()), (Some("A"), Some("b0d7")));
        assert_eq!(failure.message, "PayPal answered 422 A: M");
        assert_eq!((failure.details.len(), failure.details[0].issue.as_deref()), (1, Some("I")));
    }
    let list = r#"{"name": "B", "errors": [{"issue": "I", "field": "/x"}, {"issue": "J"}, 7, {}]}"#;
    let failure = refused(400, list);
    let issues: Vec<_> = failure.details.iter().filter_map(|it| it.issue.as_deref()).collect();
    assert_eq!((failure.name.as_deref(), issues), (Some("B"), vec!["I", "J"]));
    for body in [format!(r#"{{"errors": {inner}}}"#), format!("[{inner}]")] {
        let failure = refused(422, &body);
        assert_eq!((failure.name.as_deref(), failure.debug_id.as_deref()), (Some("A"), Some("b0d7")), "{body}");
    }
    for (body, expected) in [
        (r#"{"errors": [{"details": [{"issue": "I"}]}]}"#, "I"),
        (r#"{"errors": ["I"]}"#, "I"),
        (r#"{"name": "A", "details": ["I"]}"#, "I"),
    ] {
        assert_eq!(refused(422, body).details[0].issue.as_deref(), Some(expected), "{body}");
    }
    let coded = refused(400, r#"{"errors": [{"code": "C", "description": "D"}]}"#);
    assert_eq!((coded.name.as_deref(), &*coded.message), (Some("C"), "PayPal answered 400 C: D"));
}

#[test]
fn an_error_in_another_encoding_keeps_its_words() {
    let latin = b"{\"name\": \"INVALID\", \"message\": \"Requ\xeate\", \"debug_id\": \"b0d7\"}".to_vec();
    let failure = exchange(orders::CREATE).outcome(Response { body: Ok(latin), ..response(400, "") }).unwrap_err();
    assert_eq!((failure.name.as_deref(), failure.debug_id.as_deref()), (Some("INVALID"), Some("b0d7")));
    assert_eq!(failure.message, "PayPal answered 400 INVALID: Requ\u{fffd}te");
}

#[test]
fn a_link_to_information_has_three_spellings() {
    for body in [
        r#"{"name": "A", "information_link": "https://x.example/a"}"#,
        r#"{"name": "A", "informationLink": "https://x.example/a"}"#,
        r#"{"name": "A", "links": [{"rel": "self", "href": "b"}, {"href": "https://x.example/a", "rel": "information_link"}]}"#,
        r#"{"name": "A", "information_link": "", "links": [{"href": "https://x.example/a", "rel": "information_link"}]}"#,
    ] {
        assert_eq!(refused(422, body).information_link.as_deref(), Some("https://x.example/a"), "{body}");
    }
}

#[test]
fn the_text_of_a_plain_answer_is_in_the_message() {
    let plain = |content_type: &str, body: &str| {
        let headers = vec![("content-type".to_owned(), content_type.as_bytes().to_vec())];
        exchange(orders::CREATE).outcome(Response { headers, ..response(400, body) }).unwrap_err().message
    };
    assert_eq!(
        plain("text/plain;charset=UTF-8", "Inv\u{200b}alid\r\n\u{1b}]0;x\u{7}  \u{202e}amount\u{feff} "),
        "PayPal answered 400: Invalid ]0;x amount"
    );
    let long = plain("Text/Plain", &"\u{e9}".repeat(5_000));
    assert_eq!(long.chars().count(), "PayPal answered 400: ".len() + 201);
    for (content_type, body) in [("text/html", "<html>"), ("application/json", "<html>"), ("text/plain", "[]")] {
        assert!(plain(content_type, body).ends_with("with something that is not an error document"));
    }
    assert_eq!(plain("text/plain", " "), "PayPal answered 400 with an empty body");
}

#[test]
fn a_request_in_progress_may_be_repeated() {
    let body = r#"{"name": "RESOURCE_CONFLICT", "details": [{"issue": "PREVIOUS_REQUEST_IN_PROGRESS"}]}"#;
    let failure = exchange(payments::REFUND_CAPTURE).outcome(response(409, body)).unwrap_err();
    assert_eq!((failure.kind, failure.retryable), (Kind::OutcomeUnknown, true));
    // A 409 without its document may mean the same.
    for lost in [Err(Cause::Broken), Err(Cause::TimedOut), Ok(body.as_bytes()[..60].to_vec()), Ok(Vec::new())] {
        let response = Response { body: lost, ..response(409, "") };
        let failure = exchange(payments::REFUND_CAPTURE).outcome(response).unwrap_err();
        assert_eq!((failure.kind, failure.retryable), (Kind::OutcomeUnknown, true));
    }
    for other in [r#"{"name": "RESOURCE_CONFLICT"}"#, r#"{"details": [{"issue": "X"}]}"#] {
        let failure = exchange(payments::REFUND_CAPTURE).outcome(response(409, other)).unwrap_err();
        assert_eq!((failure.kind, failure.retryable), (Kind::Conflict, false), "{other}");
    }
    // Without a key there is no earlier request.
    let failure = exchange(orders::ADD_TRACKING).outcome(response(409, "")).unwrap_err();
    assert_eq!((failure.kind, failure.retryable), (Kind::Conflict, false));
}

#[test]
fn what_was_never_sent_has_not_acted() {
    for (cause, kind, retryable) in [
        (Cause::Denied, Kind::Denied, false),
        (Cause::Limited, Kind::RateLimited, true),
        (Cause::Unreachable, Kind::Unreachable, true),
        (Cause::TimedOut, Kind::TimedOut, true),
        (Cause::TooLarge, Kind::TooLarge, false),
    ] {
        let failure = exchange(orders::CREATE).unanswered(SendError { cause, sent: false, reason: "why".to_owned() });
        assert_eq!((failure.kind, failure.retryable, failure.request_sent), (kind, retryable, false));
        assert_eq!(failure.name.as_deref(), (kind == Kind::Denied).then_some("POLICY"));
        let failure = exchange(orders::CREATE).unanswered(SendError { cause, sent: true, reason: "why".to_owned() });
        assert_eq!((failure.kind, failure.retryable, failure.request_sent), (Kind::OutcomeUnknown, true, true));
    }
}
