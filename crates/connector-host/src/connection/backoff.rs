//! How often a connection requests tokens. This is pure computation; the caller passes the time.
//!
//! The first request goes out at once. After a failed request, and after one that replaced a refused token, the next
//! such request waits for a second, and twice as long after each further one, up to [`LONGEST`]. If the endpoint says
//! how long to wait, that counts, up to [`LONGEST_ASKED`]. The series ends with a token that lasted for [`GOOD`] before
//! it was refused, and with a request that was made because the last token had expired.

use std::time::{Duration, Instant};

use crate::token_source::TokenError;

use super::doubled::doubled;

/// The first wait.
const FIRST: Duration = Duration::from_secs(1);

/// The limit of the doubling.
const LONGEST: Duration = Duration::from_secs(60);

/// The limit of a `Retry-After`.
const LONGEST_ASKED: Duration = Duration::from_secs(300);

/// A token that was refused after this long was a good one.
const GOOD: Duration = Duration::from_secs(60);

/// What a connection has learned about its token endpoint.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    /// The number of consecutive requests that failed, or replaced a token that had hardly been used.
    strikes: u32,
    /// No request is made before then: none at all after a failure, otherwise none to replace a refused token.
    until: Option<Instant>,
    /// The error of the last request, if it failed.
    error: Option<TokenError>,
    /// Whether the request in flight replaces a refused token.
    renewing: bool,
    granted: Option<Instant>,
}

impl Backoff {
    /// Notes that a token is about to be requested; `refused` if the last one was refused.
    ///
    /// # Errors
    /// If no request may be made now.
    pub(crate) fn ask(&mut self, refused: bool, now: Instant) -> Result<(), TokenError> {
        let left = self.until.map(|until| until.saturating_duration_since(now)).filter(|left| !left.is_zero());
        let wait = |left: Duration| format!("next attempt in {} s", left.as_secs_f64().ceil());
        match (left, &self.error) {
            (Some(left), Some(TokenError::Unreachable { reason, .. })) => {
                return Err(TokenError::unreachable(format!("{reason}; {}", wait(left))));
            }
            (Some(_), Some(error)) => return Err(error.clone()),
            (Some(left), None) if refused => {
                let what = "PayPal refused the token again just after it was renewed";
                return Err(TokenError::unreachable(format!("{what}; {}", wait(left))));
            }
            _ => {}
        }
        let lasted = self.granted.is_some_and(|granted| now.saturating_duration_since(granted) >= GOOD);
        if self.error.is_none() && (lasted || !refused) {
            self.strikes = 0;
        }
        self.renewing = refused;
        Ok(())
    }

    /// Notes that a token was granted.
    pub(crate) fn granted(&mut self, now: Instant) {
        self.error = None;
        self.granted = Some(now);
        if self.renewing {
            self.strike(None, now);
        } else {
            (self.strikes, self.until) = (0, None);
        }
    }

    /// Notes that a request failed.
    pub(crate) fn failed(&mut self, error: TokenError, now: Instant) {
        let retry_after = match &error {
            TokenError::Unreachable { retry_after, .. } => *retry_after,
            TokenError::NotConfigured(_) | TokenError::Refused(_) => None,
        };
        self.error = Some(error);
        self.strike(retry_after, now);
    }

    fn strike(&mut self, retry_after: Option<Duration>, now: Instant) {
        let pause = doubled(FIRST, self.strikes).min(LONGEST);
        self.strikes = self.strikes.saturating_add(1);
        self.until = now.checked_add(retry_after.unwrap_or_default().min(LONGEST_ASKED).max(pause));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unreachable(retry_after: Option<Duration>) -> TokenError {
        TokenError::Unreachable { reason: "PayPal's token endpoint answered 429".to_owned(), retry_after }
    }

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn failures_double_the_wait_up_to_a_minute() {
        let (mut backoff, mut now) = (Backoff::default(), Instant::now());
        for wait in [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0] {
            backoff.ask(false, now).unwrap();
            backoff.failed(unreachable(None), now);
            let Err(TokenError::Unreachable { reason: said, .. }) = backoff.ask(false, now + seconds(wait - 0.5))
            else {
                panic!("{wait}")
            };
            assert_eq!(said, "PayPal's token endpoint answered 429; next attempt in 1 s");
            now += seconds(wait);
        }
        backoff.ask(false, now).unwrap();
        backoff.granted(now);
        // The series has ended.
        backoff.ask(false, now).unwrap();
        backoff.failed(unreachable(None), now);
        backoff.ask(false, now + seconds(1.0)).unwrap();
    }

    #[test]
    fn the_endpoint_s_own_word_counts_up_to_five_minutes() {
        let now = Instant::now();
        for (asked, wait) in [(7, 7.0), (300, 300.0), (u64::MAX, 300.0), (0, 1.0)] {
            let mut backoff = Backoff::default();
            backoff.failed(unreachable(Some(Duration::from_secs(asked))), now);
            assert!(backoff.ask(true, now + seconds(wait - 0.01)).is_err(), "{asked}");
            assert!(backoff.ask(true, now + seconds(wait)).is_ok(), "{asked}");
        }
    }

    #[test]
    fn a_refused_token_is_replaced_at_once_and_its_successor_is_not() {
        let (mut backoff, now) = (Backoff::default(), Instant::now());
        backoff.ask(false, now).unwrap();
        backoff.granted(now);
        backoff.ask(true, now).unwrap();
        backoff.granted(now);
        assert!(matches!(backoff.ask(true, now), Err(TokenError::Unreachable { .. })));
        // An expired token is replaced at once.
        backoff.ask(false, now).unwrap();
        backoff.granted(now);
        backoff.ask(true, now).unwrap();
        backoff.granted(now);
        backoff.ask(true, now + seconds(1.0)).unwrap();
        backoff.granted(now + seconds(1.0));
        assert!(backoff.ask(true, now + seconds(2.9)).is_err());
        // So is one that was refused after a while.
        backoff.ask(true, now + seconds(61.0)).unwrap();
        backoff.granted(now + seconds(61.0));
        assert!(backoff.ask(true, now + seconds(61.9)).is_err());
        assert!(backoff.ask(true, now + seconds(62.0)).is_ok());
    }

    #[test]
    fn refused_credentials_are_said_again() {
        let (mut backoff, now) = (Backoff::default(), Instant::now());
        backoff.failed(TokenError::Refused("invalid_client: no".to_owned()), now);
        assert!(matches!(backoff.ask(false, now), Err(TokenError::Refused(said)) if said == "invalid_client: no"));
    }
}
