//! No merchant reads or changes what is another's, by any operation.

use std::{
    collections::BTreeSet,
    fs::{self, DirEntry},
    io,
    path::Path,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::Simulator;
use crate::{
    operations::{operation::Operation, routes},
    world::accounts::NewMerchant,
};

/// A merchant with one of everything, and another one.
struct Two {
    paypal: Simulator,
    /// The ids of all that the first merchant has.
    ids: BTreeSet<String>,
    other: String,
    /// Bodies that name what the first merchant has.
    bodies: Vec<Value>,
}

/// Members of documents that are ids.
const IDS: [&str; 10] = [
    "id",
    "conditional_rule_id",
    "dispute_id",
    "payment_id",
    "refund_id",
    "payout_batch_id",
    "payout_item_id",
    "item_id",
    "merchant_id",
    "submitter_payer_id",
];

/// What some reads need; the others ignore it.
const NEEDED: &str = "?start_time=2000-01-01T00:00:00Z&end_time=2100-01-01T00:00:00Z&tracking_id=seller";

fn collect(document: &Value, ids: &mut BTreeSet<String>) {
    match document {
        Value::Array(items) => items.iter().for_each(|item| collect(item, ids)),
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_str() {
                    Some(id) if IDS.contains(&&**name) => _ = ids.insert(id.to_owned()),
                    // Invoicing answers with links.
                    Some(href) if name == "href" && members["rel"] == "self" && href.contains("/v2/invoicing/") => {
                        ids.extend(href.rsplit('/').next().map(str::to_owned));
                    }
                    _ => collect(value, ids),
                }
            }
        }
        _ => {}
    }
}

impl Two {
    fn new() -> Self {
        let paypal = Simulator::new(5);
        let app = paypal.add_merchant(NewMerchant::default()).unwrap();
        let basic = BASE64_STANDARD.encode(format!("{}:{}", app.client_id, app.client_secret));
        let request = Request::post("/v1/oauth2/token").header("authorization", format!("Basic {basic}"));
        let answer = paypal.handle(request.body("grant_type=client_credentials".into()).unwrap());
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        let other = answer["access_token"].as_str().unwrap().to_owned();
        let mut two = Self { paypal, ids: BTreeSet::new(), other, bodies: vec![json!({})] };
        two.fill();
        two
    }

    /// Sends a request with a token. Returns the status, and the body, null if there is none.
    fn send(&self, token: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
        let request = request.header("content-type", "application/json");
        let bytes = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let response = self.paypal.handle(request.body(bytes).unwrap());
        (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default())
    }

    /// Does something as the first merchant, or as a payer, and keeps the ids.
    fn make(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.send(Simulator::token(), method, path, body);
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        collect(&answer, &mut self.ids);
        answer
    }

    /// Does the same with a key, which PayPal wants of it.
    fn make_with_key(&mut self, method: &str, path: &str, body: &Value) {
        let request = Request::builder().method(method).uri(path).header("paypal-request-id", "once");
        let request = request.header("authorization", format!("Bearer {}", Simulator::token()));
        let request = request.header("content-type", "application/json");
        let response = self.paypal.handle(request.body(body.to_string().into()).unwrap());
        collect(&serde_json::from_slice(response.body()).unwrap(), &mut self.ids);
    }

    /// Keeps the id in the link of a document to itself.
    fn keep_self(&mut self, document: &Value) -> String {
        let id = document["links"][0]["href"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        self.ids.insert(id.clone());
        id
    }

    /// Makes one of everything.
    fn fill(&mut self) {
        let usd = |value: &str| json!({"currency_code": "USD", "value": value});
        let order = |two: &mut Self, intent: &str| {
            let body = json!({"intent": intent, "purchase_units": [{"amount": usd("10.00")}]});
            let order = two.make("POST", "/v2/checkout/orders", &body)["id"].as_str().unwrap().to_owned();
            two.make("POST", &format!("/simulator/orders/{order}/approve"), &Value::Null);
            order
        };
        order(self, "CAPTURE");
        let reserved = order(self, "AUTHORIZE");
        self.make("POST", &format!("/v2/checkout/orders/{reserved}/authorize"), &Value::Null);
        let paid = order(self, "CAPTURE");
        self.make("POST", &format!("/v2/checkout/orders/{paid}/capture"), &Value::Null);
        let shown = self.make("GET", &format!("/v2/checkout/orders/{paid}"), &Value::Null);
        let capture = shown["purchase_units"][0]["payments"]["captures"][0]["id"].as_str().unwrap().to_owned();
        self.make("POST", &format!("/v2/payments/captures/{capture}/refund"), &json!({"amount": usd("1.00")}));
        let dispute = json!({"disputed_transaction_id": capture, "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED"});
        let dispute = self.make("POST", "/simulator/disputes", &dispute)["dispute_id"].clone();
        self.make("GET", &format!("/v1/customer/disputes/{}", dispute.as_str().unwrap()), &Value::Null);
        let parcel = json!({"capture_id": capture, "tracking_number": "7", "carrier": "DHL"});
        self.make("POST", &format!("/v2/checkout/orders/{paid}/track"), &parcel);
        self.ids.insert(format!("{capture}-7"));
        self.bodies.push(json!({"transaction_id": capture, "status": "SHIPPED"}));

        let product = json!({"name": "Tea", "type": "DIGITAL", "image_url": "https://shop.example.com/tea.png"});
        let product = self.make("POST", "/v1/catalogs/products", &product);
        let cycle = json!({
            "frequency": {"interval_unit": "MONTH", "interval_count": 1}, "tenure_type": "REGULAR", "sequence": 1,
            "total_cycles": 0, "pricing_scheme": {"fixed_price": usd("5.00")},
        });
        let plan = json!({
            "product_id": product["id"], "name": "Monthly", "billing_cycles": [cycle],
            "payment_preferences": {"auto_bill_outstanding": true},
        });
        let plan = self.make("POST", "/v1/billing/plans", &plan)["id"].clone();
        let subscription = self.make("POST", "/v1/billing/subscriptions", &json!({"plan_id": plan}));
        let subscription = subscription["id"].as_str().unwrap();
        self.make("POST", &format!("/simulator/subscriptions/{subscription}/approve"), &Value::Null);

        let rule = json!({"rules": [{
            "conditional_rule_type": "AUTO_CANCEL",
            "rule_expiry_terms": {
                "rule_expiry_condition": "ONE_DAY_AFTER_DUE_DATE", "condition_rule_end_date": "2099-01-01",
            },
        }]});
        let invoice = json!({
            "detail": {"currency_code": "USD"},
            "items": [{"name": "Tea", "quantity": "1", "unit_amount": usd("9.00")}],
        });
        let link = self.make("POST", "/v2/invoicing/invoices", &invoice);
        let path = format!("/v2/invoicing/invoices/{}", link["href"].as_str().unwrap().rsplit('/').next().unwrap());
        self.make("POST", &format!("{path}/send"), &json!({}));
        self.make("POST", &format!("{path}/conditional-rules"), &rule);
        self.make("POST", &format!("{path}/payments"), &json!({"method": "CASH", "amount": usd("2.00")}));
        self.make("POST", &format!("{path}/refunds"), &json!({"method": "CASH", "amount": usd("1.00")}));
        self.make("POST", "/v2/invoicing/templates", &json!({"name": "Mine"}));
        let series = json!({
            "plan_detail": {"frequency": {"interval_unit": "MONTH", "interval_count": 1}},
            "recurring_info": {
                "detail": {"currency_code": "USD"},
                "primary_recipients": [{"billing_info": {"email_address": "jo@example.com"}}],
                "items": [{"name": "Tea", "quantity": "1", "unit_amount": usd("9.00")}],
            },
        });
        let series = self.make("POST", "/v2/invoicing/recurring-invoices", &series);
        let series = series["id"].as_str().unwrap();
        self.make("POST", &format!("/v2/invoicing/recurring-invoices/{series}/conditional-rules"), &rule);
        self.make("POST", "/v2/invoicing/setup-reminders", &Value::Null);

        let card = json!({"payment_source": {"card": {"number": "4111111111111111", "expiry": "2035-12"}}});
        self.make("POST", "/v3/vault/setup-tokens", &card);
        self.make("POST", "/v3/vault/payment-tokens", &card);

        let item = json!({"receiver": "new@example.com", "amount": {"currency": "USD", "value": "3.00"}});
        let payout = self.make("POST", "/v1/payments/payouts", &json!({"sender_batch_header": {}, "items": [item]}));
        self.make("POST", "/simulator/clock", &json!({"seconds": 5}));
        let payout = payout["batch_header"]["payout_batch_id"].as_str().unwrap();
        self.make("GET", &format!("/v1/payments/payouts/{payout}"), &Value::Null);

        let item = json!({"name": "Tin", "unit_amount": usd("2.00")});
        let link = json!({"integration_mode": "LINK", "type": "BUY_NOW", "line_items": [item]});
        self.make("POST", "/v1/checkout/payment-resources", &link);
        let unit = json!({"amount": usd("8.00"), "payment_instruction": {"disbursement_mode": "DELAYED"}});
        let held = json!({"intent": "CAPTURE", "purchase_units": [unit]});
        let held = self.make("POST", "/v2/checkout/orders", &held)["id"].as_str().unwrap().to_owned();
        self.make("POST", &format!("/simulator/orders/{held}/approve"), &Value::Null);
        self.make("POST", &format!("/v2/checkout/orders/{held}/capture"), &Value::Null);
        let held = self.make("GET", &format!("/v2/checkout/orders/{held}"), &Value::Null);
        let held = &held["purchase_units"][0]["payments"]["captures"][0]["id"];
        let held = json!({"reference_id": held, "reference_type": "TRANSACTION_ID"});
        let batch = self.make("POST", "/v1/payments/referenced-payouts", &json!({"referenced_payouts": [held]}));
        self.keep_self(&batch);
        let referral = json!({"tracking_id": "seller", "operations": [{"operation": "API_INTEGRATION"}], "legal_consents": [{"type": "SHARE_DATA_CONSENT", "granted": true}]});
        let referral = self.make("POST", "/v2/customer/partner-referrals", &referral);
        let referral = self.keep_self(&referral);
        self.make("GET", &format!("/v2/customer/partner-referrals/{referral}"), &Value::Null);
        self.make("POST", &format!("/simulator/partner-referrals/{referral}/agree"), &Value::Null);
        self.make_with_key("POST", "/v1/payment-experience/web-profiles", &json!({"name": "Mine"}));
        let hook = json!({"url": "https://example.com/hooks", "event_types": [{"name": "*"}]});
        self.make("POST", "/v1/notifications/webhooks", &hook);
        self.make("POST", "/v1/notifications/webhooks-lookup", &Value::Null);
        self.make("GET", "/v1/notifications/webhooks-events?page_size=3", &Value::Null);
    }

    /// The paths of an operation with all ids in its variable segments.
    fn paths(&self, operation: &Operation) -> Vec<String> {
        let path = if operation.is_read() { format!("{}{NEEDED}", operation.path) } else { operation.path.to_owned() };
        path.split('*').enumerate().fold(vec![String::new()], |paths, (index, part)| {
            let ids: Vec<_> = if index == 0 { vec![""] } else { self.ids.iter().map(String::as_str).collect() };
            paths.iter().flat_map(|path| ids.iter().map(move |id| format!("{path}{id}{part}"))).collect()
        })
    }

    /// All that the first merchant can read.
    fn all(&self) -> Vec<(String, Value)> {
        let reads = routes::all().filter(|operation| operation.is_read());
        let paths = reads.flat_map(|operation| self.paths(operation));
        let read = |path: String| {
            let (status, document) = self.send(Simulator::token(), "GET", &path, &Value::Null);
            (status == 200).then_some((path, document))
        };
        paths.filter_map(read).collect()
    }
}

/// Returns the bodies of the connector's fixtures of an action.
fn bodies(action: &str) -> Vec<Value> {
    let fixtures =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../host-test/fixtures").join(action.replace('.', "/"));
    let read = |file: io::Result<DirEntry>| -> Value {
        let fixture: Value = serde_json::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        fixture["input"]["body"].clone()
    };
    fs::read_dir(fixtures).unwrap().map(read).filter(|body| !body.is_null()).collect()
}

#[test]
fn no_operation_with_an_id_reaches_another_s_resource() {
    let operations: Vec<_> = routes::all().filter(|operation| operation.path.contains('*')).collect();
    assert!(operations.len() > 40, "{}", operations.len());
    // The same seed makes the same.
    let (effects, all) = (Two::new().paypal.effects(), Two::new().all());
    assert!(all.len() >= 30, "{}", all.len());
    for operation in operations {
        let two = Two::new();
        let paths = two.paths(operation);
        let bodies = [bodies(operation.action), two.bodies.clone()].concat();
        let mut is_refused = false;
        for (path, body) in paths.iter().flat_map(|path| bodies.iter().map(move |body| (path, body))) {
            let (status, answer) = two.send(&two.other, operation.method, path, body);
            // What breaks the schema is refused before.
            assert!(matches!(status, 400 | 403 | 404), "{} {path}: {status} {answer}", operation.action);
            is_refused |= status != 400;
        }
        assert!(is_refused, "{}: no body fits the schema", operation.action);
        assert_eq!(two.paypal.effects(), effects, "{}", operation.action);
        for (path, document) in &all {
            let read = two.send(Simulator::token(), "GET", path, &Value::Null);
            assert_eq!(read, (200, document.clone()), "{}", operation.action);
        }
        let own = |path: &String, body: &Value| two.send(Simulator::token(), operation.method, path, body).0;
        let own = |path: &String| bodies.iter().any(|body| !matches!(own(path, body), 400 | 403 | 404 | 500));
        let is_reached = paths.iter().any(own);
        assert!(is_reached, "{}: give the first merchant something that it is about", operation.action);
    }
}

#[test]
fn no_list_shows_what_is_another_s() {
    let two = Two::new();
    let lists = routes::all().filter(|operation| operation.is_read() && !operation.path.contains('*'));
    let mut shown = 0;
    for operation in lists {
        let path = format!("{}{NEEDED}", operation.path);
        let (mut own, mut other) = (BTreeSet::new(), BTreeSet::new());
        collect(&two.send(Simulator::token(), "GET", &path, &Value::Null).1, &mut own);
        collect(&two.send(&two.other, "GET", &path, &Value::Null).1, &mut other);
        assert_eq!(other.intersection(&two.ids).next(), None, "{}", operation.action);
        shown += own.intersection(&two.ids).count();
    }
    assert!(shown > 5, "{shown}");
    let (status, found) = two.send(&two.other, "POST", "/v2/invoicing/search-invoices", &json!({}));
    assert_eq!((status, &found["items"]), (200, &Value::Null));
}

#[test]
fn no_body_reaches_another_s_resource() {
    let two = Two::new();
    let effects = two.paypal.effects();
    let first = |ids: &BTreeSet<String>| ids.first().unwrap().clone();
    let capture = effects.captured.keys().next().unwrap();
    let plan = first(&effects.plans);
    let webhook = first(&effects.webhooks);
    let cycle = json!({
        "frequency": {"interval_unit": "MONTH", "interval_count": 1}, "tenure_type": "REGULAR", "sequence": 1,
        "total_cycles": 0, "pricing_scheme": {"fixed_price": {"currency_code": "USD", "value": "5.00"}},
    });
    let tracker = json!({"transaction_id": capture, "status": "SHIPPED"});
    for (path, body) in [
        (
            "/v1/billing/plans",
            json!({
                "product_id": first(&effects.products), "name": "Theirs", "billing_cycles": [cycle],
                "payment_preferences": {"auto_bill_outstanding": true},
            }),
        ),
        ("/v1/billing/subscriptions", json!({"plan_id": plan})),
        ("/v1/shipping/trackers", json!({"trackers": [tracker]})),
        ("/v1/notifications/simulate-event", json!({"webhook_id": webhook, "event_type": "PAYMENT.CAPTURE.COMPLETED"})),
    ] {
        let before = two.paypal.effects();
        let (status, answer) = two.send(&two.other, "POST", path, &body);
        assert!((400..500).contains(&status), "{path}: {status} {answer}");
        assert_eq!(two.paypal.effects(), before, "{path}");
        let (status, answer) = two.send(Simulator::token(), "POST", path, &body);
        assert!((200..300).contains(&status), "{path} of its own: {status} {answer}");
    }
}
