//! Every action against Prism, a third-party mock that checks requests by PayPal's own specification: what PayPal shows
//! as an example is accepted, what its schemas forbid never succeeds.
//!
//! It needs `../shared`, node and, once, npm. Where they are missing it passes and says why it was skipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test panics to fail"
)]

#[path = "prism/catalogue.rs"]
mod catalogue;
#[path = "prism/command.rs"]
mod command;
#[path = "prism/forbidden.rs"]
mod forbidden;
#[path = "prism/made_up.rs"]
mod made_up;
#[path = "prism/server.rs"]
mod server;

use std::{
    collections::BTreeSet,
    io::{self, Write as _},
    net::TcpStream,
    path::Path,
    time::Instant,
};

use serde_json::{Value, json};

use catalogue::{Catalogue, Operation, PayPal};
use command::Ended;
use server::Prism;

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared");

#[test]
fn paypal_s_examples_are_accepted_and_forbidden_bodies_are_not() {
    let begun = Instant::now();
    let prism = match Prism::start(Path::new(SHARED)) {
        Ok(prism) => prism,
        Err(reason) => return skip(&reason),
    };
    let catalogue = Catalogue::read(Path::new(SHARED));
    let mut run = Run { prism, counts: Counts::default(), replied: BTreeSet::new(), problems: Vec::new() };
    let operations = catalogue.operations();
    for operation in &operations {
        match &operation.paypal {
            Some(paypal) => run.operation(operation, paypal),
            None => run.not_in_paypal_s_file(operation),
        }
    }
    run.end(&operations);
    println!("in {:.1} s", begun.elapsed().as_secs_f64());
}

/// Said on both streams, and on stderr past the test harness, which keeps what a test that passes has printed.
fn skip(reason: &str) {
    let line = format!("skipped, not run against Prism: {reason}");
    println!("{line}");
    let _ = writeln!(io::stderr(), "{line}");
}

#[derive(Debug, Default)]
struct Counts {
    /// PayPal's own examples that were accepted.
    examples: usize,
    /// Inputs made up here that were accepted.
    made_up: usize,
    /// Forbidden bodies that were not sent.
    refused_locally: usize,
    /// Forbidden bodies that Prism refused.
    refused_by_prism: usize,
}

struct Run {
    prism: Prism,
    counts: Counts,
    /// The actions that have replied at least once.
    replied: BTreeSet<String>,
    problems: Vec<String>,
}

impl Run {
    fn operation(&mut self, operation: &Operation, paypal: &PayPal) {
        let examples = paypal.examples();
        let made_up = made_up::bodies(&operation.action);
        for body in &examples {
            self.counts.examples += usize::from(self.accepted(operation, Some(body)));
        }
        for body in &made_up {
            self.counts.made_up += usize::from(self.accepted(operation, Some(body)));
        }
        if !operation.body_required {
            self.counts.made_up += usize::from(self.accepted(operation, None));
        }
        if operation.prefers {
            self.preference_does_no_harm(operation, examples.first().or(made_up.first()));
        }
        for forbidden in forbidden::derive(paypal, examples.iter().chain(&made_up)) {
            self.refused(operation, &forbidden);
        }
    }

    /// The reply must be Prism's answer, which comes out the same for whoever asks the same.
    fn accepted(&mut self, operation: &Operation, body: Option<&Value>) -> bool {
        let expected = self.prism.ask(&operation.method(), &operation.path(), body);
        let ended = self.call(operation, body, &json!({}));
        let reply = &ended.outcome["reply"];
        let good = ended.code == 0
            && reply["status"].as_u64().is_some_and(|status| (200..300).contains(&status))
            && (&reply["status"], &reply["body"]) == (&json!(expected.0), &expected.1);
        if good {
            self.replied.insert(operation.action.clone());
        } else {
            self.problem(operation, &format!("should be Prism's answer, {} {}", expected.0, expected.1), &ended);
        }
        good
    }

    /// Prism takes orders from `Prefer` (`code=404`), but must not take PayPal's `return=` for one.
    fn preference_does_no_harm(&mut self, operation: &Operation, body: Option<&Value>) {
        let without = self.call(operation, body, &json!({})).outcome;
        for prefer in ["minimal", "representation"] {
            let ended = self.call(operation, body, &json!({"prefer": prefer}));
            let parts = |outcome: &Value| (outcome["reply"]["status"].clone(), outcome["reply"]["body"].clone());
            if ended.code != 0 || parts(&ended.outcome) != parts(&without) {
                self.problem(operation, &format!("prefer `{prefer}` should make no difference to Prism"), &ended);
            }
        }
    }

    fn refused(&mut self, operation: &Operation, forbidden: &forbidden::Body) {
        let ended = self.call(operation, Some(&forbidden.body), &json!({}));
        let failure = &ended.outcome["failure"];
        let kind = failure["kind"].as_str().unwrap_or_default();
        let good = match (failure["request_sent"].as_bool(), failure["status"].as_u64()) {
            (Some(false), None) => kind == "invalid-input" && failure["details"].get(0).is_some(),
            (Some(true), Some(400)) => kind == "invalid-input",
            (Some(true), Some(422)) => kind == "unprocessable",
            _ => false,
        };
        if !good || ended.code != 1 {
            self.problem(operation, &format!("should be refused: {}", forbidden.what), &ended);
        } else if failure["request_sent"] == false {
            self.counts.refused_locally += 1;
        } else {
            self.counts.refused_by_prism += 1;
        }
    }

    /// Prism does not know the path: its 404 comes back as a failure that keeps its words.
    fn not_in_paypal_s_file(&mut self, operation: &Operation) {
        for body in made_up::bodies(&operation.action) {
            let ended = self.call(operation, Some(&body), &json!({}));
            let failure = &ended.outcome["failure"];
            let clear = failure["message"].as_str().is_some_and(|message| message.contains("404"))
                && failure["body"].to_string().contains("NO_PATH_MATCHED_ERROR");
            let not_found = (&failure["kind"], &failure["status"], &failure["request_sent"])
                == (&json!("not-found"), &json!(404), &json!(true));
            if !clear || !not_found || ended.code != 1 {
                self.problem(operation, "should be a clear 404: the path is not in PayPal's file", &ended);
            }
        }
    }

    fn call(&self, operation: &Operation, body: Option<&Value>, options: &Value) -> Ended {
        let mut input = operation.path_parameters();
        input["options"] = options.clone();
        if let Some(body) = body {
            input["body"] = body.clone();
        }
        let log = self.prism.log().len();
        command::call(&operation.action, input, &self.prism.base_url(), log)
    }

    fn problem(&mut self, operation: &Operation, what: &str, ended: &Ended) {
        let Ended { code, input, outcome, stderr, log } = ended;
        // Prism finds fault with its own answers as well, at length.
        let about_the_request = |line: &&str| !line.contains("Violation: response");
        let log: Vec<_> = self.prism.log()[*log..].lines().filter(about_the_request).map(str::to_owned).collect();
        self.problems.push(format!(
            "{}: {what:.2000}\n  input: {input}\n  exit code {code}: {:.2000}\n  stderr: {stderr}\n  Prism: {}",
            operation.action,
            outcome.to_string(),
            log.join("\n    ")
        ));
    }

    /// Nothing went wrong, enough was tried, and Prism is gone.
    fn end(self, operations: &[Operation]) {
        let Self { prism, counts, replied, problems } = self;
        let address = ("127.0.0.1", prism.port());
        drop(prism);
        println!("{} actions, {} with a reply; {counts:?}", operations.len(), replied.len());
        assert!(TcpStream::connect(address).is_err(), "Prism still listens");
        assert!(problems.is_empty(), "{} problems:\n\n{}", problems.len(), problems.join("\n\n"));
        let unanswered: Vec<_> = operations.iter().map(|it| &it.action).filter(|it| !replied.contains(*it)).collect();
        assert_eq!(unanswered, ["payments.find-eligible-methods"], "actions without a reply");
        assert!(operations.len() >= 16, "{} actions", operations.len());
        assert!(counts.examples >= 6, "{counts:?}");
        assert!(counts.refused_locally >= 100 && counts.refused_by_prism >= 20, "{counts:?}");
    }
}
