//! Answers without a network.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use wasmtime_wasi_http::{Error, WasiBody};

use connector_host::transport::{BoxFuture, Timeouts, Transport, whole};

/// What every request is answered with: an order, as PayPal forms them.
pub(super) const ORDER: &str = r#"{"id":"5O190127TN364715T","intent":"CAPTURE","status":"CREATED","purchase_units":[{"reference_id":"default","amount":{"currency_code":"USD","value":"10.00"},"payee":{"email_address":"merchant@example.com","merchant_id":"C7CYMKZDG8D6E"}}],"create_time":"2026-03-01T10:00:00Z","links":[{"href":"https://api.sandbox.paypal.com/v2/checkout/orders/5O190127TN364715T","rel":"self","method":"GET"},{"href":"https://www.sandbox.paypal.com/checkoutnow?token=5O190127TN364715T","rel":"approve","method":"GET"},{"href":"https://api.sandbox.paypal.com/v2/checkout/orders/5O190127TN364715T","rel":"update","method":"PATCH"},{"href":"https://api.sandbox.paypal.com/v2/checkout/orders/5O190127TN364715T/capture","rel":"capture","method":"POST"}]}"#;

/// The status of the answer to a request by that method.
pub(super) fn status(method: &Method) -> StatusCode {
    if method == Method::POST { StatusCode::CREATED } else { StatusCode::OK }
}

/// A transport that has the answer in memory.
pub(super) struct Memory;

impl Transport for Memory {
    fn send(&self, request: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        let body = whole(Bytes::from_static(ORDER.as_bytes()));
        let mut response = Response::new(body);
        *response.status_mut() = status(request.method());
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.headers_mut().insert("paypal-debug-id", HeaderValue::from_static("f3a08d6e91c5b"));
        Box::pin(async { Ok(response) })
    }
}
