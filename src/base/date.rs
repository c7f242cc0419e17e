//! Timestamps as PayPal writes and takes them: RFC 3339, or with an offset without a colon
//! (`2026-02-20T23:59:59+0000`), as in its transaction search.

use std::borrow::Cow;

pub(crate) use time::OffsetDateTime;

use time::format_description::well_known::{Iso8601, Rfc3339};

/// Parses a timestamp: date, `T`, time, and `Z` or an offset from UTC with or without its colon. Other ISO 8601
/// spellings are read too. A leap second reads as the last nanosecond before it.
///
/// Returns `None` if the text has another form or no offset, or if its day or time does not exist.
#[must_use]
pub(crate) fn parse(text: &str) -> Option<OffsetDateTime> {
    // RFC 3339 allows lower case, ISO 8601 does not.
    OffsetDateTime::parse(&text.to_ascii_uppercase(), &Iso8601::PARSING).ok()
}

/// Formats a timestamp by RFC 3339 in UTC: `2026-02-20T23:59:59Z`, with a fraction only if it has one. Returns `None`
/// if the year in UTC does not have four digits: the last day of 9999 in the west may be in the year 10000 in UTC.
#[must_use]
pub(crate) fn format(moment: OffsetDateTime) -> Option<String> {
    moment.checked_to_utc()?.format(&Rfc3339).ok()
}

/// A timestamp in UTC without its fraction of a second; `None` if its year in UTC is out of range.
#[must_use]
pub(crate) fn full_second(moment: OffsetDateTime) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(moment.unix_timestamp()).ok()
}

/// A timestamp in the form that PayPal takes; empty if its year in UTC does not have four digits.
#[must_use]
pub(crate) fn written(moment: OffsetDateTime) -> String {
    format(moment).unwrap_or_default()
}

/// The time of a journal entry: RFC 3339 in UTC, to the millisecond as in PayPal's events.
#[must_use]
pub(crate) fn stamp(moment: OffsetDateTime) -> String {
    let moment = moment.replace_millisecond(moment.millisecond()).unwrap_or(moment);
    // The present has a year of four digits.
    format(moment).unwrap_or_default()
}

/// Adds the colon that RFC 3339 requires to the offset. Nothing else is changed.
#[must_use]
pub(crate) fn with_colon(text: &str) -> Cow<'_, str> {
    match text.rfind(['+', '-']) {
        Some(sign) if text[sign + 1..].len() == 4 && text[sign + 1..].bytes().all(|byte| byte.is_ascii_digit()) => {
            let (hours, minutes) = text.split_at(text.len() - 2);
            format!("{hours}:{minutes}").into()
        }
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> i64 {
        parse(text).unwrap_or_else(|| panic!("{text}")).unix_timestamp()
    }

    #[test]
    fn a_timestamp_out_of_range_in_utc_has_no_text() {
        for text in ["9999-12-31T23:59:59-00:01", "9999-12-31T20:00:00-23:59", "0000-01-01T00:00:00+00:01"] {
            assert_eq!(parse(text).and_then(format), None, "{text}");
        }
        assert_eq!(parse("9999-12-31T23:59:59Z").and_then(format).as_deref(), Some("9999-12-31T23:59:59Z"));
        assert_eq!(parse("0000-01-01T00:00:00Z").and_then(format).as_deref(), Some("0000-01-01T00:00:00Z"));
    }

    #[test]
    fn a_stamp_has_milliseconds() {
        let stamped = |text| parse(text).map(stamp).unwrap_or_default();
        assert_eq!(stamped("2026-02-20T23:59:59.123987654Z"), "2026-02-20T23:59:59.123Z");
        assert_eq!(stamped("2026-02-20T16:59:59-07:00"), "2026-02-20T23:59:59Z");
    }

    #[test]
    fn a_timestamp_has_many_spellings() {
        for text in [
            "2026-02-20T23:59:59Z",
            "2026-02-20t23:59:59z",
            "2026-02-20T23:59:59+0000",
            "2026-02-20T23:59:59+00:00",
            "2026-02-20T23:59:59-00:00",
            "2026-02-20T16:59:59-0700",
            "2026-02-20T16:59:59-07:00",
            "2026-02-21T05:29:59+0530",
            "2026-02-20T23:59:59.000Z",
        ] {
            assert_eq!(seconds(text), 1_771_631_999, "{text}");
            assert_eq!(parse(text).and_then(format).as_deref(), Some("2026-02-20T23:59:59Z"), "{text}");
        }
    }

    #[test]
    fn an_offset_gets_its_colon() {
        for (text, expected) in [
            ("2026-02-20T23:59:59+0000", "2026-02-20T23:59:59+00:00"),
            ("2026-02-20T23:59:59.25-0700", "2026-02-20T23:59:59.25-07:00"),
            ("2026-02-20T23:59:59+00:00", "2026-02-20T23:59:59+00:00"),
            ("2026-02-20T23:59:59Z", "2026-02-20T23:59:59Z"),
            ("+12\u{e9}4", "+12\u{e9}4"),
            ("", ""),
        ] {
            assert_eq!(with_colon(text), expected);
        }
    }

    #[test]
    fn seconds_are_those_of_unix() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2001-09-09T01:46:40Z", 1_000_000_000),
            ("2038-01-19T03:14:08Z", 1 << 31),
            ("1900-03-01T00:00:00Z", -2_203_891_200),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
            let moment = OffsetDateTime::from_unix_timestamp(expected).unwrap();
            assert_eq!(format(moment).as_deref(), Some(text));
        }
    }

    #[test]
    fn fractions_count() {
        let order = ["2026-02-20T23:59:59Z", "2026-02-20T23:59:59.000000001+0000", "2026-02-20T16:59:59.50-07:00"];
        let moments = order.map(|text| parse(text).unwrap());
        assert!(moments.is_sorted_by(|a, b| a < b));
        let written = moments.map(|moment| format(moment).unwrap());
        assert_eq!(written, ["2026-02-20T23:59:59Z", "2026-02-20T23:59:59.000000001Z", "2026-02-20T23:59:59.5Z"]);
    }

    #[test]
    fn a_timestamp_needs_a_year_of_four_digits_in_utc() {
        for text in ["9999-12-31T23:59:59-05:00", "0000-01-01T00:00:00+05:00"] {
            assert_eq!(parse(text).map(format), Some(None), "{text}");
        }
    }

    #[test]
    fn a_leap_second_is_read() {
        assert_eq!(seconds("2016-12-31T23:59:60Z"), seconds("2016-12-31T23:59:59Z"));
    }

    #[test]
    fn invalid_timestamps_are_refused() {
        for text in [
            "",
            "2026-02-20",
            "2026-02-20T23:59:59",
            "2026-02-20 23:59:59Z",
            "2026-02-20T23:59:59 0000",
            "2026-02-20T23:59:59+0060",
            "2026-02-20T23:59:59.Z",
            "2026-02-20T23:59:59ZZ",
            "2026-02-20T23:59:59Z ",
            "2018-19-12T22:20:32.000Z",
            "2026-00-20T23:59:59Z",
            "2026-02-29T23:59:59Z",
            "2100-02-29T23:59:59Z",
            "2026-04-31T23:59:59Z",
            "2026-02-00T23:59:59Z",
            "2026-02-20T25:00:00Z",
            "2026-02-20T23:60:00Z",
            "2026-02-20T23:59:61Z",
            "٢٠٢٦-02-20T23:59:59Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
