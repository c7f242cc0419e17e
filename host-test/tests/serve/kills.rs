//! The service killed (SIGKILL) in the middle of payments: nothing is lost, and nothing is done twice.

use std::{
    io::Write as _,
    net::TcpStream,
    thread::sleep,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::service::{Data, Service};

/// How often it is killed at most, until one kill has cut off a payment.
const ROUNDS: u32 = 20;

const ARGUMENTS: [&str; 4] = ["--port", "0", "--rate", "10000"];

/// Waits until the journal has one note of a call more, which is when PayPal is about to be asked.
fn wait_for_note(data: &Data, before: i64) {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = Connection::open_with_flags(data.path().join("serve.sqlite"), flags).unwrap();
    let end = Instant::now() + Duration::from_secs(60);
    while notes(&connection) <= before {
        assert!(Instant::now() < end, "no call is noted");
        sleep(Duration::from_micros(100));
    }
}

fn notes(connection: &Connection) -> i64 {
    let count = "SELECT count(*) FROM entries WHERE subject LIKE 'calls:%'";
    connection.query_row(count, [], |row| row.get(0)).unwrap()
}

/// Captures an order without waiting for the answer.
fn begin_capture(service: &Service, id: &str) -> TcpStream {
    let body = json!({"id": id}).to_string();
    let head = format!(
        "POST /v1/connections/simulator/actions/orders.capture HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        service.admin,
        body.len()
    );
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn captures(service: &Service, id: &str) -> usize {
    let order = service.act("orders.get", &json!({"id": id})).reply();
    order["purchase_units"][0]["payments"]["captures"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_payment_that_was_cut_off_is_found_out_and_made_once() {
    let mut service = Service::start();
    let mut cut_off = 0;
    for round in 0..ROUNDS {
        let id = service.approved_order();
        let before = {
            let file = service.data.path().join("serve.sqlite");
            notes(&Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap())
        };
        let answer = begin_capture(&service, &id);
        wait_for_note(&service.data, before);
        sleep(Duration::from_micros(u64::from(round) * 300));
        let data = service.kill();
        drop(answer);
        service = Service::start_in(data, &ARGUMENTS);
        let calls = service.call("GET", "/v1/connections/simulator/calls?limit=200", &Value::Null).json();
        let unresolved = calls["unresolved"].as_array().unwrap();
        let of_order: Vec<&Value> = unresolved.iter().filter(|it| it["parameters"]["id"] == *id).collect();
        assert!(of_order.len() <= 1, "{calls}");
        // Another look, which begins a little earlier than the last one ended, lists each once as well.
        let next = service.call("GET", "/v1/connections/simulator/calls?limit=1", &Value::Null).json();
        assert_eq!(next["unresolved"], calls["unresolved"]);
        for call in of_order {
            cut_off += 1;
            let interrupted = calls["calls"].as_array().unwrap().iter().find(|it| it["action"] == "orders.capture");
            assert_eq!(interrupted.unwrap()["outcome"], "interrupted", "{calls}");
            // By its deadline alone: PayPal may be at work on it. It is resolved all the same.
            assert_eq!(call["may_be_running"], true, "{call}");
            let name = call["call"].as_str().unwrap().replace('/', "%2F");
            let target = format!("/v1/connections/simulator/calls/{name}/resolve");
            let found = service.call("POST", &target, &Value::Null).reply();
            assert_eq!((&found["outcome"], &found["action"]), (&json!("done"), &json!("orders.capture")), "{found}");
            // It is resolved: a second look has the same answer and does nothing.
            let again = service.call("POST", &target, &Value::Null);
            assert!(again.status == 200 || again.status == 404 || again.status == 400, "{}", again.text());
        }
        assert_eq!(captures(&service, &id), 1, "round {round}: {calls}");
        let calls = service.call("GET", "/v1/connections/simulator/calls", &Value::Null).json();
        assert_eq!(calls["unresolved"], json!([]), "round {round}");
        if cut_off >= 2 {
            return;
        }
    }
    panic!("no kill has cut a payment off");
}
