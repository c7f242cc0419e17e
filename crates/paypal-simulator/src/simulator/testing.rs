//! Requests of unit tests.

use bytes::Bytes;
use http::Request;
use serde_json::Value;

use super::Simulator;

impl Simulator {
    /// Posts a body as the first merchant's app. Returns status and body of the answer.
    pub(crate) fn posted(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {}", Self::token()))
            .header("content-type", "application/json")
            .header("prefer", "return=representation")
            .body(Bytes::from(body.to_string()))
            .unwrap();
        let answer = self.handle(request);
        (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
    }

    /// Does the same, and returns the body of a success.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.posted(path, body);
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }
}
