//! Disputes: what merchants, buyers and PayPal do, and where the money is.

mod files;
mod flows;
mod payments;
mod refusals;
mod time;
mod walk;

use std::collections::BTreeSet;

use paypal_simulator::bytes::Bytes;
use serde_json::{Value, json};

use crate::sandbox::{Answer, Sandbox};

pub(crate) const NOT_RECEIVED: &str = "MERCHANDISE_OR_SERVICE_NOT_RECEIVED";
pub(crate) const NOT_AS_DESCRIBED: &str = "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED";
pub(crate) const NOT_ALLOWED: (u16, &str) = (422, "ACTION_NOT_ALLOWED_IN_CURRENT_DISPUTE_STATE");
/// The same of a buyer or of PayPal, by a control.
pub(crate) const CONTROL_NOT_ALLOWED: (u16, &str) = (409, "STATE_NOT_ALLOWED");

/// What merchants do, and PayPal in the sandbox, by the last segments of the paths.
pub(crate) const ACTIONS: [&str; 12] = [
    "adjudicate",
    "require-evidence",
    "escalate",
    "make-offer",
    "accept-offer",
    "deny-offer",
    "provide-evidence",
    "appeal",
    "accept-claim",
    "send-message",
    "acknowledge-return-item",
    "provide-supporting-info",
];

pub(crate) fn usd(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

/// Returns the id of a new capture.
pub(crate) fn capture(paypal: &Sandbox, value: &str) -> String {
    let order = paypal.paid_order(value);
    order["purchase_units"][0]["payments"]["captures"][0]["id"].as_str().unwrap().to_owned()
}

/// A dispute about a new capture.
pub(crate) struct Case<'a> {
    pub(crate) paypal: &'a Sandbox,
    pub(crate) id: String,
    pub(crate) capture: String,
}

impl<'a> Case<'a> {
    /// Captures 100.00 USD, and disputes it as the buyer does.
    pub(crate) fn open(paypal: &'a Sandbox, complaint: Value) -> Self {
        Self::about(paypal, capture(paypal, "100.00"), complaint)
    }

    pub(crate) fn about(paypal: &'a Sandbox, capture: String, mut complaint: Value) -> Self {
        complaint["disputed_transaction_id"] = capture.as_str().into();
        let opened = paypal.control("disputes", &complaint);
        assert_eq!(opened.status, 201, "{opened:?}");
        Self { paypal, id: opened.body["dispute_id"].as_str().unwrap().to_owned(), capture }
    }

    /// An inquiry about an item that was not as described.
    pub(crate) fn inquiry(paypal: &'a Sandbox) -> Self {
        Self::open(paypal, json!({"reason": NOT_AS_DESCRIBED, "message": "It is broken."}))
    }

    /// A claim about an item that was not received.
    pub(crate) fn claim(paypal: &'a Sandbox) -> Self {
        Self::open(paypal, json!({"reason": NOT_RECEIVED, "stage": "CHARGEBACK"}))
    }

    pub(crate) fn path(&self, action: &str) -> String {
        format!("/v1/customer/disputes/{}/{action}", self.id)
    }

    pub(crate) fn call(&self, action: &str, body: Value) -> Answer {
        self.paypal.post(&self.path(action), &body)
    }

    /// Sends a form with the part `input` and these files.
    pub(crate) fn send(&self, action: &str, input: &Value, files: &[(&str, &str, &[u8])]) -> Answer {
        send_form(self.paypal, &self.path(action), input, files)
    }

    pub(crate) fn buyer(&self, action: &str, body: Value) -> Answer {
        self.paypal.control(&format!("disputes/{}/buyer/{action}", self.id), &body)
    }

    /// PayPal decides.
    pub(crate) fn decide(&self, outcome: &str) -> Answer {
        self.paypal.control(&format!("disputes/{}/adjudicate", self.id), &json!({"adjudication_outcome": outcome}))
    }

    pub(crate) fn get(&self) -> Value {
        self.paypal.get(&format!("/v1/customer/disputes/{}", self.id)).ok()
    }

    /// Returns status and stage.
    pub(crate) fn stands(&self) -> (String, String) {
        let dispute = self.get();
        let text = |name: &str| dispute[name].as_str().unwrap().to_owned();
        (text("status"), text("dispute_life_cycle_stage"))
    }

    /// Returns the actions that the dispute links to.
    pub(crate) fn links(&self) -> BTreeSet<String> {
        let dispute = self.get();
        let rels = dispute["links"].as_array().unwrap().iter().map(|link| link["rel"].as_str().unwrap().to_owned());
        rels.filter(|rel| rel != "self").collect()
    }

    pub(crate) fn outcome(&self) -> (String, Option<String>, Option<String>) {
        let outcome = self.get()["dispute_outcome"].clone();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        (
            text(&outcome["outcome_code"]).unwrap_or_default(),
            text(&outcome["outcome_reason"]),
            text(&outcome["amount_refunded"]["value"]),
        )
    }

    /// Returns the status of the capture.
    pub(crate) fn capture_status(&self) -> String {
        let capture = self.paypal.get(&format!("/v2/payments/captures/{}", self.capture)).ok();
        capture["status"].as_str().unwrap().to_owned()
    }

    /// Returns what is held, what has gone to the buyer by the dispute, PayPal's fee, and what has been refunded of the
    /// capture in whatever way, in minor units.
    pub(crate) fn money(&self) -> [i64; 4] {
        let effects = self.paypal.0.effects();
        let of = |map: &std::collections::BTreeMap<String, paypal_simulator::Moved>| {
            map.get(&self.id).map_or(0, |moved| {
                assert_eq!(moved.of, self.capture);
                moved.minor_units
            })
        };
        let refunded = effects.refunded.values().filter(|refund| refund.of == self.capture);
        [
            of(&effects.held),
            of(&effects.dispute_settlements),
            of(&effects.dispute_fees),
            refunded.map(|refund| refund.minor_units).sum(),
        ]
    }

    /// Returns the names of the events about disputes and about money that went back, oldest first.
    pub(crate) fn events(&self) -> Vec<String> {
        let is_ours = |name: &String| {
            name.starts_with("CUSTOMER.DISPUTE") || name.ends_with("REFUNDED") || name.ends_with("REVERSED")
        };
        self.paypal.events().into_iter().map(|(name, _)| name).filter(is_ours).collect()
    }
}

pub(crate) fn send_form(paypal: &Sandbox, path: &str, input: &Value, files: &[(&str, &str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    if !input.is_null() {
        let head = "--b\r\nContent-Disposition: form-data; name=\"input\"\r\nContent-Type: application/json\r\n\r\n";
        body.extend(format!("{head}{input}\r\n").into_bytes());
    }
    for (name, media_type, content) in files {
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"file1\"; filename=\"{name}\"\r\n");
        body.extend(format!("{head}Content-Type: {media_type}\r\n\r\n").into_bytes());
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    paypal.send_bytes("POST", path, &[("content-type", "multipart/form-data; boundary=b")], Bytes::from(body))
}
