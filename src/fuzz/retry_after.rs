//! `Retry-After`: a number or a date is read correctly, and the wait never exceeds the limit.

use super::input::text;
use std::time::{Duration, SystemTime};

use crate::{
    call::retry::{self, Attempt, MAX_WAIT, Next},
    platform::{
        failure::{Failure, Kind},
        response::Response,
    },
};

pub(super) fn run(input: &[u8]) {
    let headers = vec![("retry-after".to_owned(), input.to_vec())];
    let response = Response { status: 429, headers, body: Ok(Vec::new()) };
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let wait = response.retry_after_ms(now);
    let value = text(input).unwrap_or_default().trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number that overflows is also a long time.
        let seconds =
            value.bytes().try_fold(0_u64, |all, byte| all.checked_mul(10)?.checked_add(u64::from(byte - b'0')));
        let expected = seconds.and_then(|seconds| seconds.checked_mul(1000)).unwrap_or(u64::MAX);
        assert!(
            wait == Some(expected) || wait.is_some_and(|it| it >= expected.min(u64::MAX / 1000 * 1000)),
            "{value}: {wait:?}"
        );
    } else if let Some(milliseconds) = wait {
        let Ok(moment) = httpdate::parse_http_date(value) else { panic!("{value} is no date") };
        let left = moment.duration_since(now).unwrap_or_default();
        assert_eq!(u128::from(milliseconds), left.as_millis(), "{value}");
    }
    let failure =
        Failure { retryable: true, retry_after_ms: wait, status: Some(429), ..Failure::unsent(Kind::RateLimited, "") };
    for left in [None, Some(Duration::from_secs(5))] {
        let attempt = Attempt {
            number: 1,
            max: 5,
            failure: &failure,
            sent: true,
            repeatable: true,
            refreshed: false,
            left,
            random: 1.0,
        };
        if let Next::Again(wait) = retry::decide(&attempt) {
            assert!(wait <= MAX_WAIT && left.is_none_or(|left| wait < left), "{value}: {wait:?}");
        }
    }
}
