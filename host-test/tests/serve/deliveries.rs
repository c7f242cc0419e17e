//! Events, from the simulator and from others.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    service::Service,
    wire::{PATIENCE, send},
};

fn events(service: &Service, query: &str) -> Value {
    service.call("GET", &format!("/v1/connections/simulator/events{query}"), &Value::Null).json()
}

/// Waits for events, as many as are expected.
fn wait(service: &Service, least: usize) -> Vec<Value> {
    let end = Instant::now() + PATIENCE;
    loop {
        let found = events(service, "")["events"].as_array().unwrap().clone();
        if found.len() >= least {
            return found;
        }
        assert!(Instant::now() < end, "{found:?} {}", service.log());
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn the_events_of_an_order_come_in_without_any_set_up() {
    let service = Service::start();
    let id = service.approved_order();
    service.act("orders.capture", &json!({"id": id})).reply();
    let found = wait(&service, 2);
    let kinds: Vec<_> = found.iter().map(|it| it["received"]["reply"]["event"]["type"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"CHECKOUT.ORDER.APPROVED") && kinds.contains(&"PAYMENT.CAPTURE.COMPLETED"), "{kinds:?}");
    for event in &found {
        let received = &event["received"];
        assert_eq!((&received["answer"], &received["reply"]["outcome"]), (&json!(200), &json!("valid")), "{event}");
    }
    // The history has them: they were acknowledged.
    let history = service.act("orders.history", &json!({"id": id})).reply();
    assert!(history.to_string().contains("PAYMENT.CAPTURE.COMPLETED"), "{history}");
    let first = events(&service, "?limit=1");
    let rest = events(&service, &format!("?before={}", first["next"]));
    assert!(rest["events"].as_array().unwrap().iter().all(|it| it["id"].as_i64() < first["next"].as_i64()), "{rest}");
    assert_eq!(events(&service, "?accepted=false")["events"], json!([]));
}

#[test]
fn a_stream_tells_what_comes_and_what_was_missed() {
    let service = Service::start();
    let stream = |last: &str| {
        let mut stream = TcpStream::connect(service.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!(
            "GET /v1/connections/simulator/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
             accept: text/event-stream\r\n{last}\r\n",
            service.admin
        );
        stream.write_all(head.as_bytes()).unwrap();
        BufReader::new(stream).lines().map_while(Result::ok)
    };
    let mut live = stream("");
    assert!(live.next().unwrap().ends_with("200 OK"));
    service.approved_order();
    let mut next = |name: &str| live.by_ref().find_map(|it| Some(it.strip_prefix(name)?.to_owned())).unwrap();
    let id: i64 = next("id: ").parse().unwrap();
    let event: Value = serde_json::from_str(&next("data: ")).unwrap();
    assert_eq!((&event["id"], &event["received"]["channel"]), (&json!(id), &json!("webhook")));
    // From before it: it is told again, to another reader.
    let mut missed = stream(&format!("last-event-id: {}\r\n", id - 1));
    let told = missed.find_map(|it| Some(it.strip_prefix("id: ")?.to_owned())).unwrap();
    assert_eq!(told, id.to_string());
}

#[test]
fn a_forgery_is_refused_and_listed_as_such() {
    let service = Service::start();
    let post =
        |target: &str, headers: &[(&str, &str)], body: &[u8]| send(service.address, "POST", target, headers, body);
    let webhooks = "/v1/connections/simulator/webhooks";
    let signed = [
        ("paypal-auth-algo", "SHA256withRSA"),
        ("paypal-cert-url", "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-ab66f33d"),
        ("paypal-transmission-id", "69cd13f0-d67a-11e5-baa3-778b53f4ae55"),
        ("paypal-transmission-sig", "bm90IGEgc2lnbmF0dXJl"),
        ("paypal-transmission-time", "2026-11-30T20:01:35Z"),
        ("content-type", "application/json"),
        // PayPal comes through a tunnel, whose name is not known here.
        ("host", "hooks.example.com"),
    ];
    let body =
        json!({"id": "WH-1", "event_type": "PAYMENT.CAPTURE.COMPLETED", "resource": {"id": "made-up"}}).to_string();
    let forged = post(webhooks, &signed, body.as_bytes());
    assert!([400, 503].contains(&forged.status) && forged.body.is_empty(), "{}", forged.text());
    let unsigned = post(webhooks, &[], body.as_bytes());
    assert_eq!(unsigned.status, 400);
    let listed = events(&service, "?accepted=false");
    assert_eq!(listed["events"].as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(events(&service, "?accepted=true")["events"], json!([]));
    assert_eq!(post("/v1/connections/none/webhooks", &signed, body.as_bytes()).status, 404);
    assert_eq!(post(webhooks, &signed, &vec![b' '; 1024 * 1024 + 1]).status, 413);
    service.call("PUT", "/v1/connections/bare", &json!({"environment": "simulator"}));
    assert_eq!(post("/v1/connections/bare/webhooks", &signed, body.as_bytes()).status, 404, "it has no webhook");
    let ipn =
        post("/v1/connections/simulator/ipn", &[("content-type", "application/x-www-form-urlencoded")], b"txn_id=1");
    assert_eq!(ipn.status, 400, "the simulator has not sent it");
    assert_eq!(send(service.address, "GET", webhooks, &[], b"").status, 405);
}

#[test]
fn an_event_that_is_sent_again_is_told_and_counted() {
    let service = Service::start();
    service.approved_order();
    let event = wait(&service, 1)[0].clone();
    assert_eq!(event["deliveries"], 1);
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "GET /v1/connections/simulator/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         accept: text/event-stream\r\n\r\n",
        service.admin
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    assert!(lines.next().unwrap().ends_with("200 OK"));
    let id = &event["received"]["reply"]["event"]["id"];
    for deliveries in [2, 3] {
        let again = service.act("webhooks.resend-event", &json!({"event_id": id}));
        assert_eq!(again.status, 200, "{}", again.text());
        lines.by_ref().find(|it| it == "event: received-again").unwrap();
        let data = lines.by_ref().find_map(|it| Some(it.strip_prefix("data: ")?.to_owned())).unwrap();
        let told: Value = serde_json::from_str(&data).unwrap();
        assert_eq!((&told["id"], &told["deliveries"]), (&event["id"], &json!(deliveries)));
        assert_eq!(told["received"]["reply"]["duplicate"], true);
        let list = events(&service, "");
        let list = list["events"].as_array().unwrap();
        assert_eq!(list.len(), 1, "it has no line of its own: {list:?}");
        assert_eq!(list[0]["deliveries"], deliveries);
        assert_eq!(list[0]["received"], event["received"], "it is shown as it came first");
    }
}
