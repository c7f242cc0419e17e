//! A mock platform: it answers from a script and records what it is asked for.

use std::{
    cell::{Cell, RefCell},
    time::{Duration, Instant},
};

use crate::{
    base::date::OffsetDateTime,
    platform::{
        delegation::Delegation,
        entry::{Entry, JournalError},
        environment::Environment,
        interface::{Platform, TokenError},
        request::Request,
        response::{Cause, Response, SendError},
        token::{Granted, Token},
    },
};

/// A request as it was sent.
pub(crate) struct Sent {
    /// Method and path with its query.
    pub(crate) line: String,
    pub(crate) authority: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) with_token: bool,
    pub(crate) has_deadline: bool,
    pub(crate) max_answer: usize,
}

impl Sent {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| &**value)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A mock platform that gives its answers in order. Fails the test if it is asked for more than it has.
pub(crate) struct Scripted {
    pub(crate) environment: Environment,
    pub(crate) on_behalf_of: Option<Delegation>,
    pub(crate) attempts: u32,
    /// Whether reading and writing the journal fails.
    pub(crate) without_journal: bool,
    /// Whether calls that move money are noted.
    pub(crate) records_calls: bool,
    pub(crate) answers: RefCell<std::vec::IntoIter<Result<Response, SendError>>>,
    pub(crate) sent: RefCell<Vec<Sent>>,
    pub(crate) slept: RefCell<Vec<Duration>>,
    pub(crate) journal: RefCell<Vec<(String, Entry)>>,
    pub(crate) now: Cell<OffsetDateTime>,
    /// How long each exchange takes.
    pub(crate) latency: Duration,
}

impl Scripted {
    pub(crate) fn new(answers: Vec<Result<Response, SendError>>) -> Self {
        Self {
            environment: Environment::Sandbox,
            on_behalf_of: None,
            attempts: 3,
            without_journal: false,
            records_calls: false,
            answers: RefCell::new(answers.into_iter()),
            sent: RefCell::default(),
            slept: RefCell::default(),
            journal: RefCell::default(),
            now: Cell::new(OffsetDateTime::UNIX_EPOCH),
            latency: Duration::ZERO,
        }
    }

    /// Method and path of every request sent. Fails the test if answers are left.
    pub(crate) fn lines(&self) -> Vec<String> {
        assert_eq!(self.answers.borrow().len(), 0, "not all that was expected has been sent");
        self.sent.borrow().iter().map(|sent| sent.line.clone()).collect()
    }
}

/// A response from PayPal.
pub(crate) fn answer(status: u16, body: &str) -> Result<Response, SendError> {
    let headers = vec![("paypal-debug-id".to_owned(), b"f00d".to_vec())];
    Ok(Response { status, headers, body: Ok(body.as_bytes().to_vec()) })
}

/// An exchange without a response.
pub(crate) fn lost(cause: Cause, sent: bool) -> Result<Response, SendError> {
    Err(SendError { cause, sent, reason: "gone".to_owned() })
}

impl Platform for Scripted {
    fn environment(&self) -> Environment {
        self.environment
    }

    fn on_behalf_of(&self) -> Option<Delegation> {
        self.on_behalf_of.clone()
    }

    fn token(&self, _: Option<&Token>) -> Result<Granted, TokenError> {
        Ok(Token::new("token".to_owned()).into())
    }

    fn max_attempts(&self) -> u32 {
        self.attempts
    }

    fn sleep(&self, time: Duration) {
        self.slept.borrow_mut().push(time);
    }

    fn now(&self) -> OffsetDateTime {
        self.now.get()
    }

    fn send(&self, request: &Request, token: Option<&Token>, deadline: Option<Instant>) -> Result<Response, SendError> {
        self.sent.borrow_mut().push(Sent {
            line: format!("{} {}", request.method.as_str(), request.path_and_query),
            authority: request.authority,
            headers: request.headers.iter().map(|(name, value)| (*name, value.to_string())).collect(),
            body: request.body.concat(),
            with_token: token.is_some(),
            has_deadline: deadline.is_some(),
            max_answer: request.max_answer,
        });
        std::thread::sleep(self.latency);
        self.answers.borrow_mut().next().expect("sent more than was expected")
    }

    fn authorities(&self) -> Vec<String> {
        Vec::new()
    }

    fn records_calls(&self) -> bool {
        self.records_calls
    }

    fn append(&self, subject: &str, entry: Entry) -> Result<bool, JournalError> {
        if self.without_journal {
            return Err(JournalError("full".to_owned()));
        }
        let mut journal = self.journal.borrow_mut();
        let is_known = |(of, old): &(String, Entry)| of == subject && old.id.is_some() && old.id == entry.id;
        let is_new = !journal.iter().any(is_known);
        if is_new {
            journal.push((subject.to_owned(), entry));
        }
        Ok(is_new)
    }

    fn entries(&self, subject: &str) -> Result<Vec<Entry>, JournalError> {
        if self.without_journal {
            return Err(JournalError("full".to_owned()));
        }
        let journal = self.journal.borrow();
        Ok(journal.iter().filter(|(of, _)| of == subject).map(|(_, entry)| entry.clone()).collect())
    }
}
