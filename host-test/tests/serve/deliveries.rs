//! Events, from the simulator and from others.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    service::{Service, basic, simulated},
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

/// Has the simulator send a message to a connection.
fn send_ipn(service: &Service, connection: &str, mut fields: Value) {
    let url = format!("http://{}/v1/connections/{connection}/ipn", service.address);
    for (name, value) in
        [("txn_type", "web_accept"), ("mc_gross", "12.00"), ("mc_currency", "USD"), ("payer_id", "LPLW")]
    {
        fields[name] = value.into();
    }
    let headers = [("authorization", &*basic()), ("content-type", "application/json")];
    let message = json!({"url": url, "fields": fields}).to_string();
    let queued = send(service.simulator, "POST", "/simulator/ipn", &headers, message.as_bytes());
    assert_eq!(queued.status, 202, "{}", queued.text());
}

/// What a payer has paid, of which the journal knows.
fn paid(service: &Service) -> Value {
    service.act("payers.history", &json!({"payer": "LPLW"})).reply()["sums"].clone()
}

#[test]
fn one_caller_does_not_take_all_streams() {
    let service = Service::start();
    let till = service.key("till", &[]);
    let watch = |key: &str| {
        let mut stream = TcpStream::connect(service.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!(
            "GET /v1/connections/simulator/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\
             accept: text/event-stream\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        (line.trim_end().to_owned(), stream)
    };
    let open: Vec<_> = (0..65).map(|_| watch(&till)).collect();
    assert!(open[..64].iter().all(|it| it.0.ends_with("200 OK")));
    assert!(open[64].0.contains(" 429 "), "{}", open[64].0);
    assert!(watch(&service.admin).0.ends_with("200 OK"));
}

#[test]
fn a_message_about_a_payment_to_somebody_else_is_shown_and_credits_nothing() {
    let service = Service::start();
    // Somebody has paid himself, and named this service.
    send_ipn(
        &service,
        "simulator",
        json!({"txn_id": "1AB", "receiver_id": "S8XGHLYDW9T3S", "receiver_email": "thief@example.com"}),
    );
    let found = wait(&service, 1);
    let received = &found[0]["received"];
    assert_eq!((&received["channel"], &received["reply"]["reason"]), (&json!("ipn"), &json!("another-receiver")));
    assert_eq!((&received["answer"], &received["reply"]["ipn"]["receiver_id"]), (&json!(200), &json!("S8XGHLYDW9T3S")));
    assert_eq!(events(&service, "?accepted=true")["events"], json!([]));
    assert_eq!(paid(&service), json!([]));
    // The first connection knows its own merchant, whom the simulator names.
    send_ipn(&service, "simulator", json!({"txn_id": "2AB"}));
    wait(&service, 2);
    assert_eq!(events(&service, "?accepted=true")["events"][0]["received"]["reply"]["outcome"], "verified");
    assert_eq!(paid(&service)[0]["gross"], "12.00");
    // PayPal does not send either again.
    assert_eq!(events(&service, "")["events"].as_array().unwrap().len(), 2);
}

#[test]
fn messages_are_received_for_the_accounts_that_a_connection_names() {
    let service = Service::start();
    let put =
        |connection: &str, document: &Value| service.call("PUT", &format!("/v1/connections/{connection}"), document);
    let app = json!({"environment": "simulator", "client_id": simulated().client_id(), "client_secret": simulated().client_secret()});
    assert_eq!(put("shop", &app).json()["ipn_receivers"], Value::Null);
    let ipn = || send(service.address, "POST", "/v1/connections/shop/ipn", &[], b"txn_id=1");
    assert_eq!(ipn().status, 404, "nobody has said whose messages they are");
    let mut with = app.clone();
    with["ipn_receivers"] = json!(["Shop@example.com"]);
    assert_eq!(put("shop", &with).json()["ipn_receivers"], json!(["Shop@example.com"]));
    assert_eq!(ipn().status, 400, "the simulator has not sent it");
    send_ipn(&service, "shop", json!({"txn_id": "3AB", "receiver_email": "shop@EXAMPLE.com"}));
    let end = Instant::now() + PATIENCE;
    let listed =
        || service.call("GET", "/v1/connections/shop/events?accepted=true", &Value::Null).json()["events"].clone();
    while listed() == json!([]) {
        assert!(Instant::now() < end, "{}", service.log());
        sleep(Duration::from_millis(100));
    }
    // An action of the connection is for its receivers as well.
    let run =
        |action: &str, input: &Value| service.call("POST", &format!("/v1/connections/shop/actions/{action}"), input);
    let message = json!({"body": "dHhuX2lkPTE=", "receivers": ["thief@example.com"]});
    let refused = run("ipn.receive", &message);
    assert_eq!((refused.status, &*refused.problem()), (400, "invalid-input"));
    assert_eq!(refused.json()["failure"]["details"][0]["field"], "/receivers");
    let shown = run("ipn.receive/dry-run", &json!({"body": "dHhuX2lkPTE=", "receivers": ["Shop@example.com"]}));
    assert_eq!(shown.status, 200, "{}", shown.text());
    assert_eq!(run("ipn.receive", &json!({"body": "dHhuX2lkPTE="})).reply()["outcome"], "invalid");
}

#[test]
fn an_action_of_events_is_for_the_connection_s_webhook_only() {
    let service = Service::start();
    let own = service.call("GET", "/v1/connections/simulator", &Value::Null).json()["webhook_id"].clone();
    for (action, mut input) in [
        ("events.receive", json!({"body": "e30=", "headers": []})),
        ("events.acknowledge", json!({"event_id": "WH-1"})),
    ] {
        input["webhook_id"] = "WEBHOOK_ID".into();
        let refused = service.act(action, &input);
        assert_eq!((refused.status, &*refused.problem()), (400, "invalid-input"), "{action}");
        assert_eq!(refused.json()["failure"]["details"][0]["field"], "/webhook_id");
        input["webhook_id"] = own.clone();
        assert_eq!(service.act(action, &input).status, 200, "{action}");
    }
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
