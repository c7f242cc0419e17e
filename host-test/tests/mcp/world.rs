//! A simulator, the server in front of it, and a client of the server.

use std::{
    path::Path,
    sync::{Arc, LazyLock, Mutex},
};

use bytes::Bytes;
use connector_host::{
    Connection, Connector, Engine, Environment, Route, Tenant,
    testing::{NumberedTokens, VirtualClock},
};
use connector_mcp::{Access, FixedTarget, Guide, NextSteps, Page, Server};
use host_test::{COMPONENT, NEXT_STEPS};
use http::Request;
use paypal_simulator::{Faults, Simulator};
use rmcp::{
    ClientServiceExt as _, ServiceExt as _,
    model::{CallToolRequestParams, CallToolResult, JsonObject, ProtocolVersion},
    service::{ClientLifecycleMode, RoleClient, RunningService},
};
use serde_json::{Value, json};

use crate::client::Client;

static CONNECTOR: LazyLock<Connector> =
    LazyLock::new(|| Connector::load(&Engine::new().unwrap(), Path::new(COMPONENT)).unwrap());

pub(crate) fn connector() -> &'static Connector {
    &CONNECTOR
}

/// Everything that there is, with leave to move money.
pub(crate) fn everything() -> Access {
    Access { moves_money: true, ..Access::default() }
}

pub(crate) struct World {
    pub(crate) simulator: Simulator,
    pub(crate) faults: Faults,
    /// What the server wrote of calls that nobody waited for.
    pub(crate) lost: Arc<Mutex<Vec<String>>>,
    access: Access,
}

impl World {
    pub(crate) fn new(access: Access) -> Self {
        let simulator = Simulator::new(4);
        let faults = Faults::new(simulator.clone(), VirtualClock::new());
        Self { simulator, faults, lost: Arc::default(), access }
    }

    /// Returns a server. One attempt per call, so that each fault shows.
    pub(crate) async fn server(&self) -> Server {
        let tokens = NumberedTokens::new(Simulator::token());
        let connection = Connection::new(Route::paypal(Environment::Sandbox), tokens, self.faults.clone());
        let tenant = Tenant::new(connection.with_max_attempts(1), self.faults.clone());
        let page = Page { name: "outcomes".into(), title: "Outcomes".into(), text: "# Outcomes".into() };
        let guide = Guide { pages: vec![page], next_steps: NextSteps::parse(NEXT_STEPS).unwrap() };
        let lost = self.lost.clone();
        let lost = move |line: &str| lost.lock().unwrap().push(line.to_owned());
        let target = FixedTarget::new("the simulator", tenant);
        Server::new(connector().clone(), target, &self.access, guide, lost).await.unwrap()
    }

    /// Connects a client, by the protocol's version 2026-07-28.
    pub(crate) async fn client(&self, client: Client) -> Connected {
        self.connect(client, ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] })
            .await
    }

    /// Connects one by the versions before, which begin with a handshake.
    pub(crate) async fn older_client(&self, client: Client) -> Connected {
        self.connect(client, ClientLifecycleMode::Initialize).await
    }

    async fn connect(&self, client: Client, lifecycle: ClientLifecycleMode) -> Connected {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let server = self.server().await;
        tokio::spawn(async move { server.serve(theirs).await.unwrap().waiting().await });
        Connected(client.serve_with_lifecycle(ours, lifecycle).await.unwrap())
    }

    /// Sends a request to the simulator's controls.
    pub(crate) fn control(&self, path: &str) {
        let request = Request::builder().method("POST").uri(path).body(Bytes::new()).unwrap();
        assert!(self.simulator.handle(request).status().is_success(), "{path}");
    }

    /// The document at one of PayPal's paths.
    pub(crate) fn read(&self, path: &str) -> Value {
        let request = Request::builder().uri(path).header("authorization", format!("Bearer {}", Simulator::token()));
        serde_json::from_slice(self.simulator.handle(request.body(Bytes::new()).unwrap()).body()).unwrap()
    }
}

pub(crate) struct Connected(pub(crate) RunningService<RoleClient, Client>);

impl Connected {
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> CallToolResult {
        let request = CallToolRequestParams::new(tool.to_owned()).with_arguments(object(arguments));
        self.0.call_tool(request).await.unwrap()
    }

    /// Calls a tool that must succeed. Returns its structured result.
    pub(crate) async fn done(&self, tool: &str, arguments: Value) -> Value {
        let result = self.call(tool, arguments).await;
        assert_ne!(result.is_error, Some(true), "{tool}: {result:?}");
        result.structured_content.unwrap()
    }

    /// Calls a tool that must fail. Returns its text and its structured result.
    pub(crate) async fn failed(&self, tool: &str, arguments: Value) -> (String, Value) {
        let result = self.call(tool, arguments).await;
        assert_eq!(result.is_error, Some(true), "{tool}: {result:?}");
        (text(&result), result.structured_content.unwrap())
    }

    /// Creates an order for some dollars. Returns its id.
    pub(crate) async fn order(&self, value: &str) -> String {
        let order = self.done("orders_create", order(value)).await;
        order["reply"]["body"]["id"].as_str().unwrap().to_owned()
    }
}

/// The arguments of `orders_create`.
pub(crate) fn order(value: &str) -> Value {
    let amount = json!({"currency_code": "USD", "value": value});
    json!({"body": {"intent": "CAPTURE", "purchase_units": [{"amount": amount}]}})
}

pub(crate) fn object(value: Value) -> JsonObject {
    value.as_object().unwrap().clone()
}

/// All text of a result.
pub(crate) fn text(result: &CallToolResult) -> String {
    result.content.iter().filter_map(|content| content.as_text()).map(|it| &*it.text).collect::<Vec<_>>().join("\n")
}
