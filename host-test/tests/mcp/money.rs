//! A payment from its order to its capture; and who may not make one.

use connector_mcp::Access;
use rmcp::{model::CallToolRequestParams, service::ServiceError};
use serde_json::json;

use crate::{
    client::Client,
    world::{World, everything, object, order},
};

#[tokio::test]
async fn an_order_is_created_approved_and_captured() {
    let world = World::new(everything());
    let client = world.client(Client::default()).await;
    let id = client.order("10.00").await;
    let (said, failure) = client.failed("orders_capture", json!({"id": id})).await;
    assert_eq!(failure["failure"]["kind"], "unprocessable");
    assert_eq!(failure["failure"]["details"][0]["issue"], "ORDER_NOT_APPROVED");
    assert!(failure["failure"]["debug_id"].is_string() && said.contains("ORDER_NOT_APPROVED"), "{said}");
    assert!(failure.get("repeat").is_none(), "{failure}");
    // The link is in the order, not in the refusal.
    let order = world.read(&format!("/v2/checkout/orders/{id}"));
    let approve = order["links"].as_array().unwrap().iter().find(|it| it["rel"] == "approve").unwrap()["href"].clone();
    assert_eq!(failure["payer_link"], approve);
    assert!(said.starts_with("No money moved: the payer has not approved the order yet."), "{said}");
    assert!(said.contains(approve.as_str().unwrap()), "{said}");

    world.control(&format!("/simulator/orders/{id}/approve"));
    let captured = client.done("orders_capture", json!({"id": id})).await;
    let capture = &captured["reply"]["body"]["purchase_units"][0]["payments"]["captures"][0];
    assert_eq!(capture["status"], "COMPLETED");
    assert!(captured["reply"]["idempotency_key"].is_string());
    assert!(captured["reply"].get("file").is_none(), "what says nothing is left out");
}

#[tokio::test]
async fn money_is_off_unless_it_is_allowed() {
    for access in [Access::default(), Access { read_only: true, moves_money: true, ..Access::default() }] {
        let world = World::new(access);
        let client = world.client(Client::default()).await;
        let (said, _) = client.failed("orders_create", order("10.00")).await;
        assert!(said.starts_with("Not offered: it ") && said.ends_with("Nothing was sent."), "{said}");
        assert!(world.faults.seen().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_only_reads_refuses_all_else() {
    let world = World::new(Access { read_only: true, ..Access::default() });
    let client = world.client(Client::default()).await;
    let (said, _) = client.failed("products_create", json!({"body": {"name": "Tea", "type": "PHYSICAL"}})).await;
    assert!(said.contains("this server only reads"), "{said}");
    assert!(world.faults.seen().is_empty());
    assert_eq!(client.done("products_list", json!({})).await["reply"]["status"], 200);
}

#[tokio::test]
async fn a_tool_that_there_is_not_is_an_error_of_the_protocol() {
    let client = World::new(everything()).client(Client::default()).await;
    let long = "orders_capture".repeat(100);
    for (name, near) in [
        ("orders.create", "did you mean orders_create"),
        ("orders_captrue", "did you mean orders_capture"),
        ("Describe-Action", "did you mean describe_action"),
        ("coffee", "tools/list has them all"),
        (&long, "tools/list has them all"),
        ("", "tools/list has them all"),
    ] {
        let request = CallToolRequestParams::new(name.to_owned()).with_arguments(object(json!({})));
        match client.0.call_tool(request).await {
            Err(ServiceError::McpError(error)) => assert!(error.message.contains(near), "{name}: {error}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    let (said, _) = client.failed("describe_action", json!({"tool": "orders.create"})).await;
    assert!(said.contains("did you mean orders_create"), "{said}");
}

#[tokio::test]
async fn an_option_that_no_tool_offers_is_named_and_nothing_is_sent() {
    let world = World::new(everything());
    let client = world.client(Client::default()).await;
    let strange = json!({"mock_response": "{}", "auth_assertion": "x.y.", "prefer": "minimal", "a\nb": 1});
    let (said, _) = client.failed("orders_capture", json!({"id": "5O190127TN364715T", "options": strange})).await;
    let expected = "Nothing was sent: orders_capture has no option `mock_response`, `auth_assertion`, `a?b`; it has idempotency_key, prefer.";
    assert_eq!(said, expected);
    let (said, _) =
        client.failed("orders_get", json!({"id": "5O190127TN364715T", "options": {"prefer": "minimal"}})).await;
    assert_eq!(said, "Nothing was sent: orders_get has no option `prefer`; it has none.");
    assert!(world.faults.seen().is_empty());
}

#[tokio::test]
async fn wrong_arguments_are_named_and_nothing_is_sent() {
    let world = World::new(everything());
    let client = world.client(Client::default()).await;
    let mut wrong = order("10.001");
    wrong["body"].as_object_mut().unwrap().remove("intent");
    let (said, failure) = client.failed("orders_create", wrong).await;
    let fields: Vec<_> = failure["failure"]["details"].as_array().unwrap().iter().map(|it| &it["field"]).collect();
    assert_eq!(failure["failure"]["kind"], "invalid-input");
    assert!(fields.contains(&&json!("/intent")) && fields.len() > 1, "{failure}");
    assert!(said.contains("Nothing was sent."), "{said}");
    for arguments in [json!({"id": "1", "options": "none"}), json!({}), json!({"id": "1", "max_items": 3})] {
        assert_eq!(client.failed("orders_capture", arguments).await.1["failure"]["kind"], "invalid-input");
    }
    assert!(world.faults.seen().is_empty());
}
