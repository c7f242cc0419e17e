//! What a call costs, each figure beside that of the same request made natively, by the same client, in the same run.
//!
//! Nothing leaves the machine: the requests are answered in memory, or by a server of this process on loopback.

mod event;
mod forgetful;
mod held;
mod memory;
mod native;
mod report;
mod server;
mod spread;

use std::{
    hint::black_box,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use tokio::runtime::{self, Runtime};

use connector_host::{
    Client, Connection, Connector, Engine, Environment, Route, Secret, StaticToken, Tenant, transport::BoxFuture,
};

pub use report::{Report, Row, Unit};
pub use spread::Spread;

use forgetful::Forgetful;
use memory::Memory;
use native::Native;
use server::Server;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often a start is measured.
    starts: usize,
    /// How often connector and native client take turns; one turn more, the first, is not counted.
    turns: usize,
    /// Calls in a turn.
    calls: usize,
    /// How often they take turns where throughput is measured; one turn more is not counted.
    stretches: usize,
    /// How long such a turn is.
    stretch: Duration,
    /// Calls held open to see what memory they take.
    held: usize,
}

impl Plan {
    /// Takes about half a minute.
    pub const FULL: Self =
        Self { starts: 15, turns: 20, calls: 200, stretches: 5, stretch: Duration::from_millis(800), held: 400 };
    /// Takes about two seconds, and shows little but that everything runs.
    pub const QUICK: Self =
        Self { starts: 3, turns: 3, calls: 50, stretches: 1, stretch: Duration::from_millis(60), held: 50 };
}

/// Two calls: a read, and a write with a body.
const CALLS: [Call; 2] = [
    Call { action: "orders.get", input: r#"{"id": "5O190127TN364715T"}"# },
    Call {
        action: "orders.create",
        input: r#"{"body": {"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "10.00"}}]}}"#,
    },
];

/// An action with its input.
#[derive(Clone, Copy)]
struct Call {
    action: &'static str,
    input: &'static str,
}

impl Call {
    /// Runs it by the connector.
    async fn run(self, connector: &Connector, tenant: &Tenant) -> Result<()> {
        let outcome = connector.invoke(tenant, self.action, self.input).await?;
        match outcome.result {
            Ok(reply) => drop(black_box(reply)),
            Err(failure) => anyhow::bail!("{}: {}", self.action, failure.message),
        }
        Ok(())
    }
}

/// Measures a component. To be called outside of a runtime, or where blocking is allowed.
///
/// # Errors
/// Where the component cannot be loaded, a call does not succeed, or the machine has no port or thread to give.
pub fn run(component: &Path, plan: Plan) -> Result<Report> {
    // What is done without a network needs one thread: more of them would pass the work around.
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

/// What is measured: something that is done once each time it is called.
type Step = Arc<dyn Fn() -> BoxFuture<Result<()>> + Send + Sync>;

fn step<T, F>(of: T, work: impl Fn(Arc<T>) -> F + Send + Sync + 'static) -> Step
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<()>> + Send + 'static,
{
    let of = Arc::new(of);
    Arc::new(move || Box::pin(work(of.clone())))
}

/// A call by the connector, and the same natively.
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
        // Each has a connection to PayPal of its own: how many calls one connection may have in flight is no cost of a call.
        let tenants = (0..in_flight).map(|_| self::tenant(tenant.connection.route().clone(), client.clone()));
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

/// Times two things one by one, in turns, so that what else the machine does falls on both.
async fn in_turns(plan: Plan, one: Step, other: Step) -> Result<(Spread, Spread)> {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for turn in 0..=plan.turns {
        if turn == 1 {
            ones.clear();
            others.clear();
        }
        for (step, times) in [(&one, &mut ones), (&other, &mut others)] {
            for _ in 0..plan.calls {
                let begun = Instant::now();
                step().await?;
                times.push(begun.elapsed());
            }
        }
    }
    Ok((Spread::of_times(&ones, 1e6), Spread::of_times(&others, 1e6)))
}

/// How many calls per second there are where each of these is done again and again, all of them at once.
async fn rate(stretch: Duration, steps: &[Step]) -> Result<f64> {
    let begun = Instant::now();
    let repeat = move |step: Step| async move {
        let mut calls = 0_u32;
        while begun.elapsed() < stretch {
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
    ensure!(calls > 0, "not one call came to an end");
    Ok(f64::from(calls) / begun.elapsed().as_secs_f64())
}

fn tenant(route: Route, client: Client) -> Tenant {
    let token = StaticToken::new(Secret::new("a-token-of-the-bench".to_owned()));
    Tenant::new(Connection::new(route, token, client.clone()), client).with_journal(Forgetful)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let value = work();
    (value, begun.elapsed())
}
