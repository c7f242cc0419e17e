//! The same with the command line, as `docs/events.md` shows it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
};

use serde_json::Value;

use super::PATIENCE;

/// A command that runs until it is dropped.
struct Running {
    child: Child,
    out: Receiver<String>,
    err: Receiver<String>,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = lines(child.stdout.take().unwrap());
        let err = lines(child.stderr.take().unwrap());
        Self { child, out, err }
    }

    /// Returns the next line that it prints and that contains a text.
    fn says(&self, text: &str) -> String {
        loop {
            let line = self.out.recv_timeout(PATIENCE).unwrap_or_else(|it| panic!("no line with {text}: {it}"));
            if line.contains(text) {
                return line;
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(stream: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Returns the body of a server's answer.
fn curl(address: &str, line: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{line} HTTP/1.1\r\nhost: {address}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// A terminal with the two variables of a simulator.
struct Terminal {
    variables: Vec<(String, String)>,
    base_url: String,
    journal: PathBuf,
}

impl Terminal {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
        command.env_remove("PAYPAL_ACCESS_TOKEN").envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.args(arguments).args(["--base-url", &self.base_url, "--journal"]).arg(&self.journal);
        command
    }

    /// Runs an action. Returns the body of the reply.
    fn call(&self, action: &str, input: &str) -> Value {
        let mut command = self.command(&["call", action, "--input", "-"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{action}: {said}");
        let mut outcome: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
        outcome["reply"]["body"].take()
    }
}

/// Returns a port that is free now, and not likely to be taken within a second.
fn free_port() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string()
}

#[test]
fn three_terminals_make_a_loop() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let mut simulator = Command::new(env!("CARGO_BIN_EXE_host-test"));
    simulator.args(["simulator", "--port", "0"]);
    let simulator = Running::start(simulator);
    let first = simulator.says("The simulator of PayPal listens on ");
    let base_url = first.split_whitespace().find(|word| word.starts_with("http://")).unwrap().trim_end_matches('.');
    let variables = [0; 2].map(|_| {
        let line = simulator.says("export ");
        let (name, value) = line.trim_start_matches("export ").split_once('=').unwrap();
        (name.to_owned(), value.to_owned())
    });
    assert_eq!(variables.each_ref().map(|(name, _)| &**name), ["PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"]);
    let terminal = Terminal { variables: variables.into(), base_url: base_url.to_owned(), journal: at("history.db") };
    let address = base_url.trim_start_matches("http://");

    std::fs::write(at("ca.pem"), curl(address, "GET /simulator/authorities")).unwrap();
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}/webhooks");
    let mut listen = terminal.command(&["listen", "--port", &port, "--subscribe", &url]);
    listen.args([Path::new("--authority"), &at("ca.pem")]);
    let listen = Running::start(listen);
    let first = listen.err.recv_timeout(PATIENCE).unwrap();
    assert!(first.starts_with("events of webhook ") && first.ends_with(&url), "{first}");

    let input = r#"{"amount": "120.25", "currency": "INR", "reference": "session-7"}"#;
    let link = terminal.call("orders.create-link", input);
    let id = link["order_id"].as_str().unwrap();
    curl(address, &format!("POST /simulator/orders/{id}/approve"));
    let line = listen.says("CHECKOUT.ORDER.APPROVED");
    assert!(line.ends_with(&format!(" valid CHECKOUT.ORDER.APPROVED order:{id} APPROVED 120.25 INR")), "{line}");
    let input = format!(r#"{{"id": "{id}"}}"#);
    let order = terminal.call("orders.capture", &input);
    let capture = order["purchase_units"][0]["payments"]["captures"][0]["id"].as_str().unwrap();
    let line = listen.says("PAYMENT.CAPTURE.COMPLETED");
    let expected = format!(" valid PAYMENT.CAPTURE.COMPLETED capture:{capture} COMPLETED 120.25 INR");
    assert!(line.ends_with(&expected), "{line}");
    listen.says("CHECKOUT.ORDER.COMPLETED");

    // `listen` and the calls are separate processes, and write one history.
    let history = terminal.call("orders.history", &input);
    let events: Vec<_> =
        history["entries"].as_array().unwrap().iter().map(|entry| entry["event"].as_str().unwrap()).collect();
    let expected = [
        "orders.create",
        "CHECKOUT.ORDER.APPROVED",
        "orders.capture",
        "PAYMENT.CAPTURE.COMPLETED",
        "CHECKOUT.ORDER.COMPLETED",
    ];
    assert_eq!(events, expected);
    let status = terminal.call("orders.status", &input);
    assert_eq!(status["summary"], "captured: COMPLETED 120.25 INR");
}
