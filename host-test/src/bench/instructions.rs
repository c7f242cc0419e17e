//! How many instructions a call takes, counted by valgrind. Unlike times they are the same on a busy machine.

use std::{
    fmt,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use connector_host::{Connector, Engine, EngineOptions};
use serde_json::{Value, json};
use tokio::runtime;

use crate::bench::{
    call::Call,
    process,
    subject::{Subject, in_memory, subjects},
};

/// The verb of this program that [`repeat`]s.
pub const VERB: &str = "bench-repeat";

/// How often something is done in the two runs, whose difference has neither start nor end of the process.
const TIMES: [u64; 2] = [20, 220];

/// What something takes, in instructions of this process in user space.
#[derive(Clone, Debug)]
pub struct Count {
    /// What was done.
    pub name: String,
    /// Instructions each time.
    pub instructions: u64,
}

impl Count {
    /// As JSON.
    #[must_use]
    pub fn document(&self) -> Value {
        json!({"name": self.name, "instructions": self.instructions})
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:40} {:>10} instructions", self.name, self.instructions)
    }
}

/// Counts the instructions of what the bench measures in memory. To be called by a program whose verb [`VERB`] calls
/// [`repeat`].
///
/// # Errors
/// If there is no valgrind, the component cannot be loaded, or a call fails.
pub fn count(component: &Path) -> Result<Vec<Count>> {
    let names: Vec<String> = subjects(&load(component)?)?.into_iter().map(|it| it.name).collect();
    // The first time it is compiled: valgrind's processor is not quite this machine's.
    names.first().map(|name| run(component, name, 1)).transpose()?;
    let count = |name: String| {
        let [few, many] = TIMES;
        let more = run(component, &name, many)?.saturating_sub(run(component, &name, few)?);
        Ok(Count { name, instructions: more / (many - few) })
    };
    names.into_iter().map(count).collect()
}

/// Does one of the subjects several times.
///
/// # Errors
/// If there is none of that name, the component cannot be loaded, or a call fails.
pub fn repeat(component: &Path, name: &str, times: u64) -> Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let connector = load(component)?;
    let subject = subjects(&connector)?.into_iter().find(|it| it.name == name);
    let Subject { by_connector, .. } = subject.with_context(|| format!("there is nothing named `{name}`"))?;
    runtime.block_on(async {
        for _ in 0..times {
            by_connector().await?;
        }
        Ok(())
    })
}

/// Has a process of its own make a call in memory several times.
pub(super) fn in_a_process(component: &Path, call: Call, times: u64) -> Result<()> {
    let mut repeating = Command::new(process::program()?);
    repeating.args(arguments(&in_memory(call), times)).arg("--component").arg(component);
    ensure!(repeating.stdin(Stdio::null()).status()?.success(), "`{}` failed in a process of its own", call.action);
    Ok(())
}

/// The arguments that make this program [`repeat`], but for the component.
fn arguments(name: &str, times: u64) -> [String; 3] {
    [VERB.to_owned(), name.to_owned(), times.to_string()]
}

/// With few instances: valgrind has less address space than the machine.
fn load(component: &Path) -> Result<Connector> {
    let mut options = EngineOptions::default();
    options.instances = 4;
    Ok(Connector::load(&Engine::with_options(&options)?, component)?)
}

/// Runs this program under valgrind, and returns how many instructions it took.
fn run(component: &Path, name: &str, times: u64) -> Result<u64> {
    let program = process::program()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--"])
        .arg(program)
        .args(arguments(name, times))
        .arg("--component")
        .arg(component)
        .stdin(Stdio::null())
        .output()
        .context("cannot run valgrind, which counts the instructions")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{name}` failed under valgrind:\n{said}");
    let counted = said.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    counted.with_context(|| format!("valgrind counted nothing:\n{said}"))
}
