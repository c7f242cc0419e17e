//! What a call costs, each figure beside that of the same request made natively, by the same client, in the same run.
//!
//! Nothing leaves the machine: the requests are answered in memory, or on loopback by a server in a process of its own.

mod answers;
mod bounds;
mod call;
mod cost;
mod event;
mod files;
mod forgetful;
mod held;
mod instructions;
mod load;
mod loopback;
mod memory;
mod native;
mod node;
mod npm;
mod plan;
mod process;
mod report;
mod rows;
mod server;
mod shared;
mod spread;
mod steps;
mod subject;
pub mod transactions;
mod turns;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;
use tokio::runtime;

use connector_host::{Client, CompilationCache, Connector, Engine, EngineOptions};

pub use answers::serve;
pub use bounds::Bounds;
pub use instructions::{Count, VERB as REPEAT, count, repeat};
pub use plan::Plan;
pub use report::{Report, Row, Unit};
pub use rows::{READER, measure as rows, read};
pub use server::VERB as SERVER;
pub use spread::Spread;

use call::CALLS;
use node::Node;
use server::Server;
use subject::{Subject, noted_in_a_file, subjects};
use turns::{in_turns, step};

/// Measures a component. To be called outside of a runtime, or where blocking is allowed, by a program whose verb [`SERVER`]
/// calls [`serve`].
///
/// # Errors
/// If the component cannot be loaded, a call fails, there is no free port or thread, too few files may be open, or what
/// [`Plan::against_node`] needs is missing.
pub fn run(component: &Path, plan: Plan) -> Result<Report> {
    files::allow(plan.requests())?;
    // In memory one thread is enough: more of them would pass the work around.
    let alone = runtime::Builder::new_current_thread().enable_all().build()?;
    let mut report = Report::new(component)?;
    let mut options = EngineOptions::default();
    options.instances = plan.in_flight().max(options.instances);
    options.idle = plan.idle();
    let connector = Connector::load(&Engine::with_options(&options)?, component)?;
    let server = Server::start()?;
    let mut node = plan.node.then(|| Node::start(server.url(), plan.warm_up())).transpose()?;
    report.node = node.as_ref().map(|node| node.versions.clone());
    // First, while the pool of instances is untouched.
    held::measure(&alone, &connector, &server, plan, &mut report)?;
    starts(component, plan, &mut report)?;
    alone.block_on(in_memory(&connector, plan, &mut report))?;
    for load in plan.loads {
        loopback::measure(*load, &connector, &server, node.as_mut(), plan, &mut report)?;
    }
    Ok(report)
}

/// What comes before the first call, once per process.
fn starts(component: &Path, plan: Plan, report: &mut Report) -> Result<()> {
    let mut times = [const { Vec::new() }; 5];
    for _ in 0..plan.starts {
        let (engine, starting) = timed(Engine::new)?;
        let (_, loading) = timed(|| Connector::load(&engine, component))?;
        let (_, native) = timed(|| anyhow::Ok(Client::new()))?;
        let mut uncached = EngineOptions::default();
        uncached.cache = CompilationCache::Off;
        let uncached = Engine::with_options(&uncached)?;
        let (_, compiling) = timed(|| Connector::load(&uncached, component))?;
        // It ends itself after the answer, which takes a part of that time.
        let ((), process) = timed(|| instructions::in_a_process(component, CALLS[0], 1))?;
        for (times, took) in times.iter_mut().zip([starting, loading, native, compiling, process]) {
            times.push(took);
        }
    }
    let [starting, loading, native, compiling, process] = times.map(|times| Spread::of_times(&times, 1e3));
    report.push("start: the engine", Unit::Milliseconds, starting, None);
    report.push("start: load, from the cache", Unit::Milliseconds, loading, Some(native));
    report.push("start: load, compiling", Unit::Milliseconds, compiling, None);
    report.push("start: a process, with its first call in memory", Unit::Milliseconds, process, None);
    Ok(())
}

/// What a call costs apart from the network, on one thread.
async fn in_memory(connector: &Connector, plan: Plan, report: &mut Report) -> Result<()> {
    let directory = tempfile::tempdir()?;
    let mut subjects = subjects(connector)?;
    subjects.push(noted_in_a_file(connector, &directory.path().join("journal"))?);
    for Subject { name, by_connector, natively } in subjects {
        let nothing = || step((), async |_| Ok(()));
        let is_compared = natively.is_some();
        let (spread, natively) = in_turns(plan, by_connector, natively.unwrap_or_else(nothing)).await?;
        report.push(&name, Unit::Microseconds, spread, Some(natively).filter(|_| is_compared));
    }
    Ok(())
}

fn timed<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<(T, Duration), E> {
    let begun = Instant::now();
    let value = work()?;
    Ok((value, begun.elapsed()))
}
