//! A part of the range, for one query.

use time::Duration;

use crate::{
    base::{
        date::{self, OffsetDateTime, full_second, written},
        document::quoted,
    },
    call::arguments::Arguments,
    platform::failure::{Failure, Issue, Location},
};

/// A range of time, including both ends: full seconds in UTC, as PayPal counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) start: OffsetDateTime,
    pub(super) end: OffsetDateTime,
}

impl Window {
    /// The range of a search. Fractions of a second are dropped, at the end too: 23:59:59.999 is the last second of a
    /// day.
    ///
    /// # Errors
    /// `invalid-input` if an end is not a valid timestamp, or its year in UTC does not have four digits.
    pub(super) fn of(arguments: &Arguments) -> Result<Self, Failure> {
        let moment = |name: &str| {
            let moment = arguments.parameter(name).and_then(|value| date::parse(&value)).and_then(full_second);
            moment.filter(|moment| date::format(*moment).is_some()).ok_or_else(|| {
                let description = "must be a timestamp in the years 0 to 9999 in UTC".to_owned();
                let field = format!("/{name}");
                let issue = Issue::found(&field, Location::Query, "INVALID_PARAMETER_SYNTAX", description);
                Failure::invalid_input(vec![issue])
            })
        };
        Ok(Self { start: moment("start_date")?, end: moment("end_date")? })
    }

    /// Whether there is a full second between the ends.
    pub(super) fn is_divisible(self) -> bool {
        self.seconds() > 1
    }

    /// The full second in the middle.
    pub(super) fn middle(self) -> OffsetDateTime {
        self.start.saturating_add(Duration::seconds(self.seconds() / 2))
    }

    fn seconds(self) -> i64 {
        (self.end - self.start).whole_seconds()
    }

    pub(super) fn to_json(self) -> String {
        format!("\"start_date\":{},\"end_date\":{}", quoted(&written(self.start)), quoted(&written(self.end)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(start: &str, end: &str) -> Result<String, Failure> {
        let arguments = Arguments::new(None).with("start_date", start.to_owned()).with("end_date", end.to_owned());
        Window::of(&arguments).map(Window::to_json)
    }

    #[test]
    fn a_window_is_of_full_seconds_in_utc() {
        for (start, end, expected) in [
            ("2026-10-01T00:00:00.000Z", "2026-10-31T23:59:59.999Z", ("2026-10-01T00:00:00Z", "2026-10-31T23:59:59Z")),
            (
                "2026-10-01T05:30:00+05:30",
                "2026-10-01T05:30:00.5+0530",
                ("2026-10-01T00:00:00Z", "2026-10-01T00:00:00Z"),
            ),
            ("1969-12-31T23:59:59.9Z", "1970-01-01T00:00:00.1Z", ("1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z")),
        ] {
            let expected = format!(r#""start_date":"{}","end_date":"{}""#, expected.0, expected.1);
            assert_eq!(window(start, end).unwrap(), expected);
        }
    }

    #[test]
    fn the_ends_of_time_are_no_place_to_fall_off() {
        let end = "9999-12-31T23:59:59.999Z";
        assert!(window("9999-12-01T00:00:00Z", end).is_ok());
        for (start, end, field) in [
            ("0000-01-01T00:00:00+05:00", end, "/start_date"),
            ("2026-01-01T00:00:00Z", "9999-12-31T23:59:59-05:00", "/end_date"),
            ("now", end, "/start_date"),
        ] {
            let failure = window(start, end).unwrap_err();
            assert_eq!(failure.details[0].field.as_deref(), Some(field), "{start} {end}");
        }
    }
}
