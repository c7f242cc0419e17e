//! `Retry-After` (RFC 9110 section 10.2.3): a number of seconds, or a date.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

use super::digits;

/// Returns how long a response asks to wait; `None` if it does not, or not in a valid form.
pub(crate) fn read(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Some(seconds) = digits::number(value) {
        return Some(Duration::from_secs(seconds));
    }
    let moment = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(imf_fixdate(value)?))?;
    Some(moment.duration_since(now).unwrap_or_default())
}

/// Parses the one form of a date that is sent today (RFC 9110 section 5.6.7), `Sun, 06 Nov 1994 08:49:37 GMT`, as
/// seconds since 1970. The two obsolete forms are ignored; then the throttle uses its own pause.
fn imf_fixdate(text: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, rest) = text.split_once(", ")?;
    let mut words = rest.split(' ');
    let mut word = || words.next();
    let (day, month, year, time, zone) = (word()?, word()?, word()?, word()?, word()?);
    let mut clock = time.split(':').map(|part| part.parse::<u64>().ok());
    let mut part = || clock.next().flatten();
    let (hour, minute, second) = (part()?, part()?, part()?);
    let (day, year) = (day.parse::<u64>().ok()?, year.parse::<u64>().ok()?);
    let month = MONTHS.iter().position(|name| *name == month)?;
    let in_range = (1..=31).contains(&day) && (1970..=9999).contains(&year);
    if zone != "GMT" || !in_range || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // The number of leap years up to the end of a year.
    let leap_years = |year: u64| year / 4 - year / 100 + year / 400;
    let is_leap = leap_years(year) > leap_years(year - 1);
    let before_month = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month] + u64::from(is_leap && month > 1);
    let days = (year - 1970) * 365 + leap_years(year - 1) - leap_years(1969) + before_month + day - 1;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry_after(value: &str, now: u64) -> Option<u64> {
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, value.parse().unwrap())]);
        read(&headers, SystemTime::UNIX_EPOCH + Duration::from_secs(now)).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_dates_are_understood() {
        assert_eq!(retry_after("30", 0), Some(30));
        assert_eq!(retry_after(" 0 ", 0), Some(0));
        for (date, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
            ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800),
            ("Sun, 31 Dec 2023 23:59:59 GMT", 1_704_067_199),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
        ] {
            assert_eq!(imf_fixdate(date), Some(seconds), "{date}");
        }
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_770), Some(7));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_800), Some(0));
    }

    #[test]
    fn a_number_beyond_all_bounds_is_a_long_time() {
        for value in ["18446744073709551615", "18446744073709551616", "99999999999999999999999"] {
            assert_eq!(retry_after(value, 0), Some(u64::MAX), "{value}");
        }
    }

    #[test]
    fn what_is_neither_is_not_there() {
        assert_eq!(read(&HeaderMap::new(), SystemTime::now()), None);
        for value in [
            "",
            "-1",
            "1.5",
            "soon",
            "+5",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1969 08:49:37 GMT",
            "Sun, 06 Nov 0000 08:49:37 GMT",
            "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
            "Sun, 06 Nov 9999999999999999999 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 PST",
        ] {
            assert_eq!(retry_after(value, 0), None, "{value}");
        }
    }
}
