//! The component in a stock host: wasmtime with its own sender of requests and no policy. A server fails in every possible way,
//! and the connector must neither report that PayPal has not acted if the request arrived, nor send a write without a key twice.
//! The same is tested of this project's host.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

mod peer;

use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, LazyLock, Mutex},
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use connector_host::{Client, Connection, Connector, Environment, Route, Secret, StaticToken, Tenant};
use host_test::COMPONENT;
use http::{Request, Response, Uri};
use http_body_util::BodyExt as _;
use peer::{Asks, Case, Fails, Peer, Told, judge};
use tokio::{net::TcpListener, task::JoinSet};
use wasmtime::{
    Engine, Store,
    component::{Component, HasSelf, Linker, Resource, ResourceTable},
};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView, default_send_request,
};

use bindings::{
    ConnectorPre,
    kosha::connector::{connection, journal, types},
};

#[allow(missing_docs, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "kosha:connector/connector",
        exports: { default: async },
    });
}

/// Sends every request to one address, by wasmtime's own sender.
struct Egress {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Option<RequestOptions>>>>,
}

type Sent = (Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>);

impl WasiHttpHooks for Egress {
    fn send_request(
        &mut self,
        mut request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, Error>> + Send> {
        self.asked.lock().unwrap().push(options);
        let path = request.uri().path_and_query().unwrap().clone();
        let authority = self.address.to_string();
        *request.uri_mut() = Uri::builder().scheme("http").authority(authority).path_and_query(path).build().unwrap();
        Box::new(async move {
            let (response, rest) = default_send_request(request, options).await?;
            let rest: Box<dyn Future<Output = _> + Send> = Box::new(rest);
            Ok((response.map(|body| body.boxed_unsync()), rest))
        })
    }
}

struct Host {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    egress: Egress,
    max_attempts: u32,
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Host {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.egress }
    }
}

impl types::Host for Host {}

impl connection::Host for Host {
    fn max_attempts(&mut self) -> u32 {
        self.max_attempts
    }

    fn environment(&mut self) -> connection::EnvironmentKind {
        connection::EnvironmentKind::Sandbox
    }

    fn on_behalf_of(&mut self) -> Option<connection::Delegation> {
        None
    }

    fn access_token(&mut self, _: Option<String>) -> Result<connection::Token, connection::ConnectionError> {
        Ok(connection::Token { value: "token".to_owned(), scopes: None })
    }

    fn certificate_authorities(&mut self) -> Vec<String> {
        Vec::new()
    }
}

impl journal::Host for Host {
    fn append(&mut self, _: String, _: journal::Entry) -> Result<bool, String> {
        Ok(true)
    }

    fn entries(&mut self, _: String) -> Result<Vec<journal::Entry>, String> {
        Ok(Vec::new())
    }

    fn records_calls(&mut self) -> bool {
        false
    }
}

/// Whether a request's options can be set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Timeouts {
    Supported,
    Unsupported,
}

/// A component on wasmtime without this project's host.
struct Stock {
    engine: Engine,
    pre: ConnectorPre<Host>,
}

impl Stock {
    fn new(timeouts: Timeouts) -> Self {
        let engine = Engine::default();
        let mut linker = Linker::<Host>::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).unwrap();
        connection::add_to_linker::<Host, HasSelf<Host>>(&mut linker, |host| host).unwrap();
        journal::add_to_linker::<Host, HasSelf<Host>>(&mut linker, |host| host).unwrap();
        if timeouts == Timeouts::Unsupported {
            linker.allow_shadowing(true);
            let mut types = linker.instance("wasi:http/types@0.2.12").unwrap();
            for name in ["connect", "first-byte", "between-bytes"] {
                let function = |_: wasmtime::StoreContextMut<Host>,
                                (_, _): (Resource<RequestOptions>, Option<u64>)|
                 -> wasmtime::Result<(Result<(), ()>,)> { Ok((Err(()),)) };
                types.func_wrap(&format!("[method]request-options.set-{name}-timeout"), function).unwrap();
            }
            linker.allow_shadowing(false);
        }
        let component = Component::from_file(&engine, COMPONENT).unwrap();
        let pre = ConnectorPre::new(linker.instantiate_pre(&component).unwrap()).unwrap();
        Self { engine, pre }
    }

    /// Makes a call. Returns its outcome, and the options of its requests.
    async fn invoke(
        &self,
        address: SocketAddr,
        max_attempts: u32,
        action: &str,
        input: &str,
    ) -> (Told, Vec<Option<RequestOptions>>) {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let host = Host {
            wasi: WasiCtx::builder().inherit_stderr().build(),
            http: WasiHttpCtx::new(),
            table: ResourceTable::new(),
            egress: Egress { address, asked: asked.clone() },
            max_attempts,
        };
        let mut store = Store::new(&self.engine, host);
        let connector = self.pre.instantiate_async(&mut store).await.unwrap();
        let began = Instant::now();
        let actions = connector.kosha_connector_actions();
        let outcome = actions.call_invoke(&mut store, action, &input.to_owned()).await.unwrap();
        let took = began.elapsed();
        let told = match outcome {
            Ok(reply) => Told::reply(reply.attempts, reply.body, took),
            Err(it) => Told::failure(it.kind, it.request_sent, it.attempts, it.message, took),
        };
        let asked = asked.lock().unwrap().clone();
        (told, asked)
    }
}

/// Returns every way to fail, with every kind of call.
fn cases() -> impl Iterator<Item = (Fails, Asks)> {
    Fails::ALL.into_iter().flat_map(|fails| Asks::ALL.map(|asks| (fails, asks)))
}

static STOCK: LazyLock<Stock> = LazyLock::new(|| Stock::new(Timeouts::Supported));

#[tokio::test(flavor = "multi_thread")]
async fn wasmtime_s_own_sender_is_believed_only_if_it_is_right() {
    let mut calls = JoinSet::new();
    for (fails, asks) in cases() {
        calls.spawn(async move {
            let (peer, (action, input)) = (Peer::start(fails), asks.call());
            let (told, _) = STOCK.invoke(peer.address, asks.max_attempts(), action, &input).await;
            judge(&Case("wasmtime", fails, asks), &told, &peer.seen());
        });
    }
    calls.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_is_kept_by_a_host_without_timeouts() {
    let stock = Arc::new(Stock::new(Timeouts::Unsupported));
    let mut calls = JoinSet::new();
    for (fails, asks) in cases() {
        let stock = stock.clone();
        calls.spawn(async move {
            let (peer, (action, input)) = (Peer::start(fails), asks.call());
            let (told, asked) = stock.invoke(peer.address, asks.max_attempts(), action, &input).await;
            judge(&Case("wasmtime without timeouts", fails, asks), &told, &peer.seen());
            assert!(asked.iter().all(|options| *options == Some(RequestOptions::default())));
        });
    }
    calls.join_all().await;
}

#[tokio::test]
async fn a_body_that_is_not_read_does_not_outlast_the_deadline() {
    // It accepts, and reads nothing: the buffers in between are full before 10 MB are sent.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let file = BASE64_STANDARD.encode(vec![7; 10_000_000]);
    let input = format!(
        r#"{{"id": "PP-D-4012", "body": {{"evidences": [{{"evidence_type": "OTHER", "notes": "See the file."}}]}},
        "files": [{{"name": "a.pdf", "media_type": "application/pdf", "data": "{file}"}}],
        "options": {{"deadline_ms": 3000}}}}"#
    );
    let (told, _) = Stock::new(Timeouts::Unsupported).invoke(address, 4, "disputes.provide-evidence", &input).await;
    drop(listener);
    assert_eq!((&*told.kind, told.request_sent, told.attempts), ("outcome-unknown", true, 1), "{told:?}");
    assert!(told.took < Duration::from_secs(20), "{told:?}");
}

#[tokio::test]
async fn every_request_has_timeouts_and_a_large_upload_the_time_that_it_takes() {
    let peer = Peer::start(Fails::ClosesAfterAll);
    let minute = Duration::from_secs(60);
    let (_, asked) = STOCK.invoke(peer.address, 1, "orders.get", r#"{"id": "5O190127TN364715T"}"#).await;
    let usual = RequestOptions {
        connect_timeout: Some(minute),
        first_byte_timeout: Some(minute),
        between_bytes_timeout: Some(minute),
    };
    assert_eq!(asked, [Some(usual)]);
    let file = BASE64_STANDARD.encode(vec![7; 10_000_000]);
    let input = format!(
        r#"{{"id": "PP-D-4012", "body": {{"evidences": [{{"evidence_type": "OTHER", "notes": "See the file."}}]}},
        "files": [{{"name": "a.pdf", "media_type": "application/pdf", "data": "{file}"}}]}}"#
    );
    let (told, asked) = STOCK.invoke(peer.address, 1, "disputes.provide-evidence", &input).await;
    assert!(told.request_sent, "{told:?}");
    let first_byte = asked[0].unwrap().first_byte_timeout.unwrap();
    // 80 seconds at 1 Mbit/s, in addition to the minute.
    assert!(first_byte >= minute + Duration::from_secs(80) && first_byte < 3 * minute, "{first_byte:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn this_project_s_host_is_right_and_stays_precise() {
    static ENGINE: LazyLock<connector_host::Engine> = LazyLock::new(|| connector_host::Engine::new().unwrap());
    let connector = Arc::new(Connector::load(&ENGINE, Path::new(COMPONENT)).unwrap());
    let mut calls = JoinSet::new();
    for (fails, asks) in cases() {
        let connector = connector.clone();
        calls.spawn(async move {
            let (peer, (action, input)) = (Peer::start(fails), asks.call());
            let client = Client::new();
            let route = Route::loopback(Environment::Sandbox, &format!("http://{}", peer.address)).unwrap();
            let token = StaticToken::new(Secret::new("token".to_owned()));
            let connection = Connection::new(route, token, client.clone()).with_max_attempts(asks.max_attempts());
            let began = Instant::now();
            let outcome = connector.invoke(&Tenant::new(connection, client), action, &input).await.unwrap();
            let took = began.elapsed();
            let told = match outcome.result {
                Ok(reply) => Told::reply(reply.attempts, reply.body, took),
                Err(it) => Told::failure(it.kind, it.request_sent, it.attempts, it.message, took),
            };
            judge(&Case("this project's host", fails, asks), &told, &peer.seen());
        });
    }
    calls.join_all().await;
}
