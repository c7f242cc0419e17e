//! When a token is used, renewed, or not asked for. This is pure computation, on what is known at one moment.
//!
//! A token is renewed a minute before it expires. If PayPal cannot be reached then, it is used on until it expires or PayPal
//! refuses it. After a failed request, and after one that replaced a refused token, the next such request waits for a second,
//! and twice as long after each further one, up to [`LONGEST`]; if PayPal says how long to wait, that counts, up to
//! [`LONGEST_ASKED`]. The series ends with a token that lasted for [`GOOD`] before it was refused.

use std::time::Duration;

use crate::token::{Granted, Token, TokenError};

/// A token is renewed this long before it expires, so that it lasts for calls that have just begun.
const MARGIN: Duration = Duration::from_secs(60);

/// The first pause.
const FIRST: Duration = Duration::from_secs(1);

/// The limit of the doubling.
const LONGEST: Duration = Duration::from_secs(60);

/// The limit of a `Retry-After`.
const LONGEST_ASKED: Duration = Duration::from_secs(300);

/// A token that was refused after this long was a good one.
const GOOD: Duration = Duration::from_secs(60);

/// What is known about a connection's token at one moment. All times are from then on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) kept: Option<Kept>,
    /// How many requests for one have failed in a row, or replaced a token that had hardly been used.
    pub(crate) strikes: u32,
    /// No request is made before then: none at all after a failure, otherwise none to replace a refused token.
    pub(crate) pause: Duration,
    /// The error of the last request, if it failed.
    pub(crate) error: Option<TokenError>,
}

/// A token that was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) token: Token,
    /// How long ago.
    pub(crate) age: Duration,
    /// When to renew it; zero if now, none if never.
    pub(crate) renew: Option<Duration>,
    /// When it expires; zero if it has, none if that is not known.
    pub(crate) expires: Option<Duration>,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Use this token.
    Use(Token),
    /// Request one.
    Request,
    /// Report that there is none.
    Fail(TokenError),
}

impl Known {
    /// Returns what to do. `rejected` is the value of a token that PayPal has refused.
    pub(crate) fn step(&self, rejected: Option<&str>) -> Step {
        let usable = self.usable(rejected);
        if let Some(kept) = usable
            && kept.renew != Some(Duration::ZERO)
        {
            return Step::Use(kept.token.clone());
        }
        if self.pause.is_zero() || (self.error.is_none() && !self.is_refused(rejected)) {
            return Step::Request;
        }
        match (&self.error, usable) {
            (Some(TokenError::Unreachable { .. }), Some(kept)) => Step::Use(kept.token.clone()),
            (Some(TokenError::Unreachable { reason, .. }), None) => self.fail(reason),
            (Some(error), _) => Step::Fail(error.clone()),
            (None, _) => self.fail("PayPal refused the token again just after it was renewed"),
        }
    }

    /// Returns the token to use on if a request for another failed.
    pub(crate) fn instead(&self, rejected: Option<&str>, error: &TokenError) -> Option<Token> {
        let usable = self.usable(rejected).filter(|_| matches!(error, TokenError::Unreachable { .. }));
        usable.map(|kept| kept.token.clone())
    }

    /// Returns the token, if it has not expired and was not refused.
    pub(crate) fn usable(&self, rejected: Option<&str>) -> Option<&Kept> {
        self.kept.as_ref().filter(|kept| kept.expires != Some(Duration::ZERO) && !self.is_refused(rejected))
    }

    /// Whether the newest token was refused. A call that began before a renewal can name an older one.
    pub(crate) fn is_refused(&self, rejected: Option<&str>) -> bool {
        self.kept.as_ref().is_some_and(|kept| rejected == Some(kept.token.value.expose()))
    }

    /// Returns what is known after a request that was made because of `rejected` has been answered.
    pub(crate) fn granted(&self, rejected: Option<&str>, Granted { token, lifetime }: Granted) -> Self {
        let kept = Kept { token, age: Duration::ZERO, renew: lifetime.map(renewal), expires: lifetime };
        let lasted = self.kept.as_ref().is_some_and(|kept| kept.age >= GOOD);
        if !self.is_refused(rejected) {
            return Self { kept: Some(kept), ..Self::default() };
        }
        let strikes = if lasted && self.error.is_none() { 0 } else { self.strikes };
        Self { kept: Some(kept), strikes: strikes.saturating_add(1), pause: pause(strikes, None), error: None }
    }

    /// Returns what is known after a request has failed.
    pub(crate) fn failed(&self, error: TokenError) -> Self {
        let retry_after = match &error {
            TokenError::Unreachable { retry_after, .. } => *retry_after,
            TokenError::NotConfigured(_) | TokenError::Refused(_) => None,
        };
        let pause = pause(self.strikes, retry_after);
        Self { kept: self.kept.clone(), strikes: self.strikes.saturating_add(1), pause, error: Some(error) }
    }

    /// Returns the same some time later.
    pub(crate) fn later(&self, time: Duration) -> Self {
        let left = |until: Duration| until.saturating_sub(time);
        let kept = self.kept.clone().map(|kept| Kept {
            age: kept.age.saturating_add(time),
            renew: kept.renew.map(left),
            expires: kept.expires.map(left),
            ..kept
        });
        Self { kept, pause: left(self.pause), ..self.clone() }
    }

    fn fail(&self, reason: &str) -> Step {
        Step::Fail(TokenError::unreachable(format!("{reason}; next attempt in {} s", self.pause.as_secs_f64().ceil())))
    }
}

/// Returns when to renew a token of that lifetime: a margin ahead, but not before half of it is over.
fn renewal(lifetime: Duration) -> Duration {
    lifetime.saturating_sub(MARGIN).max(lifetime / 2)
}

fn pause(strikes: u32, retry_after: Option<Duration>) -> Duration {
    let doubled = FIRST.saturating_mul(1_u32.checked_shl(strikes).unwrap_or(u32::MAX)).min(LONGEST);
    retry_after.unwrap_or_default().min(LONGEST_ASKED).max(doubled)
}

#[cfg(test)]
mod tests;
