//! Measures the memory of concurrent calls: the figures of docs/reliability.md, "Load".
//!
//! Run by hand on Linux: `cargo run --package host-test --example load`. The server is a second process of the same program, on
//! loopback, so that only the host is measured.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use axum::{Router, body::Body, extract::Request, http::header, response::Response};
use connector_host::{
    Client, Concurrency, Connection, Connector, Engine, Environment, Route, Secret, StaticToken, Tenant,
};
use host_test::COMPONENT;

/// How long the server takes to answer. A step that takes less than twice as long had all of its calls in flight at once.
const PAUSE: Duration = Duration::from_secs(8);

const MIB: usize = 1024 * 1024;

#[tokio::main]
async fn main() -> Result<()> {
    if env::args().nth(1).as_deref() == Some("serve") {
        return serve().await;
    }
    let server = ServerProcess::start()?;
    println!("{:<52} {:>12} {:>12} {:>8}", "", "peak, MiB", "after, MiB", "seconds");
    let started = Instant::now();
    report("before the component is loaded", started)?;
    let connector = Connector::load(&Engine::new()?, Path::new(COMPONENT))?;
    report("the component is loaded", started)?;

    let client = Client::new();
    let route = Route::loopback(Environment::Sandbox, &server.url)?;
    let (small, large) = (0, 12_000_000);
    let rising = [(1, small), (10, small), (100, small), (1000, small)];
    let repeated =
        [(1000, small), (1000, small), (10, 3_000_000), (10, large), (10, large), (10, large), (1000, small)];
    for (calls, body) in rising.into_iter().chain(repeated) {
        let started = Instant::now();
        let tenants = (0..usize::div_ceil(calls, Concurrency::MOST)).map(|number| {
            let token = StaticToken::new(Secret::new(format!("token-{number}")));
            let connection = Connection::new(route.clone(), token, client.clone());
            Ok(Tenant::new(connection.with_concurrency(Concurrency::new(Concurrency::MOST)?), client.clone()))
        });
        let tenants = tenants.collect::<Result<Vec<_>>>()?;
        let input = format!(
            r#"{{"body": {{"intent": "CAPTURE", "filler": "{}", "purchase_units": [{{"amount": {{"currency_code": "USD", "value": "1.00"}}}}]}}}}"#,
            "x".repeat(body)
        );
        let running: Vec<_> = (0..calls)
            .map(|number| {
                let (connector, tenant) = (connector.clone(), tenants[number % tenants.len()].clone());
                let input = input.clone();
                tokio::spawn(async move { connector.invoke(&tenant, "orders.create", &input).await })
            })
            .collect();
        for call in running {
            let reply = call.await??.result.map_err(|failure| anyhow::anyhow!(failure.message))?;
            let length = reply.body.map_or(0, |body| body.len());
            ensure!(length >= body, "an answer of {length} bytes");
        }
        report(&format!("{calls} calls in flight, bodies of {body} bytes both ways"), started)?;
    }
    Ok(())
}

/// Prints the peak of the process's memory since the last report, its memory now, and the duration of a step.
fn report(what: &str, started: Instant) -> Result<()> {
    let status = fs::read_to_string("/proc/self/status").context("there is no /proc here")?;
    let field = |name: &str| -> Result<usize> {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("a field is missing")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<usize>()? * 1024 / MIB)
    };
    let seconds = started.elapsed().as_secs_f64();
    println!("{what:<52} {:>12} {:>12} {seconds:>8.1}", field("VmHWM:")?, field("VmRSS:")?);
    // Resets the peak. If that is not allowed, the figure is the peak of all steps so far.
    let _ = fs::write("/proc/self/clear_refs", "5");
    Ok(())
}

/// The server in its own process, killed when dropped.
struct ServerProcess {
    child: Child,
    url: String,
}

impl ServerProcess {
    fn start() -> Result<Self> {
        let mut child = Command::new(env::current_exe()?).arg("serve").stdout(Stdio::piped()).spawn()?;
        let mut url = String::new();
        BufReader::new(child.stdout.take().context("the server has no stdout")?).read_line(&mut url)?;
        Ok(Self { child, url: url.trim().to_owned() })
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // This fails only if it has exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Answers every request with its own body, after a pause.
async fn serve() -> Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let echo = async |request: Request| {
        let bytes = axum::body::to_bytes(request.into_body(), 16 * MIB).await.unwrap_or_default();
        tokio::time::sleep(PAUSE).await;
        let mut response = Response::new(Body::from(bytes));
        response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
        response
    };
    axum::serve(listener, Router::new().fallback(echo)).await?;
    Ok(())
}
