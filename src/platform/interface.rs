//! What the connector requires from the platform.

use std::time::{Duration, Instant, SystemTime};

use super::{
    delegation::Delegation,
    entry::{Entry, JournalError},
    environment::Environment,
    failure::{Failure, Kind},
    request::Request,
    response::{Response, SendError},
    token::{Granted, Token},
};
use crate::base::date::OffsetDateTime;

/// What a call requires from outside: the platform's connection, and a way to send.
pub(crate) trait Platform {
    /// The environment of the connection.
    fn environment(&self) -> Environment;

    /// On whose behalf the connection acts; `None` if it acts for the account that its tokens are for.
    fn on_behalf_of(&self) -> Option<Delegation> {
        None
    }

    /// Returns the token to use; `rejected` is the one that PayPal has just refused.
    ///
    /// # Errors
    /// If the platform cannot provide one.
    fn token(&self, rejected: Option<&Token>) -> Result<Granted, TokenError>;

    /// The most times that one request may be sent, 1 or more.
    fn max_attempts(&self) -> u32;

    /// Waits.
    fn sleep(&self, time: Duration);

    /// The current time, by the wall clock.
    fn now(&self) -> OffsetDateTime {
        SystemTime::now().into()
    }

    /// Sends a request, with a token unless it needs none, and waits for the response until the deadline.
    ///
    /// # Errors
    /// If no response came.
    fn send(&self, request: &Request, token: Option<&Token>, deadline: Option<Instant>) -> Result<Response, SendError>;

    /// Certificates in PEM that are trusted in addition to the connector's own when PayPal's signatures are verified:
    /// roots and intermediates.
    fn authorities(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether calls that move money are noted in the journal before they are sent.
    fn records_calls(&self) -> bool {
        false
    }

    /// Appends to the journal. Returns whether the entry is new: false if the subject already has one with its id. The
    /// default is for a platform without a journal.
    ///
    /// # Errors
    /// If the platform cannot store it.
    fn append(&self, subject: &str, entry: Entry) -> Result<bool, JournalError> {
        let _ = (subject, entry);
        Ok(true)
    }

    /// The journal's entries for a subject, the oldest first; empty if the platform has no journal.
    ///
    /// # Errors
    /// If the platform cannot read it.
    fn entries(&self, subject: &str) -> Result<Vec<Entry>, JournalError> {
        let _ = subject;
        Ok(Vec::new())
    }
}

/// Why the platform cannot provide a token.
#[derive(Debug)]
pub(crate) struct TokenError {
    /// A sentence for a person.
    pub message: String,
    /// Whether asking again later may help.
    pub transient: bool,
}

impl TokenError {
    pub(crate) fn into_failure(self) -> Failure {
        Failure { retryable: self.transient, ..Failure::unsent(Kind::ConnectionUnavailable, self.message) }
    }
}
