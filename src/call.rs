//! The way of one call, from checked arguments to its outcome.

use std::time::{Duration, Instant};

use crate::{
    arguments::Arguments,
    catalogue::Action,
    check::check,
    environment::Environment,
    failure::{Failure, Kind},
    reply::{Exchange, Reply},
    request::Request,
    response::{Cause, Lost, Response},
    retry::{self, Next},
    token::Token,
};

/// What a call needs of the world outside: the platform's connection, and a way to send.
pub trait Platform {
    /// The environment of the connection.
    fn environment(&self) -> Environment;

    /// The token to use; `rejected` is the one that PayPal has just refused.
    ///
    /// # Errors
    /// Where the platform has none to give.
    fn token(&self, rejected: Option<&Token>) -> Result<Token, NoToken>;

    /// Sends a request and waits for the response, until the deadline at the latest.
    ///
    /// # Errors
    /// Where no response came.
    fn send(&self, request: &Request, token: &Token, deadline: Option<Instant>) -> Result<Response, Lost>;
}

/// Why the platform has no token to give.
#[derive(Debug)]
pub struct NoToken {
    /// In a sentence.
    pub message: String,
    /// Whether asking again later may help.
    pub passing: bool,
}

/// Runs an action.
///
/// # Errors
/// Every way in which it can fail, as one record.
pub fn call(platform: &impl Platform, action: &'static Action, arguments: &Arguments) -> Result<Reply, Failure> {
    let deadline = arguments.options.deadline_ms.map(|ms| Instant::now() + Duration::from_millis(ms.into()));
    let environment = platform.environment();
    let key = idempotency_key(action, arguments);
    let unsent = |failure| Failure { idempotency_key: key.clone(), ..failure };

    check(action, arguments, environment).map_err(unsent)?;
    let mut token = platform.token(None).map_err(|none| unsent(no_token(none)))?;
    let request = Request::build(action, arguments, environment, key.as_deref());
    let mut exchange = Exchange { action, idempotency_key: key.as_deref(), attempts: 0 };
    let mut refreshed = false;
    loop {
        let sent = match deadline {
            Some(deadline) if deadline <= Instant::now() => Err(too_late()),
            _ => {
                exchange.attempts += 1;
                platform.send(&request, &token, deadline)
            }
        };
        let failure = match sent {
            Ok(response) => match exchange.outcome(response) {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            },
            Err(lost) => return Err(exchange.lost(lost)),
        };
        match retry::decide(&failure, refreshed) {
            Next::GiveUp => return Err(failure),
            Next::Refresh => match platform.token(Some(&token)) {
                Ok(fresh) if fresh != token => {
                    token = fresh;
                    refreshed = true;
                }
                // The platform has no other token: what PayPal said of this one is the answer.
                Ok(_) | Err(_) => return Err(failure),
            },
        }
    }
}

/// The caller's key, or a new one where the action has idempotency. PayPal ignores keys elsewhere: then there is none.
fn idempotency_key(action: &'static Action, arguments: &Arguments) -> Option<String> {
    action.idempotency.as_ref()?;
    let own = arguments.options.idempotency_key.clone();
    Some(own.unwrap_or_else(|| uuid::Uuid::new_v4().to_string()))
}

fn no_token(none: NoToken) -> Failure {
    Failure { retryable: none.passing, ..Failure::unsent(Kind::ConnectionUnavailable, none.message) }
}

fn too_late() -> Lost {
    Lost { cause: Cause::TimedOut, sent: false, reason: "the call's deadline has passed".to_owned() }
}
