//! The component in Node.js: transpiled by jco, with the stock WASI shim as its host. The same servers fail in the same ways as
//! in `stock_host.rs`, and the same must hold.
//!
//! It needs node and, once, npm. If one is missing, it passes and prints why it was skipped.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test panics to fail"
)]

#[allow(dead_code, reason = "another test uses the rest")]
mod peer;

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use host_test::COMPONENT;
use peer::{Asks, Case, Fails, Peer, Told, judge};
use serde_json::{Value, json};

/// The packages to install, in exactly these versions.
const PACKAGES: [&str; 2] = ["@bytecodealliance/jco@1.35.0", "@bytecodealliance/preview2-shim@0.26.1"];

/// The test's part of the host.
const SCRIPTS: [&str; 4] = ["connection.mjs", "journal.mjs", "outgoing-handler.mjs", "run.mjs"];

/// How many instances share the cases: most of the time is spent waiting.
const NODES: usize = 4;

#[test]
fn node_s_shim_is_believed_only_if_it_is_right() {
    let directory = match transpiled() {
        Ok(directory) => directory,
        Err(reason) => return skip(&reason),
    };
    let cases: Vec<_> = Fails::ALL.into_iter().flat_map(|fails| Asks::ALL.map(|asks| (fails, asks))).collect();
    std::thread::scope(|scope| {
        for cases in cases.chunks(cases.len().div_ceil(NODES)) {
            let directory = &directory;
            scope.spawn(move || {
                let mut node = Node::start(directory);
                for &(fails, asks) in cases {
                    let (peer, (action, input)) = (Peer::start(fails), asks.call());
                    let (told, _) = node.invoke(peer.address.port(), asks.max_attempts(), action, &input);
                    judge(&Case("Node", fails, asks), &told, &peer.seen());
                }
            });
        }
    });
    // Without a deadline the shim would wait for ten minutes.
    let peer = Peer::start(Fails::ClosesAfterAll);
    let (told, timeouts) =
        Node::start(&directory).invoke(peer.address.port(), 1, "orders.get", r#"{"id": "5O190127TN364715T"}"#);
    assert!(told.request_sent, "{told:?}");
    assert_eq!(timeouts, json!([["60000000000", "60000000000", "60000000000"]]));
}

/// A Node.js process with an instance of the component.
struct Node {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Node {
    fn start(directory: &Path) -> Self {
        let mut child = Command::new("node")
            .arg("run.mjs")
            .current_dir(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output }
    }

    /// Makes a call. Returns its outcome, and the timeouts of each of its requests, in nanoseconds.
    fn invoke(&mut self, port: u16, max_attempts: u32, action: &str, input: &str) -> (Told, Value) {
        let case = json!({"action": action, "input": input, "maxAttempts": max_attempts, "port": port});
        writeln!(self.input, "{case}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let outcome: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        let text = |name: &str| outcome[name].as_str().unwrap().to_owned();
        let told = Told {
            kind: text("kind"),
            request_sent: outcome["requestSent"].as_bool().unwrap(),
            attempts: outcome["attempts"].as_u64().unwrap().try_into().unwrap(),
            message: text("message"),
            took: Duration::from_millis(outcome["took"].as_u64().unwrap()),
        };
        (told, outcome["timeouts"].clone())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the directory of the transpiled component, made anew for each run; the packages stay. The error is the reason why
/// they cannot be installed here.
fn transpiled() -> Result<PathBuf, String> {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("node");
    fs::create_dir_all(&directory).unwrap();
    runs(Command::new("node").arg("--version"))?;
    let jco = directory.join("node_modules/.bin/jco");
    let installed = directory.join("installed");
    if fs::read_to_string(&installed).ok() != Some(PACKAGES.join(" ")) {
        // Its own file keeps npm from looking for one in a parent directory.
        fs::write(directory.join("package.json"), r#"{"private": true, "type": "module"}"#).unwrap();
        let npm = ["install", "--no-save", "--no-audit", "--no-fund", "--save-exact"];
        runs(Command::new("npm").args(npm).args(PACKAGES).current_dir(&directory))?;
        fs::write(&installed, PACKAGES.join(" ")).unwrap();
    }
    for script in SCRIPTS {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node").join(script);
        fs::copy(source, directory.join(script)).unwrap();
    }
    let mut transpile = Command::new(jco);
    transpile.args(["transpile", COMPONENT, "--out-dir", "connector", "--no-typescript"]).current_dir(&directory);
    for (interface, script) in [
        ("kosha:connector/connection", "../connection.mjs"),
        ("kosha:connector/journal", "../journal.mjs"),
        ("wasi:http/outgoing-handler", "../outgoing-handler.mjs"),
    ] {
        transpile.arg("--map").arg(format!("{interface}={script}"));
    }
    let transpiled = runs(&mut transpile);
    assert_eq!(transpiled, Ok(()), "jco cannot transpile the component");
    Ok(directory)
}

/// Runs a command to its end. The error is its output.
fn runs(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(format!("{program} failed: {}", said.trim().lines().last().unwrap_or_default()))
        }
        Err(error) => Err(format!("{program}: {error}")),
    }
}

/// Prints on both streams, and on stderr past the test harness, which hides the output of a test that passes.
fn skip(reason: &str) {
    let line = format!("skipped, not run in Node.js: {reason}");
    println!("{line}");
    let _ = writeln!(io::stderr(), "{line}");
}
