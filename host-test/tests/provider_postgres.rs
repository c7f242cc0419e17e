//! The provider with its store in PostgreSQL, in a host that implements `wasmcloud:postgres`. Two instances stand for two hosts.
//! `adapters/provider/src/store/postgres/live.rs` tests the store itself, with many hosts at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

mod adapters;
#[allow(dead_code, reason = "the journals' tests need more of it")]
mod database;
mod guarded;
mod guests;
mod postgres;
#[allow(dead_code, reason = "other tests need more of it")]
mod server;
#[allow(dead_code, reason = "its host has no database")]
mod stock;

use std::{
    fs,
    path::Path,
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use host_test::COMPONENT;
use paypal_simulator::Simulator;
use postgres::{
    Host,
    bindings::{
        Provider,
        exports::kosha::{
            connector::{
                connection::{ConnectionError, Token},
                journal::Entry,
            },
            service::connections::{BeginError, Purpose},
        },
    },
};
use serde_json::{Value, json};
use server::{Answer, Server};
use wasmtime::{Store, component::Component};

static PROVIDER: LazyLock<Component> = LazyLock::new(|| stock::component(adapters::provider_postgres()));

/// An instance of the provider.
struct Instance {
    store: Store<Host>,
    provider: Provider,
}

impl Instance {
    async fn new(server: &database::Server, variables: &[(&str, &str)]) -> Self {
        let mut store = postgres::store(&server.url("postgres"), variables).await;
        let provider = Provider::instantiate_async(&mut store, &PROVIDER, &postgres::linker()).await.unwrap();
        Self { store, provider }
    }

    async fn token(&mut self, rejected: Option<&str>) -> Result<Token, ConnectionError> {
        let connection = self.provider.kosha_connector_connection();
        connection.call_access_token(&mut self.store, rejected).await.unwrap()
    }

    async fn begin(&mut self) -> Result<(), BeginError> {
        let connections = self.provider.kosha_service_connections();
        connections.call_begin(&mut self.store, "default", Purpose::Action).await.unwrap()
    }

    async fn has_journal(&mut self) -> bool {
        self.provider.kosha_service_connections().call_has_journal(&mut self.store).await.unwrap()
    }

    async fn end(&mut self, retry_after_ms: Option<u64>) {
        self.provider.kosha_service_connections().call_end(&mut self.store, retry_after_ms).await.unwrap();
    }

    async fn append(&mut self, entry: &Entry) -> Result<bool, String> {
        self.provider.kosha_connector_journal().call_append(&mut self.store, "order:1", entry).await.unwrap()
    }

    async fn entries(&mut self) -> Result<Vec<Entry>, String> {
        self.provider.kosha_connector_journal().call_entries(&mut self.store, "order:1").await.unwrap()
    }
}

/// Starts a database with the tables; none if PostgreSQL is not installed.
async fn database() -> Option<database::Server> {
    let server = database::Server::start()?;
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/postgres");
    let files = fs::read_dir(directory).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|it| it == "sql")).collect();
    files.sort();
    for file in files {
        postgres::run(&server.url("postgres"), &fs::read_to_string(file).unwrap()).await;
    }
    Some(server)
}

const STATIC: [(&str, &str); 2] = [("PAYPAL_ACCESS_TOKEN", "x"), ("PAYPAL_CONCURRENCY", "1")];

fn entry() -> Entry {
    Entry {
        id: Some("1".to_owned()),
        time: "2026-03-02T19:15:32Z".to_owned(),
        event: "orders.create".to_owned(),
        status: None,
        details: r#"{"é": "✓"}"#.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_share_a_token() {
    let Some(database) = database().await else { return };
    let count = AtomicUsize::new(0);
    let endpoint = Server::start(move |_| {
        let number = count.fetch_add(1, Ordering::Relaxed);
        Answer::json("200 OK", &format!(r#"{{"access_token": "T{number}", "expires_in": 32400, "scope": "a b"}}"#))
    })
    .await;
    let url = endpoint.url();
    let variables = [("PAYPAL_BASE_URL", &*url), ("PAYPAL_CLIENT_ID", "A-id"), ("PAYPAL_CLIENT_SECRET", "E-secret")];
    let mut one = Instance::new(&database, &variables).await;
    let mut other = Instance::new(&database, &variables).await;
    let first = one.token(None).await.unwrap();
    assert_eq!((&*first.value, first.scopes), ("T0", Some(vec!["a".to_owned(), "b".to_owned()])));
    assert_eq!(other.token(None).await.unwrap().value, "T0");
    assert_eq!(other.token(Some("T0")).await.unwrap().value, "T1");
    assert_eq!(one.token(Some("T0")).await.unwrap().value, "T1");
    assert_eq!(endpoint.received().len(), 2);
    let kept = postgres::text(&database.url("postgres"), "SELECT string_agg(t::text, ' ') FROM kosha_token t").await;
    assert!(kept.contains("default") && !kept.contains("T1") && !kept.contains("A-id"), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_share_the_permits_and_what_paypal_asks() {
    let Some(database) = database().await else { return };
    let mut one = Instance::new(&database, &STATIC).await;
    let mut other = Instance::new(&database, &STATIC).await;
    assert_eq!(one.begin().await, Ok(()));
    assert_eq!(other.begin().await, Err(BeginError::Busy(1000)));
    one.end(None).await;
    assert_eq!(other.begin().await, Ok(()));
    other.end(Some(60_000)).await;
    let Err(BeginError::Busy(wait)) = one.begin().await else { panic!("it is not held back") };
    assert!(wait > 50_000 && wait <= 60_000, "{wait}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_share_the_journal() {
    let Some(database) = database().await else { return };
    let mut one = Instance::new(&database, &STATIC).await;
    let mut other = Instance::new(&database, &STATIC).await;
    assert_eq!(one.append(&entry()).await, Ok(true));
    assert_eq!(other.append(&entry()).await, Ok(false));
    let last = Entry { id: None, status: Some("COMPLETED".to_owned()), ..entry() };
    assert_eq!(other.append(&last).await, Ok(true));
    assert_eq!(one.entries().await, Ok(vec![entry(), last]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_table_and_a_lost_database_are_said() {
    let Some(server) = database::Server::start() else { return };
    let mut instance = Instance::new(&server, &STATIC).await;
    assert!(instance.has_journal().await);
    let Err(BeginError::Unavailable(said)) = instance.begin().await else { panic!("it began") };
    assert!(said.contains("kosha_permit is missing") && said.contains("002-provider.sql"), "{said}");
    drop(server);
    let Err(BeginError::Unavailable(said)) = instance.begin().await else { panic!("it began") };
    assert!(said.contains("the database failed"), "{said}");
    assert!(instance.append(&entry()).await.is_err() && instance.entries().await.is_err());
    // Its token needs no database.
    assert_eq!(instance.token(None).await.unwrap().value, "x");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_created_on_one_host_and_captured_on_the_other() {
    let Some(database) = database().await else { return };
    let simulator = Simulator::new(7);
    let server = paypal_simulator::Server::bind(simulator.clone(), 0).await.unwrap();
    let url = format!("http://{}", server.address().unwrap());
    tokio::spawn(server.run());
    let (id, secret) = (simulator.client_id(), simulator.client_secret());
    let variables = [("PAYPAL_BASE_URL", &*url), ("PAYPAL_CLIENT_ID", &*id), ("PAYPAL_CLIENT_SECRET", &*secret)];
    let component = stock::component(&adapters::guarded(Path::new(COMPONENT), adapters::provider_postgres()));
    let invoke = async |action: &str, input: Value| {
        let mut store = postgres::store(&database.url("postgres"), &variables).await;
        let linker = postgres::linker();
        let guarded = guarded::bindings::Guarded::instantiate_async(&mut store, &component, &linker).await.unwrap();
        let actions = guarded.kosha_connector_actions();
        let outcome = actions.call_invoke(&mut store, action, &input.to_string()).await.unwrap();
        let body = outcome.unwrap_or_else(|it| panic!("{action}: {it:?}")).body.unwrap();
        serde_json::from_str::<Value>(&body).unwrap()
    };
    let amount = json!({"currency_code": "USD", "value": "10.00"});
    let order = json!({"body": {"intent": "CAPTURE", "purchase_units": [{"amount": amount}]}});
    let id = &invoke("orders.create", order).await["id"];
    assert!(simulator.approve_order(id.as_str().unwrap()));
    assert_eq!(invoke("orders.capture", json!({"id": id})).await["status"], "COMPLETED");
    let history = invoke("orders.history", json!({"id": id})).await;
    let history = history.to_string();
    assert!(history.contains("orders.create") && history.contains("orders.capture"), "{history}");
}
