//! What a call costs, each figure beside that of the same request made natively, by the same client, in the same run.
//!
//! Nothing leaves the machine: the requests are answered in memory, or by a server of this process on loopback.

mod call;
mod event;
mod forgetful;
mod held;
mod memory;
mod native;
mod plan;
mod report;
mod server;
mod spread;
mod turns;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use tokio::runtime::{self, Runtime};

use connector_host::{Client, Connector, Engine, Environment, Route, Tenant};

pub use plan::Plan;
pub use report::{Report, Row, Unit};
pub use spread::Spread;

use call::{CALLS, Call, tenant};
use memory::Memory;
use native::Native;
use server::Server;
use turns::{Step, in_turns, rate, step};

/// Measures a component. To be called outside of a runtime, or where blocking is allowed.
///
/// # Errors
/// If the component cannot be loaded, a call fails, or there is no free port or thread.
pub fn run(component: &Path, plan: Plan) -> Result<Report> {
    // In memory one thread is enough: more of them would pass the work around.
    let alone = runtime::Builder::new_current_thread().enable_all().build()?;
    let several = runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut report = Report::new(component)?;
    let connector = Connector::load(&Engine::new()?, component)?;
    // First, while the pool of instances is untouched.
    held::measure(&several, &connector, plan, &mut report)?;
    starts(component, plan, &mut report)?;
    alone.block_on(in_memory(&connector, plan, &mut report))?;
    over_loopback(&several, &connector, plan, &mut report)?;
    Ok(report)
}

/// What comes before the first call, once per process.
fn starts(component: &Path, plan: Plan, report: &mut Report) -> Result<()> {
    let (mut engines, mut loads, mut clients) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.starts {
        let (engine, took) = timed(Engine::new);
        engines.push(took);
        let engine = engine?;
        let (connector, took) = timed(|| Connector::load(&engine, component));
        loads.push(took);
        connector?;
        clients.push(timed(Client::new).1);
    }
    report.push("start: the engine", Unit::Milliseconds, Spread::of_times(&engines, 1e3), None);
    let natively = Spread::of_times(&clients, 1e3);
    report.push("start: load, from the cache", Unit::Milliseconds, Spread::of_times(&loads, 1e3), Some(natively));
    Ok(())
}

/// Returns a call by the connector, and the same natively.
fn steps(call: Call, connector: &Connector, tenant: &Tenant) -> Result<(Step, Step)> {
    let native = Native::new(call.action, tenant.connection.route(), tenant.transport.clone())?;
    let native = step(native, async |native: Arc<Native>| native.send().await);
    let subject = (connector.clone(), tenant.clone());
    let connector = step(subject, move |subject| async move { call.run(&subject.0, &subject.1).await });
    Ok((connector, native))
}

/// What a call costs apart from the network, on one thread.
async fn in_memory(connector: &Connector, plan: Plan, report: &mut Report) -> Result<()> {
    let mut tenant = tenant(Route::paypal(Environment::Sandbox), Client::new());
    tenant.transport = Arc::new(Memory);
    let subject = (connector.clone(), tenant.clone());
    let instantiate = step(subject, async |it: Arc<(Connector, Tenant)>| Ok(it.0.instantiate(&it.1).await?));
    let nothing = step((), async |_| Ok(()));
    let (spread, _) = in_turns(plan, instantiate, nothing).await?;
    report.push("an instance, made and dropped", Unit::Microseconds, spread, None);
    for call in CALLS {
        let (by_connector, natively) = steps(call, connector, &tenant)?;
        let (spread, natively) = in_turns(plan, by_connector, natively).await?;
        let name = format!("{}, answered in memory", call.action);
        report.push(&name, Unit::Microseconds, spread, Some(natively));
    }
    event::measure(connector, plan, report).await
}

/// Calls over HTTP, by one pooled client for both.
fn over_loopback(runtime: &Runtime, connector: &Connector, plan: Plan, report: &mut Report) -> Result<()> {
    let server = runtime.block_on(Server::start())?;
    let route = Route::loopback(Environment::Sandbox, server.url()).context("the server's own URL")?;
    let client = Client::new();
    let tenant = tenant(route, client.clone());
    for call in CALLS {
        let (by_connector, natively) = steps(call, connector, &tenant)?;
        // In a task, as a server's calls are, and not on the thread that waits for the runtime.
        let turns = runtime.spawn(in_turns(plan, by_connector, natively));
        let (spread, natively) = runtime.block_on(turns)??;
        report.push(&format!("{}, over loopback", call.action), Unit::Microseconds, spread, Some(natively));
    }
    let call = CALLS[0];
    for in_flight in [1, 50] {
        // Each has its own connection to PayPal, so that the limit of calls per connection is not measured.
        let tenants = (0..in_flight).map(|_| call::tenant(tenant.connection.route().clone(), client.clone()));
        let pairs: Vec<_> = tenants.map(|tenant| steps(call, connector, &tenant)).collect::<Result<_>>()?;
        let (by_connector, natively): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let (mut rates, mut native_rates) = (Vec::new(), Vec::new());
        for turn in 0..=plan.stretches {
            let rates_of_turn =
                async { anyhow::Ok((rate(plan.stretch, &by_connector).await?, rate(plan.stretch, &natively).await?)) };
            let (by_connector, natively) = runtime.block_on(rates_of_turn)?;
            if turn > 0 {
                rates.push(by_connector);
                native_rates.push(natively);
            }
        }
        let name = format!("{}, {in_flight} in flight over loopback", call.action);
        report.push(&name, Unit::CallsPerSecond, Spread::of(&rates), Some(Spread::of(&native_rates)));
    }
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let value = work();
    (value, begun.elapsed())
}
