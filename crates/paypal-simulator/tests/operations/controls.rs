//! Controls whose resource is not in a state that they need, and what pages offer of them.

use paypal_simulator::Simulator;
use serde_json::{Value, json};

use crate::{
    disputes::{Case, capture},
    pages::{open, send},
    sandbox::{Answer, Sandbox},
};

/// Creates an order, by these members. Returns its id.
fn order(paypal: &Sandbox, members: &Value) -> String {
    let amount = json!({"currency_code": "USD", "value": "10.00"});
    let mut body = json!({"intent": "CAPTURE", "purchase_units": [{"amount": amount}]});
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    let key = paypal.effects().orders.len().to_string();
    let made = paypal.send("POST", "/v2/checkout/orders", &[("paypal-request-id", &key)], &body).ok();
    made["id"].as_str().unwrap().to_owned()
}

/// Brings about an event. Returns the id of what was made under this name.
fn made(paypal: &Sandbox, event: &str, name: &str) -> String {
    let answer = paypal.raw("POST", "/simulator/trigger", &[], json!({"event_type": event}).to_string().into()).ok();
    answer["resources"][name].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// Carries out a control that is refused, which changes nothing. Returns the answer.
fn refused(paypal: &Sandbox, control: &str, body: &Value) -> Answer {
    let before = (paypal.events().len(), paypal.effects());
    let answer = paypal.control(control, body);
    assert_eq!(answer.refusal(), (409, "STATE_NOT_ALLOWED"), "{control}: {answer:?}");
    assert!((paypal.events().len(), paypal.effects()) == before, "{control} has changed something");
    answer
}

#[test]
fn an_order_that_does_not_wait_for_its_payer_is_not_approved_again() {
    let paypal = Sandbox::new();
    let id = order(&paypal, &json!({}));
    paypal.control(&format!("orders/{id}/approve"), &Value::Null).ok();
    for what in ["approve", "decline", "authenticate"] {
        let answer = refused(&paypal, &format!("orders/{id}/{what}"), &json!({}));
        assert_eq!(answer.body["state"], "APPROVED");
        let detail = &answer.body["details"][0];
        assert_eq!(
            (&detail["field"], &detail["value"], &detail["location"]),
            (&json!("order_id"), &json!(id), &json!("path"))
        );
        let description = detail["description"].as_str().unwrap();
        assert!(description.starts_with(&format!("The order {id} is APPROVED. This needs ")), "{description}");
        let needed = answer.body["needed"].as_array().unwrap();
        assert!(!needed.is_empty() && needed.iter().all(|it| description.contains(it.as_str().unwrap())), "{answer:?}");
    }
    paypal.post(&format!("/v2/checkout/orders/{id}/capture"), &json!({})).ok();
    assert_eq!(refused(&paypal, &format!("orders/{id}/decline"), &json!({})).body["state"], "COMPLETED");
    // What was declined can be chosen again.
    let id = order(&paypal, &json!({}));
    paypal.control(&format!("orders/{id}/decline"), &Value::Null).ok();
    paypal.control(&format!("orders/{id}/decline"), &Value::Null).ok();
    paypal.control(&format!("orders/{id}/approve"), &Value::Null).ok();
    refused(&paypal, &format!("orders/{id}/decline"), &json!({}));
    // A result of 3-D Secure is not dropped: without a card there is no place for it.
    let id = order(&paypal, &json!({}));
    refused(&paypal, &format!("orders/{id}/authenticate"), &json!({"authentication_status": "N"}));
    assert!(paypal.0.approve_order(&id) && !paypal.0.approve_order(&id) && !paypal.0.decline_order(&id));
    assert!(!paypal.0.approve_order("X"));
}

#[test]
fn a_subscription_is_approved_and_misses_payments_only_in_the_states_for_that() {
    let paypal = Sandbox::new();
    let id = made(&paypal, "BILLING.SUBSCRIPTION.CREATED", "subscription");
    let control = |what: &str| format!("subscriptions/{id}/{what}");
    let times = json!({"times": 1});
    assert_eq!(refused(&paypal, &control("miss-payment"), &Value::Null).body["state"], "APPROVAL_PENDING");
    paypal.control(&control("fail-payments"), &json!({"times": 0})).ok();
    paypal.control(&control("approve"), &Value::Null).ok();
    let answer = refused(&paypal, &control("approve"), &Value::Null);
    assert_eq!((&answer.body["state"], &answer.body["needed"][0]), (&json!("ACTIVE"), &json!("APPROVAL_PENDING")));
    // The plan suspends it after one failure.
    paypal.control(&control("miss-payment"), &Value::Null).ok();
    assert_eq!(refused(&paypal, &control("miss-payment"), &Value::Null).body["state"], "SUSPENDED");
    paypal.control(&control("fail-payments"), &times).ok();
    paypal.post(&format!("/v1/billing/subscriptions/{id}/cancel"), &json!({"reason": "x"})).ok();
    for what in ["approve", "miss-payment", "fail-payments"] {
        assert_eq!(refused(&paypal, &control(what), &times).body["state"], "CANCELLED");
    }
    assert!(!paypal.0.approve_subscription(&id) && !paypal.0.miss_payment(&id) && !paypal.0.fail_payments(&id, 1));
}

#[test]
fn what_is_settled_paid_or_approved_is_not_so_again() {
    let paypal = Sandbox::new();
    let twice = |control: &str, body: &Value, state: &str| {
        let first = paypal.control(control, body);
        assert!((200..300).contains(&first.status), "{control}: {first:?}");
        assert_eq!(refused(&paypal, control, body).body["state"], state, "{control}");
    };
    paypal.control("captures/pending", &json!({})).ok();
    let pending = capture(&paypal, "10.00");
    twice(&format!("captures/{pending}/settle"), &json!({"outcome": "COMPLETED"}), "COMPLETED");
    paypal.control("refunds/pending", &json!({})).ok();
    let refund = paypal.post(&format!("/v2/payments/captures/{pending}/refund"), &json!({})).ok();
    let refund = refund["id"].as_str().unwrap();
    twice(&format!("refunds/{refund}/settle"), &json!({"outcome": "FAILED"}), "FAILED");
    let invoice = made(&paypal, "INVOICING.INVOICE.CREATED", "invoice");
    assert_eq!(refused(&paypal, &format!("invoices/{invoice}/pay"), &Value::Null).body["state"], "DRAFT");
    paypal.post(&format!("/v2/invoicing/invoices/{invoice}/send"), &json!({})).ok();
    twice(&format!("invoices/{invoice}/pay"), &Value::Null, "PAID");
    assert!(!paypal.0.pay_invoice(&invoice));
    let token = paypal.post(
        "/v3/vault/setup-tokens",
        &json!({"payment_source": {"paypal": {"usage_type": "MERCHANT",
        "experience_context": {"return_url": "https://example.com", "cancel_url": "https://example.com"}}}}),
    );
    let token = token.ok()["id"].as_str().unwrap().to_owned();
    twice(&format!("setup-tokens/{token}/approve"), &Value::Null, "APPROVED");
    assert!(!paypal.0.approve_setup_token(&token));
    let item = made(&paypal, "PAYMENT.PAYOUTS-ITEM.UNCLAIMED", "payout_item");
    twice(&format!("payouts-items/{item}/claim"), &Value::Null, "SUCCESS");
    for what in ["release", "block", "claim"] {
        refused(&paypal, &format!("payouts-items/{item}/{what}"), &Value::Null);
    }
    assert!(!paypal.0.claim_payout_item(&item));
    twice(&format!("payouts-items/{item}/refund"), &Value::Null, "REFUNDED");
    let case = Case::inquiry(&paypal);
    twice(&format!("disputes/{}/buyer/escalate", case.id), &Value::Null, "WAITING_FOR_SELLER_RESPONSE (CHARGEBACK)");
    for what in ["send-message", "provide-evidence", "accept-offer", "deny-offer", "return-item"] {
        refused(&paypal, &format!("disputes/{}/buyer/{what}", case.id), &json!({"message": "x", "note": "x"}));
    }
    let decided = json!({"adjudication_outcome": "SELLER_FAVOR"});
    twice(&format!("disputes/{}/adjudicate", case.id), &decided, "RESOLVED (CHARGEBACK)");
    refused(&paypal, &format!("disputes/{}/buyer/cancel", case.id), &Value::Null);
    assert!(!paypal.0.decide_dispute(&case.id, true));
}

#[test]
fn a_seller_confirms_and_revokes_once() {
    let paypal = Sandbox::new();
    let referral = made(&paypal, "MERCHANT.ONBOARDING.COMPLETED", "referral");
    let agreed =
        paypal.control(&format!("partner-referrals/{referral}/agree"), &json!({"primary_email_confirmed": false}));
    let seller = agreed.ok()["merchant_id"].as_str().unwrap().to_owned();
    paypal.control(&format!("merchant-integrations/{seller}/confirm-email"), &Value::Null).ok();
    refused(&paypal, &format!("merchant-integrations/{seller}/confirm-email"), &Value::Null);
    paypal.control(&format!("merchant-integrations/{seller}/revoke"), &Value::Null).ok();
    assert_eq!(paypal.control(&format!("merchant-integrations/{seller}/revoke"), &Value::Null).status, 404);
}

#[test]
fn a_resource_that_there_is_not_is_404_for_every_control() {
    let paypal = Sandbox::new();
    for control in [
        "orders/X/approve",
        "orders/X/authenticate",
        "orders/X/decline",
        "subscriptions/X/approve",
        "subscriptions/X/miss-payment",
        "subscriptions/X/fail-payments",
        "captures/X/settle",
        "payments/X/settle",
        "refunds/X/settle",
        "invoices/X/pay",
        "setup-tokens/X/approve",
        "payouts-items/X/claim",
        "payouts-items/X/release",
        "disputes/X/adjudicate",
        "disputes/X/buyer/cancel",
        "merchant-integrations/X/revoke",
        "partner-referrals/X/agree",
        "payment-links/X/pay",
    ] {
        assert_eq!(paypal.control(control, &Value::Null).refusal(), (404, "INVALID_RESOURCE_ID"), "{control}");
    }
}

#[test]
fn a_page_offers_what_the_state_allows_with_a_body_that_works() {
    let paypal = Sandbox::new();
    let id = order(&paypal, &json!({}));
    let page = format!("/simulator/resources/orders/{id}");
    let offers = |path: &str, what: &str| open(&paypal, path).has(&format!("value=\"{what}\""));
    assert!(offers(&page, "approve") && offers(&page, "decline") && !offers(&page, "authenticate"));
    assert!(open(&paypal, &page).has("&quot;payer&quot;: &quot;payer@example.com&quot;"));
    assert_eq!(send(&paypal, &page, "do=approve").status, 303);
    assert!(!offers(&page, "approve") && !offers(&page, "decline"));
    assert!(!open(&paypal, &page).has("What payers and tests do"));
    assert_eq!(send(&paypal, &page, "do=approve").status, 409, "as who has opened the page before");
    let card = json!({"card": {"number": "4111111111111111", "expiry": "2035-12",
        "attributes": {"verification": {"method": "SCA_ALWAYS"}}}});
    let id = order(&paypal, &json!({"payment_source": card}));
    assert!(offers(&format!("/simulator/resources/orders/{id}"), "authenticate"));
    // The bodies of the front page do as they stand, whatever other merchants there are.
    paypal.control("merchants", &Value::Null).ok();
    let capture = capture(&paypal, "5.00");
    let home = open(&paypal, "/").html;
    let mut carried_out = 0;
    for form in home.split("<form method=\"post\">").skip(1) {
        let form = form.split("</form>").next().unwrap();
        let Some((_, rest)) = form.split_once("<textarea") else { continue };
        let body = rest.split_once('>').unwrap().1.split("</textarea>").next().unwrap().replace("&quot;", "\"");
        let name = form.split("name=\"do\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        if name == "revoke-consent" {
            continue;
        }
        let answer = paypal.control(name, &serde_json::from_str(&body).unwrap());
        assert!((200..300).contains(&answer.status), "{name} {body}: {answer:?}");
        assert_eq!(name == "disputes", body.contains(&capture), "{name} {body}");
        carried_out += 1;
    }
    assert!(carried_out >= 9, "{carried_out}");
}

#[test]
fn the_front_page_says_what_is_withheld_and_why() {
    let paypal = Sandbox::new();
    assert!(!open(&paypal, "/").has("in disputes"));
    let unit = json!({"amount": {"currency_code": "USD", "value": "10.00"}, "payment_instruction": {"disbursement_mode": "DELAYED"}});
    let id = order(&paypal, &json!({"purchase_units": [unit]}));
    assert!(paypal.0.approve_order(&id));
    paypal.post(&format!("/v2/checkout/orders/{id}/capture"), &json!({})).ok();
    Case::open(&paypal, json!({"reason": "UNAUTHORISED"}));
    paypal.control("captures/pending", &json!({})).ok();
    capture(&paypal, "20.00");
    let item = json!({"receiver": "new@example.com", "recipient_type": "EMAIL", "amount": {"currency": "USD", "value": "3.00"}});
    paypal
        .post("/v1/payments/payouts", &json!({"sender_batch_header": {"sender_batch_id": "1"}, "items": [item]}))
        .ok();
    let home = open(&paypal, "/");
    // 100.00 in dispute; 10.00 and 20.00 less 3.49 % and 0.49; 3.00 and 0.25.
    for text in [
        "100.00 USD in disputes",
        "9.16 USD until a referenced payout",
        "3.25 USD for payouts on their way",
        "18.81 USD pending",
        "131.22 USD",
    ] {
        assert!(home.has(text), "{text}: {}", home.html);
    }
    paypal.days(29);
    assert!(!open(&paypal, "/").has("until a referenced payout"));
}

#[test]
fn the_clock_says_how_many_tokens_have_expired() {
    let paypal = Sandbox::new();
    let grant = |paypal: &Simulator| {
        let basic = base64::Engine::encode(
            &base64::prelude::BASE64_STANDARD,
            format!("{}:{}", paypal.client_id(), paypal.client_secret()),
        );
        let basic = format!("Basic {basic}");
        let headers = [("authorization", &*basic)];
        let form = "grant_type=client_credentials&ignoreCache=true";
        Sandbox(paypal.clone()).raw("POST", "/v1/oauth2/token", &headers, form.into()).ok()
    };
    let move_by = |seconds: u64| paypal.control("clock", &json!({"seconds": seconds})).ok();
    assert!(!open(&paypal, "/").has("All access tokens have expired"));
    grant(&paypal.0);
    let moved = move_by(3600);
    assert_eq!(moved, json!({"time": "2026-03-02T10:00:00Z", "expired_tokens": 0}));
    grant(&paypal.0);
    assert_eq!(move_by(8 * 3600)["expired_tokens"], 1);
    assert!(!open(&paypal, "/").has("All access tokens have expired"));
    assert_eq!(move_by(86_400)["expired_tokens"], 1);
    assert!(open(&paypal, "/").has("All access tokens have expired"));
    assert_eq!(move_by(86_400)["expired_tokens"], 0, "each is told once");
}
