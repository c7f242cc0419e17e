//! The same requests without the component.

use std::{hint::black_box, sync::Arc};

use anyhow::{Context, Result, anyhow, bail, ensure};
use bytes::Bytes;
use http::{Method, Request, Uri, header};
use http_body_util::BodyExt as _;

use connector_host::{
    Route,
    transport::{Timeouts, Transport},
};

/// The document that `orders.create` sends.
const BODY: &str =
    r#"{"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "10.00"}}]}"#;

/// A request that is made again and again, as a program without a connector would.
pub(super) struct Native {
    method: Method,
    uri: Uri,
    body: &'static str,
    transport: Arc<dyn Transport>,
}

impl Native {
    /// The request of an action.
    pub(super) fn new(action: &str, route: &Route, transport: Arc<dyn Transport>) -> Result<Self> {
        let (method, path, body) = match action {
            "orders.get" => (Method::GET, "/v2/checkout/orders/5O190127TN364715T", ""),
            "orders.create" => (Method::POST, "/v2/checkout/orders", BODY),
            other => bail!("there is no native request for {other}"),
        };
        let uri = format!("{}{path}", route.destination()).parse().context("the URI of a native request")?;
        Ok(Self { method, uri, body, transport })
    }

    /// A read of a document.
    pub(super) fn get(uri: Uri, transport: Arc<dyn Transport>) -> Self {
        Self { method: Method::GET, uri, body: "", transport }
    }

    /// Sends it and reads the answer, which is not used.
    pub(super) async fn send(&self) -> Result<()> {
        self.receive().await.map(|body| drop(black_box(body)))
    }

    /// Sends it and returns the answer.
    pub(super) async fn receive(&self) -> Result<Bytes> {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(self.uri.clone())
            .header(header::AUTHORIZATION, "Bearer a-token-of-the-bench")
            .header(header::ACCEPT, "application/json");
        if !self.body.is_empty() {
            request = request
                .header(header::CONTENT_TYPE, "application/json")
                .header("paypal-request-id", "c0a8d804-3a1d-4a81-92cc-858272e558c7");
        }
        let request = request.body(Bytes::from_static(self.body.as_bytes()))?;
        let answer = self.transport.send(request, Timeouts::default()).await;
        let response = answer.map_err(|error| anyhow!("natively: {error:?}"))?;
        ensure!(response.status().is_success(), "natively: status {}", response.status());
        let body = response.into_body().collect().await.map_err(|error| anyhow!("natively: {error:?}"))?;
        Ok(body.to_bytes())
    }
}
