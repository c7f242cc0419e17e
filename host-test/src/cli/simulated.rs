//! Requests to a simulator's own paths, below `/simulator/`.

use anyhow::{Context as _, Result, anyhow};
use bytes::Bytes;
use connector_host::{
    Client,
    transport::{Timeouts, Transport as _},
};
use http_body_util::{BodyExt as _, Limited};
use serde_json::Value;

/// The maximum size of an answer, in bytes.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// A simulator on this machine.
#[derive(clap::Args)]
pub(super) struct Address {
    /// The simulator, as `host-test simulator` prints it
    #[arg(long, value_name = "http://127.0.0.1:PORT", default_value = "http://127.0.0.1:4010")]
    pub(super) base_url: String,
}

impl Address {
    /// Sends a request. Returns the status and the answer.
    pub(super) async fn send(&self, method: &str, path: &str, body: &Value) -> Result<(u16, Value)> {
        let base = self.base_url.trim_end_matches('/');
        let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
        let request = http::Request::builder().method(method).uri(format!("{base}{path}"));
        let request = request.header("content-type", "application/json").body(body);
        let request = request.with_context(|| format!("--base-url: `{}` is no address", self.base_url))?;
        let sent = Client::new().send(request, Timeouts::default()).await;
        let response = sent.map_err(|error| anyhow!("there is no simulator at {base}: {error:?}"))?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
        let body = body.map_err(|error| anyhow!("the simulator's answer broke off: {error}"))?.to_bytes();
        let document = serde_json::from_slice(&body);
        Ok((status, document.with_context(|| format!("{base} is no simulator: {status} without JSON"))?))
    }
}
