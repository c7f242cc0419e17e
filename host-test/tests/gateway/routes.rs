//! Routes, keys and what is checked before an action is run.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json as value};

use crate::{
    service::{READER, Service, TILL, check_described, get, json, post, problem},
    world::World,
};

fn service() -> Service {
    Service::new(World::new(1))
}

#[tokio::test]
async fn what_there_is_can_be_listed() {
    let service = service();
    let (status, actions) = json(&service.send(get("/v1/actions", Some(READER))).await);
    let actions = actions.as_array().unwrap().clone();
    assert_eq!((status, actions.len() > 100), (200, true));
    assert!(actions.iter().any(|it| it["id"] == "orders.create" && it["effects"] == value!(["write", "moves-money"])));

    actions.iter().for_each(|action| check_described("Action", action));
    let (status, action) = json(&service.send(get("/v1/actions/orders.create", Some(READER))).await);
    assert_eq!((status, &action["input_schema"]["type"]), (200, &value!("object")));
    check_described("Action", &action);
    assert!(action["input_schema"]["$defs"].is_object() && action["description"].is_string());

    let (status, manifest) = json(&service.send(get("/v1/manifest", Some(READER))).await);
    assert_eq!((status, &manifest["name"]), (200, &value!("paypal")));
    check_described("Manifest", &manifest);

    let (status, connections) = json(&service.send(get("/v1/connections", Some(READER))).await);
    assert_eq!(connections, value!({"connections": [{"name": "shop", "environment": "sandbox"}]}));
    let all = json(&service.send(get("/v1/connections", Some(TILL))).await).1;
    assert_eq!((status, all["connections"].as_array().unwrap().len()), (200, 5));

    let tested = service.send(post("/v1/connections/shop/test", READER, &Value::Null).map(|_| Bytes::new())).await;
    let (status, report) = json(&tested);
    assert_eq!((status, &report["report"]["verdict"]), (200, &value!("accepted")));
    check_described("Report", &report["report"]);
}

#[tokio::test]
async fn a_caller_needs_a_key_that_covers_what_it_does() {
    let service = service();
    let run = |connection: &str, action: &str| format!("/v1/connections/{connection}/actions/{action}");
    let read = value!({"id": "5O190127TN364715T"});
    for (request, expected) in [
        (get("/v1/actions", None), (401, "key-required")),
        (get("/v1/actions", Some("kg_reader_0123456789abcdefghijklmnopqrsT")), (401, "key-refused")),
        (get("/v1/actions", Some("short")), (401, "key-refused")),
        (post(&run("shop", "orders.get"), "kg_x", &read), (401, "key-refused")),
        (post(&run("shop", "orders.create"), READER, &read), (403, "out-of-scope")),
        (post(&run("other", "orders.get"), READER, &read), (403, "out-of-scope")),
        // It does not say whether there is such a connection.
        (post(&run("none", "orders.get"), READER, &read), (403, "out-of-scope")),
        (post("/v1/connections/other/test", READER, &read), (403, "out-of-scope")),
        (post(&run("none", "orders.get"), TILL, &read), (404, "no-such-connection")),
        (post(&run("shop", "orders.gets"), TILL, &read), (404, "no-such-action")),
        (post(&run("broken", "orders.get"), TILL, &read), (503, "misconfigured")),
        (post(&run("lost", "orders.get"), TILL, &read), (503, "connection-store-unavailable")),
        (post(&run("busy", "orders.get"), TILL, &read), (429, "connection-busy")),
        (post(&run("shop", "orders.get"), READER, &read), (404, "not-found")),
    ] {
        let (path, response) = (request.uri().path().to_owned(), service.send(request).await);
        let (status, name) = problem(&response);
        assert_eq!((status, &*name), expected, "{path}");
        assert_eq!(response.headers().contains_key("www-authenticate"), status == 401, "{path}");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    }
    let busy = service.send(post(&run("busy", "orders.get"), TILL, &read)).await;
    assert_eq!(busy.headers()["retry-after"], "3");
    // The one that has reached PayPal.
    assert_eq!(service.world.uses.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_configuration_that_is_wrong_is_named_and_nothing_is_open() {
    let ok = service();
    assert_eq!(json(&ok.send(get("/healthz", None)).await), (200, value!({"status": "ok"})));
    for (variable, wrong) in [
        ("GATEWAY_KEYS", ""),
        ("GATEWAY_KEYS", "kg_s3cret"),
        ("GATEWAY_ORIGINS", "s3cret"),
        ("GATEWAY_HOSTS", "https://s3cret"),
        ("GATEWAY_FORWARD_URL", "s3cret"),
    ] {
        let service = service().with(variable, wrong);
        for path in ["/healthz", "/v1/actions"] {
            let response = service.send(get(path, Some(TILL))).await;
            assert_eq!(problem(&response), (503, "misconfigured".to_owned()), "{variable}");
            let detail = json(&response).1["detail"].as_str().unwrap().to_owned();
            assert!(detail.starts_with(variable) && !detail.contains("s3cret"), "{detail}");
        }
    }
    let nobody = service().with("GATEWAY_KEYS", "[]");
    assert_eq!(json(&nobody.send(get("/healthz", None)).await).0, 200);
    assert_eq!(problem(&nobody.send(get("/v1/actions", Some(TILL))).await).0, 401);
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused() {
    let service = service().with("GATEWAY_ORIGINS", "https://console.example").with("GATEWAY_HOSTS", "gateway.example");
    let from = |method: &str, origin: &str| {
        let request = Request::builder().method(method).uri("http://gateway.example/v1/actions");
        let request = request.header("origin", origin).header("authorization", format!("Bearer {TILL}"));
        request.body(Bytes::new()).unwrap()
    };
    for origin in ["https://evil.example", "null", "", "http://gateway.example", "https://console.example.evil.example"]
    {
        let response = service.send(from("GET", origin)).await;
        assert_eq!(problem(&response), (403, "origin-refused".to_owned()), "{origin}");
        assert!(!response.headers().contains_key("access-control-allow-origin"));
    }
    let response = service.send(from("GET", "https://console.example")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["access-control-allow-origin"], "https://console.example");
    let asked = service.send(from("OPTIONS", "https://console.example")).await;
    assert_eq!(
        (asked.status().as_u16(), &asked.headers()["access-control-allow-methods"]),
        (204, &"GET, HEAD".parse().unwrap())
    );
    let rebound = Request::get("http://rebound.example/healthz").body(Bytes::new()).unwrap();
    assert_eq!(problem(&service.send(rebound).await), (421, "host-refused".to_owned()));
}

#[tokio::test]
async fn the_description_lists_every_action() {
    let service = service();
    let (status, own) = json(&service.send(get("/openapi.json", None)).await);
    assert_eq!((status, &own["openapi"]), (200, &value!("3.1.0")));
    let (status, full) = json(&service.send(get("/v1/openapi.json", Some(READER))).await);
    assert_eq!(status, 200);
    let paths = full["paths"].as_object().unwrap();
    let actions = json(&service.send(get("/v1/actions", Some(READER))).await).1;
    for action in actions.as_array().unwrap() {
        let path = format!("/v1/connections/{{name}}/actions/{}", action["id"].as_str().unwrap());
        let operation = &paths[&path]["post"];
        assert_eq!(operation["operationId"], action["id"]);
        assert!(operation["requestBody"]["content"]["application/json"]["schema"].is_object(), "{path}");
    }
    // Every reference leads somewhere.
    let text = full.to_string();
    let references: Vec<&str> = text.split(r##""$ref":"#"##).skip(1).map(|it| it.split('"').next().unwrap()).collect();
    assert!(references.len() > 500, "{}", references.len());
    for reference in references {
        assert!(full.pointer(reference).is_some(), "{reference}");
    }
    // For `.ci/run`, which has them checked.
    let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(directory.join("gateway-openapi.json"), text).unwrap();
}
