//! The service in plain wasmtime: a fresh instance for each request.

use std::{
    path::Path,
    sync::{Arc, LazyLock},
};

use bytes::Bytes;
use host_test::COMPONENT;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use rsa::sha2::{Digest as _, Sha256};
use serde_json::Value;
use tokio::sync::oneshot;
use wasmtime::{
    Engine, Store,
    component::{Component, HasData, Linker, ResourceTable},
};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    WasiHttpCtx, WasiHttpCtxView, WasiHttpView,
    p2::bindings::{ProxyPre, http::types::Scheme},
};

use crate::{
    bindings::kosha::{
        connector::{connection, journal, types},
        service::connections,
    },
    compose, guests,
    world::{Seen, World},
};

/// Keys of callers.
pub(crate) const TILL: &str = "kg_till_0123456789abcdefghijklmnopqrstuv";
pub(crate) const READER: &str = "kg_reader_0123456789abcdefghijklmnopqrst";

struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    seen: Seen,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.seen }
    }
}

impl types::Host for Seen {}

struct HasSeen;

impl HasData for HasSeen {
    type Data<'a> = &'a mut Seen;
}

struct Loaded {
    engine: Engine,
    pre: ProxyPre<State>,
}

static LOADED: LazyLock<Loaded> = LazyLock::new(|| {
    let engine = Engine::default();
    let mut linker = Linker::<State>::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).unwrap();
    connection::add_to_linker::<State, HasSeen>(&mut linker, |state| &mut state.seen).unwrap();
    journal::add_to_linker::<State, HasSeen>(&mut linker, |state| &mut state.seen).unwrap();
    connections::add_to_linker::<State, HasSeen>(&mut linker, |state| &mut state.seen).unwrap();
    let composed = compose::service(guests::gateway(), Path::new(COMPONENT));
    let component = Component::from_binary(&engine, &composed).unwrap();
    let pre = ProxyPre::new(linker.instantiate_pre(&component).unwrap()).unwrap();
    Loaded { engine, pre }
});

/// The service, with its environment.
pub(crate) struct Service {
    pub(crate) world: Arc<World>,
    variables: Vec<(String, String)>,
}

impl Service {
    /// Returns one with the keys above.
    pub(crate) fn new(world: World) -> Self {
        let entry = |name: &str, key: &str, connections: &[&str], effects: &[&str]| {
            let hash: String = Sha256::digest(key).iter().map(|byte| format!("{byte:02x}")).collect();
            serde_json::json!({"name": name, "sha256": hash, "connections": connections, "effects": effects})
        };
        let all = ["read", "write", "moves-money", "irreversible", "notifies-customer"];
        let keys = Value::from(vec![entry("till", TILL, &["*"], &all), entry("reader", READER, &["shop"], &all[..1])]);
        Self { world: Arc::new(world), variables: Vec::new() }.with("GATEWAY_KEYS", &keys.to_string())
    }

    /// Sets a variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|it| it.0 != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends a request, and fails if the component traps or prints.
    pub(crate) async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        let wasi = WasiCtx::builder().envs(&self.variables).inherit_stderr().build();
        let (http, table, seen) = (WasiHttpCtx::new(), ResourceTable::new(), Seen::new(&self.world));
        let mut store = Store::new(&LOADED.engine, State { wasi, http, table, seen });
        let (answer, answered) = oneshot::channel();
        let request = request.map(Full::new);
        let request = store.data_mut().http().new_incoming_request(Scheme::Http, request).unwrap();
        let out = store.data_mut().http().new_response_outparam(answer).unwrap();
        let serving = tokio::spawn(async move {
            let proxy = LOADED.pre.instantiate_async(&mut store).await.unwrap();
            proxy.wasi_http_incoming_handler().call_handle(&mut store, request, out).await
        });
        let response = answered.await.expect("no answer").expect("an error");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the answer broke off").to_bytes();
        serving.await.unwrap().expect("the component has trapped");
        Response::from_parts(parts, body)
    }

    /// Runs an action with the key of the till. Returns status and document.
    pub(crate) async fn run(&self, action: &str, input: &Value) -> (u16, Value) {
        let request = post(&format!("/v1/connections/shop/actions/{action}"), TILL, input);
        json(&self.send(request).await)
    }
}

/// Returns a request without a body.
pub(crate) fn get(path: &str, key: Option<&str>) -> Request<Bytes> {
    let mut request = Request::get(format!("http://gateway.example{path}"));
    if let Some(key) = key {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    request.body(Bytes::new()).unwrap()
}

/// Returns a request with a document.
pub(crate) fn post(path: &str, key: &str, document: &Value) -> Request<Bytes> {
    let request = Request::post(format!("http://gateway.example{path}"));
    let request = request.header("authorization", format!("Bearer {key}")).header("content-type", "application/json");
    request.body(document.to_string().into()).unwrap()
}

/// Returns the status and the document of an answer, which every answer has.
pub(crate) fn json(response: &Response<Bytes>) -> (u16, Value) {
    let status = response.status().as_u16();
    let document: Value =
        serde_json::from_slice(response.body()).unwrap_or_else(|error| panic!("{error}: {response:?}"));
    let media_type = if status < 400 { "application/json" } else { "application/problem+json" };
    assert_eq!(response.headers()["content-type"], media_type);
    for (is, name) in [(status >= 400, "Problem"), (document["reply"].is_object(), "Outcome")] {
        if is {
            check_described(name, &document);
        }
    }
    (status, document)
}

/// Checks a document against a schema of the gateway's own description.
pub(crate) fn check_described(schema: &str, document: &Value) {
    static OWN: LazyLock<Value> =
        LazyLock::new(|| serde_json::from_str(include_str!("../../../adapters/gateway/openapi.json")).unwrap());
    assert!(OWN["components"]["schemas"][schema].is_object(), "{schema}");
    let reference = format!("#/components/schemas/{schema}");
    let schema = serde_json::json!({"$ref": reference, "components": OWN["components"]});
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}: {document}");
}

/// Returns the last part of a problem's type, and checks that the rest is as it should be.
pub(crate) fn problem(response: &Response<Bytes>) -> (u16, String) {
    let (status, document) = json(response);
    assert_eq!(document["status"], status, "{document}");
    assert!(document["title"].is_string() && document["detail"].is_string(), "{document}");
    assert!(!document.to_string().contains("kg_"), "{document}");
    (status, document["type"].as_str().unwrap().rsplit(':').next().unwrap().to_owned())
}
