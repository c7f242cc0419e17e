//! Test data: six deliveries signed by PayPal, and our own certificates.

use std::{fs, path::PathBuf};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use rsa::{
    Pkcs1v15Sign, RsaPrivateKey,
    pkcs8::DecodePrivateKey as _,
    sha2::{Digest as _, Sha256},
};

/// Our own root.
pub(crate) const ROOT: &str = include_str!("testdata/root.pem");

const KEY: &[u8] = include_bytes!("testdata/leaf.key.der");

/// A file of `testdata`; see its `README.md`.
pub(crate) fn testdata(name: &str) -> String {
    fs::read_to_string(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/events/testdata")).join(name)).unwrap()
}

/// A signature over a message with the key of our own leaf certificates, in base64.
pub(crate) fn sign(message: &str) -> String {
    let key = RsaPrivateKey::from_pkcs8_der(KEY).unwrap();
    BASE64_STANDARD.encode(key.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message)).unwrap())
}

/// A file with PayPal's data beside the checkout, if it exists.
pub(crate) fn shared(name: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/paypal")).join(name);
    let read = fs::read(&path).ok();
    if read.is_none() {
        #[expect(clippy::print_stderr, reason = "what a test leaves out it says")]
        {
            eprintln!("skipped: {} is not there", path.display());
        }
    }
    read
}

/// A delivery signed by PayPal.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) webhook_id: String,
    pub(crate) message: String,
    pub(crate) body: Vec<u8>,
    headers: Vec<(String, String)>,
    certificate_file: String,
}

impl Sample {
    /// All six; empty if they are not available.
    pub(crate) fn all() -> Vec<Self> {
        let names = [
            "2015-05-12-sale-completed",
            "2016-10-05-sale-completed",
            "2017-03-30-billing-plan-created",
            "2018-09-14-sale-completed",
            "2024-07-30-plan-created",
            "2024-08-02-capture-completed",
        ];
        names.into_iter().map_while(Self::read).collect()
    }

    /// The sample with that name.
    pub(crate) fn read(name: &str) -> Option<Self> {
        let facts: serde_json::Value =
            serde_json::from_slice(&shared(&format!("webhook-samples/{name}.json"))?).unwrap();
        let text = |member: &str| facts[member].as_str().unwrap().to_owned();
        let headers = facts["headers"].as_object().unwrap().iter();
        Some(Self {
            name: name.to_owned(),
            webhook_id: text("webhook_id"),
            message: text("signed_message"),
            body: shared(&format!("webhook-samples/{name}.body"))?,
            headers: headers.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect(),
            certificate_file: text("certificate_file"),
        })
    }

    pub(crate) fn certificate(&self) -> Vec<u8> {
        shared(&format!("webhook-samples/{}", self.certificate_file)).unwrap()
    }

    pub(crate) fn headers(&self) -> Vec<(&str, &str)> {
        self.headers.iter().map(|(name, value)| (&**name, &**value)).collect()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        &self.headers.iter().find(|(key, _)| key == name).unwrap().1
    }

    /// Whether PayPal's webhooks simulator has sent it.
    pub(crate) fn is_simulated(&self) -> bool {
        self.webhook_id == super::signature::SIMULATOR
    }
}
