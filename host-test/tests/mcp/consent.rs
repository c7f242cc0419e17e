//! A person is asked before money moves, whichever way the protocol's version asks.

use connector_mcp::Access;
use rmcp::model::{CallToolRequestParams, CallToolResponse, ElicitationAction, InputRequiredResult};
use serde_json::json;

use crate::{
    client::Client,
    world::{Connected, World, everything, object, order, text},
};

async fn both(world: &World, client: &Client) -> [Connected; 2] {
    [world.client(client.clone()).await, world.older_client(client.clone()).await]
}

#[tokio::test]
async fn the_question_names_action_place_and_amount_and_accepting_it_goes_on() {
    let world = World::new(everything());
    let user = Client::answering(ElicitationAction::Accept);
    for client in both(&world, &user).await {
        let id = client.order("12.34").await;
        let questions = user.questions();
        assert_eq!(questions.len(), 1, "{questions:?}");
        for part in [
            "Create an order (orders.create), the simulator",
            "Create this order?",
            "12.34 USD (body.purchase_units[0].amount)",
        ] {
            assert!(questions[0].contains(part), "{part}: {}", questions[0]);
        }
        world.control(&format!("/simulator/orders/{id}/approve"));
        client.done("orders_capture", json!({"id": id})).await;
        let question = user.questions().remove(0);
        let sum = "Amounts: 12.34 USD (purchase_units[0].amount), as orders.get says now";
        assert!(question.contains(&id) && question.contains(sum), "{question}");
        client.done("orders_get", json!({"id": id})).await;
        assert!(user.questions().is_empty(), "reading asks nobody");
    }
}

#[tokio::test]
async fn the_sum_of_a_payment_that_no_argument_names_is_read_once_or_said_to_be_unknown() {
    let world = World::new(everything());
    let user = Client::answering(ElicitationAction::Accept);
    for client in both(&world, &user).await {
        let id = client.order("12.34").await;
        world.control(&format!("/simulator/orders/{id}/approve"));
        let captured = client.done("orders_capture", json!({"id": id})).await;
        let capture = &captured["reply"]["body"]["purchase_units"][0]["payments"]["captures"][0]["id"];
        user.questions();
        let _ = world.faults.seen();
        client.done("payments_refund-capture", json!({"capture_id": capture})).await;
        let question = user.questions().remove(0);
        assert!(question.contains("Amounts: 12.34 USD (amount), as payments.get-capture says now"), "{question}");
        assert_eq!(world.faults.seen().len(), 2, "it is read when it is asked, and not again");
        client.failed("orders_capture", json!({"id": "5O190127TN364715T"})).await;
        let question = user.questions().remove(0);
        assert!(
            question.contains("Amounts: not known: the arguments name none, and orders.get could not"),
            "{question}"
        );
        client.failed("subscriptions_activate", json!({"id": "I-BW452GLLEP1G"})).await;
        assert!(user.questions()[0].contains("Amounts: not known: the arguments name none\n"));
    }
}

#[tokio::test]
async fn what_is_declined_is_not_sent() {
    for answer in [ElicitationAction::Decline, ElicitationAction::Cancel] {
        let world = World::new(everything());
        let user = Client::answering(answer);
        for client in both(&world, &user).await {
            let (said, _) = client.failed("orders_create", order("10.00")).await;
            assert!(said.starts_with("Nothing was sent: the user d"), "{said}");
            assert_eq!(user.questions().len(), 1);
        }
        assert!(world.faults.seen().is_empty());
    }
}

#[tokio::test]
async fn what_cannot_be_undone_asks_without_moving_money() {
    let world = World::new(Access::default());
    let user = Client::answering(ElicitationAction::Decline);
    for client in both(&world, &user).await {
        client.failed("webhooks_delete", json!({"webhook_id": "4JH86294D6297924G"})).await;
        assert_eq!(user.questions().len(), 1);
    }
}

#[tokio::test]
async fn no_card_number_is_shown() {
    let world = World::new(everything());
    let user = Client::answering(ElicitationAction::Decline);
    let client = world.client(user.clone()).await;
    let mut paid = order("10.00");
    paid["body"]["payment_source"]["card"] =
        json!({"number": "4111 1111 1111 1112", "expiry": "2031-02", "security_code": "987"});
    client.failed("orders_create", paid).await;
    let question = user.questions().remove(0);
    assert!(question.contains("2031-02") && !question.contains("4111") && !question.contains("987"), "{question}");
}

fn asked(response: CallToolResponse) -> InputRequiredResult {
    match response {
        CallToolResponse::InputRequired(asked) => asked,
        other => panic!("{other:?}"),
    }
}

/// The answer of a client to a question, sent with these arguments.
fn answered(asked: &InputRequiredResult, arguments: serde_json::Value) -> CallToolRequestParams {
    let name = asked.input_requests.as_ref().unwrap().keys().next().unwrap().clone();
    let request = CallToolRequestParams::new("orders_create").with_arguments(object(arguments));
    let request = request.with_input_responses([(name, json!({"action": "accept"}))].into());
    match &asked.request_state {
        Some(state) => request.with_request_state(state.clone()),
        None => request,
    }
}

#[tokio::test]
async fn an_answer_that_comes_twice_pays_once_and_one_for_other_arguments_does_not_count() {
    let world = World::new(everything());
    let client = world.client(Client::answering(ElicitationAction::Accept)).await;
    let request = CallToolRequestParams::new("orders_create").with_arguments(object(order("10.00")));
    let question = asked(client.0.peer().call_tool_once(request).await.unwrap());
    assert!(world.faults.seen().is_empty(), "nothing is sent before the answer");

    // Another amount than the user has agreed to; and a key that was not the question's.
    asked(client.0.peer().call_tool_once(answered(&question, order("1000.00"))).await.unwrap());
    for state in ["11111111-1111-4111-8111-111111111111", "nonsense"] {
        let forged = answered(&question, order("10.00")).with_request_state(state);
        asked(client.0.peer().call_tool_once(forged).await.unwrap());
    }
    assert!(world.faults.seen().is_empty());

    let mut ids = Vec::new();
    for _ in 0..2 {
        match client.0.peer().call_tool_once(answered(&question, order("10.00"))).await.unwrap() {
            CallToolResponse::Complete(result) => {
                ids.push(result.structured_content.unwrap()["reply"]["body"]["id"].clone())
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(ids[0].is_string() && ids[0] == ids[1], "{ids:?}");
}

#[tokio::test]
async fn a_key_of_the_caller_s_stays() {
    let world = World::new(everything());
    let client = world.client(Client::answering(ElicitationAction::Accept)).await;
    let mut keyed = order("10.00");
    keyed["options"] = json!({"idempotency_key": "shop-order-1042"});
    let request = CallToolRequestParams::new("orders_create").with_arguments(object(keyed.clone()));
    let question = asked(client.0.peer().call_tool_once(request).await.unwrap());
    assert_eq!(question.request_state, None);
    match client.0.peer().call_tool_once(answered(&question, keyed)).await.unwrap() {
        CallToolResponse::Complete(result) => assert!(text(&result).contains("shop-order-1042")),
        other => panic!("{other:?}"),
    }
}
