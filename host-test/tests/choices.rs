//! What can be chosen for the parameters of actions, on the simulator.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

mod simulated;

use connector_host::{FailureKind, Wanted};
use serde_json::{Value, json};

use simulated::Simulated;

/// Brings about an event, and returns the ids of what was made for it.
fn made(paypal: &Simulated, event_type: &str) -> Value {
    let (status, answer) = paypal.raw("POST", "/simulator/trigger", &[], &json!({"event_type": event_type}));
    assert_eq!(status, 200, "{answer}");
    answer["resources"].clone()
}

/// The values and labels of a page.
async fn page(paypal: &Simulated, wanted: &Wanted<'_>) -> Vec<(String, String)> {
    let choices = paypal.options(wanted).await.unwrap_or_else(|failure| panic!("{wanted:?}: {failure:?}"));
    choices.items.into_iter().map(|choice| (choice.value, choice.label)).collect()
}

#[tokio::test]
async fn what_was_made_can_be_chosen() {
    let paypal = Simulated::new();
    let url = "https://shop.example.com/hooks";
    paypal.call("triggers.subscribe", json!({"url": url, "event_types": ["*"]})).await;
    let template = json!({"name": "House style", "template_info": {"detail": {"currency_code": "USD"}}});
    paypal.call("invoice-templates.create", json!({ "body": template })).await;
    let subscribed = made(&paypal, "BILLING.SUBSCRIPTION.ACTIVATED");
    let invoice = made(&paypal, "INVOICING.INVOICE.PAID");
    let refunded = made(&paypal, "PAYMENT.CAPTURE.REFUNDED");
    let authorized = made(&paypal, "PAYMENT.AUTHORIZATION.CREATED");
    let payout = made(&paypal, "PAYMENT.PAYOUTS-ITEM.SUCCEEDED");
    let saved = made(&paypal, "VAULT.PAYMENT-TOKEN.CREATED");
    let disputed = made(&paypal, "CUSTOMER.DISPUTE.CREATED");
    let token = paypal.call("vault.get-payment-token", json!({"id": saved["payment_token"]})).await.body;
    let customer = token["customer"]["id"].clone();

    for (action, parameter, input, value, label) in [
        ("products.get", "product_id", json!({}), &subscribed["product"], "Tea"),
        ("plans.create", "/body/product_id", json!({"body": {"name": "Yearly"}}), &subscribed["product"], "Tea"),
        ("plans.list", "product_id", json!({}), &subscribed["product"], "Tea"),
        ("plans.get", "id", json!({"product_id": subscribed["product"]}), &subscribed["plan"], "ACTIVE"),
        ("subscriptions.create", "/body/plan_id", json!({}), &subscribed["plan"], "ACTIVE"),
        ("subscriptions.get", "id", json!({"plan_ids": subscribed["plan"]}), &subscribed["subscription"], "ACTIVE"),
        ("subscriptions.history", "id", json!({}), &subscribed["subscription"], "ACTIVE"),
        ("invoices.get", "invoice_id", json!({}), &invoice["invoice"], "PAID"),
        ("accounting.get-invoice-connections", "id", json!({}), &invoice["invoice"], "PAID"),
        ("payments.refund-capture", "capture_id", json!({"order_id": refunded["order"]}), &refunded["capture"], "USD"),
        ("payments.get-refund", "refund_id", json!({"order_id": refunded["order"]}), &refunded["refund"], "USD"),
        ("orders.add-tracking", "/body/capture_id", json!({"id": refunded["order"]}), &refunded["capture"], "USD"),
        (
            "payments.void-authorization",
            "authorization_id",
            json!({"order_id": authorized["order"]}),
            &authorized["authorization"],
            "CREATED",
        ),
        (
            "payouts.get-item",
            "payout_item_id",
            json!({"payout_batch_id": payout["payout"]}),
            &payout["payout_item"],
            "@",
        ),
        ("vault.get-payment-token", "id", json!({ "customer_id": customer }), &saved["payment_token"], ""),
        (
            "orders.create",
            "/body/payment_source/paypal/vault_id",
            json!({"customer_id": customer}),
            &saved["payment_token"],
            "",
        ),
        ("disputes.get", "id", json!({}), &disputed["dispute"], "USD"),
        (
            "webhooks.list-events",
            "event_type",
            json!({}),
            &json!("CUSTOMER.DISPUTE.CREATED"),
            "CUSTOMER.DISPUTE.CREATED",
        ),
        ("webhooks.create", "/body/event_types/0/name", json!({}), &json!("CUSTOMER.DISPUTE.CREATED"), "CUSTOMER"),
    ] {
        let input = input.to_string();
        let wanted = Wanted { action, parameter, input: &input, ..Wanted::default() };
        let found = page(&paypal, &wanted).await;
        let choice = found.iter().find(|(it, _)| value == it);
        let (_, read) = choice.unwrap_or_else(|| panic!("{action} {parameter}: no {value} in {found:?}"));
        assert!(read.contains(label), "{action} {parameter}: {read}");
    }
    // Of these the ids are not known before.
    for (action, parameter, search) in [
        ("webhooks.get", "webhook_id", "SHOP.EXAMPLE.COM"),
        ("events.receive", "webhook_id", "hooks"),
        ("invoices.create", "/body/configuration/template_id", "house"),
        ("webhooks.resend-event", "event_id", "customer.dispute.created"),
    ] {
        let wanted = Wanted { action, parameter, input: "{}", search: Some(search), ..Wanted::default() };
        let found = page(&paypal, &wanted).await;
        assert!(!found.is_empty(), "{action} {parameter}");
        assert!(found.iter().all(|(_, label)| label.to_lowercase().contains(&search.to_lowercase())), "{found:?}");
    }
}

#[tokio::test]
async fn pages_follow_one_another_and_a_search_goes_on_to_what_it_finds() {
    let paypal = Simulated::new();
    for number in 0..45 {
        paypal.call("products.create", json!({"body": {"name": format!("Tea {number:02}"), "type": "PHYSICAL"}})).await;
    }
    let wanted = Wanted { action: "plans.create", parameter: "/body/product_id", input: "{}", ..Wanted::default() };
    let (mut labels, mut page, mut pages) = (Vec::new(), None::<String>, 0);
    loop {
        let choices = paypal.options(&Wanted { page: page.as_deref(), ..wanted }).await.unwrap();
        labels.extend(choices.items.into_iter().map(|choice| choice.label));
        pages += 1;
        page = choices.next;
        if page.is_none() {
            break;
        }
    }
    labels.sort_unstable();
    let expected: Vec<_> = (0..45).map(|number| format!("Tea {number:02}")).collect();
    assert_eq!((labels, pages), (expected, 3));
    for sought in ["TEA 00", "tea 44"] {
        let found = paypal.options(&Wanted { search: Some(sought), ..wanted }).await.unwrap();
        assert_eq!(found.items.len(), 1, "{sought}");
    }
}

#[tokio::test]
async fn the_failure_of_a_listing_action_is_that_of_the_choices() {
    let paypal = Simulated::new();
    let input = r#"{"order_id": "5O190127TN364715T"}"#;
    let wanted = Wanted { action: "payments.get-capture", parameter: "capture_id", input, ..Wanted::default() };
    assert_eq!(paypal.options(&wanted).await.unwrap_err().kind, FailureKind::NotFound);
    let before = paypal.sandbox.effects();
    let wanted = Wanted { input: "{}", ..wanted };
    let failure = paypal.options(&wanted).await.unwrap_err();
    assert_eq!((failure.kind, failure.request_sent), (FailureKind::InvalidInput, false));
    assert_eq!(failure.details[0].field.as_deref(), Some("/order_id"));
    assert_eq!(paypal.sandbox.effects(), before);
}
