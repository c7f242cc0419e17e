//! Whether to send a request again, and when: a pure decision.

use std::time::Duration;

use crate::platform::failure::{Failure, Kind};

/// The longest wait for a provider's `Retry-After`. If it is longer, the caller is told, and can do something else
/// meanwhile.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(60);

/// The longest wait after the first attempt if the provider does not state one. Doubles with each attempt.
const FIRST_BACKOFF: Duration = Duration::from_millis(500);

/// The limit of the doubling.
const MAX_BACKOFF: Duration = Duration::from_secs(8);

/// The facts that a decision depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt<'a> {
    /// How many times the request has been sent, this one included; without one whose token was refused.
    pub number: u32,
    /// How many times it may be sent.
    pub max: u32,
    /// Its failure.
    pub failure: &'a Failure,
    /// Whether any of it may have reached PayPal.
    pub sent: bool,
    /// Whether sending it again has no second effect: it only reads, or PayPal recognises its idempotency key.
    pub repeatable: bool,
    /// Whether a refused token has been replaced before.
    pub refreshed: bool,
    /// How much time the call has left; `None` without a deadline.
    pub left: Option<Duration>,
    /// A random number from 0 to 1.
    pub random: f64,
}

/// The next step after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Return the failure to the caller.
    GiveUp,
    /// Ask the platform for another token, and send the same request with it.
    Refresh,
    /// Wait, and send the same request.
    Again(Duration),
}

/// Decides what to do after a failed attempt.
///
/// A token is refreshed once per call, because a second refusal is not about its age; this does not count as an
/// attempt. Otherwise a request is sent again only if the failure is transient and it has not been sent or may be
/// repeated. Any other request is not repeated once a byte of it may have reached PayPal, not even after a 429.
#[must_use]
pub(crate) fn decide(attempt: &Attempt) -> Next {
    let Attempt { number, max, failure, sent, repeatable, refreshed, left, random } = *attempt;
    if is_about_the_token(failure, repeatable) && !refreshed {
        return Next::Refresh;
    }
    // A platform that limits requests has already waited as long as it does: asking again at once does not help.
    let held_back = failure.kind == Kind::RateLimited && !sent;
    if number >= max || !failure.retryable || held_back || (sent && !repeatable) {
        return Next::GiveUp;
    }
    let wait = match failure.retry_after_ms.map(Duration::from_millis) {
        Some(asked) if asked > MAX_WAIT => return Next::GiveUp,
        Some(asked) => asked,
        None => backoff(number).mul_f64(random),
    };
    if left.is_some_and(|left| wait >= left) { Next::GiveUp } else { Next::Again(wait) }
}

/// The longest wait after `number` attempts. The actual wait is a random part of it (full jitter).
fn backoff(number: u32) -> Duration {
    let doubled = 1_u32.checked_shl(number.saturating_sub(1)).unwrap_or(u32::MAX);
    FIRST_BACKOFF.saturating_mul(doubled).min(MAX_BACKOFF)
}

/// PayPal refuses a bad bearer token before it acts, so sending again is safe for every action. It has two shapes:
/// `invalid_token`, and `AUTHENTICATION_FAILURE` without an issue that gives another reason. Other 401s are about the
/// account (`INVALID_ACCOUNT_STATUS`) or the client (`invalid_client`), which a fresh token does not change. One
/// without a document may come from an intermediary that has forwarded the request: then it is only sent again if that
/// is safe.
fn is_about_the_token(failure: &Failure, repeatable: bool) -> bool {
    failure.status == Some(401)
        && match failure.name.as_deref() {
            Some("invalid_token") => true,
            Some("AUTHENTICATION_FAILURE") => failure.details.iter().all(|detail| detail.issue.is_none()),
            Some(_) => false,
            None => failure.body.is_none() && repeatable,
        }
}

/// Whether PayPal is still processing an earlier request with the same key, or may be, if a 409 has lost its document.
pub(crate) fn is_in_progress(failure: &Failure) -> bool {
    // Search the whole document, since the list of issues is limited.
    let says_so = failure.body.as_deref().is_some_and(|body| body.contains("PREVIOUS_REQUEST_IN_PROGRESS"));
    let says_nothing = failure.name.is_none() && failure.details.is_empty();
    says_so || (failure.status == Some(409) && says_nothing && failure.idempotency_key.is_some())
}

/// Whether PayPal may have acted despite a failure.
pub(crate) fn is_in_doubt(failure: &Failure) -> bool {
    failure.kind == Kind::OutcomeUnknown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::failure::Issue;

    fn failure(status: Option<u16>, kind: Kind) -> Failure {
        Failure { status, retryable: true, ..Failure::unsent(kind, "") }
    }

    fn first(failure: &Failure) -> Attempt<'_> {
        Attempt { number: 1, max: 4, failure, sent: true, repeatable: true, refreshed: false, left: None, random: 0.5 }
    }

    const SOON: Next = Next::Again(Duration::from_millis(250));

    #[test]
    fn what_passes_is_tried_again_where_it_is_safe() {
        // The failure; whether sent; the decision if it may be repeated, and if not.
        for (status, kind, sent, safe, unsafe_) in [
            (Some(408), Kind::TimedOut, true, SOON, Next::GiveUp),
            (Some(429), Kind::RateLimited, true, SOON, Next::GiveUp),
            (Some(500), Kind::ProviderError, true, SOON, Next::GiveUp),
            (Some(503), Kind::OutcomeUnknown, true, SOON, Next::GiveUp),
            (Some(409), Kind::OutcomeUnknown, true, SOON, Next::GiveUp),
            (None, Kind::RateLimited, false, Next::GiveUp, Next::GiveUp),
            (None, Kind::Unreachable, false, SOON, SOON),
            (None, Kind::TimedOut, false, SOON, SOON),
            (None, Kind::Unreachable, true, SOON, Next::GiveUp),
            (None, Kind::TimedOut, true, SOON, Next::GiveUp),
            (None, Kind::OutcomeUnknown, true, SOON, Next::GiveUp),
            (Some(200), Kind::MalformedReply, true, SOON, Next::GiveUp),
            (Some(201), Kind::OutcomeUnknown, true, SOON, Next::GiveUp),
        ] {
            let failure = failure(status, kind);
            let attempt = Attempt { sent, ..first(&failure) };
            assert_eq!(decide(&attempt), safe, "{status:?} {kind:?}");
            assert_eq!(decide(&Attempt { repeatable: false, ..attempt }), unsafe_, "{status:?} {kind:?}");
            let hopeless = Failure { retryable: false, ..failure.clone() };
            assert_eq!(decide(&Attempt { failure: &hopeless, ..attempt }), Next::GiveUp);
        }
    }

    #[test]
    fn attempts_and_the_deadline_are_bounds() {
        let failure = failure(Some(503), Kind::ProviderError);
        for (number, max, expected) in [(1, 1, false), (3, 4, true), (4, 4, false), (9, 4, false)] {
            let again = decide(&Attempt { number, max, ..first(&failure) }) != Next::GiveUp;
            assert_eq!(again, expected, "{number} of {max}");
        }
        for (left, expected) in [(251, SOON), (250, Next::GiveUp), (0, Next::GiveUp)] {
            let left = Some(Duration::from_millis(left));
            assert_eq!(decide(&Attempt { left, ..first(&failure) }), expected);
        }
    }

    #[test]
    fn waits_double_up_to_a_cap_and_are_spread_at_random() {
        let failure = failure(Some(503), Kind::ProviderError);
        let wait = |number, random| decide(&Attempt { number, max: 99, random, ..first(&failure) });
        let longest = [500, 1000, 2000, 4000, 8000, 8000].map(|ms| Next::Again(Duration::from_millis(ms)));
        assert_eq!([1, 2, 3, 4, 5, 40].map(|number| wait(number, 1.0)), longest);
        assert_eq!(wait(3, 0.0), Next::Again(Duration::ZERO));
    }

    #[test]
    fn retry_after_is_waited_for_up_to_a_minute() {
        for (asked, expected) in [(0, Some(0)), (1500, Some(1500)), (60_000, Some(60_000)), (60_001, None)] {
            let failure = Failure { retry_after_ms: Some(asked), ..failure(Some(429), Kind::RateLimited) };
            let expected = expected.map_or(Next::GiveUp, |ms| Next::Again(Duration::from_millis(ms)));
            assert_eq!(decide(&first(&failure)), expected, "{asked}");
        }
    }

    #[test]
    fn only_a_refused_token_is_refreshed_and_only_once() {
        for (name, issue, expected) in [
            (Some("invalid_token"), None, Next::Refresh),
            (Some("AUTHENTICATION_FAILURE"), None, Next::Refresh),
            (Some("AUTHENTICATION_FAILURE"), Some("INVALID_ACCOUNT_STATUS"), Next::GiveUp),
            (Some("NOT_AUTHORIZED"), Some("INVALID_ACCOUNT_STATUS"), Next::GiveUp),
            (Some("invalid_client"), None, Next::GiveUp),
            (None, None, Next::Refresh),
        ] {
            let issue = issue.map(|issue: &str| Issue { issue: Some(issue.to_owned()), ..Issue::default() });
            let failure = Failure {
                status: Some(401),
                name: name.map(str::to_owned),
                details: Vec::from_iter(issue),
                ..Failure::unsent(Kind::Unauthorized, "")
            };
            // Regardless of the attempts so far, and of whether it may be repeated if PayPal says that it is the token.
            let attempt = Attempt { number: 9, repeatable: name.is_none(), ..first(&failure) };
            assert_eq!(decide(&attempt), expected, "{name:?}");
            let unrepeatable = Attempt { repeatable: false, ..attempt };
            assert_eq!(decide(&unrepeatable), if name.is_none() { Next::GiveUp } else { expected }, "{name:?}");
            assert_eq!(decide(&Attempt { refreshed: true, ..attempt }), Next::GiveUp, "{name:?}");
            let unnamed = Failure { name: None, body: Some("{}".to_owned()), ..failure.clone() };
            assert_eq!(decide(&Attempt { failure: &unnamed, ..attempt }), Next::GiveUp, "a document without a name");
            let forbidden = Failure { status: Some(403), ..failure.clone() };
            assert_eq!(decide(&Attempt { failure: &forbidden, ..attempt }), Next::GiveUp);
        }
    }
}
