//! Payment links, and paying by them.

use serde_json::{Value, json};

use crate::{
    pages::{open, send},
    sandbox::Sandbox,
};

const PATH: &str = "/v1/checkout/payment-resources";

fn usd(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

fn body(item: &Value) -> Value {
    json!({"integration_mode": "LINK", "type": "BUY_NOW", "return_url": "https://shop.example/thanks", "line_items": [item]})
}

fn tea() -> Value {
    let options =
        json!([{"label": "Assam", "unit_amount": usd("18.00")}, {"label": "Darjeeling", "unit_amount": usd("22.00")}]);
    json!({
        "name": "Tea of the month",
        "taxes": [{"name": "Sales tax", "type": "PERCENTAGE", "value": "10"}],
        "shipping": [{"type": "FLAT", "value": "4.90"}],
        "variants": {"dimensions": [{"name": "Kind", "primary": true, "options": options}]},
        "adjustable_quantity": {"maximum": 3},
    })
}

fn make(paypal: &Sandbox, item: &Value) -> String {
    paypal.post(PATH, &body(item)).ok()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_link_is_replaced_under_its_address_and_deleted() {
    let paypal = Sandbox::new();
    let key = [("paypal-request-id", "link-1")];
    let made = paypal.send("POST", PATH, &key, &body(&tea()));
    assert_eq!(made.status, 201);
    let again = paypal.send("POST", PATH, &key, &body(&tea()));
    assert_eq!((again.status, &again.body), (200, &made.body));
    let id = made.body["id"].as_str().unwrap();
    let path = format!("{PATH}/{id}");
    let cheaper = body(&json!({"name": "Tin", "unit_amount": usd("3.00")}));
    assert_eq!(paypal.send("PUT", &path, &[], &cheaper).status, 204);
    let shown = paypal.get(&path).ok();
    assert_eq!((&shown["payment_link"], &shown["line_items"]), (&made.body["payment_link"], &cheaper["line_items"]));
    assert_eq!(paypal.send("DELETE", &path, &[], &Value::Null).status, 204);
    for method in ["GET", "DELETE"] {
        assert_eq!(paypal.send(method, &path, &[], &Value::Null).refusal(), (404, "INVALID_RESOURCE_ID"));
    }
    assert_eq!(paypal.send("PUT", &path, &[], &cheaper).refusal(), (404, "INVALID_RESOURCE_ID"));
}

#[test]
fn pages_are_named_by_tokens_and_none_is_lost_when_one_is_deleted() {
    let paypal = Sandbox::new();
    let ids: Vec<_> =
        (0..5).map(|number| make(&paypal, &json!({"name": number.to_string(), "unit_amount": usd("1.00")}))).collect();
    let first = paypal.get(&format!("{PATH}?page_size=2&total_required=true")).ok();
    assert_eq!((&first["total_items"], &first["total_pages"]), (&json!(5), &json!(3)));
    paypal.send("DELETE", &format!("{PATH}/{}", ids[0]), &[], &Value::Null).ok();
    let mut seen: Vec<_> = first["resources"].as_array().unwrap().iter().map(|link| link["id"].clone()).collect();
    let mut page = first;
    while let Some(next) = page["links"].as_array().unwrap().iter().find(|link| link["rel"] == "next") {
        page = paypal.get(next["href"].as_str().unwrap().split_once(".com").unwrap().1).ok();
        seen.extend(page["resources"].as_array().unwrap().iter().map(|link| link["id"].clone()));
    }
    assert_eq!(seen, ids);
    for bad in ["page_token=x", "page_token=0-0", "page_token=0-101", "page_size=0", "page_size=101"] {
        assert_eq!(paypal.get(&format!("{PATH}?{bad}")).status, 400, "{bad}");
    }
}

#[test]
fn a_link_that_nobody_could_pay_is_refused() {
    let paypal = Sandbox::new();
    let with = |name: &str, value: Value| {
        let mut item = tea();
        item[name] = value;
        item
    };
    let dimension = |primary: bool, options: usize| json!({"name": "Kind", "primary": primary, "options": vec![json!({"label": "x"}); options]});
    let dimensions = |list: Vec<Value>| {
        let mut item = with("variants", json!({"dimensions": list}));
        item["unit_amount"] = usd("1.00");
        item
    };
    for (item, status, issue) in [
        (with("name", json!("")), 400, "MISSING_REQUIRED_PARAMETER"),
        (with("variants", Value::Null), 400, "MISSING_REQUIRED_PARAMETER"),
        (json!({"name": "Tea", "unit_amount": usd("0.00")}), 422, "CANNOT_BE_ZERO_OR_NEGATIVE"),
        (json!({"name": "Tea", "unit_amount": {"currency_code": "XXX", "value": "1"}}), 422, "INVALID_CURRENCY_CODE"),
        (
            json!({"name": "Tea", "unit_amount": {"currency_code": "JPY", "value": "1.5"}}),
            422,
            "DECIMALS_NOT_SUPPORTED",
        ),
        (with("taxes", json!([{"type": "PERCENTAGE", "value": "101"}])), 400, "INVALID_PARAMETER_VALUE"),
        (dimensions(vec![dimension(false, 1); 6]), 400, "INVALID_ARRAY_MAX_ITEMS"),
        (dimensions(vec![dimension(true, 1); 2]), 400, "INVALID_PARAMETER_VALUE"),
        (dimensions(vec![dimension(true, 11)]), 400, "INVALID_ARRAY_MAX_ITEMS"),
        (dimensions(vec![dimension(true, 0)]), 400, "MISSING_REQUIRED_PARAMETER"),
    ] {
        assert_eq!(paypal.post(PATH, &body(&item)).refusal(), (status, issue), "{item}");
    }
    let mut other = body(&tea());
    other["type"] = "DONATION".into();
    assert_eq!(paypal.post(PATH, &other).status, 400);
}

#[test]
fn a_payer_buys_what_was_chosen() {
    let paypal = Sandbox::new();
    let id = make(&paypal, &tea());
    let choice = json!({"quantity": 2, "options": {"Kind": "Darjeeling"}});
    let paid = paypal.control(&format!("payment-links/{id}/pay"), &choice).ok();
    // 2 × 22.00, 4.40 of tax and 4.90 of shipping.
    assert_eq!(paypal.effects().captured[paid["capture_id"].as_str().unwrap()].minor_units, 5330);
    let order = paypal.get(&format!("/v2/checkout/orders/{}", paid["order_id"].as_str().unwrap())).ok();
    assert_eq!(order["purchase_units"][0]["items"][0]["description"], "Darjeeling");
    assert!(paypal.events().iter().any(|(name, _)| name == "PAYMENT.CAPTURE.COMPLETED"));
    for (choice, status) in [
        (json!({"quantity": 4}), 422),
        (json!({"quantity": 0}), 400),
        (json!({"options": {"Kind": "Mate"}}), 400),
        (json!({"payer": "nobody@example.com"}), 400),
    ] {
        assert_eq!(paypal.control(&format!("payment-links/{id}/pay"), &choice).status, status, "{choice}");
    }
    assert_eq!(paypal.control("payment-links/PLB-NONE/pay", &Value::Null).status, 404);
    assert_eq!(paypal.effects().captured.len(), 1, "what was refused has taken nothing");
}

#[test]
fn the_address_is_a_page_at_which_a_payer_buys() {
    let paypal = Sandbox::new();
    let id = make(&paypal, &tea());
    let path = format!("/ncp/payment/{id}");
    let page = open(&paypal, &path);
    for text in ["Tea of the month", "Darjeeling", "22.00 USD", "Shipping", "4.90 USD", "Pay now"] {
        assert!(page.has(text), "{text}: {}", page.html);
    }
    assert!(paypal.effects().captured.is_empty(), "a page that is only looked at takes nothing");
    let refused = send(&paypal, &path, "do=pay&quantity=x");
    assert!(refused.status == 400 && refused.has("It must be from 1 to 1000"), "{}", refused.html);
    let back = send(&paypal, &path, "do=pay&quantity=2&option-0=Darjeeling&payer=payer@example.com");
    assert_eq!((back.status, back.location.as_deref()), (303, Some("https://shop.example/thanks")));
    assert_eq!(paypal.effects().captured.values().map(|it| it.minor_units).collect::<Vec<_>>(), [5330]);
    assert_eq!(open(&paypal, "/ncp/payment/PLB-NONE").status, 404);
}
