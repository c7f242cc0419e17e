//! The program `host-test` as a process, with no credentials but those of the test.
#![allow(dead_code, reason = "each test uses a part")]

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// A base URL where nobody listens: a request to it fails as `unreachable`.
pub(crate) const NOBODY: &str = "http://127.0.0.1:9";

/// What a run has printed, and its exit code.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Returns the document on stdout.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }

    /// Returns the failure of an action.
    pub(crate) fn failure(&self) -> Value {
        assert_eq!(self.code, 1, "{}{}", self.out, self.err);
        self.json()["failure"].clone()
    }
}

/// Returns the command without arguments.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    for name in [
        "PAYPAL_ACCESS_TOKEN",
        "PAYPAL_CLIENT_ID",
        "PAYPAL_CLIENT_SECRET",
        "PAYPAL_REFRESH_TOKEN",
        "PAYPAL_MERCHANT_ID",
    ] {
        command.env_remove(name);
    }
    command
}

/// Runs it to its end.
pub(crate) fn host_test(arguments: &[&str], input: &str) -> Run {
    host_test_with(arguments, input, &[])
}

/// The same, with variables in its environment.
pub(crate) fn host_test_with(arguments: &[&str], input: &str, variables: &[(&str, &str)]) -> Run {
    let mut child = command()
        .args(arguments)
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments does not read its input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: status.code().expect("it ended by itself"), out: text(stdout), err: text(stderr) }
}
