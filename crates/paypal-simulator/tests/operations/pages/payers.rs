//! The pages on which payers approve.

use serde_json::{Value, json};

use super::{open, order, send, status, usd};
use crate::sandbox::Sandbox;

#[test]
fn a_payer_sees_the_order_and_comes_back_to_the_shop() {
    let sandbox = Sandbox::new();
    let context = json!({"return_url": "https://shop.example/done?cart=7", "cancel_url": "https://shop.example/cart",
        "brand_name": "Tea & Pots", "user_action": "PAY_NOW"});
    let id = order(&sandbox, &context);
    let path = format!("/checkoutnow?token={id}");
    let page = open(&sandbox, &path);
    assert_eq!(page.status, 200);
    for text in [
        "Pay Tea &amp; Pots",
        "Tea",
        " × 2",
        "5.00 USD",
        "24.50 USD",
        "3.00 USD",
        "1.50 USD",
        "Kim Doe, 1 Main St, US",
        "payer@example.com",
        "Pay now",
    ] {
        assert!(page.has(text), "{text}: {}", page.html);
    }
    assert_eq!(status(&sandbox, &id), "CREATED", "a page that is only looked at changes nothing");

    let back = send(&sandbox, &path, "do=cancel");
    assert_eq!((back.status, back.location.unwrap()), (303, format!("https://shop.example/cart?token={id}")));
    assert_eq!(status(&sandbox, &id), "CREATED");

    let back = send(&sandbox, &path, "payer=T4EXM8PLEPY3R&do=approve");
    let expected = format!("https://shop.example/done?cart=7&token={id}&PayerID=T4EXM8PLEPY3R");
    assert_eq!((back.status, back.location.unwrap()), (303, expected));
    assert_eq!(status(&sandbox, &id), "APPROVED");
    let page = open(&sandbox, &path);
    assert!(page.has("You have approved this order") && !page.has("<form"), "{}", page.html);
    assert_eq!(send(&sandbox, &path, "do=approve").status, 409);
    sandbox.post(&format!("/v2/checkout/orders/{id}/capture"), &json!({})).ok();
    assert!(open(&sandbox, &path).has("This order is paid"));
}

#[test]
fn a_declined_payer_chooses_again() {
    let sandbox = Sandbox::new();
    let id = order(&sandbox, &json!({"return_url": "https://shop.example/done"}));
    let (path, capture) = (format!("/checkoutnow?token={id}"), format!("/v2/checkout/orders/{id}/capture"));
    assert!(sandbox.0.decline_order(&id) && !sandbox.0.decline_order("X"));
    assert_eq!(sandbox.post(&capture, &json!({})).refusal(), (422, "INSTRUMENT_DECLINED"));
    assert_eq!(send(&sandbox, &path, "do=decline").status, 303);
    assert_eq!(status(&sandbox, &id), "APPROVED");
    for _ in 0..2 {
        let refused = sandbox.post(&capture, &json!({}));
        assert_eq!(refused.refusal(), (422, "INSTRUMENT_DECLINED"));
        let redirect = refused.body["links"].as_array().unwrap().iter().find(|it| it["rel"] == "redirect").unwrap();
        assert_eq!(redirect["href"], format!("https://www.sandbox.paypal.com{path}"));
    }
    let page = open(&sandbox, &path);
    assert!(page.has("was declined. Choose again") && page.has("<form"), "{}", page.html);
    assert_eq!(send(&sandbox, &path, "do=approve").status, 303);
    assert_eq!(sandbox.post(&capture, &json!({})).ok()["status"], "COMPLETED");
    assert_eq!(sandbox.0.effects().captured_of(&id), 2450);
}

#[test]
fn without_an_address_of_the_web_the_payer_stays() {
    let sandbox = Sandbox::new();
    for context in [json!({}), json!({"return_url": "javascript:alert(1)", "cancel_url": "data:text/html,x"})] {
        let id = order(&sandbox, &context);
        let path = format!("/checkoutnow?token={id}");
        assert!(send(&sandbox, &path, "do=cancel").has("You have cancelled"));
        assert!(send(&sandbox, &path, "do=approve").has("You have approved the payment"));
        assert_eq!(status(&sandbox, &id), "APPROVED");
        assert!(!open(&sandbox, &path).has("javascript:"));
    }
    assert_eq!(send(&sandbox, "/checkoutnow?token=X", "do=approve").status, 404);
    assert_eq!(open(&sandbox, "/checkoutnow").status, 404);
}

#[test]
fn a_subscriber_agrees_to_a_subscription_and_to_its_revision() {
    let sandbox = Sandbox::new();
    let product = sandbox.post("/v1/catalogs/products", &json!({"name": "Tea", "type": "SERVICE"})).ok();
    let plan = |name: &str, price: &str| {
        let cycle = json!({"tenure_type": "REGULAR", "sequence": 1, "total_cycles": 0,
            "frequency": {"interval_unit": "MONTH", "interval_count": 3}, "pricing_scheme": {"fixed_price": usd(price)}});
        let plan = json!({"product_id": product["id"], "name": name, "billing_cycles": [cycle],
            "payment_preferences": {"setup_fee": usd("2.00")}});
        sandbox.post("/v1/billing/plans", &plan).ok()["id"].clone()
    };
    let (small, large) = (plan("Small", "9.00"), plan("Large", "19.00"));
    let context = json!({"return_url": "http://127.0.0.1:1/yes", "cancel_url": "http://127.0.0.1:1/no"});
    let body = json!({"plan_id": small, "application_context": context});
    let subscription = sandbox.post("/v1/billing/subscriptions", &body).ok();
    let id = subscription["id"].as_str().unwrap();
    let path =
        subscription["links"][0]["href"].as_str().unwrap().strip_prefix("https://www.sandbox.paypal.com").unwrap();
    let page = open(&sandbox, path);
    for text in
        ["Subscribe to Simulated Shop", "Small", "every 3 months", "9.00 USD", "2.00 USD", "Agree and subscribe"]
    {
        assert!(page.has(text), "{text}: {}", page.html);
    }
    let token = path.split_once("ba_token=").unwrap().1;
    let query = format!("subscription_id={id}&ba_token={token}&token={}", token.strip_prefix("BA-").unwrap());
    assert_eq!(send(&sandbox, path, "do=cancel").location.unwrap(), format!("http://127.0.0.1:1/no?{query}"));
    assert_eq!(send(&sandbox, path, "do=approve").location.unwrap(), format!("http://127.0.0.1:1/yes?{query}"));
    let status = || sandbox.get(&format!("/v1/billing/subscriptions/{id}")).ok();
    assert_eq!(status()["status"], "ACTIVE");
    assert_eq!(send(&sandbox, path, "do=approve").status, 409);

    let revised = sandbox.post(&format!("/v1/billing/subscriptions/{id}/revise"), &json!({"plan_id": large})).ok();
    let path = revised["links"][0]["href"].as_str().unwrap().strip_prefix("https://www.sandbox.paypal.com").unwrap();
    assert!(path.starts_with("/webapps/billing/subscriptions/update?ba_token="), "{path}");
    let page = open(&sandbox, path);
    assert!(page.has("Change your subscription") && page.has("Large"), "{}", page.html);
    assert_eq!(status()["plan_id"], small);
    assert_eq!(send(&sandbox, path, "do=approve").status, 303);
    assert_eq!(status()["plan_id"], large);
    assert_eq!(open(&sandbox, "/webapps/billing/subscriptions?ba_token=BA-0").status, 404);
}

#[test]
fn a_recipient_pays_an_invoice() {
    let sandbox = Sandbox::new();
    let item = json!({"name": "Work", "quantity": "2", "unit_amount": usd("50.00")});
    let recipient = json!({"billing_info": {"email_address": "kim@example.com"}});
    let body = json!({"detail": {"currency_code": "USD"}, "items": [item], "primary_recipients": [recipient]});
    let created = sandbox.post("/v2/invoicing/invoices", &body).ok();
    let path = created["href"].as_str().unwrap().strip_prefix("https://api.sandbox.paypal.com").unwrap();
    let sent = sandbox.post(&format!("{path}/send"), &json!({})).ok();
    let key = sent["href"].as_str().unwrap().strip_prefix("https://www.sandbox.paypal.com/invoice/p/#").unwrap();
    let page = format!("/invoice/p/{key}");
    assert!(open(&sandbox, "/invoice/p/").has(&page));
    let seen = open(&sandbox, &page);
    for text in ["Work", " × 2", "50.00 USD", "100.00 USD", "from Simulated Shop"] {
        assert!(seen.has(text), "{text}: {}", seen.html);
    }
    assert_eq!(sandbox.get(path).ok()["status"], "SENT");
    assert!(send(&sandbox, &page, "do=pay").has("You have paid the invoice"));
    assert_eq!(sandbox.get(path).ok()["status"], "PAID");
    assert_eq!(send(&sandbox, &page, "do=pay").status, 409);
    assert!(open(&sandbox, "/invoice/p/").has("There are none"));
    assert!(open(&sandbox, "/").has("1 about <a href=\"/simulator/resources/invoices/INV2-"));
    assert_eq!(open(&sandbox, "/invoice/p/X").status, 404);
}

/// Creates an order that a card with this number pays, after 3-D Secure. Returns its id and the path of its page.
fn challenged(sandbox: &Sandbox, number: &str) -> (String, String) {
    let context = json!({"return_url": "https://shop.example/done", "cancel_url": "https://shop.example/cart"});
    let card = json!({"number": number, "expiry": "2030-01", "security_code": "123", "experience_context": context,
        "attributes": {"verification": {"method": "SCA_ALWAYS"}}});
    let unit = json!({"amount": usd("7.00")});
    let body = json!({"intent": "CAPTURE", "purchase_units": [unit], "payment_source": {"card": card}});
    let order = sandbox.send("POST", "/v2/checkout/orders", &[("paypal-request-id", number)], &body).ok();
    assert_eq!(order["status"], "PAYER_ACTION_REQUIRED");
    let id = order["id"].as_str().unwrap().to_owned();
    let path = format!("/checkoutnow?token={id}");
    (id, path)
}

#[test]
fn the_bank_asks_and_a_test_chooses_how_it_ends() {
    let sandbox = Sandbox::new();
    for (form, shift, captured) in [
        ("result=&do=authenticate", "POSSIBLE", Ok("COMPLETED")),
        ("result=A&do=authenticate", "POSSIBLE", Ok("COMPLETED")),
        ("result=U&do=authenticate", "NO", Ok("COMPLETED")),
        ("result=N&do=authenticate", "NO", Err("CONTINGENCY_NOT_SUCCESSFUL")),
    ] {
        let (id, path) = challenged(&sandbox, "4868719196829038");
        let page = open(&sandbox, &path);
        assert!(page.has("The bank asks for 3-D Secure") && !page.has("You are"), "{}", page.html);
        assert_eq!(
            send(&sandbox, &path, "do=cancel").location.unwrap(),
            format!("https://shop.example/cart?token={id}")
        );
        let back = format!("https://shop.example/done?state=undefined&code=undefined&liability_shift={shift}");
        assert_eq!(send(&sandbox, &path, form).location.unwrap(), back, "{form}");
        let answer = sandbox.post(&format!("/v2/checkout/orders/{id}/capture"), &json!({}));
        match captured {
            Ok(status) => assert_eq!(answer.ok()["status"], status, "{form}"),
            Err(issue) => assert_eq!(answer.refusal(), (422, issue), "{form}"),
        }
        sandbox.days(1);
    }
    // The number's own result: not authenticated.
    let (_, path) = challenged(&sandbox, "4868719158130060");
    assert!(send(&sandbox, &path, "result=&do=authenticate").location.unwrap().ends_with("liability_shift=NO"));
    let (_, path) = challenged(&sandbox, "4868719581920723");
    assert_eq!(send(&sandbox, &path, "result=X&do=authenticate").status, 400);
}

#[test]
fn a_customer_lets_a_payment_method_be_saved() {
    let sandbox = Sandbox::new();
    let context = json!({"return_url": "https://shop.example/saved", "cancel_url": "https://shop.example/wallet"});
    let setup = |source: Value| sandbox.post("/v3/vault/setup-tokens", &json!({"payment_source": source})).ok();
    let page_of = |token: &Value| {
        let link = token["links"].as_array().unwrap().iter().find(|link| link["rel"] == "approve").unwrap();
        link["href"].as_str().unwrap().strip_prefix("https://www.sandbox.paypal.com").unwrap().to_owned()
    };
    let status = |id: &str| sandbox.get(&format!("/v3/vault/setup-tokens/{id}")).ok()["status"].clone();

    let token = setup(
        json!({"paypal": {"description": "Monthly box", "usage_type": "MERCHANT", "experience_context": context}}),
    );
    let (id, path) = (token["id"].as_str().unwrap(), page_of(&token));
    let page = open(&sandbox, &path);
    assert!(page.has("Let Simulated Shop save your PayPal account") && page.has("Monthly box"), "{}", page.html);
    assert_eq!(send(&sandbox, &path, "do=cancel").location.as_deref(), Some("https://shop.example/wallet"));
    assert_eq!(status(id), "PAYER_ACTION_REQUIRED");
    let back = format!("https://shop.example/saved?approval_token_id={id}&approval_session_id={id}");
    assert_eq!(send(&sandbox, &path, "do=approve").location.unwrap(), back);
    assert_eq!(status(id), "APPROVED");
    assert_eq!(send(&sandbox, &path, "do=approve").status, 409);
    let body = json!({"payment_source": {"token": {"id": id, "type": "SETUP_TOKEN"}}});
    sandbox.post("/v3/vault/payment-tokens", &body).ok();

    let card = json!({"number": "4868719196829038", "expiry": "2030-01", "verification_method": "SCA_ALWAYS", "experience_context": context});
    let token = setup(json!({"card": card}));
    let (id, path) = (token["id"].as_str().unwrap(), page_of(&token));
    assert!(open(&sandbox, &path).has("VISA …9038"));
    assert_eq!(send(&sandbox, &path, "result=N&do=authenticate").status, 303);
    assert_eq!(status(id), "PAYER_ACTION_REQUIRED");
    assert!(open(&sandbox, &path).has("3-D Secure has failed"));
    assert_eq!(send(&sandbox, &path, "result=Y&do=authenticate").status, 303);
    assert_eq!(status(id), "APPROVED");
    assert_eq!(open(&sandbox, "/agreements/approve?approval_session_id=X").status, 404);
    assert_eq!(open(&sandbox, "/simulator/resources/payment-tokens").status, 200);
    assert!(open(&sandbox, "/").has("Saved payment methods (1)"));
}
