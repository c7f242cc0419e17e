//! `listen --forward-to`: deliveries go on to the developer's program, and its answers go back; `--pull` reads them from PayPal's
//! list. PayPal is the simulator.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[path = "forward/program.rs"]
mod developer;
#[allow(dead_code, reason = "other tests use the rest")]
mod listening;
#[path = "forward/pull.rs"]
mod pull;

use std::{
    fs::File,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::Command,
    thread,
};

use paypal_simulator::{Server, Simulator};
use serde_json::{Value, json};

use developer::Program;
use listening::{Listening, until};

/// A URL where nobody listens.
const NOBODY: &str = "http://127.0.0.1:9";

/// Posts a delivery with these lines in its head, and returns the whole answer.
fn deliver(address: SocketAddr, lines: &str, body: &[u8]) -> String {
    let length = body.len();
    let head =
        format!("POST /webhooks HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{lines}content-length: {length}\r\n\r\n");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(listening::PATIENCE)).unwrap();
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Returns the documents that a file has, one on each line.
fn documents(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// A `listen` that forwards to a URL, and the file that it prints to.
struct Forwarding {
    listening: Listening,
    printed: tempfile::NamedTempFile,
}

impl Forwarding {
    fn start(base_url: &str, url: &str, arguments: &[&str]) -> Self {
        let printed = tempfile::NamedTempFile::new().unwrap();
        let arguments = [&["--forward-to", url], arguments].concat();
        let file = File::create(printed.path()).unwrap();
        let mut command = Listening::command(base_url, &arguments);
        Self { listening: Listening::start(&mut command, file), printed }
    }

    fn deliver(&self, lines: &str, body: &[u8]) -> String {
        deliver(self.listening.address, lines, body)
    }

    fn printed(&self) -> Vec<Value> {
        documents(self.printed.path())
    }
}

#[test]
fn a_delivery_goes_on_byte_for_byte_and_the_answer_goes_back() {
    let program = Program::start();
    program.answers(
        "HTTP/1.1 418 I'm a teapot\r\ncontent-type: text/plain\r\nset-cookie: a=b\r\ncontent-length: 5\r\n\r\nshort",
    );
    let forwarding = Forwarding::start(NOBODY, &program.url("/hooks?from=paypal"), &[]);
    let body = b"{\"event_type\": \"PAYMENT.CAPTURE.COMPLETED\",\r\n \"n\": 1.50, \"name\": \"\xc3\xa9\", \"raw\": \"\xff\"}\n";
    let lines = "Paypal-Transmission-Sig: ab+/==\r\nPAYPAL-AUTH-ALGO: SHA256withRSA\r\npaypal-auth-algo: again\r\n\
                 Content-Type: application/json; charset=x\r\nUser-Agent: PayPal/AUHD-214\r\nCorrelation-Id: 8\r\n";
    let answer = forwarding.deliver(lines, body);
    assert!(answer.starts_with("HTTP/1.1 418 ") && answer.ends_with("\r\n\r\nshort"), "{answer}");
    assert!(answer.contains("content-type: text/plain\r\n") && !answer.contains("set-cookie"), "{answer}");

    let [received] = &*program.received() else { panic!("one delivery") };
    assert!(received.head.starts_with("POST /hooks?from=paypal HTTP/1.1\r\n"), "{}", received.head);
    assert_eq!(received.body, body);
    for line in lines.lines() {
        let (name, value) = line.split_once(": ").unwrap();
        assert!(received.has(&name.to_lowercase(), value), "{line}: {}", received.head);
    }
    assert!(!received.head.contains("host: x\r\n"), "{}", received.head);

    let [printed] = &*forwarding.printed() else { panic!("one line") };
    assert_eq!((&printed["answer"], &printed["forwarded"]["status"]), (&json!(418), &json!(418)));
    assert_eq!(printed["reply"]["outcome"], "unverified");
}

#[test]
fn when_the_program_is_down_the_sender_gets_502_and_there_is_a_line() {
    let forwarding = Forwarding::start(NOBODY, &format!("{NOBODY}/hooks"), &[]);
    let body = br#"{"id": "WH-1", "event_type": "PAYMENT.CAPTURE.COMPLETED"}"#;
    assert!(forwarding.deliver("", body).starts_with("HTTP/1.1 502 "));
    let [printed] = &*forwarding.printed() else { panic!("one line") };
    assert_eq!(printed["reply"]["event"]["type"], "PAYMENT.CAPTURE.COMPLETED");
    assert_eq!(printed["forwarded"]["problem"], "the program cannot be reached");
    assert_eq!((&printed["answer"], &printed["forwarded"]["status"]), (&json!(502), &Value::Null));
    // What is no JSON goes on as well: it is for the program to refuse.
    assert!(forwarding.deliver("", b"\xff\x00").starts_with("HTTP/1.1 502 "));
    assert_eq!(forwarding.printed().len(), 2);
}

#[test]
fn only_the_chosen_events_go_on() {
    let program = Program::start();
    let arguments = ["--events", "PAYMENT.CAPTURE.*,CHECKOUT.ORDER.APPROVED"];
    let forwarding = Forwarding::start(NOBODY, &program.url("/"), &arguments);
    for (name, goes_on) in
        [("PAYMENT.CAPTURE.DENIED", true), ("PAYMENT.SALE.COMPLETED", false), ("CHECKOUT.ORDER.APPROVED", true)]
    {
        let before = program.received().len();
        let answer = forwarding.deliver("", format!(r#"{{"event_type": "{name}"}}"#).as_bytes());
        assert!(answer.starts_with("HTTP/1.1 200 "), "{name}: {answer}");
        assert_eq!(program.received().len() - before, usize::from(goes_on), "{name}");
    }
}

#[test]
fn a_loop_ends() {
    // A tunnel that leads from the program's URL back to `listen`.
    let tunnel = TcpListener::bind("127.0.0.1:0").unwrap();
    let forwarding = Forwarding::start(NOBODY, &format!("http://{}/webhooks", tunnel.local_addr().unwrap()), &[]);
    let back = forwarding.listening.address;
    thread::spawn(move || {
        for from in tunnel.incoming().map_while(Result::ok) {
            let to = TcpStream::connect(back).unwrap();
            let (mut from_side, mut to_side) = (from.try_clone().unwrap(), to.try_clone().unwrap());
            thread::spawn(move || std::io::copy(&mut from_side, &mut to_side));
            thread::spawn(move || std::io::copy(&mut &to, &mut &from));
        }
    });
    let answer = forwarding.deliver("", b"{}");
    assert!(answer.starts_with("HTTP/1.1 508 "), "{answer}");
    let problems: Vec<_> = forwarding.printed().into_iter().map(|it| it["forwarded"]["problem"].clone()).collect();
    assert_eq!(problems.len(), 2, "it was round once: {problems:?}");
    assert!(problems[0].as_str().unwrap().contains("a loop"), "{problems:?}");
}

#[test]
fn wrong_arguments_are_refused() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let itself = format!("http://localhost:{port}/anything");
    for (arguments, what) in [
        (&["--forward-to", &itself, "--port", &port][..], "leads to `listen` itself"),
        (&["--forward-to", "http://app:3000/hooks"], "--allow-remote"),
        (&["--forward-to", "ftp://localhost/"], "not an http or https URL"),
        (&["--forward-to", "http://me:secret@localhost/"], "not an http or https URL"),
        (&["--events", "PAYMENT.*"], "it needs --forward-to or --pull"),
        (&["--forward-to", "http://localhost:1", "--events", "a b"], "it is a list of event types"),
        (&["--allow-remote"], "--forward-to"),
        (&["--pull", "--subscribe", "https://shop.example.com"], "cannot be used with"),
        (&["--pull", "--webhook-id", "A"], "cannot be used with"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
        let output = command.env("PAYPAL_ACCESS_TOKEN", "t").args(["listen", "--base-url", NOBODY]).args(arguments);
        let output = output.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(what), "{arguments:?}: {said}");
        assert!(!said.contains("secret"), "{said}");
    }
}

/// Starts a simulator with a webhook for all events at an address.
async fn simulator(seed: u64) -> (Simulator, String) {
    let sandbox = Simulator::new(seed);
    let server = Server::bind(sandbox.clone(), 0).await.unwrap();
    let url = format!("http://{}", server.address().unwrap());
    tokio::spawn(server.run());
    (sandbox, url)
}

/// Returns the command with the simulator's credentials.
fn command_of(sandbox: &Simulator) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    command.env_remove("PAYPAL_ACCESS_TOKEN").env_remove("PAYPAL_REFRESH_TOKEN");
    command.env("PAYPAL_CLIENT_ID", sandbox.client_id()).env("PAYPAL_CLIENT_SECRET", sandbox.client_secret());
    command
}

/// Sends a request to the simulator past HTTP.
fn ask(sandbox: &Simulator, path: &str, body: &Value) -> Value {
    let request = http::Request::post(path)
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", Simulator::token()));
    let response = sandbox.handle(request.body(body.to_string().into()).unwrap());
    assert!(response.status().is_success(), "{path}: {}", response.status());
    serde_json::from_slice(response.body()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_simulator_s_events_go_on_signed_and_verified() {
    let (sandbox, url) = simulator(31).await;
    let making = sandbox.clone();
    let authorities = tokio::task::spawn_blocking(move || making.authorities().unwrap()).await.unwrap();
    let pem = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(pem.path(), authorities.concat()).unwrap();
    let program = Program::start();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (hook, port) = (format!("http://127.0.0.1:{port}/webhooks"), port.to_string());
    tokio::task::spawn_blocking(move || {
        let printed = tempfile::NamedTempFile::new().unwrap();
        let mut command = command_of(&sandbox);
        command.args(["listen", "--json", "--base-url", &url, "--port", &port, "--subscribe", &hook, "--forward-to"]);
        command.args([&program.url("/hooks"), "--authority", pem.path().to_str().unwrap()]);
        let listening = Listening::start(&mut command, File::create(printed.path()).unwrap());
        ask(&sandbox, "/v1/catalogs/products", &json!({"name": "Tea", "type": "PHYSICAL"}));
        until(|| documents(printed.path()).len() == 1, "the first delivery");
        let [first] = &*program.received() else { panic!("one delivery") };
        for name in ["auth-algo", "cert-url", "transmission-id", "transmission-sig", "transmission-time"] {
            assert!(first.head.contains(&format!("\r\npaypal-{name}: ")), "{name}: {}", first.head);
        }
        let event: Value = serde_json::from_slice(&first.body).unwrap();
        let [printed_first] = &*documents(printed.path()) else { panic!("one line") };
        let said = |line: &Value| {
            (line["reply"]["outcome"].clone(), line["reply"]["duplicate"].clone(), line["answer"].clone())
        };
        assert_eq!(said(printed_first), (json!("valid"), json!(false), json!(200)), "{:?}", listening.said());
        assert_eq!(printed_first["reply"]["event"]["id"], event["id"]);

        // A repeat goes on as well, and is marked as one, because the program has taken the first.
        let resend = format!("/v1/notifications/webhooks-events/{}/resend", event["id"].as_str().unwrap());
        ask(&sandbox, &resend, &json!({}));
        until(|| documents(printed.path()).len() == 2, "the repeat");
        assert_eq!(said(&documents(printed.path())[1]), (json!("valid"), json!(true), json!(200)));
        assert_eq!(program.received()[1].body, first.body);

        // One that the program refuses is not acknowledged: its repeat is no duplicate.
        program.answers("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n");
        ask(&sandbox, "/v1/catalogs/products", &json!({"name": "Milk", "type": "PHYSICAL"}));
        let of_milk = |line: &Value| line["answer"] == 500;
        until(|| documents(printed.path()).iter().any(of_milk), "a refusal");
        program.answers(developer::OK);
        let milk: Value = serde_json::from_slice(&program.received()[2].body).unwrap();
        let resend = format!("/v1/notifications/webhooks-events/{}/resend", milk["id"].as_str().unwrap());
        ask(&sandbox, &resend, &json!({}));
        let taken = |line: &Value| line["reply"]["event"]["id"] == milk["id"] && line["answer"] == 200;
        until(|| documents(printed.path()).iter().any(taken), "the repeat is taken");
        let line = documents(printed.path()).into_iter().find(taken).unwrap();
        assert_eq!(said(&line), (json!("valid"), json!(false), json!(200)));
    })
    .await
    .unwrap();
}
