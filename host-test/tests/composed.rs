//! The connector with the provider, as one component in plain wasmtime: no `connector-host`, and nothing that the host adds but
//! environment variables.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

mod adapters;
mod guarded;
mod guests;
mod peer;
mod stock;

use std::{
    path::Path,
    sync::LazyLock,
    time::{Duration, Instant},
};

use host_test::COMPONENT;
use paypal_simulator::{Server, Simulator};
use peer::{Asks, Case, Fails, Peer, Told, judge};
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::sleep};
use wasmtime::{Store, component::Component};

use guarded::bindings::{
    Guarded,
    kosha::connector::types::{Failure, FailureKind, Reply},
};

static GUARDED: LazyLock<Component> =
    LazyLock::new(|| stock::component(&adapters::guarded(Path::new(COMPONENT), adapters::provider())));

/// An instance of a composed component.
struct Instance {
    store: Store<stock::Host>,
    guarded: Guarded,
}

impl Instance {
    async fn new(component: &Component, variables: &[(&str, &str)]) -> Self {
        let mut store = stock::store(variables);
        let guarded = Guarded::instantiate_async(&mut store, component, &stock::linker()).await.unwrap();
        Self { store, guarded }
    }

    async fn invoke(&mut self, action: &str, input: &str) -> Result<Reply, Failure> {
        let actions = self.guarded.kosha_connector_actions();
        actions.call_invoke(&mut self.store, action, &input.to_owned()).await.unwrap()
    }

    /// Runs an action that must succeed, and returns the body of the reply.
    async fn call(&mut self, action: &str, input: Value) -> Value {
        let reply = self.invoke(action, &input.to_string()).await.unwrap_or_else(|it| panic!("{action}: {it:?}"));
        serde_json::from_str(&reply.body.unwrap()).unwrap()
    }

    /// Runs a read that must fail.
    async fn fail(&mut self) -> Failure {
        self.invoke("orders.get", r#"{"id": "5O190127TN364715T"}"#).await.unwrap_err()
    }
}

/// A simulator on loopback.
struct Sandbox {
    simulator: Simulator,
    url: String,
    client: [String; 2],
}

impl Sandbox {
    async fn start() -> Self {
        let simulator = Simulator::new(7);
        let server = Server::bind(simulator.clone(), 0).await.unwrap();
        let url = format!("http://{}", server.address().unwrap());
        tokio::spawn(server.run());
        let client = [simulator.client_id(), simulator.client_secret()];
        Self { simulator, url, client }
    }

    /// Returns the variables of a connection to it.
    fn variables(&self) -> [(&str, &str); 3] {
        let [id, secret] = &self.client;
        [("PAYPAL_BASE_URL", &self.url), ("PAYPAL_CLIENT_ID", id), ("PAYPAL_CLIENT_SECRET", secret)]
    }

    /// Returns the same, one of them with another value; none removes it.
    fn but<'a>(&'a self, name: &'a str, value: Option<&'a str>) -> Vec<(&'a str, &'a str)> {
        let others = self.variables().into_iter().filter(|(it, _)| *it != name);
        others.chain(value.map(|value| (name, value))).collect()
    }
}

fn order() -> Value {
    let amount = json!({"currency_code": "USD", "value": "10.00"});
    json!({"body": {"intent": "CAPTURE", "purchase_units": [{"amount": amount}]}})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_created_and_captured_with_credentials_from_the_environment() {
    let sandbox = Sandbox::start().await;
    let mut instance = Instance::new(&GUARDED, &sandbox.variables()).await;
    let actions = instance.guarded.kosha_connector_actions().call_list(&mut instance.store).await.unwrap();
    assert!(actions.len() > 100 && actions.iter().any(|it| it.id == "orders.create"), "{}", actions.len());

    let id = &instance.call("orders.create", order()).await["id"];
    assert!(sandbox.simulator.approve_order(id.as_str().unwrap()));
    let captured = instance.call("orders.capture", json!({"id": id})).await;
    assert_eq!(captured["status"], "COMPLETED");
    let read = instance.call("orders.get", json!({"id": id})).await;
    assert_eq!((&read["id"], &read["status"]), (id, &"COMPLETED".into()));

    let actions = instance.guarded.kosha_connector_actions();
    let report = actions.call_test_connection(&mut instance.store).await.unwrap().unwrap();
    assert!(report.scopes.unwrap().iter().any(|it| it == "openid"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_paypal_refuses_is_renewed_and_the_action_goes_on() {
    let sandbox = Sandbox::start().await;
    let mut instance = Instance::new(&GUARDED, &sandbox.variables()).await;
    let id = instance.call("orders.create", order()).await["id"].clone();
    for _ in 0..2 {
        sandbox.simulator.expire_tokens();
        let read = instance.call("orders.get", json!({"id": id})).await;
        assert_eq!(read["status"], "CREATED");
        // A token that lasted for less than a minute is not replaced again within a second.
        sleep(Duration::from_millis(1100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_configuration_is_said_and_nothing_is_sent() {
    let sandbox = Sandbox::start().await;
    for (name, value, expected) in [
        ("PAYPAL_CLIENT_ID", None, "PAYPAL_CLIENT_ID is not set; it is needed with the client secret"),
        ("PAYPAL_CLIENT_SECRET", None, "PAYPAL_CLIENT_SECRET is not set; it is needed with the client id"),
        ("PAYPAL_CLIENT_SECRET", Some("line\nbreak"), "PAYPAL_CLIENT_SECRET has a space, a line break"),
        ("PAYPAL_ENVIRONMENT", Some("production"), "PAYPAL_ENVIRONMENT must be `sandbox` or `live`"),
        ("PAYPAL_BASE_URL", Some("https://evil.example"), "PAYPAL_BASE_URL must be http:// or https://"),
        ("PAYPAL_CONCURRENCY", Some("many"), "PAYPAL_CONCURRENCY must be a number from 1 to 25"),
    ] {
        let mut instance = Instance::new(&GUARDED, &sandbox.but(name, value)).await;
        let failure = instance.fail().await;
        assert_eq!((failure.kind, failure.request_sent), (FailureKind::ConnectionUnavailable, false), "{failure:?}");
        assert!(failure.message.contains(expected), "{failure:?}");
        let [_, secret] = &sandbox.client;
        assert!(!format!("{failure:?}").contains(&**secret) && !failure.message.contains("break\n"), "{failure:?}");
    }
    let failure = Instance::new(&GUARDED, &[]).await.fail().await;
    assert!(failure.message.contains("set PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET"), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_paypal_s_refusal() {
    let sandbox = Sandbox::start().await;
    let wrong = format!("E{}", "0".repeat(79));
    let variables = sandbox.but("PAYPAL_CLIENT_SECRET", Some(&wrong));
    let failure = Instance::new(&GUARDED, &variables).await.fail().await;
    assert_eq!((failure.kind, failure.request_sent), (FailureKind::ConnectionUnavailable, false), "{failure:?}");
    assert!(failure.message.contains("invalid_client"), "{failure:?}");
    assert!(!format!("{failure:?}").contains(&wrong), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_the_network_is_told_right() {
    let mut calls = JoinSet::new();
    for (fails, asks) in Fails::ALL.into_iter().flat_map(|fails| Asks::ALL.map(|asks| (fails, asks))) {
        calls.spawn(async move {
            let (peer, (action, input)) = (Peer::start(fails), asks.call());
            let url = format!("http://{}", peer.address);
            let attempts = asks.max_attempts().to_string();
            let variables =
                [("PAYPAL_BASE_URL", &*url), ("PAYPAL_ACCESS_TOKEN", "token"), ("PAYPAL_MAX_ATTEMPTS", &*attempts)];
            let mut instance = Instance::new(&GUARDED, &variables).await;
            let began = Instant::now();
            let outcome = instance.invoke(action, &input).await;
            let took = began.elapsed();
            let told = match outcome {
                Ok(reply) => Told::reply(reply.attempts, reply.body, took),
                Err(it) => Told::failure(it.kind, it.request_sent, it.attempts, it.message, took),
            };
            assert!(told.attempts <= asks.max_attempts(), "{told:?}");
            judge(&Case("wasmtime with the provider", fails, asks), &told, &peer.seen());
        });
    }
    calls.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_behind_the_provider_reaches_no_other_host() {
    let sandbox = Sandbox::start().await;
    let hostile = stock::component(&adapters::guarded(guests::hostile(), adapters::provider()));
    let mut instance = Instance::new(&hostile, &sandbox.variables()).await;
    let other = Peer::start(Fails::Hangs);
    for uri in [
        format!("http://{}/", other.address),
        format!("https://{}/", other.address),
        "https://api-m.sandbox.paypal.com.evil.example/v2".to_owned(),
        "http://api-m.sandbox.paypal.com/v1/oauth2/token".to_owned(),
        // Not even the simulator by its own name.
        format!("{}/simulator/effects", sandbox.url),
    ] {
        let failure = instance.invoke("request", &format!("GET {uri}\n\n")).await.unwrap_err();
        assert!(failure.message.contains("HttpRequestDenied"), "{uri}: {failure:?}");
    }
    assert_eq!(other.seen().connections, 0);
    let allowed = "GET https://api-m.sandbox.paypal.com/v2/checkout/orders/1\nauthorization: Bearer {token}\n\n";
    let reply = instance.invoke("request", allowed).await.unwrap();
    assert!(reply.body.unwrap().contains("404"));
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let (connector, provider, output) = (Path::new(COMPONENT), adapters::provider(), Path::new("/dev/null/none"));
    let manifest = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    let compose = |connector, adapter: &[(&str, &Path)]| {
        adapters::compose(connector, &[adapter, &[("--output", output)]].concat()).unwrap_err()
    };
    for (said, expected) in [
        (compose(manifest, &[]), "Cargo.toml is no component"),
        (compose(connector, &[("--provider", manifest)]), "Cargo.toml is no component"),
        (compose(connector, &[("--provider", connector)]), "paypal_connector.wasm does not import kosha:"),
        (compose(connector, &[("--provider", provider), ("--egress", provider)]), "does not fit"),
        (compose(connector, &[("--gateway", provider)]), "imports nothing of the connector"),
        (compose(connector, &[("--provider", provider), ("--provider", provider)]), "--provider comes twice"),
        (compose(connector, &[("--what", provider)]), "unknown option --what"),
        (compose(connector, &[("--provider", provider)]), "cannot write /dev/null/none"),
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
}
