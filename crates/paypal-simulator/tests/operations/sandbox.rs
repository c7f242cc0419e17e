//! A simulator, and requests to it.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use paypal_simulator::{Effects, Simulator, bytes, http};
use serde_json::{Value, json};

use crate::{refusals, schemas};

/// An answer whose body has been read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Null if there is none, or if it is not JSON.
    pub(crate) body: Value,
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

impl Answer {
    /// Returns status and first issue of a refusal.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        let detail = &self.body["details"][0];
        let issue = detail["issue"].as_str().or_else(|| self.body["name"].as_str());
        (self.status, issue.unwrap_or_default())
    }

    /// Says why it has another shape than PayPal's.
    pub(crate) fn complaint(&self, method: &str, path: &str, strict: bool) -> Option<String> {
        let is_json = self.content_type == "application/json";
        is_json.then(|| schemas::complaint(method, path, self.status, &self.body, strict)).flatten()
    }

    /// Returns the body of a success.
    pub(crate) fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.body
    }
}

pub(crate) struct Sandbox(pub(crate) Simulator);

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self(Simulator::new(4))
    }

    /// Sends a request with these headers. A null body is none.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let bytes = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        self.send_bytes(method, path, &[&[("content-type", "application/json")], headers].concat(), bytes)
    }

    pub(crate) fn send_bytes(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Bytes) -> Answer {
        let answer = self.raw(method, path, headers, body);
        let complaint = answer.complaint(method, path, true);
        assert!(complaint.is_none(), "{complaint:?}\n{:#}", answer.body);
        answer
    }

    /// Does the same for an answer of any shape.
    pub(crate) fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Bytes) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "authorization") {
            request = request.header("authorization", format!("Bearer {}", Simulator::token()));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.0.handle(request.body(body).unwrap());
        let status = response.status().as_u16();
        let content_type = response.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
        let bytes = response.into_body();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        let answer = Answer { status, body, content_type: content_type.unwrap_or_default(), bytes };
        refusals::note(method, path, headers, &answer);
        answer
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], &Value::Null)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[], body)
    }

    /// Does what a payer or a test does, under `/simulator/`.
    pub(crate) fn control(&self, path: &str, body: &Value) -> Answer {
        self.post(&format!("/simulator/{path}"), body)
    }

    pub(crate) fn seconds(&self, seconds: u64) {
        self.0.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn days(&self, days: u64) {
        self.0.advance(Duration::from_secs(days * 86_400));
    }

    pub(crate) fn effects(&self) -> Effects {
        self.0.effects()
    }

    /// Returns the names of all events so far, oldest first, each with its resource.
    pub(crate) fn events(&self) -> Vec<(String, Value)> {
        let mut path = "/v1/notifications/webhooks-events?page_size=300".to_owned();
        let mut events = Vec::new();
        loop {
            let page = self.get(&path).ok();
            let of = |event: &Value| (event["event_type"].as_str().unwrap().to_owned(), event["resource"].clone());
            events.extend(page["events"].as_array().unwrap().iter().map(of));
            let Some(next) = page["links"][0]["href"].as_str() else { break };
            path = next.split_once(".com").unwrap().1.to_owned();
        }
        events.reverse();
        events
    }

    /// Creates, approves and captures an order. Returns the order.
    pub(crate) fn paid_order(&self, value: &str) -> Value {
        let amount = json!({"currency_code": "USD", "value": value});
        let order = json!({"intent": "CAPTURE", "purchase_units": [{"amount": amount}]});
        let order = self.post("/v2/checkout/orders", &order).ok();
        let id = order["id"].as_str().unwrap();
        self.control(&format!("orders/{id}/approve"), &Value::Null).ok();
        let prefer = ("prefer", "return=representation");
        self.send("POST", &format!("/v2/checkout/orders/{id}/capture"), &[prefer], &json!({})).ok()
    }
}
