//! The process is killed in the middle of orders: what it has answered is there after the restart.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

use crate::same::fresh;

const KILLS: u32 = 100;
/// How many clients send orders at once.
const CLIENTS: u32 = 3;

struct Program {
    child: Child,
    address: String,
    basic: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        // SIGKILL.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(store: &Path) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paypal-simulator"));
    let mut child = command.args(["--port", "0", "--store"]).arg(store).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut after = |before: &str| loop {
        let line = lines.next().unwrap().unwrap();
        if let Some((_, value)) = line.split_once(before) {
            break value.split(". ").next().unwrap().to_owned();
        }
    };
    let address = after("http://");
    let (id, secret) = (after("PAYPAL_CLIENT_ID="), after("PAYPAL_CLIENT_SECRET="));
    Program { child, address, basic: format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}"))) }
}

/// Returns the status and the document; `None` if the process ends before it has answered.
fn send(address: &str, authorization: &str, method: &str, path: &str, body: &str) -> Option<(u16, Value)> {
    let mut stream = TcpStream::connect(address).ok()?;
    let media = if path.starts_with("/v1/oauth2") { "application/x-www-form-urlencoded" } else { "application/json" };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\nauthorization: {authorization}\r\n\
         content-type: {media}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, serde_json::from_str(body).ok()?))
}

const ORDER: &str =
    r#"{"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "10.00"}}]}"#;

#[test]
fn what_was_answered_is_there_after_100_kills() {
    let path = fresh("kills");
    let mut token = String::new();
    let answered = Arc::new(Mutex::new(Vec::<String>::new()));
    for kill in 0..KILLS {
        let program = start(&path);
        if kill == 0 {
            let grant =
                send(&program.address, &program.basic, "POST", "/v1/oauth2/token", "grant_type=client_credentials");
            token = grant.unwrap().1["access_token"].as_str().unwrap().to_owned();
        }
        let bearer = format!("Bearer {token}");
        // The last one is there, with the token of before the first kill.
        if let Some(id) = answered.lock().unwrap().last() {
            let (status, order) =
                send(&program.address, &bearer, "GET", &format!("/v2/checkout/orders/{id}"), "").unwrap();
            assert_eq!((status, &order["id"]), (200, &Value::from(&**id)), "kill {kill}");
        }
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let (answered, address, bearer) = (answered.clone(), program.address.clone(), bearer.clone());
                thread::spawn(move || {
                    while let Some((status, order)) = send(&address, &bearer, "POST", "/v2/checkout/orders", ORDER) {
                        assert_eq!(status, 201, "{order}");
                        answered.lock().unwrap().push(order["id"].as_str().unwrap().to_owned());
                    }
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(u64::from(3 + kill % 11)));
        drop(program);
        clients.into_iter().for_each(|client| client.join().unwrap());
    }
    let program = start(&path);
    let answered = answered.lock().unwrap();
    assert!(answered.len() > KILLS as usize, "{} orders are too few", answered.len());
    for id in &*answered {
        let shown = send(&program.address, &format!("Bearer {token}"), "GET", &format!("/v2/checkout/orders/{id}"), "");
        assert_eq!(shown.unwrap().0, 200, "{id}");
    }
    let done = send(&program.address, "", "GET", "/simulator/effects", "").unwrap().1;
    let made = done["done"].as_array().unwrap().iter().filter(|it| it[0] == "orders.create").count();
    // Besides those that were answered, at most one for each client and kill.
    assert!(
        made >= answered.len() && made <= answered.len() + (CLIENTS * KILLS) as usize,
        "{made} of {}",
        answered.len()
    );
}
