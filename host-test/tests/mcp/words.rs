//! What a model is told to do next, in words and first of all.

use connector_mcp::NextSteps;
use host_test::NEXT_STEPS;
use serde_json::{Value, json};

use crate::{
    client::Client,
    world::{Connected, World, connector, everything, order},
};

/// Where the codes are that PayPal has.
const CODES: [&str; 2] = [
    include_str!("../../../crates/paypal-simulator/src/request/mock.rs"),
    include_str!("../../../docs/simulator-refusals.md"),
];

/// Calls a tool that must succeed. Returns its first text, and its structured result.
async fn told(client: &Connected, tool: &str, arguments: Value) -> (String, Value) {
    let result = client.call(tool, arguments).await;
    assert_ne!(result.is_error, Some(true), "{result:?}");
    (result.content[0].as_text().unwrap().text.clone(), result.structured_content.unwrap())
}

/// The arguments of an order that is paid by the card of a holder of that name.
fn by_card(holder: &str) -> Value {
    let mut paid = order("10.00");
    paid["body"]["payment_source"]["card"] = json!({"name": holder, "number": "4111111111111111", "expiry": "2031-02"});
    paid
}

#[tokio::test]
async fn an_order_that_waits_for_its_payer_says_so_with_the_link() {
    let world = World::new(everything());
    let client = world.client(Client::default()).await;
    let (said, result) = told(&client, "orders_create", order("10.00")).await;
    let link = result["payer_link"].as_str().unwrap_or_else(|| panic!("{result}"));
    assert!(said.starts_with("Nothing is paid yet: ") && said.ends_with(link), "{said}");
    assert!(result["reply"]["body"]["links"].to_string().contains(link));
    assert_eq!(result["next_step"], said.as_str());
}

#[tokio::test]
async fn a_card_that_is_declined_is_no_payment_though_the_answer_is_201() {
    let world = World::new(everything());
    let client = world.client(Client::default()).await;
    let (said, result) = told(&client, "orders_create", by_card("CCREJECT-IF")).await;
    let capture = &result["reply"]["body"]["purchase_units"][0]["payments"]["captures"][0];
    assert_eq!((&result["reply"]["status"], &capture["status"]), (&json!(201), &json!("DECLINED")), "{result}");
    assert!(said.starts_with("The payment was declined: no money moved"), "{said}");
    // One that is paid needs no words.
    let (said, result) = told(&client, "orders_create", by_card("Jo Doe")).await;
    assert!(said.starts_with('{') && result.get("next_step").is_none(), "{said}");
}

#[tokio::test]
async fn a_payer_s_card_that_is_declined_says_so_first_and_where_to_choose_another() {
    let world = World::new(everything());
    let client = world.client(Client::default()).await;
    let id = client.order("10.00").await;
    world.control(&format!("/simulator/orders/{id}/decline"));
    let (said, failure) = client.failed("orders_capture", json!({"id": id})).await;
    assert_eq!(failure["failure"]["details"][0]["issue"], "INSTRUMENT_DECLINED");
    assert!(said.starts_with("The card was declined: no money moved."), "{said}");
    let links = serde_json::to_string(&failure["failure"]["body"]["links"]).unwrap();
    assert!(links.contains(failure["payer_link"].as_str().unwrap()), "{failure}");
}

#[tokio::test]
async fn money_that_is_still_on_its_way_is_not_there() {
    let world = World::new(everything());
    let client = world.client(Client::default()).await;
    let id = client.order("10.00").await;
    world.control(&format!("/simulator/orders/{id}/approve"));
    world.control("/simulator/captures/pending");
    let (said, _) = told(&client, "orders_capture", json!({"id": id})).await;
    assert!(said.starts_with("The money has not arrived yet: the capture is PENDING"), "{said}");
}

#[tokio::test]
async fn a_failure_without_words_of_its_own_has_those_of_its_kind() {
    let client = World::new(everything()).client(Client::default()).await;
    let (said, _) = client.failed("products_get", json!({"product_id": "PROD-XYAB12ABSB7868434"})).await;
    assert!(said.starts_with("There is no such thing in this account."), "{said}");
}

#[tokio::test]
async fn the_words_are_for_codes_and_actions_that_there_are() {
    let steps = NextSteps::parse(NEXT_STEPS).unwrap();
    let actions = connector().actions().await.unwrap();
    for id in steps.actions() {
        assert!(actions.iter().any(|it| it.id == id), "{id}");
    }
    for code in steps.issues() {
        let has_it = |text: &str| text.split(|it: char| !it.is_ascii_uppercase() && it != '_').any(|it| it == code);
        assert!(CODES.into_iter().any(has_it), "{code}");
    }
    let document: Value = serde_json::from_str(NEXT_STEPS).unwrap();
    for (action, subject) in document["subjects"].as_object().unwrap() {
        let path = |id: &str| &*actions.iter().find(|it| it.id == id).unwrap().path;
        for name in subject["parameters"].as_array().unwrap() {
            let name = format!("{{{}}}", name.as_str().unwrap());
            let read = subject["read"].as_str().unwrap();
            assert!(path(action).contains(&name) && path(read).contains(&name), "{action} {name}");
        }
    }
}
