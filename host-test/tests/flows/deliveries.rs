//! Repeated webhook events, verified by PayPal through faults.

use std::{collections::BTreeSet, path::Path};

use bytes::Bytes;
use connector_host::{
    Connection, Connector, Engine, Environment, Reply, Route, Secret, StaticToken, Tenant, testing::VirtualClock,
};
use host_test::COMPONENT;
use paypal_simulator::{
    Faults, Simulator,
    faults::{Arrival, Fault},
};
use serde_json::{Value, json};

/// The number of captures; of every third one the event is delivered twice.
const CAPTURES: usize = 6;
const TWICE: usize = 3;

/// Asks by `webhooks.verify-signature`, through faults, until there is an answer.
async fn status(connector: &Connector, tenant: &Tenant, faults: &Faults, input: &str) -> String {
    let lost = Some(Fault::Reset(Arrival::AtOnce));
    faults.plan([lost, Some(Fault::Closed(Arrival::Never)), Some(Fault::Cut { at: 60_000, reset: false })]);
    let outcome = connector.invoke(tenant, "webhooks.verify-signature", input).await.unwrap();
    let reply: Reply = outcome.result.unwrap();
    assert_eq!(reply.attempts, 4);
    let answer: Value = serde_json::from_str(&reply.body.unwrap()).unwrap();
    answer["verification_status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_event_that_is_delivered_twice_is_known_by_its_id() {
    let engine = Engine::new().unwrap();
    let connector = Connector::load(&engine, Path::new(COMPONENT)).unwrap();
    let (sandbox, clock) = (Simulator::new(7), VirtualClock::new());
    let faults = Faults::new(sandbox.clone(), clock.clone());
    let token = StaticToken::new(Secret::new(Simulator::token().to_owned()));
    let connection = Connection::new(Route::paypal(Environment::Sandbox), token, faults.clone());
    let tenant = Tenant::new(connection, faults.clone()).with_clock(clock);

    let hook =
        json!({"body": {"url": "https://example.com/hook", "event_types": [{"name": "PAYMENT.CAPTURE.COMPLETED"}]}});
    connector.invoke(&tenant, "webhooks.create", &hook.to_string()).await.unwrap().result.unwrap();
    for number in 0..CAPTURES {
        if number % TWICE == 0 {
            sandbox.duplicate_next_delivery();
        }
        let input = json!({"body": {
            "intent": "CAPTURE",
            "purchase_units": [{"amount": {"currency_code": "USD", "value": "1.00"}}],
            "payment_source": {"card": {"number": "4111111111111111", "expiry": "2030-01"}},
        }});
        // The answer is lost; the repeat under the same key causes no further event.
        faults.plan([Some(Fault::ResponseTimeout(Arrival::AtOnce))]);
        connector.invoke(&tenant, "orders.create", &input.to_string()).await.unwrap().result.unwrap();
    }

    let deliveries = sandbox.deliveries().unwrap();
    assert_eq!(deliveries.len(), CAPTURES + CAPTURES.div_ceil(TWICE));
    let events: BTreeSet<_> = deliveries.iter().map(|delivery| &delivery.event_id).collect();
    assert_eq!(events.len(), CAPTURES, "one event for each capture");
    let told: BTreeSet<String> = deliveries
        .iter()
        .map(|delivery| {
            let event: Value = serde_json::from_slice(&delivery.body).unwrap();
            assert_eq!(event["id"], *delivery.event_id);
            event["resource"]["id"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(told, sandbox.effects().captured.keys().cloned().collect());

    for delivery in &deliveries {
        let header = |name: &str| delivery.headers.iter().find(|(it, _)| *it == name).unwrap().1.clone();
        let input = |body: &Bytes| {
            let body = std::str::from_utf8(body).unwrap();
            let fields = json!({
                "auth_algo": header("paypal-auth-algo"),
                "cert_url": header("paypal-cert-url"),
                "transmission_id": header("paypal-transmission-id"),
                "transmission_sig": header("paypal-transmission-sig"),
                "transmission_time": header("paypal-transmission-time"),
                "webhook_id": delivery.webhook_id,
            });
            // The event is passed on byte for byte.
            let fields = fields.to_string();
            format!(r#"{{"body": {},"webhook_event":{body}}}}}"#, fields.strip_suffix('}').unwrap())
        };
        assert_eq!(status(&connector, &tenant, &faults, &input(&delivery.body)).await, "SUCCESS");
        let altered = String::from_utf8(delivery.body.to_vec()).unwrap().replacen("1.00", "9.00", 1);
        assert_ne!(altered.as_bytes(), &delivery.body[..]);
        assert_eq!(status(&connector, &tenant, &faults, &input(&altered.into())).await, "FAILURE");
    }
}
