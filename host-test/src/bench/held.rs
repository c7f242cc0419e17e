//! The memory that calls in flight take.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use tokio::{runtime::Runtime, task::JoinSet};

use connector_host::{Client, Connector, Environment, Route};

use crate::bench::{
    call::{CALLS, tenant},
    native::Native,
    plan::Plan,
    process,
    report::{Report, Unit},
    server::Server,
    spread::Spread,
    turns::Step,
};

/// Memory of this process, in KiB.
#[derive(Clone, Copy)]
struct Resident {
    /// All that is mapped and present. What instances share is counted once for each.
    all: f64,
    /// What is not shared.
    private: f64,
}

impl Resident {
    /// Returns the present values, or `None` if the system does not tell them.
    fn now() -> Option<Self> {
        Some(Self { all: process::memory("VmRSS")?, private: process::memory("RssAnon")? })
    }
}

/// Holds requests of the native client open, then calls of the connector as well, each on its own connection.
pub(super) fn measure(
    runtime: &Runtime,
    connector: &Connector,
    server: &Server,
    plan: Plan,
    report: &mut Report,
) -> Result<()> {
    let rows = runtime.block_on(hold(connector, server, plan))?;
    let Some([none, native, both]) = rows else { return Ok(()) };
    let each = |more: f64, less: f64| Spread::once((more - less) / plan.held as f64);
    let natively = each(native.all, none.all);
    report.push("memory of a call in flight", Unit::Kibibytes, each(both.all, native.all), Some(natively));
    let natively = each(native.private, none.private);
    let own = each(both.private, native.private);
    report.push("memory of a call in flight, unshared", Unit::Kibibytes, own, Some(natively));
    Ok(())
}

/// Holds all of these calls at once, by the TCP connections that they have made before.
pub(super) fn measure_all(runtime: &Runtime, calls: &[Step], server: &Server, report: &mut Report) -> Result<()> {
    let Some(taken) = runtime.block_on(hold_all(calls, server))? else { return Ok(()) };
    let name = format!("memory of the process, {} calls in flight", calls.len());
    report.push(&name, Unit::Mebibytes, Spread::once(taken / 1024.0), None);
    Ok(())
}

/// The memory with all of these calls in flight, in KiB.
async fn hold_all(calls: &[Step], server: &Server) -> Result<Option<f64>> {
    let control = Client::new();
    server.hold(&control).await?;
    let mut requests = JoinSet::new();
    for call in calls {
        let call = call.clone();
        requests.spawn(async move { call().await });
    }
    arrived(server, &control, calls.len(), &mut requests).await?;
    let taken = process::proportional_memory();
    server.release(&control).await?;
    while let Some(ended) = requests.join_next().await {
        ended??;
    }
    Ok(taken)
}

/// The memory with nothing in flight, with the native requests, and with the calls besides.
async fn hold(connector: &Connector, server: &Server, plan: Plan) -> Result<Option<[Resident; 3]>> {
    let (call, control) = (CALLS[0], Client::new());
    let route = Route::loopback(Environment::Sandbox, server.url()).context("the server's own URL")?;
    let (client, other) = (Client::new(), Client::new());
    let first = tenant(route.clone(), other.clone());
    let native = Arc::new(Native::new(call.action, &route, Arc::new(client))?);
    // One of each beforehand, so that what the first one allocates is not counted.
    native.send().await?;
    call.run(connector, &first).await?;

    server.hold(&control).await?;
    let none = Resident::now();
    let mut requests = JoinSet::new();
    for _ in 0..plan.held {
        let native = native.clone();
        requests.spawn(async move { native.send().await });
    }
    arrived(server, &control, plan.held, &mut requests).await?;
    let natively = Resident::now();
    for _ in 0..plan.held {
        // One call per tenant: a connection does not run as many.
        let (connector, tenant) = (connector.clone(), tenant(route.clone(), other.clone()));
        requests.spawn(async move { call.run(&connector, &tenant).await });
    }
    arrived(server, &control, 2 * plan.held, &mut requests).await?;
    let both = Resident::now();
    server.release(&control).await?;
    while let Some(ended) = requests.join_next().await {
        ended??;
    }
    Ok(none.zip(natively).zip(both).map(|((none, natively), both)| [none, natively, both]))
}

/// Returns when that many requests wait at the server.
///
/// # Errors
/// If one of them ends before.
async fn arrived(server: &Server, control: &Client, count: usize, requests: &mut JoinSet<Result<()>>) -> Result<()> {
    tokio::select! {
        arrived = server.until_waiting(control, count) => arrived,
        Some(ended) = requests.join_next() => {
            ended??;
            bail!("a request was answered that the server was to hold")
        }
    }
}
