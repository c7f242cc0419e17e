//! The requests of `docs/migration.md`, as they are there.

use std::{
    collections::BTreeMap,
    fs,
    thread::sleep,
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::{
    service::{Service, simulators_credentials},
    wire::{PATIENCE, send},
};

/// The calls of the older web service, and what takes the money, which it did by itself.
const CALLS: [&str; 14] = [
    "payment",
    "capture",
    "order",
    "status",
    "order/history",
    "listener",
    "webhook",
    "products",
    "plans",
    "plan/details",
    "subscription",
    "subscription/details",
    "subscription/update",
    "subscription/cancel",
];

/// A request of the page.
struct Request {
    method: String,
    target: String,
    /// Null if it has none.
    body: Value,
}

/// Reads the page: the request below the heading of each call, with these variables.
struct Page {
    text: String,
    variables: BTreeMap<&'static str, String>,
}

impl Page {
    fn request(&self, call: &str) -> Request {
        let below = self.text.split_once(&format!("\n### `{call}`\n")).expect(call).1;
        let block = below.split_once("```http\n").expect(call).1.split_once("```").unwrap().0;
        let block = self
            .variables
            .iter()
            .fold(block.to_owned(), |text, (name, value)| text.replace(&format!("${name}"), value));
        let (line, body) = block.split_once("\n\n").unwrap_or((block.trim_end(), "null"));
        let (method, target) = line.split_once(' ').unwrap();
        let body = serde_json::from_str(body).unwrap_or_else(|error| panic!("{call}: {error}"));
        Request { method: method.to_owned(), target: target.to_owned(), body }
    }

    fn send(&self, service: &Service, call: &str) -> Value {
        let Request { method, target, body } = self.request(call);
        let answer = service.call(&method, &target, &body);
        assert_eq!(answer.status, 200, "{call}: {}", answer.text());
        answer.json()["reply"]["body"].clone()
    }
}

/// Waits until an event has come through a channel that fits.
fn wait(service: &Service, fits: impl Fn(&Value) -> bool) {
    let end = Instant::now() + PATIENCE;
    loop {
        let events = service.call("GET", "/v1/connections/shop/events", &Value::Null).json();
        if events["events"].as_array().unwrap().iter().any(|it| fits(&it["received"])) {
            return;
        }
        assert!(Instant::now() < end, "{events}");
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn each_call_has_its_request() {
    let service = Service::start();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/migration.md");
    let mut page = Page { text: fs::read_to_string(file).unwrap(), variables: BTreeMap::new() };
    let headings: Vec<_> = page.text.lines().filter_map(|it| it.strip_prefix("### `")?.strip_suffix('`')).collect();
    assert_eq!(headings, CALLS);
    for call in CALLS {
        assert!(page.text.contains(&format!("\n| `{call}` | ")), "the tables have no `{call}`");
    }
    let own = json!({"environment": "simulator"});
    assert_eq!(service.call("PUT", "/v1/connections/shop", &own).status, 201);
    let url = |call: &str| {
        let request = page.request(call);
        assert_eq!(request.method, "POST");
        format!("http://{}{}", service.address, request.target)
    };
    // The page's URL of the webhook is where the simulator delivers.
    let subscribe = json!({"url": url("webhook"), "event_types": ["*"]});
    let run = "/v1/connections/shop/actions/triggers.subscribe";
    let webhook = service.call("POST", run, &subscribe).reply()["webhook_id"].clone();
    let with = json!({"environment": "simulator", "webhook_id": webhook});
    assert_eq!(service.call("PUT", "/v1/connections/shop", &with).status, 200);
    let (ipn, simulator) = (url("listener"), service.simulator);

    let order = page.send(&service, "payment");
    assert!(order["link"].as_str().unwrap().starts_with(&format!("http://{simulator}/")), "{order}");
    let id = order["order_id"].as_str().unwrap().to_owned();
    page.variables.insert("ORDER", id.clone());
    assert_eq!(page.send(&service, "order")["purchase_units"][0]["amount"]["value"], "120.25");
    assert_eq!(send(simulator, "POST", &format!("/simulator/orders/{id}/approve"), &[], b"").status / 100, 2);
    assert_eq!(page.send(&service, "capture")["status"], "COMPLETED");
    wait(&service, |it| it["channel"] == "webhook" && it["reply"]["event"]["type"] == "PAYMENT.CAPTURE.COMPLETED");
    let status = page.send(&service, "status");
    assert_eq!((&status["status"], &status["paid"]), (&json!("COMPLETED"), &json!(true)));
    let history = page.send(&service, "order/history");
    assert!(history.to_string().contains("PAYMENT.CAPTURE.COMPLETED"), "{history}");

    let app = service.call("GET", "/v1/connections/simulator", &Value::Null);
    assert_eq!(app.status, 200);
    let message = json!({"url": ipn, "fields": {"txn_type": "web_accept", "mc_gross": "12.00", "mc_currency": "USD"}});
    let credentials = BASE64_STANDARD.encode(simulators_credentials());
    let headers = [("authorization", &*format!("Basic {credentials}")), ("content-type", "application/json")];
    let queued = send(simulator, "POST", "/simulator/ipn", &headers, message.to_string().as_bytes());
    assert_eq!(queued.status, 202, "{}", queued.text());
    wait(&service, |it| it["channel"] == "ipn" && it["reply"]["outcome"] == "verified");

    let act = |action: &str, input: &Value| {
        service.call("POST", &format!("/v1/connections/shop/actions/{action}"), input).reply()
    };
    let product = act("products.create", &json!({"body": {"name": "Tea", "type": "PHYSICAL"}}));
    let cycle = json!({"frequency": {"interval_unit": "MONTH", "interval_count": 1}, "tenure_type": "REGULAR", "sequence": 1,
        "total_cycles": 0, "pricing_scheme": {"fixed_price": {"currency_code": "USD", "value": "19.90"}}});
    let plan = json!({"product_id": product["id"], "name": "Monthly", "billing_cycles": [cycle],
        "payment_preferences": {"auto_bill_outstanding": true}});
    let plan = act("plans.create", &json!({ "body": plan }));
    page.variables.insert("PLAN", plan["id"].as_str().unwrap().to_owned());
    assert_eq!(page.send(&service, "products")["products"][0]["id"], product["id"]);
    assert_eq!(page.send(&service, "plans")["plans"][0]["id"], plan["id"]);
    assert_eq!(page.send(&service, "plan/details")["name"], "Monthly");
    let subscription = page.send(&service, "subscription")["id"].as_str().unwrap().to_owned();
    page.variables.insert("SUBSCRIPTION", subscription.clone());
    let approved = send(simulator, "POST", &format!("/simulator/subscriptions/{subscription}/approve"), &[], b"");
    assert_eq!(approved.status / 100, 2, "{}", approved.text());
    assert_eq!(page.send(&service, "subscription/details")["status"], "ACTIVE");
    page.send(&service, "subscription/update");
    assert_eq!(page.send(&service, "subscription/details")["custom_id"], "customer-2208");
    page.send(&service, "subscription/cancel");
    assert_eq!(page.send(&service, "subscription/details")["status"], "CANCELLED");
}
