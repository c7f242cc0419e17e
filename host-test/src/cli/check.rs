//! `check`: runs every action against its fixtures.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::Result;
use connector_host::Connector;
use host_test::fixture::{self, Case};
use serde_json::json;

use crate::cli::{
    done::Done,
    output::{note, print},
};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Only the cases of this action
    #[arg(long, value_name = "ACTION")]
    only: Option<String>,
    /// The directory of the fixtures, in place of the repository's
    #[arg(long, value_name = "DIRECTORY", default_value = fixture::DIRECTORY, hide_default_value = true)]
    fixtures: PathBuf,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

impl Default for Arguments {
    fn default() -> Self {
        Self { only: None, fixtures: fixture::DIRECTORY.into(), json: false }
    }
}

/// The results of the cases of one action.
#[derive(Default)]
struct Row {
    cases: usize,
    passed: usize,
    failures: Vec<(String, Vec<String>)>,
    time: Duration,
}

pub(super) async fn run(connector: &Connector, arguments: &Arguments) -> Result<Done> {
    let mut actions: Vec<String> = connector.actions().await?.into_iter().map(|action| action.id).collect();
    if let Some(only) = &arguments.only {
        actions.retain(|action| action == only);
        if actions.is_empty() {
            return Ok(Done::Usage(format!("there is no action `{only}`; `actions` lists them")));
        }
    }
    let mut cases: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for case in fixture::load(&arguments.fixtures)? {
        cases.entry(case.action.clone()).or_default().push(case);
    }

    let mut rows = Vec::new();
    for (index, action) in actions.iter().enumerate() {
        note(&format!("[{}/{}] {action}", index + 1, actions.len()));
        let row = row(connector, cases.get(action).map_or(&[][..], Vec::as_slice)).await;
        for (case, problems) in &row.failures {
            note(&format!("FAILED {case}\n{}", indent(&problems.join("\n"))));
        }
        rows.push((action, row));
    }
    let failed: usize = rows.iter().map(|(_, row)| row.failures.len()).sum();
    print(&if arguments.json { document(&rows, failed) } else { table(&rows, failed) })?;
    Ok(if failed == 0 { Done::Success } else { Done::Failed })
}

async fn row(connector: &Connector, cases: &[Case]) -> Row {
    let started = Instant::now();
    let mut row = Row { cases: cases.len(), ..Row::default() };
    for case in cases {
        let problems = fixture::run(connector, case).await;
        if problems.is_empty() {
            row.passed += 1;
        } else {
            row.failures.push((case.name.clone(), problems));
        }
    }
    if cases.is_empty() {
        row.failures.push(("no case".to_owned(), vec!["this action has no fixtures".to_owned()]));
    }
    row.time = started.elapsed();
    row
}

fn table(rows: &[(&String, Row)], failed: usize) -> String {
    let width = rows.iter().map(|(action, _)| action.len()).max().unwrap_or_default().max("action".len());
    let mut table = format!("{:width$}  {:>5}  {:6}  {:>9}\n", "action", "cases", "result", "time");
    let (mut cases, mut passed, mut time) = (0, 0, Duration::ZERO);
    for (action, row) in rows {
        let result = if row.failures.is_empty() { "passed" } else { "FAILED" };
        let milliseconds = row.time.as_secs_f64() * 1000.0;
        table += &format!("{action:width$}  {:>5}  {result}  {milliseconds:>6.1} ms\n", row.cases);
        cases += row.cases;
        passed += row.passed;
        time += row.time;
    }
    let seconds = time.as_secs_f64();
    table + &format!("\n{} actions, {cases} cases: {passed} passed, {failed} failed, in {seconds:.2} s", rows.len())
}

fn document(rows: &[(&String, Row)], failed: usize) -> String {
    let cases: usize = rows.iter().map(|(_, row)| row.cases).sum();
    let passed: usize = rows.iter().map(|(_, row)| row.passed).sum();
    let failures: Vec<_> = rows
        .iter()
        .flat_map(|(action, row)| row.failures.iter().map(move |(case, problems)| (action, case, problems)))
        .map(|(action, case, problems)| json!({"action": action, "case": case, "problems": problems}))
        .collect();
    let document = json!({
        "actions": rows.len(),
        "cases": cases,
        "passed": passed,
        "failed": failed,
        "failures": failures,
    });
    format!("{document:#}")
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}
