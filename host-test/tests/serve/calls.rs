//! Actions by HTTP, and the log of calls.

use serde_json::{Value, json};

use crate::{
    service::{Service, order},
    wire::Answer,
};

#[test]
fn an_order_is_paid_without_any_set_up_and_its_calls_are_listed() {
    let service = Service::start();
    let listed = service.call("GET", "/v1/connections", &Value::Null).json();
    assert_eq!(listed["connections"][0]["name"], "simulator");
    let key = [("idempotency-key", "shop-1042")];
    let create = || {
        let target = "/v1/connections/simulator/actions/orders.create";
        service.call_by(&service.admin, "POST", target, &key, &order()).json()["reply"].clone()
    };
    let (first, second) = (create(), create());
    assert_eq!((&first["idempotency_key"], &first["body"]["id"]), (&json!("shop-1042"), &second["body"]["id"]));
    let id = service.approved_order();
    let captured =
        service.act("orders.capture", &json!({"id": id, "options": {"idempotency_key": "capture-1"}})).reply();
    assert_eq!(captured["status"], "COMPLETED");
    let again = service.act("orders.capture", &json!({"id": "ABC"}));
    assert_eq!((again.status, &*again.problem()), (404, "not-found"));

    let calls = service.call("GET", "/v1/connections/simulator/calls", &Value::Null).json();
    assert_eq!(calls["unresolved"], json!([]));
    let newest: Vec<_> = calls["calls"].as_array().unwrap().iter().map(|it| (&it["action"], &it["outcome"])).collect();
    let pair = |action: &'static str, outcome: &'static str| (json!(action), json!(outcome));
    let expected = [
        pair("orders.capture", "not-found"),
        pair("orders.capture", "reply"),
        pair("orders.create", "reply"),
        pair("orders.create", "reply"),
        pair("orders.create", "reply"),
    ];
    assert!(newest.into_iter().eq(expected.iter().map(|(action, outcome)| (action, outcome))), "{calls}");
    let capture = &calls["calls"][1];
    assert_eq!((&capture["idempotency_key"], &capture["caller"]), (&json!("capture-1"), &json!("test")));
    assert!(
        capture["attempts"] == 1 && capture["debug_id"].is_string() && capture["duration_ms"].is_u64(),
        "{capture}"
    );
    // Pages and filters.
    let page =
        |query: &str| service.call("GET", &format!("/v1/connections/simulator/calls?{query}"), &Value::Null).json();
    let first = page("limit=2");
    let rest = page(&format!("before={}", first["next"]));
    assert_eq!((first["calls"].as_array().unwrap().len(), rest["calls"].as_array().unwrap().len()), (2, 3));
    assert_eq!(rest["unresolved"], Value::Null);
    assert_eq!(page("action=orders.capture&outcome=reply")["calls"].as_array().unwrap().len(), 1);
    let refused = service.call("GET", "/v1/connections/simulator/calls?befor=1", &Value::Null);
    assert_eq!((refused.status, &*refused.problem()), (400, "malformed-request"));
}

#[test]
fn a_key_in_the_header_and_another_in_the_input_conflict() {
    let service = Service::start();
    let target = "/v1/connections/simulator/actions/orders.create";
    let mut input = order();
    input["options"] = json!({"idempotency_key": "one"});
    let send = |key| service.call_by(&service.admin, "POST", target, &[("idempotency-key", key)], &input);
    let conflict = send("other");
    assert_eq!((conflict.status, &*conflict.problem()), (400, "malformed-request"));
    assert!(conflict.text().contains("differ"), "{}", conflict.text());
    assert_eq!(send("one").json()["reply"]["idempotency_key"], "one");
}

#[test]
fn what_is_wrong_with_an_input_is_named_and_nothing_is_sent() {
    let service = Service::start();
    let wrong = service.act("orders.capture", &json!({"id": "a/b", "idd": 1}));
    let problem = wrong.json();
    assert_eq!((wrong.status, &problem["failure"]["request_sent"]), (400, &json!(false)));
    let fields: Vec<_> = problem["failure"]["details"].as_array().unwrap().iter().map(|it| &it["field"]).collect();
    assert!(fields.contains(&&json!("/id")), "{problem}");
    for (action, status, kind) in [("orders.created", 404, "no-such-action"), ("..", 404, "no-such-action")] {
        let answer = service.act(action, &json!({}));
        assert_eq!((answer.status, &*answer.problem()), (status, kind));
    }
    let nowhere = service.call("POST", "/v1/connections/shop/actions/orders.get", &json!({"id": "1"}));
    assert_eq!((nowhere.status, &*nowhere.problem()), (404, "no-such-connection"));
}

#[test]
fn the_request_is_shown_and_not_sent() {
    let service = Service::start();
    let target = "/v1/connections/simulator/actions/orders.create/dry-run";
    let shown = service.call("POST", target, &order()).json();
    assert_eq!(shown["request"]["method"], "POST");
    assert!(shown["request"]["url"].as_str().unwrap().ends_with("/v2/checkout/orders"), "{shown}");
    assert_eq!(shown["request"]["headers"]["authorization"], "Bearer <token>");
    let calls = service.call("GET", "/v1/connections/simulator/calls", &Value::Null).json();
    assert_eq!(calls["calls"], json!([]));
    let wrong = service.call("POST", target, &json!({}));
    assert_eq!((wrong.status, &*wrong.problem()), (400, "invalid-input"));
}

#[test]
fn choices_are_listed_and_actions_described() {
    let service = Service::start();
    let product = service.act("products.create", &json!({"body": {"name": "Tea", "type": "PHYSICAL"}})).reply();
    let wanted = json!({"parameter": "product_id", "search": "tea"});
    let target = "/v1/connections/simulator/actions/products.get/options";
    let choices = service.call("POST", target, &wanted).json();
    assert_eq!(choices["choices"]["items"][0]["value"], product["id"], "{choices}");
    let described = service.call("GET", "/v1/actions/orders.create", &Value::Null).json();
    assert_eq!(described["input_schema"]["type"], "object");
    let list = service.call("GET", "/v1/actions", &Value::Null).json();
    assert!(list.as_array().unwrap().iter().any(|it| it["id"] == "orders.create"));
    let form = service.call("GET", "/v1/connection-form", &Value::Null).json();
    assert!(form["fields"].as_array().unwrap().iter().any(|it| it["field"] == "CLIENT_ID"));
}

#[test]
fn a_database_that_cannot_be_written_stops_payments_and_not_reads() {
    let service = Service::start();
    let id = service.approved_order();
    let file = service.data.path().join("serve.sqlite");
    let other = rusqlite::Connection::open(file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(service.act("orders.get", &json!({"id": id})).reply()["status"], "APPROVED");
    let refused = service.act("orders.capture", &json!({"id": id}));
    let failure = &refused.json()["failure"];
    assert_eq!((&failure["kind"], &failure["request_sent"]), (&json!("connection-unavailable"), &json!(false)));
    let put = service.call("PUT", "/v1/connections/shop", &json!({"environment": "simulator"}));
    assert_eq!((put.status, &*put.problem()), (503, "store-unavailable"));
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(service.call("GET", "/v1/connections/shop", &Value::Null).status, 404, "it is as before");
    assert_eq!(service.act("orders.capture", &json!({"id": id})).reply()["status"], "COMPLETED");
}

/// The number of a call in the log, as an answer has it.
fn call_id(answer: &Answer) -> String {
    answer.header("x-call-id").unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

#[test]
fn an_answer_leads_to_its_call_and_the_call_to_a_fixture() {
    let service = Service::start();
    let mut input = order();
    input["body"]["payer"] = json!({"email_address": "annegret@quitz-webshop.de"});
    input["options"] = json!({"prefer": "representation"});
    let created = service.act("orders.create", &input);
    let order = created.reply()["id"].as_str().unwrap().to_owned();
    let call = |id: &str, rest: &str| {
        service.call("GET", &format!("/v1/connections/simulator/calls/{id}{rest}"), &Value::Null)
    };
    let id = call_id(&created);
    let record = call(&id, "").json();
    assert_eq!((record["id"].to_string(), &record["action"]), (id.clone(), &json!("orders.create")));
    assert_eq!((&record["outcome"], &record["fixture"]), (&json!("reply"), &json!(true)));
    let listed = service.call("GET", "/v1/connections/simulator/calls", &Value::Null).json();
    assert_eq!(listed["calls"][0], record);

    let fixture = call(&id, "/fixture");
    assert_eq!(fixture.status, 200, "{}", fixture.text());
    let disposition = format!("attachment; filename=\"call-{id}.json\"");
    assert_eq!(fixture.header("content-disposition"), Some(&*disposition));
    let case = fixture.json();
    assert_eq!(case["exchanges"].as_array().unwrap().len(), 1, "{case}");
    assert_eq!(case["exchanges"][0]["request"]["path"], "/v2/checkout/orders");
    assert_eq!((&case["exchanges"][0]["response"]["status"], &case["reply"]["status"]), (&json!(201), &json!(201)));
    for secret in ["annegret", "quitz", &*order, &service.simulator.to_string()] {
        assert!(!fixture.text().contains(secret), "{secret}: {}", fixture.text());
    }
    // It is a case: `check` plays it back.
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join("orders/create");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("call-{id}.json")), &fixture.body).unwrap();
    let mut check = std::process::Command::new(env!("CARGO_BIN_EXE_host-test"));
    let check = check.args(["check", "--only", "orders.create", "--json", "--fixtures"]).arg(directory.path());
    let checked = check.output().unwrap();
    let report: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(report["passed"], 1, "{report}");

    // A refusal has one too, and so has a call by PayPal's own path.
    let refused = call(&call_id(&service.act("orders.capture", &json!({"id": "ABC"}))), "/fixture");
    assert_eq!(refused.json()["failure"]["kind"], "not-found", "{}", refused.text());
    let passed =
        service.call("GET", &format!("/v1/connections/simulator/paypal/v2/checkout/orders/{order}"), &Value::Null);
    assert_eq!(call(&call_id(&passed), "").json()["action"], "orders.get");
    let shown = service.call("POST", "/v1/connections/simulator/actions/orders.create/dry-run", &input);
    assert_eq!(shown.header("x-call-id"), None);
}

#[test]
fn a_call_that_is_not_held_has_no_fixture() {
    let service = Service::start();
    let call = |service: &Service, connection: &str, id: &str| {
        let target = format!("/v1/connections/{connection}/calls/{id}/fixture");
        let answer = service.call("GET", &target, &Value::Null);
        (answer.status, answer.problem())
    };
    for id in ["1", "0", "-1", "none", "9999999999999999999999"] {
        assert_eq!(call(&service, "simulator", id), (404, "no-such-call".to_owned()), "{id}");
    }
    let id = call_id(&service.act("orders.create", &order()));
    service.call("PUT", "/v1/connections/shop", &json!({"environment": "simulator"}));
    assert_eq!(call(&service, "shop", &id), (404, "no-such-call".to_owned()), "it is another connection's");
    // The oldest is dropped first.
    let before = "/v1/connections/simulator/actions/orders.get";
    for _ in 0..200 {
        service.call("POST", before, &json!({"id": "a/b"}));
    }
    assert_eq!(call(&service, "simulator", &id), (404, "call-not-held".to_owned()));
    let record = service.call("GET", &format!("/v1/connections/simulator/calls/{id}"), &Value::Null).json();
    assert_eq!(record["fixture"], false);
    // No more than 32 MiB are held, in all.
    let large = |megabytes: usize| {
        let input = json!({"id": "a/b", "more": "x".repeat(megabytes * 1024 * 1024)});
        call_id(&service.act("orders.get", &input))
    };
    let held = |id: &str| {
        service.call("GET", &format!("/v1/connections/simulator/calls/{id}"), &Value::Null).json()["fixture"] == true
    };
    let (first, second) = (large(17), large(17));
    assert!(!held(&first) && held(&second));
    assert!(!held(&large(33)) && held(&second), "what is too large for itself takes nothing from others");
    // A process that begins holds none.
    let last = call_id(&service.act("orders.create", &order()));
    let service = Service::start_in(service.kill(), &["--port", "0"]);
    assert_eq!(call(&service, "simulator", &last), (404, "call-not-held".to_owned()));
}

#[test]
fn a_list_is_asked_for_what_there_can_be() {
    let service = Service::start();
    let described = service.call("GET", "/openapi.json", &Value::Null).json();
    let parameters = described["paths"]["/v1/connections/{name}/calls"]["get"]["parameters"].as_array().unwrap();
    let outcome = parameters.iter().find(|it| it["name"] == "outcome").unwrap();
    let known: Vec<_> = outcome["schema"]["enum"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    for (list, query, field) in [
        ("calls", "outcome=zzz", "/outcome"),
        ("calls", "limit=0", "/limit"),
        ("calls", "limit=201", "/limit"),
        ("events", "limit=0", "/limit"),
        ("events", "limit=201", "/limit"),
    ] {
        let refused = service.call("GET", &format!("/v1/connections/simulator/{list}?{query}"), &Value::Null);
        assert_eq!((refused.status, &*refused.problem()), (400, "invalid-input"), "{query}");
        let detail = refused.json()["failure"]["details"][0].clone();
        assert_eq!((&detail["field"], &detail["location"]), (&json!(field), &json!("query")));
        let expected = if field == "/limit" {
            "expected 1 to 200".to_owned()
        } else {
            format!("expected one of {}", known.join(", "))
        };
        assert_eq!(detail["description"], expected);
    }
    for query in known.iter().map(|it| format!("outcome={it}")).chain(["limit=1".to_owned(), "limit=200".to_owned()]) {
        let listed = service.call("GET", &format!("/v1/connections/simulator/calls?{query}"), &Value::Null);
        assert_eq!(listed.status, 200, "{query}");
    }
}
