//! The program, as its README shows it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// The program, killed when dropped.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the program on a free port. Returns it with its address, client id and client secret.
fn start() -> (Program, [String; 3]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paypal-simulator"));
    let mut child = command.args(["--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let program = Program(child);
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let values = ["http://", "PAYPAL_CLIENT_ID=", "PAYPAL_CLIENT_SECRET="].map(|before| {
        loop {
            let line = receiver.recv_timeout(PATIENCE).unwrap();
            if let Some((_, value)) = line.split_once(before) {
                break value.split(". ").next().unwrap().to_owned();
            }
        }
    });
    (program, values)
}

/// The `sh` block under a heading of the README.
fn block(heading: &str) -> String {
    let readme = include_str!("../README.md");
    let (_, section) = readme.split_once(&format!("\n## {heading}\n")).unwrap();
    let (_, block) = section.split_once("```sh\n").unwrap();
    block.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_readme_pays_an_order() {
    let (_program, [address, id, secret]) = start();
    let script = block("Pay an order").replace("127.0.0.1:4010", &address);
    let directory = env!("CARGO_TARGET_TMPDIR");
    let shell = Command::new("timeout")
        .args(["60", "bash", "-euo", "pipefail", "-c", &script])
        .current_dir(directory)
        .envs([("PAYPAL_CLIENT_ID", id), ("PAYPAL_CLIENT_SECRET", secret)])
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&shell.stdout);
    assert!(shell.status.success(), "{shell:?}");
    assert!(printed.contains(r#""status":"COMPLETED""#), "{printed}");
    assert!(printed.contains(r#"["orders.capture","#), "{printed}");
}

#[test]
fn a_taken_port_is_an_error_that_names_it() {
    let (_program, [address, ..]) = start();
    let (_, port) = address.rsplit_once(':').unwrap();
    let second = Command::new(env!("CARGO_BIN_EXE_paypal-simulator")).args(["--port", port]).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.starts_with(&format!("error: cannot listen on {address}: ")), "{said}");
    assert!(second.stdout.is_empty());
}
