//! `test-connection` through the component and the policy of outgoing requests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use connector_host::{
    Client, Connection, Connector, Engine, Environment, FailureKind, Route, Secret, StaticToken, Tenant, TokenSource,
    Unconfigured,
    actions::Verdict,
    transport::{BoxFuture, Timeouts, Transport, WasiBody, whole},
};
use host_test::COMPONENT;
use http::{Request, Response};

/// PayPal, where the token is valid at one host.
struct PayPal {
    good_at: &'static str,
    asked: Mutex<Vec<String>>,
}

impl Transport for PayPal {
    fn send(
        &self,
        request: Request<Bytes>,
        _: Timeouts,
    ) -> BoxFuture<Result<Response<WasiBody>, connector_host::transport::Error>> {
        assert_eq!(request.headers()["authorization"], "Bearer real-token");
        self.asked.lock().unwrap().push(request.uri().to_string());
        let (status, body) = match request.uri().host() == Some(self.good_at) {
            true => (200, r#"{"event_types": []}"#),
            false => (401, r#"{"error": "invalid_token", "error_description": "Token signature verification failed"}"#),
        };
        let body = whole(Bytes::from(body));
        let response = Response::builder().status(status).body(body).unwrap();
        Box::pin(async { Ok(response) })
    }
}

async fn test(
    good_at: &'static str,
    source: impl TokenSource + 'static,
) -> (Result<(Verdict, String), FailureKind>, Vec<String>) {
    let connector = Connector::load(&Engine::new().unwrap(), Path::new(COMPONENT)).unwrap();
    let paypal = Arc::new(PayPal { good_at, asked: Mutex::default() });
    let connection = Connection::new(Route::paypal(Environment::Live), source, Client::new());
    let tenant = Tenant::new(connection, paypal.clone()).read_only();
    let report = connector.test_connection(&tenant).await.unwrap();
    let asked = paypal.asked.lock().unwrap().clone();
    (report.map(|report| (report.verdict, report.message)).map_err(|failure| failure.kind), asked)
}

fn token() -> StaticToken {
    StaticToken::new(Secret::new("real-token".to_owned()))
}

const LIVE: &str = "https://api-m.paypal.com/v1/notifications/webhooks-event-types";
const SANDBOX: &str = "https://api-m.sandbox.paypal.com/v1/notifications/webhooks-event-types";

#[tokio::test]
async fn a_valid_token_costs_one_request() {
    let (report, asked) = test("api-m.paypal.com", token()).await;
    assert_eq!(report.unwrap().0, Verdict::Accepted);
    assert_eq!(asked, [LIVE]);
}

#[tokio::test]
async fn a_token_of_the_sandbox_in_a_live_connection_is_recognised() {
    let (report, asked) = test("api-m.sandbox.paypal.com", token()).await;
    let (verdict, message) = report.unwrap();
    assert_eq!(verdict, Verdict::OtherEnvironment);
    assert_eq!(message, "the access token is for PayPal's sandbox, but the connection is for live");
    assert_eq!(asked, [LIVE, SANDBOX]);
}

#[tokio::test]
async fn a_token_that_is_valid_nowhere_is_refused_and_a_missing_one_is_a_failure() {
    let (report, asked) = test("nowhere.example", token()).await;
    let (verdict, message) = report.unwrap();
    assert_eq!(verdict, Verdict::Refused);
    assert!(message.contains("Token signature verification failed"), "{message}");
    assert_eq!(asked, [LIVE, SANDBOX]);
    let (report, asked) = test("api-m.paypal.com", Unconfigured::default()).await;
    assert_eq!(report.unwrap_err(), FailureKind::ConnectionUnavailable);
    assert!(asked.is_empty());
}
