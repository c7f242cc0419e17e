//! Timestamps: all spellings of a timestamp are equal.

use super::input::text;
use time::format_description::well_known::Rfc3339;

use crate::base::date::{self, OffsetDateTime};

pub(super) fn run(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let moment = date::parse(text);
    if let Some(expected) = plain(text) {
        assert_eq!(moment.map(OffsetDateTime::unix_timestamp), expected, "{text}");
    }
    if let Some(moment) = moment
        && let Some(formatted) = date::format(moment)
    {
        assert_eq!(date::parse(&formatted), Some(moment), "{formatted} is another moment");
        assert!(formatted.ends_with('Z') && OffsetDateTime::parse(&formatted, &Rfc3339).is_ok());
        let stamp = date::stamp(moment);
        let until = date::parse(&stamp).map(|stamped| moment - stamped);
        assert!(until.is_some_and(|it| (0..1_000_000).contains(&it.whole_nanoseconds())), "{stamp} for {formatted}");
    }
    let with_colon = date::with_colon(text);
    assert!(with_colon == text || with_colon.len() == text.len() + 1);
    if let Ok(other) = OffsetDateTime::parse(&with_colon, &Rfc3339)
        && with_colon.as_bytes().get(10).is_some_and(|separator| separator.eq_ignore_ascii_case(&b'T'))
    {
        // Fractions of a nanosecond may be rounded or cut.
        let apart = moment.map(|moment| (moment - other).whole_nanoseconds().abs());
        assert!(apart.is_some_and(|it| it <= 1), "{text} and {with_colon} are two moments");
    }
}

/// The seconds since 1970 of a text such as `2026-02-20T23:59:59Z`, counted day by day; an inner `None` if there is no
/// such time, and `None` if the text does not have that form.
fn plain(text: &str) -> Option<Option<i64>> {
    let form = b"0000-00-00T00:00:00Z";
    let fits = |(byte, form): (u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == *form };
    if text.len() != form.len() || !text.bytes().zip(form).all(fits) {
        return None;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<i64>().unwrap_or_default();
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
    let is_leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days_of = |month: i64| match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    // Leap seconds cannot be computed.
    if second == 60 {
        return None;
    }
    if !(1..=12).contains(&month) || !(1..=days_of(month)).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return Some(None);
    }
    let years = if year >= 1970 {
        (1970..year).map(|it| 365 + i64::from(is_leap(it))).sum::<i64>()
    } else {
        -(year..1970).map(|it| 365 + i64::from(is_leap(it))).sum::<i64>()
    };
    let days = years + (1..month).map(days_of).sum::<i64>() + day - 1;
    Some(Some(((days * 24 + hour) * 60 + minute) * 60 + second))
}
