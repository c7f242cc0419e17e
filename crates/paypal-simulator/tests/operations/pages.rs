//! The pages on which payers approve, and the simulator's own.

mod links;
mod own;
mod payers;

use std::collections::BTreeSet;

use paypal_simulator::{bytes::Bytes, http::Request};
use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// What a browser gets: the status, the page, and where it is sent.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) html: String,
    pub(crate) location: Option<String>,
}

impl Seen {
    pub(crate) fn has(&self, text: &str) -> bool {
        self.html.contains(text)
    }
}

/// Opens a page as a browser does, without credentials.
pub(crate) fn open(sandbox: &Sandbox, path: &str) -> Seen {
    browse(sandbox, Request::get(path).body(Bytes::new()).unwrap())
}

/// Sends a form.
pub(crate) fn send(sandbox: &Sandbox, path: &str, form: &str) -> Seen {
    browse(sandbox, Request::post(path).body(form.to_owned().into()).unwrap())
}

fn browse(sandbox: &Sandbox, request: Request<Bytes>) -> Seen {
    let response = sandbox.0.handle(request);
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let location = header("location");
    if location.is_none() {
        assert_eq!(header("content-type").as_deref(), Some("text/html; charset=utf-8"), "{response:?}");
        let policy = header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(!policy.contains("unsafe") && policy.contains("base-uri 'none'; frame-ancestors 'none'"), "{policy}");
    }
    let status = response.status().as_u16();
    let html = String::from_utf8(response.into_body().to_vec()).unwrap();
    Seen { status, html, location }
}

/// Opens the front page and all that it leads to, at most 500 pages. Returns how many there were.
pub(crate) fn walk(sandbox: &Sandbox) -> usize {
    let (mut known, mut left) = (BTreeSet::from(["/".to_owned()]), vec!["/".to_owned()]);
    while let Some(path) = left.pop() {
        let page = open(sandbox, &path);
        // 410: what a payer was to agree to has expired.
        assert!(matches!(page.status, 200 | 410), "{path}: {page:?}");
        for (name, count) in [("<script", 0), ("<main>", 1), ("<h1>", 1)] {
            assert_eq!(page.html.matches(name).count(), count, "{name} in {path}: {}", page.html);
        }
        for link in page.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let link = link.replace("&amp;", "&");
            let path = if link.starts_with('?') { format!("{}{link}", path.split('?').next().unwrap()) } else { link };
            if path.starts_with('/') && known.len() < 500 && known.insert(path.clone()) {
                left.push(path);
            }
        }
    }
    known.len()
}

fn usd(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

/// Creates an order of two items. Returns its id and its status.
fn order(sandbox: &Sandbox, context: &Value) -> String {
    let mut amount = usd("24.50");
    amount["breakdown"] = json!({"item_total": usd("20.00"), "tax_total": usd("1.50"), "shipping": usd("3.00")});
    let item = |name: &str, quantity: &str, price: &str| json!({"name": name, "quantity": quantity, "unit_amount": usd(price)});
    let unit = json!({
        "amount": amount,
        "items": [item("Tea", "2", "5.00"), item("Pot", "1", "10.00")],
        "shipping": {"name": {"full_name": "Kim Doe"}, "address": {"address_line_1": "1 Main St", "country_code": "US"}},
    });
    let body = json!({"intent": "CAPTURE", "purchase_units": [unit], "application_context": context});
    sandbox.post("/v2/checkout/orders", &body).ok()["id"].as_str().unwrap().to_owned()
}

fn status(sandbox: &Sandbox, id: &str) -> Value {
    sandbox.get(&format!("/v2/checkout/orders/{id}")).ok()["status"].clone()
}
