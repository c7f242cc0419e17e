//! The command line under test.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use serde_json::Value;

/// How a call ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) input: Value,
    /// What it printed: `{"reply": ...}` or `{"failure": ...}`; null if that is not JSON.
    pub(crate) outcome: Value,
    pub(crate) stderr: String,
}

/// Runs one action, as a person would.
pub(crate) fn call(action: &str, input: Value, base_url: &str) -> Ended {
    let mut child = Command::new(env!("CARGO_BIN_EXE_host-test"))
        .args(["call", action, "--input", "-", "--base-url", base_url])
        .env("PAYPAL_ACCESS_TOKEN", "A21AA")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may have ended already, with the reason on stderr.
    let _ = child.stdin.take().unwrap().write_all(input.to_string().as_bytes());
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code().unwrap_or(-1),
        input,
        outcome: serde_json::from_slice(&output.stdout).unwrap_or_default(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
