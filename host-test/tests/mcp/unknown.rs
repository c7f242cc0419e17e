//! A call whose outcome is unknown says how to repeat it; repeated like that it captures once.

use paypal_simulator::faults::{Arrival, Fault};
use serde_json::{Value, json};

use crate::{
    client::Client,
    world::{World, everything, order},
};

#[tokio::test]
async fn a_capture_whose_answer_is_lost_is_repeated_as_the_answer_says_and_captures_once() {
    for arrival in [Arrival::AtOnce, Arrival::Never, Arrival::BeforeTheNext] {
        let world = World::new(everything());
        let client = world.client(Client::default()).await;
        let id = client.order("10.00").await;
        world.control(&format!("/simulator/orders/{id}/approve"));
        world.faults.plan([Some(Fault::ResponseTimeout(arrival))]);
        let (said, failure) = client.failed("orders_capture", json!({"id": id})).await;
        assert_eq!(failure["failure"]["kind"], "outcome-unknown");
        let key = &failure["failure"]["idempotency_key"];
        let arguments = json!({"id": id, "options": {"idempotency_key": key}});
        assert_eq!(failure["repeat"], json!({"tool": "orders_capture", "arguments": arguments}));
        let first = said.lines().next().unwrap();
        for part in [
            "NOT known",
            "do not start a new call",
            "call orders_capture with exactly these arguments",
            &arguments.to_string(),
        ] {
            assert!(first.contains(part), "{part}: {first}");
        }

        // As a model would, from the structure; and once more.
        for _ in 0..2 {
            let repeated = client.done("orders_capture", failure["repeat"]["arguments"].clone()).await;
            assert_eq!(repeated["reply"]["body"]["status"], "COMPLETED", "{arrival:?}");
        }
        let captures =
            world.read(&format!("/v2/checkout/orders/{id}"))["purchase_units"][0]["payments"]["captures"].clone();
        assert_eq!(captures.as_array().map(Vec::len), Some(1), "{arrival:?}");
    }
}

#[tokio::test]
async fn the_arguments_to_repeat_keep_the_options_there_were_and_hide_a_card() {
    let world = World::new(everything());
    let client = world.client(Client::default()).await;
    let lost = || world.faults.plan([Some(Fault::ResponseTimeout(Arrival::AtOnce))]);
    let mut arguments = order("10.00");
    arguments["options"] = json!({"prefer": "representation", "idempotency_key": "shop-order-1042"});
    lost();
    let (_, failure) = client.failed("orders_create", arguments.clone()).await;
    assert_eq!(failure["repeat"]["arguments"], arguments);

    let mut paid = order("10.00");
    paid["body"]["payment_source"]["card"] =
        json!({"number": "4111111111111111", "expiry": "2031-02", "security_code": "987"});
    lost();
    let (said, failure) = client.failed("orders_create", paid).await;
    assert_eq!(failure["failure"]["kind"], "outcome-unknown");
    let key = &failure["failure"]["idempotency_key"];
    let and = json!({"options": {"idempotency_key": key}});
    assert_eq!(failure["repeat"], json!({"tool": "orders_create", "same_arguments": true, "and": and}));
    assert!(!said.contains("4111111111111111") && !said.contains("987"), "{said}");
}

#[tokio::test]
async fn a_write_without_a_key_is_looked_up_and_not_repeated() {
    let world = World::new(everything());
    let client = world.client(Client::default()).await;
    let invoice = json!({"body": {"detail": {"currency_code": "USD"}, "items": [
        {"name": "Tea", "quantity": "1", "unit_amount": {"currency_code": "USD", "value": "5.00"}}]}});
    world.faults.plan([Some(Fault::ResponseTimeout(Arrival::AtOnce))]);
    let (said, failure) = client.failed("invoices_create", invoice).await;
    assert_eq!((&failure["failure"]["kind"], failure.get("repeat")), (&json!("outcome-unknown"), None), "{failure}");
    assert_eq!(failure["look_up"], json!({"tool": "invoices_search"}));
    assert!(
        said.contains("do not call invoices_create again") && said.contains("Find out with invoices_search"),
        "{said}"
    );
}

#[tokio::test]
async fn a_read_may_simply_be_repeated() {
    let world = World::new(everything());
    let client = world.client(Client::default()).await;
    world.faults.plan([Some(Fault::RateLimited(Some(paypal_simulator::faults::RetryAfter::Seconds(7))))]);
    let (said, failure) = client.failed("products_list", json!({})).await;
    assert_eq!(failure["failure"]["kind"], "rate-limited");
    assert_eq!(failure["repeat"], json!({"tool": "products_list", "same_arguments": true}));
    assert!(said.contains("after 7 s"), "{said}");
    assert_ne!(failure["failure"]["retry_after_ms"], Value::Null);
}
