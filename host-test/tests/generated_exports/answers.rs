//! What PayPal answers.

use std::collections::VecDeque;

use connector_host::{
    bytes::Bytes,
    http::Response,
    transport::{Error, WasiBody, whole},
};
use host_test::fixture::{self, Case};
use serde_json::{Map, Value, json};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Answers {
    /// The exchanges of the fixture.
    OfCase,
    /// To each request a refusal with this status that says all there is to say.
    Detailed(u16),
    /// To each request this status, a document that is not PayPal's, and how long to wait.
    Bare(u16),
    /// To each request none; whether it may have been sent.
    Lost(bool),
    /// The platform does not let it pass.
    Denied,
    /// A success that breaks off.
    Truncated,
}

/// Those that a function is tried with beside its fixtures.
pub(crate) const FAILURES: [Answers; 16] = [
    Answers::Detailed(400),
    Answers::Detailed(401),
    Answers::Detailed(403),
    Answers::Detailed(404),
    Answers::Detailed(409),
    Answers::Detailed(422),
    Answers::Bare(400),
    Answers::Bare(408),
    Answers::Bare(413),
    Answers::Bare(429),
    Answers::Bare(500),
    Answers::Bare(503),
    Answers::Lost(false),
    Answers::Lost(true),
    Answers::Denied,
    Answers::Truncated,
];

/// More than any action sends in these tests.
const REQUESTS: usize = 40;

impl Answers {
    /// To the requests of a case, in turn.
    pub(crate) fn of(self, case: &Case) -> VecDeque<Result<Response<WasiBody>, Error>> {
        match self {
            Self::OfCase => fixture::answers(case).collect(),
            other => (0..REQUESTS).map(|_| other.next()).collect(),
        }
    }

    fn next(self) -> Result<Response<WasiBody>, Error> {
        let response = |status: u16, retry_after: Option<&str>, body: String| {
            let mut response = Response::builder().status(status).header("content-type", "application/json");
            if let Some(seconds) = retry_after {
                response = response.header("retry-after", seconds);
            }
            Ok(response.body(whole(Bytes::from(body))).unwrap())
        };
        match self {
            Self::OfCase => Err(Error::ConnectionRefused),
            Self::Detailed(status) => response(status, None, refusal().to_string()),
            Self::Bare(status) => response(status, Some("7"), "[\"ü\"]".to_owned()),
            Self::Lost(false) => Err(Error::ConnectionRefused),
            Self::Lost(true) => Err(Error::ConnectionReadTimeout),
            Self::Denied => Err(Error::HttpRequestDenied),
            Self::Truncated => response(200, None, "{\"id\": \"5O".to_owned()),
        }
    }
}

/// PayPal's error document, with an issue for each choice of what an issue may say.
fn refusal() -> Value {
    const NAMES: [&str; 5] = ["field", "value", "location", "issue", "description"];
    let issue = |choice: usize| -> Map<String, Value> {
        let chosen = NAMES.iter().enumerate().filter(|(bit, _)| choice >> bit & 1 == 1);
        chosen.map(|(_, name)| ((*name).to_owned(), json!(format!("{name} {choice} é😀")))).collect()
    };
    json!({
        "name": "MADE_UP_É",
        "message": "Not so. 😀",
        "debug_id": "f00d\u{e9}",
        "information_link": "https://developer.paypal.com/é",
        "details": (0..1 << NAMES.len()).map(issue).collect::<Vec<_>>(),
    })
}
