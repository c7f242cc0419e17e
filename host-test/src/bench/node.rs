//! PayPal's TypeScript SDK on Node.js, in a process of its own.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::json;

use crate::bench::{cost::Cost, npm};

/// A process that makes calls when told. It ends with this one at the latest.
pub(super) struct Node {
    child: Child,
    told: Option<ChildStdin>,
    says: BufReader<ChildStdout>,
    /// The versions of Node.js and the SDK.
    pub(super) versions: String,
}

/// What it says of a stretch of calls.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Took { calls: u32, seconds: f64, processor_seconds: f64 },
    Failed { error: String },
}

impl Node {
    /// Starts it, for a server at that URL, and lets it compile its code for a while. Installs the SDK the first time.
    ///
    /// # Errors
    /// If Node.js or npm is missing, the SDK cannot be installed, or a call fails.
    pub(super) fn start(url: &str, warm_up: Duration) -> Result<Self> {
        let version = npm::output(Command::new("node").arg("--version"))?;
        let versions = format!("Node.js {version}, {}", npm::sdk()?);
        let mut child = Command::new("node")
            .args(["orders.mjs", url])
            .current_dir(npm::installed()?)
            // There is no proxy in front of this machine.
            .envs([("NO_PROXY", "*"), ("no_proxy", "*")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start Node.js")?;
        let (told, says) = (child.stdin.take(), child.stdout.take().context("Node.js has no stdout")?);
        let mut node = Self { child, told, says: BufReader::new(says), versions };
        node.stretch(10, warm_up)?;
        Ok(node)
    }

    /// Makes calls for a while, so many at once; each at least once.
    pub(super) fn stretch(&mut self, in_flight: usize, stretch: Duration) -> Result<Cost> {
        let wanted = json!({"in_flight": in_flight, "milliseconds": stretch.as_millis()});
        let told = self.told.as_mut().context("Node.js has no stdin")?;
        let mut line = String::new();
        writeln!(told, "{wanted}").and_then(|()| self.says.read_line(&mut line)).context("Node.js has ended")?;
        match serde_json::from_str(&line).with_context(|| format!("Node.js says {line:?}"))? {
            Said::Took { calls, seconds, processor_seconds } => Cost::of(calls, seconds, processor_seconds),
            Said::Failed { error } => bail!("by the SDK: {error}"),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It ends by itself when its stdin does. Nothing can be done about a process that cannot be waited for.
        drop(self.told.take());
        let _ = self.child.wait();
    }
}
