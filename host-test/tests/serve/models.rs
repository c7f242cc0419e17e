//! `host-test mcp --connection`: the connections for models, beside the process that serves and without it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio},
};

use serde_json::{Value, json};

use crate::service::{Data, Service, order};

/// Returns the command for a connection of that data.
fn command(data: &Data, connection: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    command.args(["mcp", "--connection", connection, "--data"]).arg(data.path()).args(arguments);
    // Neither credentials nor a proxy of whoever runs the tests.
    command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A client on its standard input and output.
struct Model {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    number: u64,
}

impl Model {
    fn start(data: &Data, connection: &str, arguments: &[&str]) -> Self {
        let mut child = command(data, connection, arguments).spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut model = Self { child, stdin, stdout, number: 0 };
        let hello = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
        let label = model.ask("initialize", &hello)["instructions"].to_string();
        assert!(label.contains(&format!("the connection `{connection}` (")), "{label}");
        writeln!(model.stdin, "{}", json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).unwrap();
        model
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.number += 1;
        let request = json!({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params});
        writeln!(self.stdin, "{request}").unwrap();
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        let mut answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["id"], self.number, "{answer}");
        answer["result"].take()
    }

    /// Calls a tool. Returns its text and its structured result.
    fn call(&mut self, tool: &str, arguments: &Value) -> (String, Value) {
        let mut result = self.ask("tools/call", &json!({"name": tool, "arguments": arguments}));
        (result["content"][0]["text"].as_str().unwrap().to_owned(), result["structuredContent"].take())
    }

    fn tools(&mut self) -> Vec<String> {
        let listed = self.ask("tools/list", &json!({}));
        listed["tools"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_model_pays_with_a_connection_of_the_running_server_and_its_calls_are_listed_there() {
    let service = Service::start();
    let mut model = Model::start(&service.data, "simulator", &["--allow", "moves-money"]);
    let (said, created) = model.call("orders_create", &order());
    let id = created["reply"]["body"]["id"].as_str().unwrap_or_else(|| panic!("{said}")).to_owned();
    assert_eq!(service.act("orders.get", &json!({"id": id})).reply()["id"], id, "it is the same simulator");
    let history = service.act("orders.history", &json!({"id": id})).reply();
    assert!(history.to_string().contains("orders.create"), "the journal is the same: {history}");
    let calls = service.call("GET", "/v1/connections/simulator/calls?action=orders.create", &Value::Null).json();
    let call = &calls["calls"][0];
    assert_eq!((&call["caller"], &call["outcome"]), (&json!("mcp"), &json!("reply")), "{calls}");
    assert_eq!(call["idempotency_key"], created["reply"]["idempotency_key"]);

    // Without the process that serves, its simulator is not there, and the model is told what to do.
    let data = service.kill();
    let (said, _) = model.call("orders_get", &json!({"id": id}));
    assert!(said.starts_with("Nothing was sent: ") && said.ends_with("which does not run: start it"), "{said}");
    // At another address it is found again.
    let service = Service::start_in(data, &["--port", "0"]);
    let (_, found) = model.call("orders_get", &json!({"id": id}));
    assert_eq!(found["reply"]["body"]["id"], id.as_str(), "{found}");
    // A connection that is gone is gone for the next call.
    service.call("DELETE", "/v1/connections/simulator", &Value::Null);
    assert_eq!(
        model.call("orders_get", &json!({"id": id})).0,
        "Nothing was sent: the connection `simulator` was deleted"
    );
}

#[test]
fn a_connection_that_only_reads_offers_nothing_else() {
    let service = Service::start();
    service.call("PUT", "/v1/connections/books", &json!({"environment": "simulator", "read_only": true}));
    let mut model = Model::start(&service.data, "books", &[]);
    let tools = model.tools();
    assert!(tools.iter().any(|it| it == "orders_get") && !tools.iter().any(|it| it == "products_create"), "{tools:?}");
    assert!(model.call("products_create", &json!({})).0.starts_with("Not offered: "));
    let refused = command(&service.data, "books", &["--allow", "moves-money"]).output().unwrap();
    assert!(refused.status.code() == Some(2) && said(&refused).contains("`books` only reads"), "{}", said(&refused));
}

#[test]
fn a_call_goes_to_the_account_that_the_connection_was_for_at_the_start() {
    let service = Service::start();
    let put = |document: &Value| service.call("PUT", "/v1/connections/shop", document);
    put(&json!({"environment": "simulator"}));
    let mut model = Model::start(&service.data, "shop", &[]);
    assert_eq!(model.call("products_list", &json!({})).1["reply"]["status"], 200);
    put(&json!({"environment": "simulator", "concurrency": 2}));
    assert_eq!(model.call("products_list", &json!({})).1["reply"]["status"], 200);
    let changed = put(
        &json!({"environment": "sandbox", "client_id": "EX-not-a-real-app", "client_secret": "EX-not-a-real-secret"}),
    );
    assert_eq!(changed.status, 200, "{}", changed.text());
    let (said, _) = model.call("products_list", &json!({}));
    assert!(said.contains("`shop` is for another account than at the start"), "{said}");
}

#[test]
fn what_there_is_not_is_named_with_what_there_is() {
    let data = Data::new();
    let refused = command(&data, "shop", &[]).output().unwrap();
    assert!(
        refused.status.code() == Some(2) && said(&refused).contains("nothing has been served from"),
        "{}",
        said(&refused)
    );
    assert!(!data.path().exists(), "it makes nothing");
    let service = Service::start();
    service.call("PUT", "/v1/connections/till", &json!({"environment": "simulator"}));
    let refused = command(&service.data, "shop", &[]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("there is no connection `shop`; there are: simulator, till"), "{}", said(&refused));
    for arguments in [&["--sandbox"][..], &["--journal", "x"]] {
        let refused = command(&service.data, "till", arguments).output().unwrap();
        assert!(
            refused.status.code() == Some(2) && said(&refused).contains("cannot be used with"),
            "{}",
            said(&refused)
        );
    }
}
