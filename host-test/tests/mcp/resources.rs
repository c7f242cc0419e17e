//! Resources: documentation, descriptions, triggers, histories.

use connector_mcp::Access;
use rmcp::model::{ReadResourceRequestParams, ResourceContents};
use serde_json::{Value, json};

use crate::{
    client::Client,
    world::{Connected, World, everything},
};

async fn read(client: &Connected, uri: &str) -> Option<(String, String)> {
    let read = client.0.read_resource(ReadResourceRequestParams::new(uri)).await.ok()?;
    match &read.contents[..] {
        [ResourceContents::TextResourceContents { text, mime_type, .. }] => {
            Some((text.clone(), mime_type.clone().unwrap()))
        }
        other => panic!("{uri}: {other:?}"),
    }
}

#[tokio::test]
async fn every_resource_that_is_listed_can_be_read() {
    let world = World::new(Access { only: vec!["orders".into(), "payouts".into()], ..everything() });
    let client = world.client(Client::default()).await;
    let listed = client.0.list_all_resources().await.unwrap();
    for resource in &listed {
        let (text, media_type) = read(&client, &resource.uri).await.unwrap_or_else(|| panic!("{}", resource.uri));
        assert_eq!(resource.mime_type.as_deref(), Some(&*media_type));
        if media_type == "application/json" {
            serde_json::from_str::<Value>(&text).unwrap();
        }
    }
    let uris: Vec<&str> = listed.iter().map(|it| &*it.uri).collect();
    assert!(
        uris.starts_with(&["paypal://docs/outcomes", "paypal://triggers", "paypal://actions/orders.create"]),
        "{uris:?}"
    );
    assert!(!uris.contains(&"paypal://actions/invoices.create"), "it is not offered");

    let (described, _) = read(&client, "paypal://actions/orders.create").await.unwrap();
    let described: Value = serde_json::from_str(&described).unwrap();
    assert!(described["input_schema"]["$defs"]["card_request"]["properties"].is_object(), "it is whole");
    let (triggers, _) = read(&client, "paypal://triggers").await.unwrap();
    assert!(serde_json::from_str::<Value>(&triggers).unwrap().as_array().unwrap().len() > 20);
    for wrong in
        ["paypal://actions/invoices.create", "paypal://docs/../Cargo.toml", "file:///etc/passwd", "paypal:", ""]
    {
        assert!(read(&client, wrong).await.is_none(), "{wrong}");
    }
}

#[tokio::test]
async fn the_history_of_an_order_is_what_was_done_with_it() {
    let world = World::new(everything());
    let client = world.client(Client::default()).await;
    let templates = client.0.list_all_resource_templates().await.unwrap();
    let templates: Vec<&str> = templates.iter().map(|it| &*it.uri_template).collect();
    assert_eq!(templates, ["paypal://orders/{id}/history", "paypal://subscriptions/{id}/history"]);

    let id = client.order("10.00").await;
    world.control(&format!("/simulator/orders/{id}/approve"));
    client.done("orders_capture", json!({"id": id})).await;
    let (history, media_type) = read(&client, &format!("paypal://orders/{id}/history")).await.unwrap();
    assert_eq!(media_type, "application/json");
    assert!(history.contains("orders.create") && history.contains("orders.capture"), "{history}");
    // An id that is none is refused by the action's own check.
    assert!(read(&client, "paypal://orders/a b/history").await.is_none());
}
