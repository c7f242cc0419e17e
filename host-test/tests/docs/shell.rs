//! Runs the `sh` blocks of a page, one after the other, as a reader would.
//!
//! A value that the page leaves open, as in `ID=...`, is taken from what was printed before. A block whose last command serves
//! until it is stopped runs alongside the others. `cargo run -- ...` is the program of this build; ports are replaced by free ones.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{BufRead as _, BufReader, Read},
    net::{TcpListener, TcpStream},
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{page::Page, read};

/// The timeout for one block, which may compile the component and generate the simulator's keys.
const PATIENCE: Duration = Duration::from_secs(120);

/// The ports of the pages.
const PORTS: [&str; 2] = ["4010", "4020"];

/// The verbs that serve until they are stopped.
const SERVERS: [&str; 2] = ["simulator", "listen"];

/// Runs the script in its argument, and kills the whole process group when our end of its stdin is closed, which happens
/// however this process ends. The process that waits for that does not inherit the script's streams.
const KEEPER: &str =
    r#"exec 3<&0; { read -r _; kill -KILL 0; } <&3 >/dev/null 2>&1 & exec bash -euo pipefail -c "$0" </dev/null 3<&-"#;

/// Whether each command of a block is a line of `.ci/run`.
pub(crate) fn is_step_of_ci(block: &str) -> bool {
    let ci = read(".ci/run");
    let command = |line: &str| line.split(" #").next().unwrap_or_default().trim().to_owned();
    block.lines().map(command).all(|command| ci.lines().any(|line| line == command))
}

/// The terminals of a reader. They share a directory and the variables that were set in them.
pub(crate) struct Shell {
    directory: TempDir,
    variables: BTreeMap<String, String>,
    ports: BTreeMap<&'static str, String>,
    servers: BTreeMap<&'static str, Running>,
    /// The output of the last block that ended.
    printed: String,
}

impl Shell {
    pub(crate) fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let cargo = directory.path().join("cargo");
        let program = env!("CARGO_BIN_EXE_host-test");
        let script = format!(
            "#!/bin/sh\n[ \"$1 $2\" = 'run --' ] || {{ echo \"no test runs: cargo $*\" >&2; exit 1; }}\n\
             shift 2\nexec '{program}' \"$@\"\n"
        );
        fs::write(&cargo, script).unwrap();
        fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
        // All at once, so that they differ.
        let sockets = PORTS.map(|port| (port, TcpListener::bind("127.0.0.1:0").unwrap()));
        let ports = sockets.map(|(port, socket)| (port, socket.local_addr().unwrap().port().to_string()));
        Self {
            directory,
            variables: BTreeMap::new(),
            ports: ports.into(),
            servers: BTreeMap::new(),
            printed: String::new(),
        }
    }

    /// Runs the blocks of a page, except those that CI runs.
    pub(crate) fn follow(&mut self, page: &Page) {
        let blocks = page.blocks("sh");
        assert!(blocks.len() > 1, "{} has commands", page.file);
        for block in blocks.iter().filter(|block| !is_step_of_ci(block)) {
            self.run(block);
        }
    }

    fn run(&mut self, block: &str) {
        let mut script = String::new();
        for line in block.lines() {
            let assignment = line.trim_start_matches("export ").strip_suffix("=...");
            if let Some(name) = assignment {
                let value = self.value(name);
                self.variables.insert(name.to_owned(), value);
            } else {
                script += &format!("{line}\n");
            }
        }
        for (port, free) in &self.ports {
            script = script.replace(port, free);
        }
        let server = SERVERS.into_iter().find(|verb| script.contains(&format!("cargo run -- {verb} ")));
        match server {
            _ if script.is_empty() => {}
            Some(verb) => {
                let port = script.split_once("--port ").expect("a server has a port").1;
                let port = port.split_whitespace().next().unwrap().to_owned();
                let mut running = self.start(&script);
                running.wait_for(&port);
                self.servers.insert(verb, running);
            }
            None => self.printed = self.start(&script).end(),
        }
    }

    fn start(&self, script: &str) -> Running {
        let path = env::var_os("PATH").unwrap_or_default();
        let paths = [self.directory.path().to_owned()].into_iter().chain(env::split_paths(&path));
        let mut command = Command::new("bash");
        for name in ["PAYPAL_ACCESS_TOKEN", "PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"] {
            command.env_remove(name);
        }
        command
            .args(["-c", KEEPER, script])
            .current_dir(self.directory.path())
            .env("PATH", env::join_paths(paths).unwrap())
            .envs(&self.variables);
        Running::start(command, script)
    }

    /// Returns the printed value of a variable: from `export NAME=...` of a server, or the id in the last reply.
    fn value(&mut self, name: &str) -> String {
        if name == "ID" {
            let body = &self.last_outcome()["reply"]["body"];
            let id = body["order_id"].as_str().or(body["id"].as_str());
            return id.unwrap_or_else(|| panic!("no id in {body}")).to_owned();
        }
        if let Some(value) = self.variables.get(name) {
            return value.clone();
        }
        let simulator = self.servers.get("simulator").expect("the simulator runs");
        let prefix = format!("export {name}=");
        loop {
            if let Some(value) = simulator.next_line().strip_prefix(&prefix) {
                return value.trim().to_owned();
            }
        }
    }

    /// Returns the last outcome that was printed.
    pub(crate) fn last_outcome(&self) -> Value {
        // The objects inside a document are indented further.
        let start = self.printed.rfind("{\n  \"").unwrap_or_else(|| panic!("no JSON in {}", self.printed));
        serde_json::from_str(&self.printed[start..]).unwrap_or_else(|error| panic!("{error}: {}", self.printed))
    }

    /// Returns the next line that a server prints.
    pub(crate) fn next_line_of(&self, verb: &str) -> String {
        self.servers[verb].next_line()
    }
}

/// A script that runs until this is dropped.
struct Running {
    child: Child,
    script: String,
    out: Receiver<String>,
    err: Receiver<String>,
}

impl Running {
    fn start(mut command: Command, script: &str) -> Self {
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (out, err) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
        Self { child, script: script.to_owned(), out, err }
    }

    fn next_line(&self) -> String {
        self.out.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{error} of {}{}", self.script, self.errors()))
    }

    /// Waits until something listens on a port.
    fn wait_for(&mut self, port: &str) {
        let begun = Instant::now();
        while TcpStream::connect(format!("127.0.0.1:{port}")).is_err() {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "{}ended ({ended:?}): {}", self.script, self.errors());
            assert!(begun.elapsed() < PATIENCE, "{}does not listen: {}", self.script, self.errors());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until it ends well. Returns what it printed.
    fn end(mut self) -> String {
        let begun = Instant::now();
        let status: ExitStatus = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "{}does not end: {}", self.script, self.errors());
            thread::sleep(Duration::from_millis(20));
        };
        let printed: Vec<String> = self.out.iter().collect();
        assert!(status.success(), "{}{status}: {}{}", self.script, printed.concat(), self.errors());
        printed.concat()
    }

    fn errors(&self) -> String {
        self.err.try_iter().collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Closing it ends the process group; the child is killed in any case.
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the lines of a stream, with their line ends.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        while stream.read_line(&mut line).is_ok_and(|read| read > 0) && sender.send(std::mem::take(&mut line)).is_ok() {
        }
    });
    receiver
}
