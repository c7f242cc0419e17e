//! What others on the machine and on the web may try.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    service::{Service, order},
    wire::{Answer, exchange, send},
};

const RUN: &str = "/v1/connections/simulator/actions/orders.create";

#[test]
fn a_page_of_another_site_does_nothing_even_with_the_right_key() {
    let service = Service::start();
    let bearer = format!("Bearer {}", service.admin);
    let post = |headers: &[(&str, &str)]| {
        let headers = [&[("authorization", &*bearer), ("content-type", "application/json")], headers].concat();
        send(service.address, "POST", RUN, &headers, order().to_string().as_bytes())
    };
    // DNS rebinding: the page's own name leads here.
    for host in ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "0.0.0.0", ""] {
        let refused = post(&[("host", host)]);
        assert_eq!((refused.status, &*refused.problem()), (421, "host-refused"), "{host}");
    }
    for header in [
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:1"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let refused = post(&[header]);
        assert_eq!((refused.status, &*refused.problem()), (403, "origin-refused"), "{header:?}");
        assert_eq!(refused.header("access-control-allow-origin"), None);
    }
    // What a form of another site may send without asking.
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let headers = [("authorization", &*bearer), ("content-type", media_type)];
        let refused = send(service.address, "POST", RUN, &headers, order().to_string().as_bytes());
        assert_eq!((refused.status, &*refused.problem()), (415, "unsupported-media-type"), "{media_type}");
    }
    let preflight = [("origin", "http://evil.example"), ("access-control-request-method", "POST")];
    assert_eq!(send(service.address, "OPTIONS", RUN, &preflight, b"").status, 403);
    let calls = service.call("GET", "/v1/connections/simulator/calls", &Value::Null).json();
    assert_eq!(calls["calls"], json!([]), "nothing was run");
}

#[test]
fn no_spelling_of_a_path_leads_elsewhere() {
    let service = Service::start();
    let till = service.key("till", &["--connection", "simulator"]);
    let get = |target: &str| service.call_by(&till, "GET", target, &[], &Value::Null);
    for (target, status) in [
        ("/v1/connections/simulator/../keys", 404),
        ("/v1/connections/simulator/%2e%2e/keys", 404),
        ("/v1/connections/simulator%2f..%2fother", 403),
        ("/v1/connections/..%2Fkeys", 403),
        ("/v1/connections//simulator", 404),
        ("//v1/keys", 404),
        ("/v1//keys", 404),
        ("/v1/keys/", 404),
        ("/v1/KEYS", 404),
        ("/v1/connections/simulator%00", 400),
        ("/v1/connections/simulator%0d%0aX: y", 400),
        ("/v1/connections/%ff", 400),
        ("/v1/connections/%zz", 400),
        ("/v1/connections/%", 400),
        ("/v1/connections/simulator?x=1", 400),
        ("/v1/connections/simulator/paypal/../../keys", 404),
        ("/v1/connections/simulator/paypal/%2e%2e/%2e%2e/keys", 404),
        ("/v1/connections/simulator/paypal//v1/catalogs/products", 404),
        ("/v1/connections/simulator/paypal/v1/catalogs%2Fproducts", 404),
        ("/v1/connections/simulator/paypal/https://evil.example/v1", 404),
        ("/v1/connections/simulator/paypal/v1/oauth2/token", 404),
    ] {
        let target = target.replace(' ', "%20");
        assert_eq!(get(&target).status, status, "{target}");
    }
    // An absolute target names its host.
    let bearer = format!("Bearer {till}");
    let absolute = send(service.address, "GET", "http://evil.example/v1/session", &[("authorization", &*bearer)], b"");
    assert_eq!(absolute.status, 421);
    // An id in PayPal's path is one segment there too: the action's check refuses the rest.
    let slash = get("/v1/connections/simulator/paypal/v2/checkout/orders/A%2Fcapture");
    assert_eq!((slash.status, &*slash.problem()), (400, "invalid-input"));
    let dots = get("/v1/connections/simulator/paypal/v2/checkout/orders/%2e%2e");
    assert_eq!((dots.status, &*dots.problem()), (400, "invalid-input"));
}

#[test]
fn large_and_malformed_requests_are_refused() {
    let service = Service::start();
    let bearer = format!("Bearer {}", service.admin);
    let json = ("content-type", "application/json");
    let post =
        |target: &str, body: &[u8]| send(service.address, "POST", target, &[("authorization", &bearer), json], body);
    let put =
        |body: &[u8]| send(service.address, "PUT", "/v1/connections/x", &[("authorization", &bearer), json], body);
    let large = put(&vec![b' '; 65 * 1024]);
    assert_eq!((large.status, &*large.problem()), (413, "body-too-large"));
    // Its length alone is enough.
    let head = format!(
        "POST {RUN} HTTP/1.1\r\nhost: localhost\r\nauthorization: {bearer}\r\ncontent-type: application/json\r\n\
         connection: close\r\ncontent-length: 999999999999\r\n\r\n"
    );
    assert_eq!(Answer::read(&exchange(service.address, head.as_bytes())).status, 413);
    for (body, kind) in [(&b"\xff\xfe"[..], "malformed-request"), (b"[]", "invalid-input"), (b"{", "invalid-input")] {
        let refused = post(RUN, body);
        assert_eq!((refused.status, &*refused.problem()), (400, kind), "{body:?}");
    }
    let deep = [b"{\"body\":".as_slice(), &b"[".repeat(200_000)].concat();
    assert_eq!(post(RUN, &deep).status, 400);
    let fields = (0..101).map(|it| format!("x-{it}: y\r\n")).collect::<String>();
    let many = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{fields}\r\n");
    assert_eq!(Answer::read(&exchange(service.address, many.as_bytes())).status, 431);
    let long = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n", "a".repeat(9_000));
    assert_eq!(Answer::read(&exchange(service.address, long.as_bytes())).status, 414);
    let huge = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "a".repeat(100_000));
    assert!(exchange(service.address, huge.as_bytes()).starts_with(b"HTTP/1.1 431"));
    assert!(exchange(service.address, b"\x16\x03\x01\x00\xa5\x01").starts_with(b"HTTP/1.1 400"));
    assert_eq!(service.call("GET", "/healthz", &Value::Null).status, 200);
}

#[test]
fn slow_heads_and_bodies_hold_nobody_up() {
    let service = Service::start();
    let slow = |text: &str| {
        let mut stream = TcpStream::connect(service.address).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        stream
    };
    let head = format!("POST {RUN} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n", service.admin);
    let body = format!("{head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{{");
    // More than there may be connections.
    let mut open: Vec<TcpStream> = (0..700).flat_map(|_| [slow("GET /heal"), slow(&body)]).collect();
    let began = Instant::now();
    assert_eq!(service.call("GET", "/healthz", &Value::Null).status, 200);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    // The oldest gave way.
    let mut first = open.swap_remove(0);
    first.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut rest = Vec::new();
    let _ = first.read_to_end(&mut rest);
    assert!(rest.is_empty());
    // A body that pauses is given up.
    let mut last = open.pop().unwrap();
    last.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut answer = Vec::new();
    let _ = last.read_to_end(&mut answer);
    assert!(answer.is_empty() || Answer::read(&answer).status == 408, "{}", String::from_utf8_lossy(&answer));
}

#[test]
fn slow_deliveries_to_one_connection_do_not_stop_those_to_others() {
    let service = Service::start();
    service.call("PUT", "/v1/connections/other", &json!({"environment": "simulator"}));
    let ipn = |connection: &str, length: usize, sent: usize| {
        let path = format!("/v1/connections/{connection}/ipn");
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        // More fields than a message may have, so that the simulator is not asked.
        [head.into_bytes(), b"a&".iter().copied().cycle().take(sent).collect()].concat()
    };
    // All but the last byte of 20 MiB: more than there is for one connection, and less than there is for all.
    let bytes = ipn("simulator", 1024 * 1024, 1024 * 1024 - 1);
    let began = Instant::now();
    let mut open: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = TcpStream::connect(service.address).unwrap();
            // One that was refused is closed.
            let _ = stream.write_all(&bytes);
            stream.set_nonblocking(true).unwrap();
            stream
        })
        .collect();
    let is_refused = |stream: &mut TcpStream| {
        let mut answer = [0; 12];
        match stream.read(&mut answer) {
            Ok(read) => answer[..read] == *b"HTTP/1.1 429",
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    };
    while !open.iter_mut().any(is_refused) {
        // Then those that pause would be refused for that.
        assert!(began.elapsed() < Duration::from_secs(9));
        sleep(Duration::from_millis(50));
    }
    let other = exchange(service.address, &ipn("other", 100, 100));
    assert!(other.starts_with(b"HTTP/1.1 400"), "{}", String::from_utf8_lossy(&other));
    drop(open);
}
