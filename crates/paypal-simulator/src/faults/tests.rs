use std::sync::atomic::{AtomicUsize, Ordering};

use http::Method;
use http_body_util::BodyExt as _;

use super::*;

/// A provider that answers with the number of requests so far.
#[derive(Clone, Default)]
struct Counter {
    handled: Arc<Mutex<Vec<String>>>,
    expiries: Arc<AtomicUsize>,
}

impl Provider for Counter {
    fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let mut handled = self.handled.lock().unwrap();
        handled.push(request.uri().path().to_owned());
        let body = format!(r#"{{"number": {}}}"#, handled.len());
        Response::builder().status(201).header("paypal-debug-id", "f00d").body(body.into()).unwrap()
    }

    fn expire_tokens(&self) {
        self.expiries.fetch_add(1, Ordering::Relaxed);
    }
}

impl Counter {
    fn handled(&self) -> Vec<String> {
        self.handled.lock().unwrap().clone()
    }
}

fn request(path: &str, key: &str) -> Request<Bytes> {
    let request = Request::builder().method(Method::POST).uri(format!("https://api-m.sandbox.paypal.com{path}"));
    request.header("paypal-request-id", key).body(Bytes::from_static(b"{}")).unwrap()
}

/// Sends a request. Returns the status and the body, or the error of the head or the body as text.
async fn outcome(faults: &Faults, path: &str, key: &str) -> Result<(u16, String), String> {
    let response =
        Transport::send(faults, request(path, key), Timeouts::default()).await.map_err(|it| it.to_string())?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.map_err(|it| format!("body: {it}"))?.to_bytes();
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

fn faults() -> (Faults, Counter, VirtualClock) {
    let (counter, clock) = (Counter::default(), VirtualClock::new());
    (Faults::new(counter.clone(), clock.clone()), counter, clock)
}

const ANSWER: &str = r#"{"number": 1}"#;

#[tokio::test]
async fn without_a_plan_requests_pass() {
    let (faults, counter, clock) = faults();
    assert_eq!(outcome(&faults, "/a", "k").await, Ok((201, ANSWER.to_owned())));
    assert_eq!((counter.handled(), clock.now()), (vec!["/a".to_owned()], Duration::ZERO));
    assert_eq!(faults.seen(), [Seen { path: "/a".to_owned(), key: Some("k".to_owned()), fault: None }]);
    assert_eq!(faults.seen(), []);
}

#[tokio::test]
async fn each_fault_has_its_error_and_reaches_the_provider_or_does_not() {
    let (never, now) = (Arrival::Never, Arrival::AtOnce);
    for (fault, handled, expected) in [
        (Fault::ConnectionRefused, 0, Err("connection refused")),
        (Fault::ConnectionReset, 0, Err("destination unavailable")),
        (Fault::ConnectionTimeout, 0, Err("connection timeout")),
        (Fault::ResponseTimeout(never), 0, Err("connection read timeout")),
        (Fault::ResponseTimeout(now), 1, Err("connection read timeout")),
        (Fault::Reset(never), 0, Err("connection terminated")),
        (Fault::Reset(now), 1, Err("connection terminated")),
        (Fault::Closed(never), 0, Err("incomplete HTTP response")),
        (Fault::Closed(now), 1, Err("incomplete HTTP response")),
        (Fault::Cut { at: 0, reset: false }, 1, Err("incomplete HTTP response")),
        (Fault::Cut { at: 0, reset: true }, 1, Err("connection terminated")),
        (Fault::Cut { at: 20_000, reset: false }, 1, Err("incomplete HTTP response")),
        (Fault::Cut { at: u16::MAX, reset: false }, 1, Err("body: hyper error: error reading a body from connection")),
        (Fault::Cut { at: u16::MAX, reset: true }, 1, Err("body: hyper error: error reading a body from connection")),
        (Fault::WrongLength(1), 1, Err("body: hyper error: error reading a body from connection")),
        (Fault::WrongLength(-1), 1, Ok((201, r#"{"number": 1"#))),
        (Fault::WrongLength(i16::MIN), 1, Ok((201, ""))),
        (Fault::Trickle(Duration::from_millis(1)), 1, Ok((201, ANSWER))),
        (Fault::Garbage(Garbage::NotHttp, never), 0, Err("HTTP protocol error")),
        (Fault::Garbage(Garbage::WebPage, never), 0, Ok((200, "<!doctype html><title>Welcome</title>"))),
        (Fault::Garbage(Garbage::TruncatedJson, now), 1, Ok((200, r#"{"id": "5O19"#))),
        (Fault::Garbage(Garbage::NotText, now), 1, Ok((200, "\u{1f}\u{fffd}\u{8}\0\u{fffd}\u{fffd}"))),
        (Fault::Garbage(Garbage::EmptyBody, now), 1, Ok((200, ""))),
        (Fault::Garbage(Garbage::Gateway, now), 1, Ok((502, "<!doctype html><title>Welcome</title>"))),
        (Fault::InProgress { cut: true }, 0, Err("body: hyper error: error reading a body from connection")),
        (Fault::TokenExpired, 1, Ok((201, ANSWER))),
    ] {
        let (faults, counter, _) = faults();
        faults.plan([Some(fault)]);
        let expected = expected.map(|(status, body)| (status, body.to_owned())).map_err(str::to_owned);
        assert_eq!(outcome(&faults, "/a", "k").await, expected, "{fault:?}");
        assert_eq!(counter.handled().len(), handled, "{fault:?}");
        assert_eq!(counter.expiries.load(Ordering::Relaxed), usize::from(fault == Fault::TokenExpired));
        let seen = Seen { path: "/a".to_owned(), key: Some("k".to_owned()), fault: Some(fault) };
        assert_eq!(faults.seen(), [seen]);
        // The next request has no fault.
        assert_eq!(outcome(&faults, "/b", "k").await.map(|(status, _)| status), Ok(201), "{fault:?}");
    }
}

#[tokio::test]
async fn an_answer_can_break_off_at_every_byte() {
    let (faults, counter, _) = faults();
    let whole = wire::bytes(&counter.handle(request("/a", "k")), 0).len();
    let mut ends = std::collections::BTreeSet::new();
    for at in 0..=u16::MAX {
        ends.insert(wire::part(whole, at));
    }
    assert_eq!(ends, (0..whole).collect());
    for end in 0..whole {
        let at = u16::try_from(((end << 16) / whole) + 1).unwrap();
        for reset in [false, true] {
            faults.plan([Some(Fault::Cut { at, reset })]);
            assert!(outcome(&faults, "/a", "k").await.is_err(), "after {end} of {whole} bytes");
        }
    }
}

#[tokio::test]
async fn statuses_come_with_their_documents_and_headers() {
    for (fault, status, name, retry_after) in [
        (Fault::RateLimited(None), 429, "RATE_LIMIT_REACHED", None),
        (Fault::RateLimited(Some(RetryAfter::Seconds(0))), 429, "RATE_LIMIT_REACHED", Some("0")),
        (Fault::RateLimited(Some(RetryAfter::Past)), 429, "RATE_LIMIT_REACHED", Some("Sun, 06 Nov 1994 08:49:37 GMT")),
        (
            Fault::ServerError { status: 503, arrival: Arrival::AtOnce, retry_after: Some(RetryAfter::Seconds(2)) },
            503,
            "INTERNAL_SERVER_ERROR",
            Some("2"),
        ),
        (Fault::InProgress { cut: false }, 409, "PREVIOUS_REQUEST_IN_PROGRESS", None),
    ] {
        let (faults, counter, _) = faults();
        faults.plan([Some(fault)]);
        let response = Transport::send(&faults, request("/a", "k"), Timeouts::default()).await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().get("retry-after").map(|it| it.to_str().unwrap()), retry_after);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert!(body.to_string().contains(name), "{body}");
        let carried_out = matches!(fault, Fault::ServerError { .. });
        assert_eq!(counter.handled().len(), usize::from(carried_out), "{fault:?}");
    }
}

#[tokio::test]
async fn a_late_request_arrives_before_the_next_or_is_overtaken_by_its_repeat() {
    for (arrival, next, expected) in [
        (Arrival::BeforeTheNext, "k", ["/late", "/next"]),
        (Arrival::AfterTheNext, "k", ["/next", "/late"]),
        (Arrival::AfterTheNext, "another", ["/late", "/next"]),
    ] {
        let (faults, counter, _) = faults();
        faults.plan([Some(Fault::ResponseTimeout(arrival))]);
        outcome(&faults, "/late", "k").await.unwrap_err();
        assert_eq!(counter.handled(), [""; 0]);
        outcome(&faults, "/next", next).await.unwrap();
        assert_eq!(counter.handled(), expected, "{arrival:?}");
    }
    let (faults, counter, _) = faults();
    faults.plan([Some(Fault::Reset(Arrival::AfterTheNext)), Some(Fault::ConnectionRefused)]);
    outcome(&faults, "/late", "k").await.unwrap_err();
    faults.clear();
    assert_eq!(counter.handled(), ["/late"]);
    assert!(outcome(&faults, "/next", "k").await.is_ok(), "the rest of the plan is gone");
}

#[tokio::test]
async fn an_answer_that_is_dropped_takes_no_time() {
    let (faults, _, clock) = faults();
    faults.plan([Some(Fault::Trickle(Duration::from_secs(1)))]);
    let response = Transport::send(&faults, request("/a", "k"), Timeouts::default()).await.unwrap();
    drop(response);
    let dropped = clock.now();
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(clock.now(), dropped);
}

#[tokio::test]
async fn time_passes_on_the_clock_only() {
    let timeouts = Timeouts::default();
    let pause = Duration::from_secs(1);
    for (fault, expected) in [
        (Fault::ConnectionRefused, Duration::ZERO),
        (Fault::ConnectionTimeout, timeouts.connect),
        (Fault::ResponseTimeout(Arrival::Never), timeouts.first_byte),
    ] {
        let (faults, _, clock) = faults();
        faults.plan([Some(fault)]);
        outcome(&faults, "/a", "k").await.unwrap_err();
        assert_eq!(clock.now(), expected, "{fault:?}");
    }
    let (faults, counter, clock) = faults();
    let length = wire::bytes(&counter.handle(request("/a", "k")), 0).len();
    counter.handled.lock().unwrap().clear();
    faults.plan([Some(Fault::Trickle(pause))]);
    outcome(&faults, "/a", "k").await.unwrap();
    assert_eq!(clock.now(), pause * u32::try_from(length).unwrap());
}
