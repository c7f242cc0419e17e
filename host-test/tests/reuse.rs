//! Instances that a connection reuses. The guest counts the calls of its instance, so that a count of 1 means a fresh one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[allow(dead_code, reason = "other tests use the rest")]
mod guests;
#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::time::Duration;

use connector_host::{
    CallError, Client, Connection, Connector, Engine, EngineOptions, Environment, Limits, Reuse, Route, Secret,
    StaticToken, StopReason, Tenant,
};
use server::{Answer, Server};
use tokio::time::sleep;

/// A connector whose engine runs `instances` at once and keeps `idle` more.
fn connector(instances: u32, idle: u32, reuse: Reuse) -> Connector {
    let mut options = EngineOptions::default();
    (options.instances, options.idle) = (instances, idle);
    let connector = Connector::load(&Engine::with_options(&options).unwrap(), guests::hostile()).unwrap();
    let limits = Limits { compute: Duration::from_millis(500), ..Limits::default() };
    connector.with_limits(limits).with_reuse(reuse)
}

fn tenant_of(route: Route) -> Tenant {
    let token = StaticToken::new(Secret::new("a-token".to_owned()));
    Tenant::new(Connection::new(route, token, Client::new()), Client::new())
}

fn tenant() -> Tenant {
    tenant_of(Route::paypal(Environment::Sandbox))
}

async fn attack(connector: &Connector, tenant: &Tenant, name: &str, input: &str) -> Result<String, CallError> {
    let outcome = connector.invoke(tenant, name, input).await?;
    Ok(outcome.result.map_or_else(|failure| failure.message, |reply| reply.body.unwrap()))
}

async fn count(connector: &Connector, tenant: &Tenant) -> u32 {
    attack(connector, tenant, "count", "").await.unwrap().parse().unwrap()
}

#[tokio::test]
async fn an_instance_is_reused_by_its_connection_alone() {
    let connector = connector(2, 4, Reuse::default());
    let (one, other) = (tenant(), tenant());
    for expected in 1..=3 {
        assert_eq!(count(&connector, &one).await, expected);
        assert_eq!(count(&connector, &other).await, expected);
    }
    // Other tenants with the same connection share its instances: `with_label` changes nothing of it.
    assert_eq!(count(&connector, &one.clone().with_label("again")).await, 4);
    // Clones of the connector share them too.
    assert_eq!(count(&connector.clone(), &one).await, 5);
}

#[tokio::test]
async fn without_a_wish_or_without_room_each_call_has_a_fresh_instance() {
    let mut options = EngineOptions::default();
    (options.instances, options.idle) = (2, 4);
    let plain = Connector::load(&Engine::with_options(&options).unwrap(), guests::hostile()).unwrap();
    for connector in [plain, connector(2, 0, Reuse::default())] {
        let tenant = tenant();
        for _ in 0..3 {
            assert_eq!(count(&connector, &tenant).await, 1);
        }
    }
}

#[tokio::test]
async fn an_instance_ends_with_its_calls_and_with_its_age() {
    let (tenant, age) = (tenant(), Duration::from_secs(3600));
    let few = connector(1, 1, Reuse { calls: 3, age });
    for expected in [1, 2, 3, 1, 2, 3, 1] {
        assert_eq!(count(&few, &tenant).await, expected);
    }
    let young = connector(1, 1, Reuse { calls: 100, age: Duration::from_millis(100) });
    count(&young, &tenant).await;
    sleep(Duration::from_millis(120)).await;
    assert_eq!(count(&young, &tenant).await, 1);
    for calls in [0, 1] {
        let once = connector(1, 1, Reuse { calls, age });
        for _ in 0..2 {
            assert_eq!(count(&once, &tenant).await, 1);
        }
    }
}

#[tokio::test]
async fn an_instance_is_not_used_again_after_a_call_that_did_not_end_well() {
    let connector = connector(1, 1, Reuse::default());
    let tenant = tenant();
    let megabytes = |count: usize| format!("1 {} 0", count * 16);
    // Memory within and beyond what is kept; what is printed; traps; limits of time and of memory.
    for (name, input, is_kept) in [
        ("leave", &*megabytes(1), true),
        ("leave", &*megabytes(8), false),
        ("leave", &*megabytes(1024), false),
        ("print", "x", false),
        ("panic", "x", false),
        ("leave-then-trap", "1 1 1 x", false),
        ("spin", "", false),
        ("return", "7", true),
    ] {
        let before = count(&connector, &tenant).await;
        let _ = attack(&connector, &tenant, name, input).await;
        let expected = if is_kept { before + 1 } else { 1 };
        assert_eq!(count(&connector, &tenant).await, expected, "{name} {input}");
    }
}

#[tokio::test]
async fn an_instance_is_not_used_again_after_its_call_was_dropped() {
    let server = Server::start(|_| Answer::Silence).await;
    let connector = connector(1, 1, Reuse::default());
    let tenant = tenant_of(Route::loopback(Environment::Sandbox, &server.url()).unwrap());
    assert_eq!(count(&connector, &tenant).await, 1);
    let order = "GET https://api-m.sandbox.paypal.com/v2/checkout/orders/5O19\nauthorization: Bearer {token}";
    let call = tokio::spawn({
        let (connector, tenant) = (connector.clone(), tenant.clone());
        async move { attack(&connector, &tenant, "request", order).await.map(drop).map_err(drop) }
    });
    while server.received().is_empty() {
        assert!(!call.is_finished(), "it did not wait");
        sleep(Duration::from_millis(1)).await;
    }
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(count(&connector, &tenant).await, 1);
}

#[tokio::test]
async fn the_least_recently_used_instance_makes_room_and_no_call_finds_none() {
    let connector = connector(2, 2, Reuse::default());
    let tenants = [tenant(), tenant(), tenant()];
    // The third one takes the place of the first.
    for tenant in &tenants {
        assert_eq!(count(&connector, tenant).await, 1);
    }
    assert_eq!(count(&connector, &tenants[2]).await, 2);
    assert_eq!(count(&connector, &tenants[1]).await, 2);
    assert_eq!(count(&connector, &tenants[0]).await, 1);
    // Many connections at once, with more instances kept and running than there would be room for without the limit.
    let tenants: Vec<Tenant> = (0..20).map(|_| tenant()).collect();
    let calls = (0..400).map(|number| {
        let (connector, tenant) = (connector.clone(), tenants[number % tenants.len()].clone());
        tokio::spawn(async move { count(&connector, &tenant).await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert!(call.await.unwrap() >= 1);
    }
}

/// Every call finds a free slot, though instances end in every way, on several threads: permits are returned when their slots are
/// free, and what two connectors keep counts together.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_call_finds_the_pool_full() {
    for (idle, calls) in [(0, 100), (1, 1), (2, 3), (2, 100)] {
        let one = connector(2, idle, Reuse { calls, age: Duration::from_secs(60) });
        let other = one.clone().with_reuse(Reuse { calls, age: Duration::from_secs(60) });
        let tenants: Vec<Tenant> = (0..10).map(|_| tenant()).collect();
        let calls = (0..2000).map(|number| {
            let connector = if number % 2 == 0 { one.clone() } else { other.clone() };
            let (tenant, name) = (tenants[number % 7].clone(), ["count", "count", "print", "panic"][number % 4]);
            tokio::spawn(async move { attack(&connector, &tenant, name, "x").await.err().map(|error| error.reason) })
        });
        for call in calls.collect::<Vec<_>>() {
            let reason = call.await.unwrap();
            assert!(matches!(reason, None | Some(StopReason::Trapped(_))), "{idle} {calls:?}", calls = reason);
        }
    }
}

/// What a call leaves in memory, the connection's next call finds, and no other connection's.
#[tokio::test]
async fn what_remains_is_for_the_same_connection_only() {
    const SECRET: u64 = 0x5ec2_e7a1_90c4_3b6d;
    let connector = connector(1, 2, Reuse::default());
    let (one, other) = (tenant(), tenant());
    let search = format!("{} 0", !SECRET);
    let leave = async || attack(&connector, &one, "leave", &format!("{SECRET} 1 4 left")).await.unwrap();
    assert_eq!(leave().await, "left");
    let found = attack(&connector, &one, "search", &search).await.unwrap();
    assert_ne!(found, "0 0 0 0 0", "the positive control");
    for _ in 0..2 {
        assert_eq!(leave().await, "left");
        assert_eq!(attack(&connector, &other, "search", &search).await.unwrap(), "0 0 0 0 0");
    }
    // Nor when the connection is gone and its place is free.
    drop(one);
    for _ in 0..40 {
        assert_eq!(attack(&connector, &tenant(), "search", &search).await.unwrap(), "0 0 0 0 0");
    }
}
