//! Many calls at once over HTTP: what each costs this process.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use connector_host::{Client, Connector, Environment, Reuse, Route, Tenant};
use cpu_time::ProcessTime;

use crate::bench::{
    call::{CALLS, PER_TENANT, tenant},
    cost::Cost,
    held,
    load::Load,
    node::Node,
    plan::Plan,
    report::{Report, Row, Unit},
    server::Server,
    shared::Shared,
    spread::Spread,
    steps::steps,
    turns::Step,
};

/// Measures connector and native client in turns under one load, and the SDK on Node.js if that has as many threads.
pub(super) fn measure(
    load: Load,
    connector: &Connector,
    server: &Server,
    node: Option<&mut Node>,
    plan: Plan,
    report: &mut Report,
) -> Result<()> {
    let call = CALLS[0];
    let route = Route::loopback(Environment::Sandbox, server.url()).context("the server's own URL")?;
    let (runtime, client) = (load.runtime()?, Client::new());
    let tenants: Vec<Tenant> = (0..load.in_flight.div_ceil(PER_TENANT))
        .map(|_| {
            let mut tenant = tenant(route.clone(), client.clone());
            tenant.transport = Arc::new(Shared::new(client.clone()));
            tenant
        })
        .collect();
    let connector = match load.reuse {
        true => &connector.clone().with_reuse(Reuse::default()),
        false => connector,
    };
    let pairs = (0..load.in_flight).map(|number| steps(call, connector, &tenants[number / PER_TENANT]));
    let (by_connector, natively): (Vec<_>, Vec<_>) = pairs.collect::<Result<Vec<_>>>()?.into_iter().unzip();
    // So long that each of them is done several times.
    let stretch = plan.stretch * (1 + u32::try_from(load.in_flight / 2500)?);
    // JavaScript has one thread.
    let mut node = node.filter(|_| load.threads == Some(1) && !load.reuse);
    let (mut connector_s, mut native_s, mut node_s) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 0..=plan.stretches {
        let costs = runtime.block_on(async {
            anyhow::Ok((stretch_of(stretch, &by_connector).await?, stretch_of(stretch, &natively).await?))
        })?;
        let of_node = node.as_mut().map(|node| node.stretch(load.in_flight, stretch)).transpose()?;
        // In the first turn TCP connections are made.
        if turn > 0 {
            connector_s.push(costs.0);
            native_s.push(costs.1);
            node_s.extend(of_node);
        }
    }
    let reused = if load.reuse { ", instances reused" } else { "" };
    let name = format!("{} over loopback, {}, {} in flight{reused}", call.action, load.threads(), load.in_flight);
    let row = |unit: Unit, spread: fn(&[Cost]) -> Spread| Row {
        name: name.clone(),
        unit,
        connector: spread(&connector_s),
        native: Some(spread(&native_s)),
        node: node.is_some().then(|| spread(&node_s)),
    };
    report.rows.extend([row(Unit::ProcessorMicroseconds, Cost::processor), row(Unit::CallsPerSecond, Cost::rate)]);
    if load.in_flight == plan.most_at_once() && !load.reuse {
        held::measure_all(&runtime, &by_connector, server, report)?;
    }
    Ok(())
}

/// Repeats each of the steps for a while, all of them at once; each at least once.
async fn stretch_of(stretch: Duration, steps: &[Step]) -> Result<Cost> {
    let (begun, processor) = (Instant::now(), ProcessTime::now());
    let repeat = move |step: Step| async move {
        let mut calls = 0_u32;
        while calls == 0 || begun.elapsed() < stretch {
            step().await?;
            calls += 1;
        }
        anyhow::Ok(calls)
    };
    let tasks: Vec<_> = steps.iter().map(|step| tokio::spawn(repeat(step.clone()))).collect();
    let mut calls = 0;
    for task in tasks {
        calls += task.await??;
    }
    Cost::of(calls, begun.elapsed().as_secs_f64(), processor.elapsed().as_secs_f64())
}
