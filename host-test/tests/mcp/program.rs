//! The command: on standard input and output, and by HTTP, with a simulator on this machine behind it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

/// A program that is killed at the end of its test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

fn host_test(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    command.args(arguments).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn stdin_and_stdout_are_the_protocol_s_alone() {
    let arguments = ["mcp", "--sandbox", "--only", "products", "--read-only"];
    let mut program = Program(host_test(&arguments).env("PAYPAL_ACCESS_TOKEN", "A21AAsecret-token").spawn().unwrap());
    let mut stdin = program.0.stdin.take().unwrap();
    for message in [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"}),
        json!({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "products_get", "arguments": {}}}),
    ] {
        writeln!(stdin, "{message}").unwrap();
    }
    let mut answers: Vec<Value> = BufReader::new(program.0.stdout.take().unwrap())
        .lines()
        .take(3)
        .map(|line| serde_json::from_str(&line.unwrap()).expect("stdout has the protocol's messages only"))
        .collect();
    answers.sort_by_key(|it| it["id"].as_u64());
    assert_eq!(answers[0]["result"]["serverInfo"]["name"], "paypal-connector");
    let tools = answers[1]["result"]["tools"].as_array().unwrap();
    let names: Vec<_> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["products_list", "products_get", "describe_action"]);
    assert_eq!(answers[2]["result"]["structuredContent"]["failure"]["kind"], "invalid-input");
    assert!(!json!(answers).to_string().contains("secret-token"));
    drop(stdin);
    assert_eq!(program.0.wait().unwrap().code(), Some(0), "it ends when its client does");
}

#[test]
fn by_http_it_prints_its_address_and_a_key_that_it_made_but_not_one_that_it_was_given() {
    let arguments = ["mcp", "--base-url", "http://127.0.0.1:9", "--http", "0"];
    let first_lines = |key: Option<&str>| {
        let mut command = host_test(&arguments);
        command.env("PAYPAL_ACCESS_TOKEN", "A21AAsecret-token").envs(key.map(|key| ("HOST_TEST_MCP_KEY", key)));
        let mut program = Program(command.spawn().unwrap());
        let (stdout, stderr) = (program.0.stdout.take().unwrap(), program.0.stderr.take().unwrap());
        // It is ready when it says so on stderr.
        let said = BufReader::new(stderr).lines().next().unwrap().unwrap();
        drop(program);
        (BufReader::new(stdout).lines().map(Result::unwrap).collect::<Vec<_>>(), said)
    };
    let (printed, said) = first_lines(None);
    assert!(printed[0].starts_with("http://127.0.0.1:") && printed[0].ends_with("/mcp"), "{printed:?}");
    let key = printed[1].strip_prefix("Authorization: Bearer ").unwrap();
    assert!(key.len() == 64 && !said.contains(key), "{said}");
    let (printed, said) = first_lines(Some("0123456789abcdef"));
    assert!(printed.len() == 1 && !said.contains("0123456789abcdef"), "{printed:?} {said}");
}

#[test]
fn missing_credentials_are_told_to_the_person_and_to_the_model() {
    let mut program = Program(host_test(&["mcp", "--sandbox", "--only", "products"]).spawn().unwrap());
    let mut stdin = program.0.stdin.take().unwrap();
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}});
    writeln!(stdin, "{hello}").unwrap();
    let answer = BufReader::new(program.0.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let said = "There are no credentials, so that every call fails: set PAYPAL_ACCESS_TOKEN, or ";
    assert!(answer["result"]["instructions"].as_str().unwrap().starts_with(said), "{answer}");
    let line = BufReader::new(program.0.stderr.take().unwrap()).lines().next().unwrap().unwrap();
    assert!(line.starts_with(&format!("warning: {said}")), "{line}");
}

#[test]
fn wrong_usage_says_what_is_wrong() {
    for (arguments, key, said) in [
        (&["mcp"][..], "", "--sandbox"),
        (&["mcp", "--sandbox", "--only", "ordres"], "", "--only: `ordres` is neither a group nor an action"),
        (&["mcp", "--sandbox", "--read-only", "--allow", "moves-money"], "", "cannot be used with"),
        (&["mcp", "--sandbox", "--allow", "all"], "", "moves-money"),
        (&["mcp", "--sandbox", "--http", "0.0.0.0:4030"], "", "only an address of this machine"),
        (&["mcp", "--sandbox", "--http", "0"], "too short", "HOST_TEST_MCP_KEY: a key has 16 or more"),
    ] {
        let output = host_test(arguments).env("HOST_TEST_MCP_KEY", key).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(said) && output.stdout.is_empty(), "{arguments:?}: {stderr}");
        assert!(!stderr.contains("too short"), "{stderr}");
    }
}
