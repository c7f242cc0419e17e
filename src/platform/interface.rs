//! What the connector needs of the platform.

use std::time::{Duration, Instant, SystemTime};

use super::{
    entry::{Entry, NoJournal},
    environment::Environment,
    failure::{Failure, Kind},
    request::Request,
    response::{Lost, Response},
    token::{Granted, Token},
};
use crate::base::date::OffsetDateTime;

/// What a call needs of the world outside: the platform's connection, and a way to send.
pub(crate) trait Platform {
    /// The environment of the connection.
    fn environment(&self) -> Environment;

    /// The token to use; `rejected` is the one that PayPal has just refused.
    ///
    /// # Errors
    /// Where the platform has none to give.
    fn token(&self, rejected: Option<&Token>) -> Result<Granted, NoToken>;

    /// The most times that one request may be sent, 1 or more.
    fn max_attempts(&self) -> u32;

    /// Lets time pass.
    fn sleep(&self, time: Duration);

    /// The present, by the wall clock.
    fn now(&self) -> OffsetDateTime {
        SystemTime::now().into()
    }

    /// Sends a request, with a token unless it is for what PayPal serves to anybody, and waits for the response, until the
    /// deadline at the latest.
    ///
    /// # Errors
    /// Where no response came.
    fn send(&self, request: &Request, token: Option<&Token>, deadline: Option<Instant>) -> Result<Response, Lost>;

    /// Certificates in PEM that count beside the connector's own where PayPal's signatures are checked: roots that are
    /// trusted, and intermediates.
    fn authorities(&self) -> Vec<String> {
        Vec::new()
    }

    /// Appends to the journal, and returns whether the entry is new: false where the subject has one with its id. What is said
    /// here holds for a platform that keeps none.
    ///
    /// # Errors
    /// Where the platform cannot keep it.
    fn append(&self, subject: &str, entry: Entry) -> Result<bool, NoJournal> {
        let _ = (subject, entry);
        Ok(true)
    }

    /// What the journal has under a subject, the oldest first; nothing where the platform keeps none.
    ///
    /// # Errors
    /// Where the platform cannot read it.
    fn entries(&self, subject: &str) -> Result<Vec<Entry>, NoJournal> {
        let _ = subject;
        Ok(Vec::new())
    }
}

/// Why the platform has no token to give.
#[derive(Debug)]
pub(crate) struct NoToken {
    /// In a sentence.
    pub message: String,
    /// Whether asking again later may help.
    pub passing: bool,
}

impl NoToken {
    pub(crate) fn into_failure(self) -> Failure {
        Failure { retryable: self.passing, ..Failure::unsent(Kind::ConnectionUnavailable, self.message) }
    }
}
