//! The connector under test. In this process: most calls are refused before they are sent, and a process for each would take most
//! of the time.

use connector_host::{
    Client, Connection, Connector, Engine, Environment, Outcome, Route, Secret, StaticToken, Tenant, json,
};
use host_test::COMPONENT;
use serde_json::Value;
use tokio::runtime::Runtime;

/// How a call ended.
pub(crate) struct Ended {
    pub(crate) input: Value,
    /// `{"reply": ...}` or `{"failure": ...}`, as it is printed; null if the component did not complete the call.
    pub(crate) outcome: Value,
    /// Why the component did not complete the call, or what it printed.
    pub(crate) printed: String,
}

/// Calls actions, with Prism in place of PayPal.
pub(crate) struct Caller {
    runtime: Runtime,
    connector: Connector,
    tenant: Tenant,
}

impl Caller {
    pub(crate) fn new(base_url: &str) -> Self {
        let client = Client::new();
        let route = Route::loopback(Environment::Sandbox, base_url).unwrap();
        let token = StaticToken::new(Secret::new("A21AA".to_owned()));
        Self {
            runtime: Runtime::new().unwrap(),
            connector: Connector::load(&Engine::new().unwrap(), COMPONENT.as_ref()).unwrap(),
            tenant: Tenant::new(Connection::new(route, token, client.clone()), client),
        }
    }

    pub(crate) fn call(&self, action: &str, input: Value) -> Ended {
        let text = input.to_string();
        let (outcome, printed) = match self.runtime.block_on(self.connector.invoke(&self.tenant, action, &text)) {
            Ok(Outcome { result, output }) => (json::outcome(&result).unwrap(), output),
            Err(error) => ("null".to_owned(), error.to_string()),
        };
        Ended { input, outcome: serde_json::from_str(&outcome).unwrap(), printed }
    }
}
