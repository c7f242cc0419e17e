//! A tenant that only reads: an action with any other effect does not run, whichever way it is called.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::path::Path;

use connector_host::{
    Client, Connection, Connector, Engine, Environment, FailureKind, Route, Secret, StaticToken, Tenant,
    actions::Effect,
};
use host_test::COMPONENT;
use serde_json::json;
use server::{Answer, Server};

fn connector() -> Connector {
    Connector::load(&Engine::new().unwrap(), Path::new(COMPONENT)).unwrap()
}

fn tenant(server: &Server) -> Tenant {
    let client = Client::new();
    let route = Route::loopback(Environment::Sandbox, &server.url()).unwrap();
    let token = StaticToken::new(Secret::new("real-token".to_owned()));
    Tenant::new(Connection::new(route, token, client.clone()), client).read_only()
}

#[tokio::test]
async fn an_action_that_does_more_than_read_is_denied_both_ways_and_nothing_is_sent() {
    let server = Server::start(|request| Answer::json("200 OK", &request.resource())).await;
    let (connector, tenant) = (connector(), tenant(&server));
    for (action, input, said) in [
        ("orders.capture", r#"{"id": "5O19"}"#, "`orders.capture` has the effects write, moves-money"),
        ("products.update", r#"{"product_id": "PROD-1", "body": []}"#, "`products.update` has the effects write,"),
        ("orders.captrue", "{}", "`orders.captrue` is not among the connector's actions"),
        ("", "nonsense", "is not among"),
    ] {
        let failure = connector.invoke(&tenant, action, input).await.unwrap().result.unwrap_err();
        assert_eq!((failure.kind, failure.request_sent, failure.retryable), (FailureKind::Denied, false, false));
        assert!(failure.message.contains(said) && failure.message.contains("nothing was sent"), "{}", failure.message);
        let typed = connector.call_typed(&tenant, action, input).await.unwrap();
        assert_eq!((&typed["failure"]["kind"], &typed["failure"]["request_sent"]), (&json!("denied"), &json!(false)));
        assert_eq!(typed["failure"]["message"], failure.message);
        assert_eq!((failure.name.as_deref(), &typed["failure"]["name"]), (Some("READ_ONLY"), &json!("READ_ONLY")));
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn an_action_that_only_reads_runs_whatever_its_method() {
    let server = Server::start(|request| {
        let eligible = request.line.contains("find-eligible-methods");
        Answer::json("200 OK", &if eligible { r#"{"eligible_methods": {}}"#.to_owned() } else { request.resource() })
    })
    .await;
    let (connector, tenant) = (connector(), tenant(&server));
    for (action, input) in [("orders.get", r#"{"id": "5O19"}"#), ("payments.find-eligible-methods", r#"{"body": {}}"#)]
    {
        assert_eq!(connector.invoke(&tenant, action, input).await.unwrap().result.unwrap().status, 200);
        assert_eq!(connector.call_typed(&tenant, action, input).await.unwrap()["reply"]["status"], 200);
    }
    assert_eq!(server.received().len(), 4);
}

#[tokio::test]
async fn exactly_the_pure_reads_are_allowed() {
    let connector = connector();
    for action in connector.actions().await.unwrap() {
        let refusal = connector.read_only_refusal(&action.id).await.unwrap();
        assert_eq!(refusal.is_none(), action.effects == [Effect::Read], "{}", action.id);
    }
}
