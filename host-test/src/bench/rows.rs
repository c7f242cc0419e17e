//! Reading very many rows: `transactions.search` page by page, and the same pages natively. Each size is read by a process of
//! its own, since the peak of a process's memory never falls.

use std::{
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Instant,
};

use anyhow::{Context as _, Result, bail, ensure};
use connector_host::{Client, Connector, Engine, Environment, Route, paging::Pages};
use cpu_time::ProcessTime;
use serde::Deserialize;
use serde_json::{json, value::RawValue};

use crate::bench::{
    call::tenant,
    native::Native,
    process,
    report::{Report, Unit},
    server::Server,
    spread::Spread,
    transactions::{PATH, STEP, id, range},
};

/// The verb of this program that reads rows once.
pub const READER: &str = "bench-reader";

/// The seconds of a window of the native client: of 31 days halved four times, as the connector has to do for this account.
const WINDOW: i64 = 31 * 86_400 / 16;

/// The transactions of a page, of both clients.
const PAGE_SIZE: i64 = 500;

/// What one reader took.
#[derive(Deserialize)]
struct Taken {
    seconds: f64,
    processor_seconds: f64,
    /// Resident memory at most, in KiB, if the system tells it.
    peak: Option<f64>,
}

/// Reads so many rows, by the connector and natively, in fresh processes. To be called by a program whose verbs
/// [`super::SERVER`] and [`READER`] call [`super::serve`] and [`read`].
///
/// # Errors
/// If a process cannot be started, or does not read exactly those rows.
pub fn measure(component: &Path, sizes: &[u32]) -> Result<Report> {
    let mut report = Report::new(component)?;
    let server = Server::start()?;
    for rows in sizes {
        let [ours, theirs] = [false, true].map(|natively| reader(component, server.url(), *rows, natively));
        let (ours, theirs) = (ours?, theirs?);
        let name = format!("transactions.search, {rows} rows");
        let mut push =
            |name: &str, unit, ours, theirs| report.push(name, unit, Spread::once(ours), Some(Spread::once(theirs)));
        push(&name, Unit::Milliseconds, ours.seconds * 1e3, theirs.seconds * 1e3);
        let each = |taken: &Taken| taken.processor_seconds * 1e6 / f64::from(*rows);
        push(&format!("{name}, each"), Unit::ProcessorMicroseconds, each(&ours), each(&theirs));
        if let (Some(ours), Some(theirs)) = (ours.peak, theirs.peak) {
            push(&format!("{name}, peak memory"), Unit::Kibibytes, ours, theirs);
        }
    }
    Ok(report)
}

fn reader(component: &Path, url: &str, rows: u32, natively: bool) -> Result<Taken> {
    let mut command = Command::new(process::program()?);
    command.arg(READER).args(["--url", url, "--rows", &rows.to_string()]).arg("--component").arg(component);
    if natively {
        command.arg("--natively");
    }
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("cannot start a reader")?;
    ensure!(output.status.success(), "the reader of {rows} rows failed");
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Reads the first rows of a server's account and returns what that took, as JSON.
///
/// # Errors
/// If a page cannot be read, or the rows are not those of the account, each once and in order.
pub async fn read(component: &Path, url: &str, rows: u32, natively: bool) -> Result<String> {
    let route = Route::loopback(Environment::Sandbox, url).context("not a URL of this machine")?;
    let client = Client::new();
    let mut rows = Rows { next: 0, end: rows.into() };
    let (begun, processor);
    if natively {
        (begun, processor) = (Instant::now(), ProcessTime::now());
        by_client(&mut rows, &route, &client).await?;
    } else {
        let connector = Connector::load(&Engine::new()?, component)?;
        (begun, processor) = (Instant::now(), ProcessTime::now());
        by_connector(&mut rows, &connector, &route, client).await?;
    }
    ensure!(rows.next == rows.end, "there are {} rows of {}", rows.next, rows.end);
    Ok(json!({
        "seconds": begun.elapsed().as_secs_f64(),
        "processor_seconds": processor.elapsed().as_secs_f64(),
        "peak": process::memory("VmHWM"),
    })
    .to_string())
}

/// The rows that are expected.
struct Rows {
    next: i64,
    end: i64,
}

impl Rows {
    fn take(&mut self, row: &RawValue) -> Result<()> {
        let expected = id(self.next);
        ensure!(row.get().contains(&expected), "row {} is not {expected}", self.next);
        self.next += 1;
        Ok(())
    }
}

async fn by_connector(rows: &mut Rows, connector: &Connector, route: &Route, client: Client) -> Result<()> {
    let tenant = tenant(route.clone(), client);
    let (start, end) = range(0, rows.end - 1);
    let input = json!({"start_date": start, "end_date": end}).to_string();
    let mut pages = Pages::of(connector, &tenant, "transactions.search", &input).await?;
    while let Some(page) = pages.next_page().await? {
        if let Some(missing) = page.missing.first() {
            bail!("page {} lacks {missing}", page.number);
        }
        for row in page.items {
            rows.take(&row)?;
        }
    }
    Ok(())
}

/// PayPal's page, as a program without a connector would read it.
#[derive(Deserialize)]
struct Page {
    transaction_details: Vec<Box<RawValue>>,
    total_pages: i64,
}

async fn by_client(rows: &mut Rows, route: &Route, client: &Client) -> Result<()> {
    while rows.next < rows.end {
        let (start, end) = range(rows.next, (rows.next + WINDOW / STEP).min(rows.end) - 1);
        let (mut page, mut pages) = (1, 1);
        while page <= pages {
            let query = format!("start_date={start}&end_date={end}&page_size={PAGE_SIZE}&page={page}");
            let uri = format!("{}{PATH}?{query}", route.destination()).parse()?;
            let body = Native::get(uri, Arc::new(client.clone())).receive().await?;
            let read: Page = serde_json::from_slice(&body)?;
            for row in read.transaction_details {
                rows.take(&row)?;
            }
            (page, pages) = (page + 1, read.total_pages);
        }
    }
    Ok(())
}
