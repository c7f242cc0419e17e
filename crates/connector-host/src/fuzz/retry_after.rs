//! `Retry-After`, as the throttle reads it: numbers and dates.

use std::time::SystemTime;

use http::{HeaderMap, HeaderValue, header};
use time::OffsetDateTime;

use crate::transport::retry_after;

pub(super) fn run(input: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(input) else { return };
    let headers = HeaderMap::from_iter([(header::RETRY_AFTER, value)]);
    // At time 0 the wait is the date itself.
    let wait = retry_after::read(&headers, SystemTime::UNIX_EPOCH);
    let text = super::input::text(input).filter(|text| text.is_ascii()).unwrap_or_default().trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds =
            text.bytes().try_fold(0_u64, |all, byte| all.checked_mul(10)?.checked_add(u64::from(byte - b'0')));
        assert_eq!(wait.map(|wait| wait.as_secs()), Some(seconds.unwrap_or(u64::MAX)), "{text}");
        return;
    }
    let Some(wait) = wait.filter(|_| text.ends_with("GMT")) else { return };
    let Some(date) = wait.try_into().ok().and_then(|wait| OffsetDateTime::UNIX_EPOCH.checked_add(wait)) else { return };
    let mut words = text.split_once(", ").map_or("", |(_, rest)| rest).split(' ');
    let (day, month, year, time) = (words.next(), words.next(), words.next(), words.next());
    let read = |word: Option<&str>| word.and_then(|word| word.parse::<u64>().ok());
    // The 31st of a shorter month is in the next month.
    if read(day).is_some_and(|day| day <= 28) && !time.is_some_and(|time| time.ends_with(":60")) {
        assert_eq!(
            (u64::try_from(date.year()).ok(), Some(date.day().into())),
            (read(year), read(day)),
            "{text} is {date}"
        );
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let position = months.iter().position(|name| Some(*name) == month).map(|it| it as u64 + 1);
        assert_eq!(Some(u64::from(u8::from(date.month()))), position, "{text} is {date}");
        let mut parts = time.unwrap_or_default().split(':');
        for number in [date.hour(), date.minute(), date.second()] {
            assert_eq!(Some(number.into()), read(parts.next()), "{text} is {date}");
        }
    }
}
