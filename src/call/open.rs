//! What PayPal serves to anybody: requests without a token that change nothing, sent again while that may help.

use std::time::{Instant, SystemTime};

use crate::{
    base::random::random,
    call::retry::{self, Attempt, Next},
    platform::{
        failure::{Failure, Kind},
        interface::Platform,
        request::Request,
        response::{Cause, Lost, Response},
    },
};

/// An answer of which nothing can be made.
pub(crate) struct Unread<E> {
    /// Why.
    pub(crate) why: E,
    /// Whether another attempt may fare better.
    pub(crate) passes: bool,
}

/// Sends a request until `read` makes something of what came of it, or trying again is of no use any more: for a reason that
/// does not pass, after the attempts that the platform allows, or with the deadline. Counts the requests that are sent.
///
/// # Errors
/// Why nothing was made of the last answer.
pub(crate) fn ask<T, E>(
    platform: &dyn Platform,
    request: &Request,
    deadline: Option<Instant>,
    sent: &mut u32,
    read: impl Fn(&Result<Response, Lost>) -> Result<T, Unread<E>>,
) -> Result<T, E> {
    let left = || deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    let mut number = 0;
    loop {
        let answer = match left() {
            Some(left) if left.is_zero() => Err(Lost::too_late()),
            _ => {
                number += 1;
                *sent += 1;
                platform.send(request, None, deadline)
            }
        };
        let Unread { why, passes } = match read(&answer) {
            Ok(read) => return Ok(read),
            Err(unread) => unread,
        };
        let failure = Failure {
            retryable: passes,
            retry_after_ms: answer.as_ref().ok().and_then(|response| response.retry_after_ms(SystemTime::now())),
            ..Failure::unsent(Kind::ProviderError, "")
        };
        let next = retry::decide(&Attempt {
            number,
            most: platform.max_attempts(),
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
            Next::GiveUp | Next::Refresh => return Err(why),
        }
    }
}

/// Whether what ended an exchange may be over at the next attempt. A platform that holds requests back has waited for as long
/// as it does.
pub(crate) fn passes(cause: Cause) -> bool {
    match cause {
        Cause::TimedOut | Cause::Unreachable | Cause::Broken => true,
        Cause::Denied | Cause::Limited | Cause::TooLarge => false,
    }
}
