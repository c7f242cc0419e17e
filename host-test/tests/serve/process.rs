//! The process: its directory, its signals, its log.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    service::{Data, Service, order},
    wire::Answer,
};

#[test]
fn a_second_process_in_the_same_directory_is_told_at_once() {
    let service = Service::start();
    let began = Instant::now();
    let second = service.data.command(&["--port", "0"]).output().unwrap();
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(!second.status.success() && said.contains("another `host-test serve` runs"), "{said}");
    assert!(began.elapsed() < Duration::from_secs(10));
    // It has taken nothing away.
    assert_eq!(service.call("GET", "/healthz", &Value::Null).status, 200);
}

#[test]
fn a_port_that_another_program_has_is_told_with_what_to_do() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = other.local_addr().unwrap().port().to_string();
    for (arguments, option) in
        [(["--port", &taken], "by --port"), (["--simulator-port", &taken], "by --simulator-port")]
    {
        let arguments =
            if option == "by --port" { arguments.to_vec() } else { [&["--port", "0"], &arguments[..]].concat() };
        let done = Data::new().command(&arguments).output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(!done.status.success() && said.contains(option), "{said}");
    }
}

#[test]
fn a_mistyped_directory_or_connection_is_told_and_nothing_is_made() {
    let data = Data::new();
    for arguments in [&["keys", "list"][..], &["keys", "add", "till"], &["keys", "revoke", "till"], &["sign-in"]] {
        let done = data.command(arguments).output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(
            done.status.code() == Some(2) && said.contains("nothing has been served from"),
            "{arguments:?}: {said}"
        );
        assert!(!data.path().exists());
    }
    let service = Service::start();
    let done = service.data.command(&["keys", "add", "till", "--connection", "shpo"]).output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.code() == Some(2) && said.contains("there is no such connection"), "{said}");
    assert!(!service.data.run(&["keys", "list"]).contains("till"));
}

#[test]
fn the_simulator_has_its_usual_port_or_says_that_it_is_taken() {
    let data = Data::new();
    let started = || {
        let mut child = data.command(&["--port", "0"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut printed = Vec::new();
        for line in lines {
            let is_last = line.contains("within an hour");
            printed.push(line);
            if is_last {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        printed.join("\n")
    };
    // Somebody else may have it already.
    let held = TcpListener::bind(("127.0.0.1", 4031));
    let printed = started();
    assert!(printed.contains("Port 4031 is taken") && printed.contains("--simulator-port"), "{printed}");
    assert!(printed.contains("is on http://127.0.0.1:") && !printed.contains(":4031"), "{printed}");
    if let Ok(held) = held {
        drop(held);
        let printed = started();
        assert!(printed.contains("is on http://127.0.0.1:4031.") || printed.contains("is taken"), "{printed}");
    }
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port().to_string();
    let output = data.command(&["--port", "0", "--simulator-port", &port]).output().unwrap();
    assert!(!output.status.success(), "a port that was asked for is not replaced");
}

#[test]
fn what_is_set_and_recorded_is_there_after_a_kill() {
    let service = Service::start();
    service.call("PUT", "/v1/connections/shop", &json!({"environment": "simulator", "concurrency": 7}));
    let id = service.act("orders.create", &order()).reply()["id"].clone();
    let data = service.kill();
    let service = Service::start_in(data, &["--port", "0"]);
    assert_eq!(service.call("GET", "/v1/connections/shop", &Value::Null).json()["concurrency"], 7);
    let calls = service.call("GET", "/v1/connections/simulator/calls", &Value::Null).json();
    assert_eq!(
        (&calls["calls"][0]["action"], &calls["calls"][0]["outcome"]),
        (&json!("orders.create"), &json!("reply"))
    );
    assert_eq!(service.act("orders.get", &json!({"id": id})).reply()["id"], id, "the simulator has it too");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_after_what_it_has_begun() {
    for signal in ["TERM", "INT"] {
        let mut service = Service::start();
        let body = order().to_string();
        let head = format!(
            "POST /v1/connections/simulator/actions/orders.create HTTP/1.1\r\nhost: localhost\r\n\
             authorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            service.admin,
            body.len()
        );
        let mut busy = TcpStream::connect(service.address).unwrap();
        let mut idle = TcpStream::connect(service.address).unwrap();
        busy.write_all(head.as_bytes()).unwrap();
        // Only the rest of the body is missing when the signal comes.
        busy.write_all(&body.as_bytes()[..20]).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        let began = Instant::now();
        let sent = Command::new("kill").args([&format!("-{signal}"), &service.process().to_string()]).status().unwrap();
        assert!(sent.success());
        std::thread::sleep(Duration::from_millis(200));
        busy.write_all(&body.as_bytes()[20..]).unwrap();
        let mut answer = Vec::new();
        busy.read_to_end(&mut answer).unwrap();
        assert_eq!(Answer::read(&answer).status, 200);
        assert_eq!(idle.read(&mut [0; 8]).unwrap(), 0, "it was closed");
        assert!(service.wait(), "it ends well");
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        assert!(TcpStream::connect(service.address).is_err());
    }
}

#[test]
fn requests_and_calls_are_logged_as_json_and_counted() {
    let service = Service::start();
    let headers = [("x-request-id", "my-request-1")];
    let target = "/v1/connections/simulator/actions/orders.create";
    let answer = service.call_by(&service.admin, "POST", target, &headers, &order());
    assert_eq!(answer.header("x-request-id"), Some("my-request-1"));
    let made = service.call_by(&service.admin, "GET", "/v1/session", &[("x-request-id", "not valid!")], &Value::Null);
    assert!(made.header("x-request-id").is_some_and(|it| it.len() == 43));
    let log = service.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let request = lines.iter().find(|it| it["request_id"] == "my-request-1").expect(&log);
    assert_eq!((&request["status"], &request["caller"]), (&json!(200), &json!("test")));
    assert_eq!(request["route"], "/v1/connections/{name}/actions/{id}");
    assert!(lines.iter().any(|it| it["message"] == "call ended" && it["action"] == "orders.create"), "{log}");
    let metrics = service.call("GET", "/metrics", &Value::Null).text();
    assert!(metrics.contains(r#"host_test_serve_calls_total{action="orders.create",outcome="reply"} 1"#), "{metrics}");
    assert!(metrics.ends_with("# EOF\n") && !metrics.contains("simulator"), "{metrics}");
}

#[test]
fn beyond_this_machine_it_needs_tls_or_a_proxy_and_a_name() {
    let data = Data::new();
    let refused = |arguments: &[&str]| {
        let done = data.command(arguments).output().unwrap();
        assert_eq!(done.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(done.stderr).unwrap()
    };
    let said = refused(&["--listen", "0.0.0.0:0"]);
    assert!(said.contains("--tls-certificates") && said.contains("--trusted-proxy"), "{said}");
    assert!(refused(&["--listen", "0.0.0.0:0", "--trusted-proxy", "192.0.2.1"]).contains("--host"));
    assert!(
        refused(&["--listen", "0.0.0.0:0", "--host", "pay.example", "--tls-key", "x"]).contains("--tls-certificates")
    );
}
