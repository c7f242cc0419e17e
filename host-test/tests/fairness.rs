//! A connection with very many calls does not keep the others waiting.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[allow(dead_code, reason = "other tests use the rest")]
mod guests;
#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use connector_host::{
    Client, Concurrency, Connection, Connector, Engine, EngineOptions, Environment, Route, Secret, StaticToken, Tenant,
};
use server::{Answer, Server, response};
use tokio::{sync::Semaphore, task::yield_now, time::sleep};

/// How many calls run at once.
const INSTANCES: u32 = 4;

/// The calls of the connection with many, and those of all others together, two each.
const MANY: usize = 1000;
const OTHERS: usize = 200;

/// A request that the server answers when it is told to.
const ORDER: &str = "GET https://api-m.sandbox.paypal.com/v2/checkout/orders/5O19\nauthorization: Bearer {token}";

fn tenant(server: &Server, client: &Client) -> Tenant {
    let route = Route::loopback(Environment::Sandbox, &server.url()).unwrap();
    let connection = Connection::new(route, StaticToken::new(Secret::new("a-token".to_owned())), client.clone());
    Tenant::new(connection.with_concurrency(Concurrency::new(Concurrency::MOST).unwrap()), client.clone())
}

#[tokio::test]
async fn a_connection_with_many_calls_gets_no_more_than_its_turn() {
    let mut options = EngineOptions::default();
    options.instances = INSTANCES;
    let connector = Connector::load(&Engine::with_options(&options).unwrap(), guests::hostile()).unwrap();
    let (client, released) = (Client::new(), Arc::new(Semaphore::new(0)));
    let permits = released.clone();
    let server = Server::start(move |_| Answer::Released(permits.clone(), response("200 OK", "", b"{}"))).await;
    // All instances are taken until all calls wait.
    let first = tenant(&server, &client);
    let waiting: Vec<_> = (0..INSTANCES)
        .map(|_| {
            let (connector, tenant) = (connector.clone(), first.clone());
            tokio::spawn(async move { connector.invoke(&tenant, "request", ORDER).await.unwrap().result.unwrap() })
        })
        .collect();
    while server.received().len() < INSTANCES as usize {
        sleep(Duration::from_millis(1)).await;
    }
    let greedy = std::iter::repeat_n((true, tenant(&server, &client)), MANY);
    let others = (0..OTHERS / 2).flat_map(|_| std::iter::repeat_n((false, tenant(&server, &client)), 2));
    let ended = Arc::new(Mutex::new(Vec::new()));
    let calls: Vec<_> = greedy
        .chain(others)
        .map(|(is_greedy, tenant)| {
            let (connector, ended) = (connector.clone(), ended.clone());
            tokio::spawn(async move {
                connector.invoke(&tenant, "count", "").await.unwrap().result.unwrap();
                ended.lock().unwrap().push(is_greedy);
            })
        })
        .collect();
    // Each has been polled once now: this runtime has one thread, and takes its tasks in turn.
    yield_now().await;
    assert!(ended.lock().unwrap().is_empty());
    released.add_permits(INSTANCES as usize);
    for call in waiting {
        call.await.unwrap();
    }
    for call in calls {
        call.await.unwrap();
    }
    let ended = ended.lock().unwrap();
    assert_eq!(ended.len(), MANY + OTHERS);
    let last = ended.iter().rposition(|is_greedy| !is_greedy).unwrap();
    let before = ended[..last].iter().filter(|is_greedy| **is_greedy).count();
    // It came first: as many of its calls as its connection may make at once were in front of the others.
    assert!(before <= 2 * Concurrency::MOST, "{before} of its calls ended before the last of the others");
}
