//! The service as a process.

use std::{
    io::{BufRead as _, BufReader, Read},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::wire::{Answer, send};

/// A running service.
pub(crate) struct Service {
    child: Child,
    pub(crate) address: SocketAddr,
    /// The simulator's address.
    pub(crate) simulator: SocketAddr,
    /// The link to sign in with.
    pub(crate) link: String,
    /// A key that may do everything.
    pub(crate) admin: String,
    pub(crate) data: Data,
    /// What it has printed on stderr.
    log: Arc<Mutex<String>>,
}

/// A directory of data, which outlives a service that is killed.
#[derive(Clone)]
pub(crate) struct Data(Arc<TempDir>);

impl Data {
    pub(crate) fn new() -> Self {
        Self(Arc::new(tempfile::tempdir().unwrap()))
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// Returns the command with these arguments.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
        command.arg("serve").args(arguments).arg("--data").arg(self.path()).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end, and returns what it prints.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let done = self.command(arguments).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim_end().to_owned()
    }
}

/// All effects, as arguments.
const EFFECTS: [&str; 10] = [
    "--effect",
    "read",
    "--effect",
    "write",
    "--effect",
    "moves-money",
    "--effect",
    "irreversible",
    "--effect",
    "notifies-customer",
];

impl Service {
    /// Starts one on free ports, in a new directory.
    pub(crate) fn start() -> Self {
        Self::start_in(Data::new(), &["--port", "0", "--rate", "10000"])
    }

    /// Starts one in a directory.
    pub(crate) fn start_in(data: Data, arguments: &[&str]) -> Self {
        let mut command = data.command(arguments);
        if !arguments.contains(&"--simulator-port") {
            command.args(["--simulator-port", "0"]);
        }
        command.args(["--log", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let mut stderr = child.stderr.take().unwrap();
        let noted = log.clone();
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(read @ 1..) = stderr.read(&mut buffer) {
                noted.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..read]));
            }
        });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut after = |beginning: &str| {
            let found =
                lines.by_ref().map_while(Result::ok).find_map(|it| Some(it.split_once(beginning)?.1.to_owned()));
            found.unwrap_or_else(|| panic!("{beginning}: {}", log.lock().unwrap()))
        };
        let address = after("Serving on ").split(". ").next().unwrap().parse().unwrap();
        let simulator = after("is on http://").trim_end_matches('.').parse().unwrap();
        let link = after("within an hour: ");
        let known = data.run(&["keys", "list"]).contains("\"name\":\"test\"");
        if known {
            data.run(&["keys", "revoke", "test"]);
        }
        let admin = data.run(&[&["keys", "add", "test", "--admin"], &EFFECTS[..]].concat());
        Self { child, address, simulator, link, admin, data, log }
    }

    /// Returns the token of the link to sign in.
    pub(crate) fn token(&self) -> String {
        let (page, token) = self.link.split_once('#').unwrap();
        assert!(page.ends_with("/sign-in"), "{page}");
        token.to_owned()
    }

    /// Makes a key of that name.
    pub(crate) fn key(&self, name: &str, arguments: &[&str]) -> String {
        self.data.run(&[&["keys", "add", name], arguments].concat())
    }

    /// Sends a request with the admin's key. A body of null is none.
    pub(crate) fn call(&self, method: &str, target: &str, body: &Value) -> Answer {
        self.call_by(&self.admin, method, target, &[], body)
    }

    /// Sends a request with a key and more header fields.
    pub(crate) fn call_by(
        &self,
        key: &str,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let bearer = format!("Bearer {key}");
        let mut headers = [&[("authorization", &*bearer)], headers].concat();
        if body.is_null() {
            return send(self.address, method, target, &headers, b"");
        }
        headers.push(("content-type", "application/json"));
        send(self.address, method, target, &headers, body.to_string().as_bytes())
    }

    /// Runs an action of the first connection.
    pub(crate) fn act(&self, action: &str, input: &Value) -> Answer {
        self.call("POST", &format!("/v1/connections/simulator/actions/{action}"), input)
    }

    /// Makes an order and approves it as the payer. Returns its id.
    pub(crate) fn approved_order(&self) -> String {
        let order = self.act("orders.create", &order()).reply();
        let id = order["id"].as_str().unwrap().to_owned();
        let approved = send(self.simulator, "POST", &format!("/simulator/orders/{id}/approve"), &[], b"");
        assert!((200..300).contains(&approved.status), "{}", approved.text());
        id
    }

    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Kills it (SIGKILL) and returns its directory.
    pub(crate) fn kill(mut self) -> Data {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.data.clone()
    }

    /// Waits until it has ended by itself, and returns whether it has ended well.
    pub(crate) fn wait(&mut self) -> bool {
        self.child.wait().unwrap().success()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The input of an order.
pub(crate) fn order() -> Value {
    json!({"body": {"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "10.00"}}]}})
}

/// The simulator's first merchant, as `host-test simulator` with the same seed has it.
pub(crate) fn simulated() -> paypal_simulator::Simulator {
    paypal_simulator::Simulator::new(1)
}

/// The `authorization` of its app.
pub(crate) fn basic() -> String {
    let simulator = simulated();
    let credentials = format!("{}:{}", simulator.client_id(), simulator.client_secret());
    format!("Basic {}", BASE64_STANDARD.encode(credentials))
}
