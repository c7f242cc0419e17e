use super::*;
use crate::secret::Secret;

fn token(value: &str) -> Token {
    Token { value: Secret::new(value.to_owned()), scopes: None }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A token for nine hours, granted some time ago.
fn after(age: Duration) -> Known {
    let known = Known::default().granted(None, Granted { token: token("A"), lifetime: Some(seconds(32400)) });
    known.later(age)
}

fn unreachable() -> TokenError {
    TokenError::unreachable("PayPal's token endpoint answered 503")
}

#[test]
fn a_token_is_used_until_a_minute_before_its_end() {
    assert_eq!(Known::default().step(None), Step::Request);
    for age in [0, 32339] {
        assert_eq!(after(seconds(age)).step(None), Step::Use(token("A")), "{age}");
    }
    assert_eq!(after(seconds(32340)).step(None), Step::Request);
    let of_one_minute = Known::default().granted(None, Granted { token: token("A"), lifetime: Some(seconds(60)) });
    assert_eq!(of_one_minute.later(seconds(29)).step(None), Step::Use(token("A")));
    assert_eq!(of_one_minute.later(seconds(30)).step(None), Step::Request);
    let for_ever = Known::default().granted(None, Granted { token: token("A"), lifetime: None });
    assert_eq!(for_ever.later(seconds(1 << 40)).step(None), Step::Use(token("A")));
}

#[test]
fn a_refused_token_is_replaced_and_an_older_one_is_not() {
    assert_eq!(after(seconds(9)).step(Some("A")), Step::Request);
    assert_eq!(after(seconds(9)).step(Some("older")), Step::Use(token("A")));
}

#[test]
fn a_token_is_used_on_if_paypal_cannot_be_reached() {
    let due = after(seconds(32350));
    assert_eq!(due.instead(None, &unreachable()), Some(token("A")));
    let failed = due.failed(unreachable());
    assert_eq!(failed.step(None), Step::Use(token("A")), "during the pause there is no request");
    assert_eq!(failed.later(seconds(1)).step(None), Step::Request);
    // Not when it was refused, or has expired, or the credentials were refused.
    let Step::Fail(TokenError::Unreachable { reason, .. }) = failed.step(Some("A")) else { panic!("{failed:?}") };
    assert_eq!(reason, "PayPal's token endpoint answered 503; next attempt in 1 s");
    assert_eq!(due.instead(Some("A"), &unreachable()), None);
    assert_eq!(after(seconds(32400)).instead(None, &unreachable()), None);
    let refused = TokenError::Refused("invalid_client: no".to_owned());
    assert_eq!(due.instead(None, &refused), None);
    assert_eq!(due.failed(refused.clone()).step(None), Step::Fail(refused));
}

#[test]
fn failures_double_the_pause_up_to_a_minute() {
    let mut known = Known::default();
    for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
        known = known.failed(unreachable());
        assert_eq!(known.pause, seconds(expected));
        assert!(matches!(known.later(seconds(expected - 1)).step(None), Step::Fail(_)));
        assert_eq!(known.later(seconds(expected)).step(None), Step::Request);
    }
    known.strikes = u32::MAX;
    assert_eq!(known.failed(unreachable()).pause, seconds(60));
    let granted = known.granted(None, Granted { token: token("A"), lifetime: None });
    assert_eq!((granted.strikes, granted.pause, granted.error), (0, seconds(0), None));
}

#[test]
fn paypal_s_own_word_counts_up_to_five_minutes() {
    for (asked, expected) in [(7, 7), (300, 300), (u64::MAX, 300), (0, 1)] {
        let error = TokenError::Unreachable { reason: String::new(), retry_after: Some(seconds(asked)) };
        assert_eq!(Known::default().failed(error).pause, seconds(expected), "{asked}");
    }
}

#[test]
fn a_token_that_is_refused_at_once_is_not_replaced_for_ever() {
    let granted = Granted { token: token("A"), lifetime: Some(seconds(32400)) };
    let mut known = after(seconds(5));
    for expected in [1, 2, 4] {
        assert_eq!(known.step(Some("A")), Step::Request);
        known = known.granted(Some("A"), granted.clone());
        assert_eq!(known.pause, seconds(expected));
        assert_eq!(known.step(None), Step::Use(token("A")), "it is not refused yet");
        let Step::Fail(TokenError::Unreachable { reason, .. }) = known.step(Some("A")) else { panic!("{known:?}") };
        assert!(reason.contains("refused the token again"), "{reason}");
        known = known.later(seconds(expected));
    }
    known = known.later(seconds(60)).granted(Some("A"), granted);
    assert_eq!((known.strikes, known.pause), (1, seconds(1)), "the one before was good");
}
