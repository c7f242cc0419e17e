//! The token endpoint: a token was granted, and a refusal was sent.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use serde_json::Value;
use wasmtime_wasi_http::{Error, WasiBody};

use crate::{
    bindings::Environment,
    connection::route::Route,
    secret::Secret,
    token_source::{ClientCredentials, TokenEndpoint, TokenError, TokenRequest, TokenSource as _},
    transport::{BoxFuture, PoolKey, Timeouts, Transport, whole},
};

/// Responds with a status and a body.
struct Canned(u16, Vec<u8>);

impl Transport for Canned {
    fn send(&self, request: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        assert_eq!((request.uri().path(), request.method().as_str()), ("/v1/oauth2/token", "POST"));
        let body = whole(Bytes::from(self.1.clone()));
        let response = Response::builder().status(self.0).body(body);
        Box::pin(async { response.map_err(|_| Error::InternalError(None)) })
    }
}

/// The input is a line with a status, and then a body.
pub(super) fn run(input: &[u8]) {
    let (status, body) = super::input::first_line(input);
    let status = super::input::text(status).and_then(|status| status.trim().parse().ok()).unwrap_or(200);
    let status = if (100..1000).contains(&status) { status } else { 200 };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return };
    let transport = Arc::new(Canned(status, body.to_vec()));
    let endpoint = TokenEndpoint::new(Route::paypal(Environment::Sandbox), transport, PoolKey::new());
    let source = ClientCredentials::new("fuzz-client-id", Secret::new("fuzz-client-secret".to_owned()));
    let granted = runtime.block_on(source.obtain(TokenRequest { refused: false, endpoint }));
    let document = serde_json::from_slice::<Value>(body).ok();
    let member = |name: &str| document.as_ref().and_then(|it| it[name].as_str());
    match granted {
        Ok(granted) => {
            let token = granted.token.expose();
            assert!((200..300).contains(&status), "{status} grants a token");
            assert!(!token.is_empty() && HeaderValue::try_from(token).is_ok(), "{token:?} cannot be sent");
            // The other members may be invalid.
            if let Some(document) = &document {
                assert_eq!(member("access_token"), Some(token), "a token that was not granted");
                let seconds = granted.expires_in.map(|it| it.as_secs());
                match &document["expires_in"] {
                    Value::Number(number) if number.as_f64().is_some_and(|it| it < 0.0) => assert_eq!(seconds, None),
                    Value::Number(number) => assert_eq!(seconds, number.as_u64().or(seconds).or(Some(0)), "{number}"),
                    Value::String(text) if text.parse::<u64>().is_ok() => assert_eq!(seconds, text.parse().ok()),
                    Value::String(_) => {}
                    _ => assert_eq!(seconds, None),
                }
                let said = member("scope").map(|it| it.split_whitespace().map(str::to_owned).collect());
                assert_eq!(granted.scopes, said, "scopes that were not granted");
            }
            let scopes = granted.scopes.iter().flatten();
            assert!(scopes.clone().all(|scope| !scope.is_empty() && !scope.contains(char::is_whitespace)));
        }
        Err(refused) => match refused {
            TokenError::Refused(said) => {
                assert!((400..500).contains(&status) && status != 429, "{status} is said to be for good");
                assert!(
                    status == 401 || document.is_none() || member("error").is_some_and(|error| said.starts_with(error)),
                    "{said}"
                );
            }
            TokenError::Unreachable { reason: said, .. } => {
                let granted =
                    member("access_token").is_some_and(|it| HeaderValue::try_from(it).is_ok() && !it.is_empty());
                assert!(!(granted && (200..300).contains(&status)), "a token is lost: {said}");
                let is_refusal = (400..500).contains(&status) && status != 429 && member("error").is_some();
                assert!(!is_refusal, "PayPal's words are lost: {said}");
                assert!(said.len() < 200, "{said}");
            }
            TokenError::NotConfigured(said) => panic!("{said}"),
        },
    }
}
