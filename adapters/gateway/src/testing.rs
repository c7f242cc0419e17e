//! A host for tests: it answers as it is told, and notes what it was asked.

use std::{cell::RefCell, time::Duration};

use http::HeaderMap;

use crate::{
    bindings::{
        Environment, Failure, FailureKind, Reply,
        actions::{ActionInfo, Choices, ConnectionReport, Manifest},
        connections::{BeginError, ConnectionInfo, Purpose},
        triggers::{Operation, TriggerInfo},
    },
    forward::Url,
    host::{Body, BodyError, Host},
    wanted::Wanted,
};

/// The host.
#[derive(Default)]
pub(crate) struct Fake {
    /// The variables.
    pub(crate) variables: Vec<(&'static str, &'static str)>,
    /// The answers to the calls, in their order.
    pub(crate) answers: RefCell<Vec<Result<Reply, Failure>>>,
    /// Whether nothing is kept.
    pub(crate) without_journal: bool,
    /// The status of the consumer's answer; none if there is none.
    pub(crate) consumer: Option<u16>,
    /// What was asked.
    pub(crate) asked: RefCell<Vec<String>>,
}

impl Fake {
    fn note(&self, asked: impl Into<String>) {
        self.asked.borrow_mut().push(asked.into());
    }
}

impl Host for Fake {
    fn variable(&self, name: &str) -> Option<String> {
        self.variables.iter().find(|it| it.0 == name).map(|it| it.1.to_owned())
    }

    fn now(&self) -> u64 {
        1_614_265_330
    }

    fn connections(&self) -> Result<Vec<ConnectionInfo>, String> {
        let info = |name: &str, ipn_receivers: &[&str]| ConnectionInfo {
            name: name.to_owned(),
            environment: Environment::Sandbox,
            webhooks: vec!["1JE4".to_owned()],
            ipn_receivers: ipn_receivers.iter().map(|it| (*it).to_owned()).collect(),
        };
        Ok(vec![info("shop", &["WDJJHEBZ4X2LY", "shop@example.com"]), info("silent", &[])])
    }

    fn has_journal(&self) -> bool {
        !self.without_journal
    }

    fn begin(&self, name: &str, _: Purpose) -> Result<(), BeginError> {
        self.note(format!("begin {name}"));
        Ok(())
    }

    fn end(&self, retry_after_ms: Option<u64>) {
        self.note(format!("end {retry_after_ms:?}"));
    }

    fn actions(&self) -> Vec<ActionInfo> {
        Vec::new()
    }

    fn triggers(&self) -> Vec<TriggerInfo> {
        let operation = || Operation { action: "a".to_owned(), input: "{}".to_owned() };
        vec![TriggerInfo {
            id: "order-approved".to_owned(),
            group: "orders".to_owned(),
            label: "Order approved".to_owned(),
            description: String::new(),
            event_types: vec!["CHECKOUT.ORDER.APPROVED".to_owned()],
            requires: Vec::new(),
            sample: r#"{"id": "WH-1"}"#.to_owned(),
            subject_kinds: Vec::new(),
            deduplication_key: "/id".to_owned(),
            subscribe: operation(),
            unsubscribe: operation(),
            receive: operation(),
            poll: None,
        }]
    }

    fn manifest(&self) -> Manifest {
        let (text, empty) = (str::to_owned, || "{}".to_owned());
        Manifest {
            name: text("test"),
            label: text("Test"),
            version: text("0"),
            icon: text("<svg/>"),
            categories: vec![text("tests")],
            documentation: text("https://docs.example.com"),
            terms: text("None."),
            changes: text("- Nothing."),
            openapi: empty(),
            connection_form: empty(),
        }
    }

    fn invoke(&self, action: &str, input: &str) -> Result<Reply, Failure> {
        self.note(format!("{action} {input}"));
        self.answers.borrow_mut().remove(0)
    }

    fn options(&self, _: &str, _: &Wanted) -> Result<Choices, Failure> {
        Err(failure(FailureKind::Denied))
    }

    fn test_connection(&self) -> Result<ConnectionReport, Failure> {
        Err(failure(FailureKind::Denied))
    }

    fn post(&self, _: &Url, headers: &HeaderMap, _: &[u8]) -> Result<u16, &'static str> {
        self.note(format!("post {}", headers["webhook-id"].to_str().unwrap()));
        self.consumer.ok_or("no answer in time")
    }
}

/// A body that is there.
pub(crate) struct Whole(pub(crate) Vec<u8>);

impl Body for Whole {
    fn read(&mut self, limit: usize, _: Duration) -> Result<Vec<u8>, BodyError> {
        if self.0.len() > limit { Err(BodyError::TooLarge) } else { Ok(self.0.clone()) }
    }
}

/// Returns a reply with a document.
pub(crate) fn reply(document: &str) -> Result<Reply, Failure> {
    Ok(Reply {
        status: 200,
        body: Some(document.to_owned()),
        debug_id: None,
        idempotency_key: None,
        attempts: 0,
        next: None,
        file: None,
    })
}

/// Returns a failure of a kind, which may be repeated after 1.2 s.
pub(crate) fn failure(kind: FailureKind) -> Failure {
    Failure {
        kind,
        message: "it failed".to_owned(),
        status: None,
        name: None,
        details: Vec::new(),
        debug_id: None,
        retryable: true,
        retry_after_ms: Some(1_200),
        request_sent: false,
        idempotency_key: Some("k".to_owned()),
        idempotency_retention_seconds: None,
        attempts: 0,
        information_link: None,
        body: Some(r#"{"a": 1.0}"#.to_owned()),
    }
}
