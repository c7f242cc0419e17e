//! Requests without a token, which change nothing and are repeated while that may help.

use std::time::{Instant, SystemTime};

use crate::{
    base::random::random,
    call::retry::{self, Attempt, Next},
    platform::{
        failure::{Failure, Kind},
        interface::Platform,
        request::Request,
        response::{Cause, Response, SendError},
    },
};

/// A result that `read` cannot use.
pub(crate) struct Rejected<E> {
    /// Why.
    pub(crate) reason: E,
    /// Whether another attempt may succeed.
    pub(crate) is_transient: bool,
}

/// Sends a request until `read` succeeds, fails permanently, the platform's attempts are used up, or the deadline
/// passes. Adds the requests sent to `sent`.
///
/// # Errors
/// If `read` fails for the last attempt.
pub(crate) fn send<T, E>(
    platform: &dyn Platform,
    request: &Request,
    deadline: Option<Instant>,
    sent: &mut u32,
    read: impl Fn(&Result<Response, SendError>) -> Result<T, Rejected<E>>,
) -> Result<T, E> {
    let left = || deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    let mut number = 0;
    loop {
        let answer = match left() {
            Some(left) if left.is_zero() => Err(SendError::deadline_passed()),
            _ => {
                number += 1;
                *sent += 1;
                platform.send(request, None, deadline)
            }
        };
        let Rejected { reason, is_transient } = match read(&answer) {
            Ok(read) => return Ok(read),
            Err(rejected) => rejected,
        };
        let failure = Failure {
            retryable: is_transient,
            retry_after_ms: answer.as_ref().ok().and_then(|response| response.retry_after_ms(SystemTime::now())),
            ..Failure::unsent(Kind::ProviderError, "")
        };
        let next = retry::decide(&Attempt {
            number,
            max: platform.max_attempts(),
            failure: &failure,
            sent: true,
            repeatable: true,
            // There is no token to replace.
            refreshed: true,
            left: left(),
            random: random(),
        });
        match next {
            Next::Again(wait) => platform.sleep(wait),
            Next::GiveUp | Next::Refresh => return Err(reason),
        }
    }
}

/// Whether the next attempt may succeed after such an error. A platform that limits requests has already waited as long
/// as it does.
pub(crate) fn is_transient(cause: Cause) -> bool {
    match cause {
        Cause::TimedOut | Cause::Unreachable | Cause::Broken => true,
        Cause::Denied | Cause::Limited | Cause::TooLarge => false,
    }
}
