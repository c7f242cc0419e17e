//! The component, with the simulator in place of the network.
#![allow(dead_code, reason = "each test uses a part of it")]

pub(crate) mod certificate;
mod schemas;

use std::{
    path::Path,
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use connector_host::{
    Connection, Connector, Delegation, Engine, Entry, Environment, Failure, Route, Tenant, TokenSource, Wanted,
    actions::Choices,
    testing::NumberedTokens,
    transport::{BoxFuture, Timeouts, Transport, whole},
};
use host_test::COMPONENT;
use http::{Request, Response};
use paypal_simulator::Simulator;
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use wasmtime_wasi_http::{Error, WasiBody};

use schemas::Schemas;

static CONNECTOR: LazyLock<Connector> =
    LazyLock::new(|| Connector::load(&Engine::new().unwrap(), Path::new(COMPONENT)).unwrap());

/// Returns the component.
pub(crate) fn connector() -> &'static Connector {
    &CONNECTOR
}

static SCHEMAS: OnceCell<Schemas> = OnceCell::const_new();

/// Answers with the simulator's response.
struct InProcess(Simulator);

impl Transport for InProcess {
    fn send(&self, request: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        let response = self.0.handle(request).map(whole);
        Box::pin(async { Ok(response) })
    }
}

/// A reply whose body has been read.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) next: Option<Value>,
}

/// A simulator, and a tenant whose requests go to it.
pub(crate) struct Simulated {
    pub(crate) sandbox: Simulator,
    tenant: Tenant,
}

impl Simulated {
    pub(crate) fn new() -> Self {
        Self::by(Simulator::new(4), NumberedTokens::new(Simulator::token()))
    }

    /// Returns one with these tokens.
    pub(crate) fn by(sandbox: Simulator, tokens: impl TokenSource + 'static) -> Self {
        let route = Route::paypal(Environment::Sandbox);
        let connection = Connection::new(route, tokens, InProcess(sandbox.clone()));
        let tenant = Tenant::new(connection, InProcess(sandbox.clone()));
        Self { sandbox, tenant }
    }

    /// Returns one whose connection acts for another account.
    pub(crate) fn delegated(sandbox: Simulator, delegation: Delegation) -> Self {
        let (route, tokens) = (Route::paypal(Environment::Sandbox), NumberedTokens::new(Simulator::token()));
        let connection = Connection::new(route, tokens, InProcess(sandbox.clone())).with_delegation(delegation);
        let tenant = Tenant::new(connection, InProcess(sandbox.clone()));
        Self { sandbox, tenant }
    }

    /// Returns one that trusts these certificates for the signatures of events, at the time at which the simulator begins.
    pub(crate) fn trusting(sandbox: Simulator, authorities: impl IntoIterator<Item = String>) -> Self {
        let (route, tokens) = (Route::paypal(Environment::Sandbox), NumberedTokens::new(Simulator::token()));
        let connection = Connection::new(route, tokens, InProcess(sandbox.clone())).with_authorities(authorities);
        // 2026-03-02T09:00:00Z.
        let beginning = SystemTime::UNIX_EPOCH + Duration::from_secs(1_772_442_000);
        let tenant = Tenant::new(connection, InProcess(sandbox.clone())).at(beginning);
        Self { sandbox, tenant }
    }

    /// Returns one with the caller's tenant.
    pub(crate) fn with(sandbox: Simulator, tenant: Tenant) -> Self {
        Self { sandbox, tenant }
    }

    /// Appends an entry to the tenant's journal.
    pub(crate) async fn note(&self, subject: &str, entry: Entry) {
        assert!(self.tenant.journal.append(subject.to_owned(), entry).await.unwrap(), "{subject} has it already");
    }

    /// Sends a request without the component.
    pub(crate) fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !headers.iter().any(|(name, _)| *name == "authorization") {
            request = request.header("authorization", format!("Bearer {}", Simulator::token()));
        }
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let response = self.sandbox.handle(request.body(body).unwrap());
        assert!(response.headers().contains_key("paypal-debug-id"), "{method} {path}");
        (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default())
    }

    /// Runs an action, and checks the simulator's answers against PayPal's schemas.
    pub(crate) async fn invoke(&self, action: &str, input: Value) -> Result<Reply, Failure> {
        let outcome = CONNECTOR.invoke(&self.tenant, action, &input.to_string()).await.unwrap();
        let schemas = SCHEMAS.get_or_init(|| Schemas::load(&CONNECTOR)).await;
        let read = |status: u16, body: Option<&String>| {
            let document: Option<Value> = body.map(|body| serde_json::from_str(body).unwrap());
            document.inspect(|document| schemas.check(action, status, document)).unwrap_or_default()
        };
        match outcome.result {
            Ok(reply) => Ok(Reply {
                status: reply.status,
                body: read(reply.status, reply.body.as_ref()),
                idempotency_key: reply.idempotency_key,
                attempts: reply.attempts,
                next: reply.next.map(|next| serde_json::from_str(&next).unwrap()),
            }),
            Err(failure) => {
                if let Some(status) = failure.status {
                    read(status, failure.body.as_ref());
                }
                Err(failure)
            }
        }
    }

    /// Lists what can be chosen for a parameter.
    pub(crate) async fn options(&self, wanted: &Wanted<'_>) -> Result<Choices, Failure> {
        CONNECTOR.options(&self.tenant, wanted).await.unwrap()
    }

    /// Runs an action that must succeed.
    pub(crate) async fn call(&self, action: &str, input: Value) -> Reply {
        self.invoke(action, input).await.unwrap_or_else(|failure| panic!("{action}: {failure:?}"))
    }

    /// Runs an action that must fail.
    pub(crate) async fn fail(&self, action: &str, input: Value) -> Failure {
        match self.invoke(action, input).await {
            Err(failure) => failure,
            Ok(reply) => panic!("{action} went well: {}", reply.body),
        }
    }

    /// Runs an action that must fail. Returns its issue, if there is one.
    pub(crate) async fn issue(&self, action: &str, input: Value) -> Option<String> {
        self.fail(action, input).await.details.into_iter().find_map(|detail| detail.issue)
    }

    /// Creates an order for an amount in dollars.
    pub(crate) async fn order(&self, value: &str) -> Reply {
        let amount = json!({"currency_code": "USD", "value": value});
        self.call("orders.create", json!({"body": {"intent": "CAPTURE", "purchase_units": [{"amount": amount}]}})).await
    }
}
