//! `listen --pull`.

use std::{
    collections::BTreeMap,
    fs::File,
    path::Path,
    process::{Child, Stdio},
};

use paypal_simulator::Simulator;
use serde_json::{Value, json};

use crate::{
    ask, command_of,
    developer::{self, Program},
    documents,
    listening::until,
    simulator,
};

/// A `listen --pull` that is killed when this is dropped.
struct Pulling {
    child: Child,
    printed: tempfile::NamedTempFile,
    said: tempfile::NamedTempFile,
}

impl Pulling {
    /// Starts it, and waits until it pulls.
    fn start(sandbox: &Simulator, base_url: &str, arguments: &[&str]) -> Self {
        let (printed, said) = (tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap());
        let mut command = command_of(sandbox);
        command.args(["listen", "--json", "--pull", "--base-url", base_url]).args(arguments).stdin(Stdio::null());
        command.stdout(File::create(printed.path()).unwrap()).stderr(File::create(said.path()).unwrap());
        let pulling = Self { child: command.spawn().unwrap(), printed, said };
        until(|| pulling.said().contains("pulling the events"), "it must pull");
        pulling
    }

    fn said(&self) -> String {
        std::fs::read_to_string(self.said.path()).unwrap()
    }

    fn printed(&self) -> Vec<Value> {
        documents(self.printed.path())
    }
}

impl Drop for Pulling {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn product(sandbox: &Simulator, name: &str) {
    ask(sandbox, "/v1/catalogs/products", &json!({"name": name, "type": "PHYSICAL"}));
}

/// How often each product was announced to a program.
fn announced(program: &Program) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for received in program.received() {
        let event: Value = serde_json::from_slice(&received.body).unwrap();
        *counts.entry(event["resource"]["name"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_event_is_pulled_once_across_pages_and_restarts() {
    let (sandbox, url) = simulator(32).await;
    tokio::task::spawn_blocking(move || {
        // An event without a webhook is listed, too.
        product(&sandbox, "old");
        let (program, directory) = (Program::start(), tempfile::tempdir().unwrap());
        let journal = directory.path().join("journal.db");
        let hooks = program.url("/hooks");
        let arguments = ["--forward-to", &hooks, "--journal", journal.to_str().unwrap()];
        let pulling = Pulling::start(&sandbox, &url, &arguments);
        for number in 0..230 {
            product(&sandbox, &format!("first {number}"));
        }
        until(|| announced(&program).len() >= 230, "three pages");
        drop(pulling);
        product(&sandbox, "while it was down");
        let pulling = Pulling::start(&sandbox, &url, &arguments);
        until(|| announced(&program).contains_key("while it was down"), "what came meanwhile");
        // One more round, in which there is nothing new.
        product(&sandbox, "last");
        until(|| announced(&program).contains_key("last"), "another round");
        let counts = announced(&program);
        assert!(counts.values().all(|count| *count == 1) && counts.len() == 232, "{counts:?}");
        assert!(!counts.contains_key("old"), "what came before the first start is old");

        let received = program.received().pop().unwrap();
        assert!(
            received.has("x-host-test-pulled", "true") && !received.head.contains("\r\npaypal-"),
            "{}",
            received.head
        );
        let line = pulling.printed().pop().unwrap();
        assert_eq!((&line["reply"]["outcome"], &line["forwarded"]["status"]), (&json!("pulled"), &json!(200)));
        assert_eq!(line["reply"]["event"]["type"], "CATALOG.PRODUCT.CREATED");
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_program_does_not_take_is_offered_again() {
    let (sandbox, url) = simulator(33).await;
    tokio::task::spawn_blocking(move || {
        let program = Program::start();
        program.answers("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n");
        let hooks = program.url("/hooks");
        let pulling = Pulling::start(&sandbox, &url, &["--forward-to", &hooks, "--events", "CATALOG.*"]);
        product(&sandbox, "refused");
        until(|| announced(&program).get("refused") == Some(&2), "two attempts");
        program.answers(developer::OK);
        let taken = |line: &Value| line["forwarded"]["status"] == 200;
        until(|| pulling.printed().iter().any(taken), "it is taken in the end");
        product(&sandbox, "next");
        until(|| announced(&program).contains_key("next"), "another round");
        // What the program has got is printed when its answer is there.
        until(|| pulling.printed().iter().filter(|line| taken(line)).count() == 2, "the second is taken too");
        assert!(Path::new(pulling.said.path()).exists() && !pulling.said().contains("error"), "{}", pulling.said());
    })
    .await
    .unwrap();
}
