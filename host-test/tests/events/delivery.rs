//! Deliveries: PayPal's samples, and our own, signed by the certificates of the fixtures.

use std::{fs, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use host_test::fixture;
use rsa::{
    RsaPrivateKey,
    pkcs1v15::SigningKey,
    pkcs8::DecodePrivateKey as _,
    sha2::Sha256,
    signature::{SignatureEncoding as _, Signer as _},
};
use serde_json::{Value, json};

/// The webhook of our own deliveries.
pub(crate) const WEBHOOK: &str = "1JE4291016473214C";

/// Where PayPal's samples are.
const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/paypal/webhook-samples");

/// Reads a file of the fixtures' certificates; see their `README.md`.
pub(crate) fn certificate(name: &str) -> String {
    fs::read_to_string(Path::new(fixture::DIRECTORY).join("events/certificates").join(name)).unwrap()
}

/// The authority of our own deliveries.
pub(crate) fn authorities() -> [String; 2] {
    ["root.pem", "intermediate.pem"].map(certificate)
}

/// A delivery of a webhook event.
#[derive(Clone)]
pub(crate) struct Delivery {
    pub(crate) name: String,
    pub(crate) webhook_id: String,
    pub(crate) id: String,
    pub(crate) time: String,
    pub(crate) signature: Vec<u8>,
    pub(crate) url: String,
    pub(crate) body: Vec<u8>,
    /// In PEM.
    pub(crate) certificate: String,
}

impl Delivery {
    /// Returns one of our own in the sandbox.
    pub(crate) fn of(event: &str) -> Self {
        let (id, time) = ("69cd13f0-1607-11f1-8baa-778b53f4ae55", "2026-03-02T08:59:58Z");
        let message = format!("{id}|{time}|{WEBHOOK}|{}", crc32fast::hash(event.as_bytes()));
        let key = RsaPrivateKey::from_pkcs8_pem(&certificate("leaf.key")).unwrap();
        Self {
            name: "our own".to_owned(),
            webhook_id: WEBHOOK.to_owned(),
            id: id.to_owned(),
            time: time.to_owned(),
            signature: SigningKey::<Sha256>::new(key).sign(message.as_bytes()).to_vec(),
            url: "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-5a1d7be0".to_owned(),
            body: event.as_bytes().to_vec(),
            certificate: certificate("leaf-sandbox.pem"),
        }
    }

    /// Returns one of our own about a capture.
    pub(crate) fn capture() -> Self {
        Self::of(
            r#"{"id": "WH-1-1", "event_type": "PAYMENT.CAPTURE.COMPLETED", "create_time": "2026-03-02T08:59:41.512Z",
            "resource_type": "capture", "resource": {"id": "8JR42150HK0295641", "status": "COMPLETED", "amount": {"currency_code":
            "INR", "value": "120.25"}, "supplementary_data": {"related_ids": {"order_id": "5O190127TN364715T"}}}}"#,
        )
    }

    /// Returns PayPal's six samples; `None` if they are not on this machine.
    pub(crate) fn samples() -> Option<Vec<Self>> {
        let names = [
            "2015-05-12-sale-completed",
            "2016-10-05-sale-completed",
            "2017-03-30-billing-plan-created",
            "2018-09-14-sale-completed",
            "2024-07-30-plan-created",
            "2024-08-02-capture-completed",
        ];
        if !Path::new(SAMPLES).exists() {
            eprintln!("skipped: {SAMPLES} is not there");
            return None;
        }
        Some(names.map(Self::sample).into())
    }

    fn sample(name: &str) -> Self {
        let read = |file: &str| fs::read(Path::new(SAMPLES).join(file)).unwrap_or_else(|it| panic!("{file}: {it}"));
        let facts: Value = serde_json::from_slice(&read(&format!("{name}.json"))).unwrap();
        let text = |pointer: &str| facts.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        let header = |name: &str| text(&format!("/headers/PAYPAL-{name}"));
        Self {
            name: name.to_owned(),
            webhook_id: text("/webhook_id"),
            id: header("TRANSMISSION-ID"),
            time: header("TRANSMISSION-TIME"),
            signature: BASE64_STANDARD.decode(header("TRANSMISSION-SIG")).unwrap(),
            url: header("CERT-URL"),
            body: read(&text("/body_file")),
            certificate: String::from_utf8(read(&text("/certificate_file"))).unwrap(),
        }
    }

    /// Whether PayPal's webhook simulator sent it.
    pub(crate) fn is_simulated(&self) -> bool {
        self.webhook_id == "WEBHOOK_ID"
    }

    /// Returns the path of the certificate's URL.
    pub(crate) fn path(&self) -> &str {
        &self.url[self.url.find("/v1/").unwrap()..]
    }

    /// Returns the input of `events.receive`, without the certificate.
    pub(crate) fn input(&self) -> Value {
        let signature = BASE64_STANDARD.encode(&self.signature);
        let headers = [
            ("paypal-transmission-id", &*self.id),
            ("paypal-transmission-time", &self.time),
            ("paypal-transmission-sig", &signature),
            ("paypal-cert-url", &self.url),
            ("paypal-auth-algo", "SHA256withRSA"),
        ];
        let headers = headers.map(|(name, value)| json!({"name": name, "value": value}));
        json!({"headers": headers, "body": BASE64_STANDARD.encode(&self.body), "webhook_id": self.webhook_id})
    }

    /// Returns the input of `events.receive`, with the certificate.
    pub(crate) fn input_with_certificate(&self) -> Value {
        let mut input = self.input();
        input["certificate"] = self.certificate.as_str().into();
        input
    }

    /// Returns copies of it, each with one bit changed, and where.
    pub(crate) fn damaged(&self) -> Vec<(String, Self)> {
        let mut all = Vec::new();
        let mut add = |what: &str, length: usize, change: &dyn Fn(&mut Self, usize, u8)| {
            // Each byte of a short text, and about twenty of a body, among them the first and the last.
            let step = (length - 1).div_ceil(20).max(1);
            for at in (0..length).step_by(step).chain([length - 1]) {
                let mut copy = self.clone();
                // Flips a bit that keeps it ASCII.
                let bit = 1 << (at % 7);
                change(&mut copy, at, bit);
                all.push((format!("{} {what} {at} {bit}", self.name), copy));
            }
        };
        let flip = |text: &mut String, at: usize, bit: u8| {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= bit;
            *text = String::from_utf8(bytes).unwrap();
        };
        add("body", self.body.len(), &|copy, at, bit| copy.body[at] ^= bit);
        add("signature", self.signature.len(), &|copy, at, bit| copy.signature[at] ^= bit);
        add("id", self.id.len(), &|copy, at, bit| flip(&mut copy.id, at, bit));
        add("time", self.time.len(), &|copy, at, bit| flip(&mut copy.time, at, bit));
        all
    }
}
