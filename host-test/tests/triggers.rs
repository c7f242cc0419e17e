//! Each trigger fires by what `host-test trigger` does: by a delivery and by polling, and once by either.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

mod simulated;

use std::{collections::BTreeSet, time::SystemTime};

use bytes::Bytes;
use connector_host::{
    Connection, Environment, Route, Tenant,
    testing::NumberedTokens,
    transport::{BoxFuture, Timeouts, Transport, whole},
    triggers::{Operation, TriggerInfo},
};
use http::{Request, Response};
use paypal_simulator::{Simulator, triggers};
use serde_json::{Value, json};
use simulated::{Simulated, connector};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use wasmtime_wasi_http::{Error, WasiBody};

const URL: &str = "https://flows.example.com/hooks";

/// Answers with the simulator's response.
#[derive(Clone)]
struct InProcess(Simulator);

impl Transport for InProcess {
    fn send(&self, request: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        let response = self.0.handle(request).map(whole);
        Box::pin(async { Ok(response) })
    }
}

/// A platform whose clock shows the simulator's time, which some triggers move on by days.
fn platform(sandbox: &Simulator) -> Simulated {
    let tenant = || {
        let tokens = NumberedTokens::new(Simulator::token());
        let connection = Connection::new(Route::paypal(Environment::Sandbox), tokens, InProcess(sandbox.clone()));
        Tenant::new(connection, InProcess(sandbox.clone()))
    };
    let amount = json!({"currency_code": "USD", "value": "1.00"});
    let order = json!({"intent": "CAPTURE", "purchase_units": [{"amount": amount}]});
    let whole = [("prefer", "return=representation")];
    let (status, order) = Simulated::with(sandbox.clone(), tenant()).raw("POST", "/v2/checkout/orders", &whole, &order);
    assert_eq!(status, 201, "{order}");
    let now = OffsetDateTime::parse(order["create_time"].as_str().unwrap(), &Rfc3339).unwrap();
    Simulated::with(sandbox.clone(), tenant().at(SystemTime::from(now)))
}

/// The input of an operation with the members that a platform adds.
fn input(operation: &Operation, more: Value) -> Value {
    let mut input: Value = serde_json::from_str(&operation.input).unwrap();
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

/// A poll: the ids of its items by the trigger's key, and the checkpoint.
async fn poll(paypal: &Simulated, trigger: &TriggerInfo, more: Value) -> (Vec<String>, Value) {
    let operation = trigger.poll.as_ref().unwrap();
    let body = paypal.call(&operation.action, input(operation, more)).await.body;
    assert_eq!(body["more"], false, "{}", trigger.id);
    let items = body["items"].as_array().unwrap();
    let key = |item: &Value| item.pointer(&trigger.deduplication_key).unwrap().as_str().unwrap().to_owned();
    for item in items {
        assert!(trigger.event_types.iter().any(|name| item["type"] == **name), "{}: {item}", trigger.id);
    }
    (items.iter().map(key).collect(), body["checkpoint"].clone())
}

#[tokio::test]
async fn each_fires_once_by_a_delivery_and_by_polling() {
    let possible: BTreeSet<&str> = triggers::event_types().collect();
    let all = connector().triggers().await.unwrap();
    assert!(all.len() >= 30);
    for trigger in &all {
        let sandbox = Simulator::new(16);
        let paypal = platform(&sandbox);
        paypal.call(&trigger.subscribe.action, input(&trigger.subscribe, json!({"url": URL}))).await;
        let (items, mut checkpoint) = poll(&paypal, trigger, json!({})).await;
        assert!(items.is_empty(), "{}: {items:?}", trigger.id);
        for event_type in &trigger.event_types {
            assert!(possible.contains(&**event_type), "{}: the simulator cannot bring about {event_type}", trigger.id);
            let body = json!({ "event_type": event_type });
            let (status, answer) = paypal.raw("POST", "/simulator/trigger", &[], &body);
            assert_eq!(status, 200, "{answer}");
            let happened = answer["events"].as_array().unwrap().iter();
            let happened =
                happened.filter(|event| trigger.event_types.iter().any(|name| event["event_type"] == **name));
            let happened: BTreeSet<String> = happened.map(|event| event["id"].as_str().unwrap().to_owned()).collect();
            assert!(!happened.is_empty(), "{}: {answer}", trigger.id);
            let paypal = platform(&sandbox);

            let (items, next) = poll(&paypal, trigger, json!({ "checkpoint": checkpoint })).await;
            assert_eq!(items.len(), happened.len(), "{}: {items:?}", trigger.id);
            assert_eq!(items.into_iter().collect::<BTreeSet<_>>(), happened, "{}", trigger.id);
            let (again, next) = poll(&paypal, trigger, json!({ "checkpoint": next })).await;
            assert!(again.is_empty(), "{} fires again: {again:?}", trigger.id);
            checkpoint = next;

            let delivered = sandbox.deliveries().unwrap();
            let delivered: Vec<_> = delivered.iter().filter(|it| happened.contains(&it.event_id)).collect();
            assert!(delivered.iter().all(|it| it.url == URL), "{}", trigger.id);
            let ids: BTreeSet<_> = delivered.iter().map(|it| it.event_id.clone()).collect();
            assert_eq!(ids, happened, "{} by a delivery", trigger.id);
        }
        let ended = paypal.call(&trigger.unsubscribe.action, input(&trigger.unsubscribe, json!({"url": URL}))).await;
        assert_eq!(ended.body["deleted"], true, "{}", trigger.id);
    }
}

#[tokio::test]
async fn their_actions_exist_and_their_samples_are_items() {
    let actions = connector().actions().await.unwrap();
    for trigger in connector().triggers().await.unwrap() {
        let poll = trigger.poll.as_ref().unwrap();
        for operation in [&trigger.subscribe, &trigger.unsubscribe, &trigger.receive, poll] {
            assert!(actions.iter().any(|action| action.id == operation.action), "{}", operation.action);
        }
        assert!(actions.iter().any(|action| action.group == trigger.group), "{}: no actions", trigger.id);
        let sample: Value = serde_json::from_str(&trigger.sample).unwrap();
        let kind = sample["subject"]["kind"].as_str();
        assert!(kind.is_none_or(|kind| trigger.subject_kinds.iter().any(|it| it == kind)), "{}", trigger.id);
    }
}
