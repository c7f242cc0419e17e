//! The program, as its README shows it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};

const PATIENCE: Duration = Duration::from_secs(60);

/// The program, killed when dropped.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the program on a free port. Returns it with its address, client id and client secret.
fn start(options: &[&str]) -> (Program, [String; 3]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paypal-simulator"));
    let mut child = command.args(["--port", "0"]).args(options).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let program = Program(child);
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let values = ["http://", "PAYPAL_CLIENT_ID=", "PAYPAL_CLIENT_SECRET="].map(|before| {
        loop {
            let line = receiver.recv_timeout(PATIENCE).unwrap();
            if let Some((_, value)) = line.split_once(before) {
                break value.split(". ").next().unwrap().to_owned();
            }
        }
    });
    (program, values)
}

/// The `sh` blocks under a heading of the README.
fn blocks(heading: &str) -> Vec<String> {
    let readme = include_str!("../README.md");
    let (_, section) = readme.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    section.split("```sh\n").skip(1).map(|block| block.split_once("```").unwrap().0.to_owned()).collect()
}

#[test]
fn the_readme_pays_an_order() {
    let (_program, [address, id, secret]) = start(&[]);
    // Between the two, the payer presses a button.
    let pay = "curl -s -d do=approve \"$LINK\"\n";
    let script = blocks("Pay an order").join(pay).replace("127.0.0.1:4010", &address);
    let directory = env!("CARGO_TARGET_TMPDIR");
    let shell = Command::new("timeout")
        .args(["60", "bash", "-euo", "pipefail", "-c", &script])
        .current_dir(directory)
        .envs([("PAYPAL_CLIENT_ID", id), ("PAYPAL_CLIENT_SECRET", secret)])
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&shell.stdout);
    assert!(shell.status.success(), "{shell:?}");
    assert!(printed.contains(&format!("Open http://{address}/checkoutnow?token=")), "{printed}");
    assert!(printed.contains("You have approved the payment"), "{printed}");
    assert!(printed.contains(r#""status":"COMPLETED""#), "{printed}");
    assert!(printed.contains(r#"["orders.capture","#), "{printed}");
}

#[test]
fn a_taken_port_is_an_error_that_names_it() {
    let (_program, [address, ..]) = start(&[]);
    let (_, port) = address.rsplit_once(':').unwrap();
    let second = Command::new(env!("CARGO_BIN_EXE_paypal-simulator")).args(["--port", port]).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.starts_with(&format!("error: cannot listen on {address}: ")), "{said}");
    assert!(second.stdout.is_empty());
}

/// Sends a form or a request without a body, with a `Host`. Returns the whole answer.
fn curl(address: &str, host: &str, line: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let head =
        format!("{line} HTTP/1.1\r\nhost: {host}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all((head + body).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The link by which the payer of a new order approves.
fn approve_link(address: &str, host: &str, id: &str, secret: &str) -> String {
    let basic = format!("authorization: Basic {}\r\n", BASE64_STANDARD.encode(format!("{id}:{secret}")));
    let answer = curl(address, host, "POST /v1/oauth2/token", &basic, "grant_type=client_credentials");
    let (_, rest) = answer.split_once(r#""access_token":""#).unwrap();
    let token = rest.split('"').next().unwrap();
    let headers = format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n");
    let order = r#"{"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "1.00"}}]}"#;
    let answer = curl(address, host, "POST /v2/checkout/orders", &headers, order);
    let link = answer.split(r#""href":""#).find(|link| link.contains("/checkoutnow?token=")).unwrap();
    link.split_once("/checkoutnow").unwrap().0.to_owned()
}

#[test]
fn links_lead_where_the_options_say() {
    for (options, host, expected) in [
        (&[][..], "localhost", None),
        (&["--paypal-links"], "localhost", Some("https://www.sandbox.paypal.com")),
        (&["--public-url", "https://paypal.test:8443"], "paypal.test:8443", Some("https://paypal.test:8443")),
    ] {
        let (_program, [address, id, secret]) = start(options);
        let own = format!("http://{address}");
        assert_eq!(approve_link(&address, host, &id, &secret), expected.unwrap_or(&own), "{options:?}");
        let other = curl(&address, "elsewhere.test", "GET /", "", "");
        assert!(other.starts_with("HTTP/1.1 421"), "{other}");
    }
    for options in [&["--public-url", "paypal.test"][..], &["--public-url", "http://x", "--paypal-links"]] {
        let refused = Command::new(env!("CARGO_BIN_EXE_paypal-simulator")).args(options).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{refused:?}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("--public-url"), "{refused:?}");
    }
}

/// Starts the program, which does not come up. Returns the code and what it has said.
fn fails(options: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new("timeout");
    let ended =
        command.args(["60", env!("CARGO_BIN_EXE_paypal-simulator"), "--port", "0"]).args(options).output().unwrap();
    assert!(ended.stdout.is_empty(), "{ended:?}");
    (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
}

#[cfg(not(feature = "store"))]
#[test]
fn a_program_without_stores_says_how_to_build_one_with_them() {
    let (code, said) = fails(&["--store", "world.db"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("--store") && said.contains("--features program,store"), "{said}");
    assert!(!std::path::Path::new("world.db").exists());
}

#[cfg(feature = "store")]
#[test]
fn a_store_that_another_process_has_open_is_an_error_at_once() {
    let store = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("store-of-two-programs");
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", store.display()));
    }
    let store = store.to_str().unwrap();
    let (_program, _) = start(&["--store", store]);
    let asked = std::time::Instant::now();
    let (code, said) = fails(&["--store", store]);
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(
        said.trim_end(),
        format!(
            "error: cannot keep the world in {store}: another process has it open: end that one, or use another file"
        )
    );
    // By itself SQLite waits for five seconds.
    assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
}
