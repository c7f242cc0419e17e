//! Every action against Prism, a third-party mock that checks requests against PayPal's specification: PayPal's examples are
//! accepted, and bodies that its schemas forbid never succeed.
//!
//! The results are in `docs/conformance.md`: the test writes that page with `UPDATE_CONFORMANCE=1`, and otherwise fails if the
//! page differs.
//!
//! It needs PayPal's files (`specifications`), Node.js and, once, npm. If one is missing, it passes and prints why it was skipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test panics to fail"
)]

#[path = "prism/caller.rs"]
mod caller;
#[path = "prism/catalogue.rs"]
mod catalogue;
#[path = "prism/forbidden.rs"]
mod forbidden;
#[path = "prism/made_up.rs"]
mod made_up;
#[path = "prism/report.rs"]
mod report;
#[path = "prism/server.rs"]
mod server;
mod specifications;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write as _},
    net::TcpStream,
    time::Instant,
};

use serde_json::{Value, json};

use caller::{Caller, Ended};
use catalogue::{Catalogue, Operation, PayPal, Whose};
use report::{Report, Verdict};
use server::Prism;

#[test]
fn paypal_s_examples_are_accepted_and_forbidden_bodies_are_not() {
    let begun = Instant::now();
    let files = match specifications::directory() {
        Ok(files) => files,
        Err(reason) => return skip(&reason),
    };
    let prism = match Prism::start(&files) {
        Ok(prism) => prism,
        Err(reason) => return skip(&reason),
    };
    let catalogue = Catalogue::read(&files);
    let operations = catalogue.operations();
    let mut run = Run::new(prism);
    for operation in &operations {
        match &operation.paypal {
            Some(paypal) => run.operation(operation, paypal),
            None => run.not_in_paypal_s_file(operation),
        }
    }
    run.end(&operations);
    println!("in {:.1} s", begun.elapsed().as_secs_f64());
}

/// The file of the inputs that PayPal's files have no example of.
const MADE_UP: &str = "host-test/tests/prism/made_up.rs";

/// Of their bodies Prism checks nothing, and takes a number for a text; why is not known.
const UNCHECKED: [&str; 1] = ["partner-referrals.create"];

/// Prints on both streams, and on stderr past the test harness, which hides the output of a test that passes.
fn skip(reason: &str) {
    let line = format!("skipped, not run against Prism: {reason}");
    println!("{line}");
    let _ = writeln!(io::stderr(), "{line}");
}

/// Whether a local refusal is about the value at this JSON pointer or about something in it.
fn names(failure: &Value, pointer: &str) -> bool {
    let fields = failure["details"].as_array().into_iter().flatten().filter_map(|issue| issue["field"].as_str());
    fields.filter_map(|field| field.strip_prefix(pointer)).any(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the issues of a local refusal, with their places.
fn issues(failure: &Value) -> String {
    let issues = failure["details"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = |issue: &Value| format!("`{}` {}", text(&issue["field"]), text(&issue["description"]));
    issues.map(line).collect::<Vec<_>>().join("; ")
}

#[derive(Debug, Default)]
struct Counts {
    /// PayPal's examples that were accepted.
    examples: usize,
    /// Inputs made up here that were accepted.
    made_up: usize,
    /// Forbidden bodies that were not sent.
    refused_locally: usize,
    /// Forbidden bodies that were passed on, and that Prism refused.
    refused_by_prism: usize,
}

struct Run {
    prism: Prism,
    caller: Caller,
    counts: Counts,
    /// The actions that have replied at least once.
    replied: BTreeSet<String>,
    problems: Vec<String>,
    report: Report,
    /// By action, the parameter and the id with which Prism's answers agree.
    asked: BTreeMap<String, (String, String)>,
    /// The length of Prism's log before the last call.
    mark: usize,
}

impl Run {
    fn new(prism: Prism) -> Self {
        let (counts, replied, problems, asked) = Default::default();
        let caller = Caller::new(&prism.base_url());
        Self { prism, caller, counts, replied, problems, report: Report::new(), asked, mark: 0 }
    }

    fn operation(&mut self, operation: &Operation, paypal: &PayPal) {
        let mut good = Vec::new();
        // Some of PayPal's examples break PayPal's own schema: no server can obey both.
        let validator = paypal.validator();
        for (name, body) in paypal.examples() {
            let input = format!("PayPal's `{name}`");
            if !validator.is_valid(&body) {
                self.broken_example(operation, &input, &body);
            } else if self.accepted(operation, &input, Some(&body)) {
                self.counts.examples += 1;
                good.push(body);
            }
        }
        if let Some((part, or_json)) = operation.files {
            return self.with_files(operation, part, or_json);
        }
        for (name, body) in made_up::named(&operation.action) {
            if self.accepted(operation, &name, Some(&body)) {
                self.counts.made_up += 1;
                good.push(body);
            }
        }
        if operation.body_required && good.is_empty() {
            self.problems
                .push(format!("{}: none of its bodies was accepted: add a good one to {MADE_UP}", operation.action));
        }
        if !operation.body_required {
            let input = if paypal.schema().is_null() { "parameters" } else { "parameters without a body" };
            self.counts.made_up += usize::from(self.accepted(operation, input, None));
        }
        if operation.prefers {
            self.preference_does_no_harm(operation, good.first());
        }
        if UNCHECKED.contains(&&*operation.action) {
            return;
        }
        let forbidden = forbidden::derive(paypal, good.iter());
        // An object with nothing but a flag can be wrong in three ways.
        if !paypal.schema().is_null() && forbidden.len() < 3 {
            self.problems.push(format!("{}: only {} forbidden bodies", operation.action, forbidden.len()));
        }
        for body in forbidden {
            self.refused(operation, &body);
        }
    }

    /// PayPal's file has only the form with files for these actions. A call that needs no form is sent as PayPal's documents
    /// describe it, and Prism's answer is recorded.
    fn with_files(&mut self, operation: &Operation, part: &str, or_json: bool) {
        for (name, body) in made_up::named(&operation.action) {
            let ended = self.call_with(operation, json!({"body": body, "files": [made_up::file()]}));
            let expected = self.prism.ask_with_file(&operation.method(), &operation.target(), part, &body);
            let reply = &ended.outcome["reply"];
            if (&reply["status"], &reply["body"]) == (&json!(expected.0), &expected.1) {
                self.replied.insert(operation.action.clone());
                self.counts.made_up += 1;
                self.report.add(
                    &operation.action,
                    &format!("{name}, with a file"),
                    &Verdict::Accepted(expected.0.into()),
                );
            } else {
                self.problem(operation, &format!("should be Prism's answer, {} {}", expected.0, expected.1), &ended);
            }
            if or_json {
                let ended = self.call_with(operation, json!({"body": body}));
                let verdict = match ended.outcome["reply"]["status"].as_u64() {
                    Some(status) => Verdict::Accepted(status),
                    None => Verdict::Refused(
                        ended.outcome["failure"]["status"].as_u64(),
                        "PayPal's file knows only the form; PayPal's documents take JSON as well".to_owned(),
                    ),
                };
                self.report.add(&operation.action, &format!("{name}, without a file"), &verdict);
            }
        }
    }

    /// Records how the connector, or Prism, treats an example that PayPal's own schema forbids.
    fn broken_example(&mut self, operation: &Operation, input: &str, body: &Value) {
        let ended = self.call(operation, Some(body), &json!({}));
        if let Some(status) = ended.outcome["reply"]["status"].as_u64() {
            return self.report.add(&operation.action, input, &Verdict::Accepted(status));
        }
        let failure = &ended.outcome["failure"];
        let verdict = match failure["status"].as_u64() {
            None if failure["kind"] == "invalid-input" => Verdict::Refused(None, issues(failure)),
            Some(status @ (400 | 422)) => Verdict::Refused(Some(status), self.prism.violations(self.mark)),
            _ => return self.problem(operation, "should be refused: it breaks PayPal's schema", &ended),
        };
        self.report.add(&operation.action, input, &verdict);
    }

    /// The reply must be Prism's answer, which is the same for the same request.
    fn accepted(&mut self, operation: &Operation, input: &str, body: Option<&Value>) -> bool {
        let expected = self.prism.ask(&operation.method(), &operation.target(), body);
        let whose = operation.whose(&expected.1);
        if let Whose::Of(id, Some(parameter)) = whose {
            // Ids are case-insensitive, and those of orders are in capitals.
            self.asked.insert(operation.action.clone(), (parameter.to_owned(), id.to_ascii_uppercase()));
        }
        let ended = self.call(operation, body, &json!({}));
        let reply = &ended.outcome["reply"];
        // If PayPal's file has no example of an answer, Prism's answer is empty, and is not accepted.
        let unread = if operation.reads { "malformed-reply" } else { "outcome-unknown" };
        let good = if matches!(whose, Whose::Nobodys) || operation.reads && expected == (200, Value::Null) {
            ended.outcome["failure"]["kind"] == unread
        } else {
            reply["status"].as_u64().is_some_and(|status| (200..300).contains(&status))
                && (&reply["status"], &reply["body"]) == (&json!(expected.0), &expected.1)
        };
        if good {
            self.replied.insert(operation.action.clone());
            self.report.add(&operation.action, input, &Verdict::Accepted(expected.0.into()));
        } else {
            self.problem(operation, &format!("should be Prism's answer, {} {}", expected.0, expected.1), &ended);
        }
        good
    }

    /// Prism obeys `Prefer` (`code=404`), but must ignore PayPal's `return=`.
    fn preference_does_no_harm(&mut self, operation: &Operation, body: Option<&Value>) {
        let without = self.call(operation, body, &json!({})).outcome;
        for prefer in ["minimal", "representation"] {
            let ended = self.call(operation, body, &json!({"prefer": prefer}));
            let parts = |outcome: &Value| (outcome["reply"]["status"].clone(), outcome["reply"]["body"].clone());
            if ended.outcome["reply"].is_null() || parts(&ended.outcome) != parts(&without) {
                self.problem(operation, &format!("prefer `{prefer}` should make no difference to Prism"), &ended);
            }
        }
    }

    fn refused(&mut self, operation: &Operation, forbidden: &forbidden::Body) {
        let ended = self.call(operation, Some(&forbidden.body), &json!({}));
        let failure = &ended.outcome["failure"];
        let kind = failure["kind"].as_str().unwrap_or_default();
        // The check reads a number as its text, and null as missing, so it may refuse another member.
        let elsewhere = ["a number for a string", "null for a string"].contains(&&*forbidden.what);
        let good = match (failure["request_sent"].as_bool(), failure["status"].as_u64()) {
            (Some(false), None) => kind == "invalid-input" && (elsewhere || names(failure, &forbidden.pointer)),
            (Some(true), Some(400)) => kind == "invalid-input",
            (Some(true), Some(422)) => kind == "unprocessable",
            _ => false,
        };
        if !good {
            self.problem(
                operation,
                &format!("should be refused for {} at `{}`", forbidden.what, forbidden.pointer),
                &ended,
            );
        } else if failure["request_sent"] == false {
            self.counts.refused_locally += 1;
        } else {
            self.counts.refused_by_prism += 1;
        }
    }

    /// Prism does not know the path, or the method there: its answer becomes a failure with its text.
    fn not_in_paypal_s_file(&mut self, operation: &Operation) {
        let body = made_up::bodies(&operation.action).into_iter().next();
        let ended = self.call(operation, body.as_ref(), &json!({}));
        let failure = &ended.outcome["failure"];
        let (kind, words) = match failure["status"].as_u64() {
            Some(404) => ("not-found", "NO_PATH_MATCHED_ERROR"),
            Some(405) => ("provider-error", "NO_METHOD_MATCHED_ERROR"),
            _ => ("none", "none"),
        };
        let clear = failure["kind"] == kind && failure["body"].to_string().contains(words);
        if failure["request_sent"] == false {
            let what =
                "was refused before it was sent. PayPal's files do not have it: add a good body, or the parameters, to";
            self.problem(operation, &format!("{what} {MADE_UP}"), &ended);
        } else if !clear {
            self.problem(operation, "should be a clear 404 or 405: it is not in PayPal's file", &ended);
        }
        let verdict = Verdict::Refused(failure["status"].as_u64(), "PayPal's files do not have it".to_owned());
        self.report.add(&operation.action, if body.is_some() { "ours" } else { "parameters" }, &verdict);
    }

    fn call(&mut self, operation: &Operation, body: Option<&Value>, options: &Value) -> Ended {
        let mut members = json!({"options": options});
        if let Some(body) = body {
            members["body"] = body.clone();
        }
        self.call_with(operation, members)
    }

    /// Calls with these members of the input besides the parameters.
    fn call_with(&mut self, operation: &Operation, members: Value) -> Ended {
        self.mark = self.prism.log_length();
        let mut input = operation.parameters();
        if let Some((parameter, id)) = self.asked.get(&operation.action) {
            input[parameter] = id.clone().into();
        }
        for (name, value) in members.as_object().into_iter().flatten() {
            input[name] = value.clone();
        }
        self.caller.call(&operation.action, input)
    }

    fn problem(&mut self, operation: &Operation, what: &str, ended: &Ended) {
        let Ended { input, outcome, printed } = ended;
        let log = self.prism.log(self.mark);
        // Prism reports its own answers as well, and lists every value of an enumeration.
        let about_the_request = log.lines().filter(|line| !line.contains("Violation: response"));
        let log: Vec<_> = about_the_request.map(|line| format!("    {line:.250}")).collect();
        self.problems.push(format!(
            "{}: {what:.2000}\n  input: {input}\n  outcome: {:.2000}\n  printed: {printed}\n  Prism's log:\n{}",
            operation.action,
            outcome.to_string(),
            log.join("\n")
        ));
    }

    /// Checks that nothing went wrong and enough was tried, and stops Prism.
    fn end(self, operations: &[Operation]) {
        let Self { prism, counts, replied, problems, mut report, .. } = self;
        let address = ("127.0.0.1", prism.port());
        drop(prism);
        println!("{} actions, {} with a reply; {counts:?}", operations.len(), replied.len());
        assert!(TcpStream::connect(address).is_err(), "Prism still listens");
        assert!(problems.is_empty(), "{} problems:\n\n{}", problems.len(), problems.join("\n\n"));
        // Every action was tried; only those that Prism does not know have no reply.
        let silent = operations.iter().filter(|it| it.paypal.is_some() && !replied.contains(&it.action));
        assert_eq!(silent.map(|it| &*it.action).collect::<Vec<_>>(), [""; 0], "actions without a reply");
        assert!(operations.len() >= 16 && replied.len() >= 15, "{} actions", operations.len());
        assert!(counts.examples >= 6, "{counts:?}");
        assert!(counts.refused_locally >= 100 && counts.refused_by_prism >= 20, "{counts:?}");
        report.forbidden(counts.refused_locally, counts.refused_by_prism);
        report.end().unwrap_or_else(|reason| panic!("{reason}"));
    }
}
