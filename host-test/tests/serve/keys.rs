//! Who may call.

use serde_json::{Value, json};

use crate::{
    service::{Service, order},
    wire::send,
};

#[test]
fn a_key_has_its_connections_and_effects_until_it_is_revoked() {
    let service = Service::start();
    service.call("PUT", "/v1/connections/other", &json!({"environment": "simulator"}));
    let till = service.key("till", &["--connection", "simulator", "--effect", "read"]);
    let call = |method: &str, target: &str, body: &Value| service.call_by(&till, method, target, &[], body);
    let run = |connection: &str, action: &str| format!("/v1/connections/{connection}/actions/{action}");
    assert_eq!(call("POST", &run("simulator", "products.list"), &json!({})).status, 200);
    for (method, target, body) in [
        ("POST", run("simulator", "orders.create"), order()),
        // They write what came to the journal.
        ("POST", run("simulator", "ipn.receive"), json!({"body": "dHhuX2lkPTE="})),
        ("POST", run("simulator", "events.receive"), json!({"body": "e30=", "headers": [], "webhook_id": "1"})),
        // It names another account.
        ("POST", run("simulator", "products.list"), json!({"options": {"auth_assertion": "e30.e30."}})),
        ("POST", run("simulator", "products.list/dry-run"), json!({"options": {"auth_assertion": "e30.e30."}})),
        ("POST", run("other", "products.list"), json!({})),
        ("POST", run("none", "products.list"), json!({})),
        ("GET", "/v1/connections/other".to_owned(), Value::Null),
        ("GET", "/v1/connections/none".to_owned(), Value::Null),
        ("GET", "/v1/connections/other/calls".to_owned(), Value::Null),
        ("GET", "/v1/connections/other/events".to_owned(), Value::Null),
        ("POST", "/v1/connections/other/test".to_owned(), Value::Null),
        ("POST", "/v1/connections/simulator/test".to_owned(), json!({"environment": "simulator"})),
        ("POST", "/v1/connections/simulator/paypal/v2/checkout/orders".to_owned(), order()["body"].clone()),
        ("GET", "/v1/connections/other/paypal/v1/catalogs/products".to_owned(), Value::Null),
        ("POST", "/v1/connections/simulator/calls/x/resolve".to_owned(), Value::Null),
        ("PUT", "/v1/connections/simulator".to_owned(), json!({"environment": "simulator"})),
        ("DELETE", "/v1/connections/simulator".to_owned(), Value::Null),
        ("GET", "/v1/keys".to_owned(), Value::Null),
        ("POST", "/v1/keys".to_owned(), json!({"name": "more", "admin": true})),
        ("DELETE", "/v1/keys/test".to_owned(), Value::Null),
    ] {
        let refused = call(method, &target, &body);
        assert_eq!((refused.status, &*refused.problem()), (403, "out-of-scope"), "{method} {target}");
    }
    // A connection that there is not looks the same, so that nobody learns which there are.
    let [there, not_there] =
        ["other", "none"].map(|it| call("GET", &format!("/v1/connections/{it}"), &Value::Null).body);
    assert_eq!(there, not_there);
    let listed = call("GET", "/v1/connections", &Value::Null).json();
    assert_eq!(listed["connections"].as_array().unwrap().len(), 1);
    assert_eq!(call("GET", "/v1/session", &Value::Null).json()["name"], "till");
    let keys = service.call("GET", "/v1/keys", &Value::Null).json();
    let key = keys["keys"].as_array().unwrap().iter().find(|it| it["name"] == "till").unwrap().clone();
    assert!(key["used"].is_string() && !keys.to_string().contains(&till[20..]), "{keys}");
    assert_eq!(service.call("DELETE", "/v1/keys/till", &Value::Null).status, 204);
    let revoked = call("GET", "/v1/actions", &Value::Null);
    assert_eq!((revoked.status, &*revoked.problem()), (401, "key-refused"));
}

#[test]
fn who_gets_the_name_of_a_deleted_connection_inherits_nothing() {
    let service = Service::start();
    let own = json!({"environment": "simulator"});
    let shop = "/v1/connections/shop";
    assert_eq!(service.call("PUT", shop, &own).status, 201);
    let till = service.key("till", &["--connection", "shop", "--effect", "read"]);
    let list = format!("{shop}/actions/products.list");
    assert_eq!(service.call_by(&till, "POST", &list, &[], &json!({})).status, 200);
    let calls = || service.call("GET", &format!("{shop}/calls"), &Value::Null).json()["calls"].clone();
    assert_eq!(calls().as_array().unwrap().len(), 1);
    assert_eq!(service.call("DELETE", shop, &Value::Null).status, 204);
    assert_eq!(service.call("PUT", shop, &own).status, 201);
    assert_eq!(calls(), json!([]));
    assert_eq!(service.call_by(&till, "POST", &list, &[], &json!({})).status, 403);
}

#[test]
fn keys_are_made_by_http_too() {
    let service = Service::start();
    let new = json!({"name": "till", "connections": ["simulator"], "effects": ["read", "write", "moves-money"]});
    let made = service.call("POST", "/v1/keys", &new);
    let key = made.json()["key"].as_str().unwrap().to_owned();
    assert_eq!(made.status, 201);
    let run = "/v1/connections/simulator/actions/orders.create";
    assert_eq!(service.call_by(&key, "POST", run, &[], &order()).status, 200);
    assert_eq!(service.call("POST", "/v1/keys", &new).status, 409);
    for (document, said) in [
        (json!({"name": "a b"}), "/name"),
        (json!({"name": "x", "effects": ["all"]}), "/effects"),
        (json!({"name": "x", "connections": []}), "/connections"),
        (json!({"name": "x", "connections": ["simulator", "shop"]}), "/connections/1"),
        (json!({"name": "x", "effects": "read"}), "/effects"),
        (json!({"name": "x", "admn": true}), "/admn"),
        (json!({}), "/name"),
        (Value::Null, ""),
        (json!({"name": "x", "connections": ["simulator"], "admin": true}), "/connections"),
    ] {
        let refused = service.call("POST", "/v1/keys", &document);
        assert_eq!((refused.status, refused.json()["failure"]["details"][0]["field"].clone()), (400, json!(said)));
    }
}

#[test]
fn a_caller_that_calls_too_often_waits_and_others_do_not() {
    let service = Service::start_in(crate::service::Data::new(), &["--port", "0", "--rate", "5"]);
    let till = service.key("till", &[]);
    let all: Vec<_> = (0..30).map(|_| service.call_by(&till, "GET", "/v1/session", &[], &Value::Null)).collect();
    let refused = all.iter().find(|it| it.status != 200).expect("30 at once are more than 10");
    assert_eq!((refused.status, &*refused.problem()), (429, "too-many-requests"));
    assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
    assert_eq!(service.call("GET", "/v1/session", &Value::Null).status, 200);
}

#[test]
fn guessing_keys_is_slowed_down_and_holds_nobody_up() {
    let service = Service::start();
    let (id, _) = service.admin.rsplit_once('_').map_or((&*service.admin, ""), |it| it);
    let guesses = (0..80).map(|at| format!("{}_{at:043}", &id[..19]));
    let statuses: Vec<u16> =
        guesses.map(|it| service.call_by(&it, "GET", "/v1/session", &[], &Value::Null).status).collect();
    assert!(statuses.iter().all(|it| [401, 429].contains(it)) && statuses.contains(&429), "{statuses:?}");
    assert_eq!(service.call("GET", "/v1/session", &Value::Null).status, 200);
    for wrong in ["", "Basic dGVzdDp0ZXN0", "Bearer", "Bearer short", &format!("Bearer {}x", service.admin)] {
        let refused = send(service.address, "GET", "/v1/session", &[("authorization", wrong)], b"");
        assert!([401, 429].contains(&refused.status), "{wrong}: {}", refused.status);
    }
    let twice = format!("Bearer {}", service.admin);
    let headers = [("authorization", &*twice), ("authorization", &*twice)];
    assert_eq!(send(service.address, "GET", "/v1/session", &headers, b"").status, 400);
}

#[test]
fn a_person_signs_in_by_the_link_once() {
    let service = Service::start();
    let token = service.token();
    // A program that looks at the link does not use it up: the token is not sent.
    assert_eq!(send(service.address, "GET", "/sign-in", &[], b"").status, 200);
    let json = ("content-type", "application/json");
    let sign_in = |body: &Value| send(service.address, "POST", "/v1/session", &[json], body.to_string().as_bytes());
    for wrong in [json!({}), json!({"token": 1}), json!({"token": token, "more": 1}), json!(token)] {
        let refused = sign_in(&wrong);
        assert_eq!((refused.status, &*refused.problem()), (400, "malformed-request"));
        assert!(!refused.text().contains(&token), "{}", refused.text());
    }
    let foreign = [json, ("origin", "http://evil.example")];
    let body = json!({"token": token}).to_string();
    assert_eq!(send(service.address, "POST", "/v1/session", &foreign, body.as_bytes()).status, 403);
    let form = [("content-type", "text/plain")];
    assert_eq!(send(service.address, "POST", "/v1/session", &form, body.as_bytes()).status, 415);
    let signed = sign_in(&json!({"token": token}));
    assert_eq!(signed.status, 201);
    let cookie = signed.header("set-cookie").unwrap();
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let again = sign_in(&json!({"token": token}));
    assert_eq!((again.status, &*again.problem()), (401, "key-refused"));
    let cookie = cookie.split(';').next().unwrap();
    let proof = signed.json()["proof"].as_str().unwrap().to_owned();
    let with = |method: &str, target: &str, more: &[(&str, &str)], body: &Value| {
        let headers = [&[("cookie", cookie), ("x-session-proof", &proof), json], more].concat();
        send(service.address, method, target, &headers, body.to_string().as_bytes())
    };
    assert_eq!(with("GET", "/v1/session", &[], &json!({})).json()["name"], "session");
    // The cookie, which the browser sends to all ports of the host, is of no use by itself; nor is the proof.
    let other = format!("{}A", &proof[..proof.len() - 1]);
    for headers in [
        &[("cookie", cookie)][..],
        &[("x-session-proof", &proof)],
        &[("cookie", cookie), ("x-session-proof", "")],
        &[("cookie", cookie), ("x-session-proof", &other)],
    ] {
        assert_eq!(send(service.address, "GET", "/v1/session", headers, b"").status, 401, "{headers:?}");
    }
    let run = "/v1/connections/simulator/actions/orders.create";
    let same = [("sec-fetch-site", "same-origin")];
    assert_eq!(with("POST", run, &same, &order()).status, 200);
    let origin = format!("http://{}", service.address);
    assert_eq!(with("POST", run, &[("origin", &origin)], &order()).status, 200);
    // What does not say that it comes from a page here is not made by one.
    let unsaid = with("POST", run, &[], &order());
    assert_eq!((unsaid.status, &*unsaid.problem()), (403, "origin-refused"));
    assert_eq!(with("DELETE", "/v1/session", &same, &json!({})).status, 204);
    assert_eq!(with("GET", "/v1/session", &[], &json!({})).status, 401);
}

#[test]
fn another_process_makes_links_and_ends_all_sessions() {
    let service = Service::start();
    let sign_in = |token: &str| {
        let json = [("content-type", "application/json")];
        send(service.address, "POST", "/v1/session", &json, json!({"token": token}).to_string().as_bytes())
    };
    let signed = sign_in(&service.token());
    let cookie = signed.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let proof = signed.json()["proof"].as_str().unwrap().to_owned();
    let of =
        || send(service.address, "GET", "/v1/session", &[("cookie", &cookie), ("x-session-proof", &proof)], b"").status;
    let [used, unused] = [(); 2].map(|()| service.data.run(&["sign-in"]).trim().rsplit_once('#').unwrap().1.to_owned());
    assert_eq!((sign_in(&used).status, of()), (201, 200));
    service.data.run(&["sign-out"]);
    assert_eq!((of(), sign_in(&unused).status), (401, 401));
    // Keys are no sessions.
    assert_eq!(service.call("GET", "/v1/session", &Value::Null).status, 200);
}
