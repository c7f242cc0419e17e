//! The simulator's clock, and times as PayPal writes them.

use std::time::{Duration, Instant, SystemTime};

/// The initial time: 2026-03-02T09:00:00Z, in milliseconds of Unix time.
const START: u64 = 1_772_442_000_000;

/// A moment, in milliseconds of Unix time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(u64);

/// A clock that stands still until it is advanced or started.
pub(crate) struct Clock {
    /// The time at its start, or the current time if it stands still, since the Unix epoch.
    time: Duration,
    /// When it was started.
    since: Option<Instant>,
    /// The time that it shows while it is held.
    held: Option<Moment>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { time: Duration::from_millis(START), since: None, held: None }
    }

    pub(crate) fn now(&self) -> Moment {
        self.held.unwrap_or_else(|| Moment(0).after(self.time()))
    }

    /// Lets it show the same time until it is released, so that a request happens at one time.
    pub(crate) fn hold(&mut self) {
        self.held = None;
        self.held = Some(self.now());
    }

    /// Lets it show that time until it is released.
    #[cfg(feature = "store")]
    pub(crate) fn hold_at(&mut self, at: Moment) {
        self.held = Some(at);
    }

    pub(crate) fn release(&mut self) {
        self.held = None;
    }

    /// Starts it, at the present unless it shows a later time.
    pub(crate) fn start(&mut self) {
        // In this order the clock is never behind the real one.
        let since = Instant::now();
        let present = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        self.time = self.time().max(present);
        self.since = Some(since);
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.time = self.time.saturating_add(by);
        self.held = self.held.map(|held| held.after(by));
    }

    fn time(&self) -> Duration {
        self.time.saturating_add(self.since.map_or(Duration::ZERO, |since| since.elapsed()))
    }
}

#[cfg(feature = "store")]
impl Moment {
    pub(crate) fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    pub(crate) fn millis(self) -> u64 {
        self.0
    }
}

impl Moment {
    /// 1970-01-01T00:00:00Z.
    pub(crate) const EPOCH: Self = Self(0);

    /// Returns the moment that long after this one.
    pub(crate) fn after(self, time: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX)))
    }

    /// Returns the moment that long before this one, but not before 1970.
    pub(crate) fn before(self, time: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(time.as_millis()).unwrap_or(u64::MAX)))
    }

    /// Returns the time from an earlier moment to this one; zero if that one is later.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// Formats it by RFC 3339, in UTC with whole seconds, such as `2026-03-02T09:00:00Z`.
    pub(crate) fn rfc3339(self) -> String {
        let seconds = self.0 / 1000;
        let (year, month, day) = civil(seconds / 86_400);
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// The same with milliseconds.
    pub(crate) fn rfc3339_millis(self) -> String {
        self.rfc3339().replace('Z', &format!(".{:03}Z", self.0 % 1000))
    }

    /// Formats it as reports do: an offset without a colon, such as `2026-03-02T09:00:00+0000`.
    pub(crate) fn report(self) -> String {
        self.rfc3339().replace('Z', "+0000")
    }

    /// Returns the moment without its parts of a second.
    pub(crate) fn whole_seconds(self) -> Self {
        Self(self.0 / 1000 * 1000)
    }

    /// Returns the last moment of the same second.
    pub(crate) fn last_of_second(self) -> Self {
        Self(self.0 / 1000 * 1000 + 999)
    }

    /// Parses a time of RFC 3339, with `Z` or an offset such as `-07:00`, and also `-0700`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let number = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
        let marks = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
        if !marks.iter().all(|(at, mark)| text.as_bytes().get(*at) == Some(mark)) {
            return None;
        }
        let (month, day) = (number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let year = number(0, 4)?;
        let days = days(year, month, day)?;
        if civil(days) != (year, month, day) {
            return None;
        }
        let rest = text.get(19..)?.trim_start_matches(|it: char| it == '.' || it.is_ascii_digit());
        let local = days * 86_400 + hour * 3600 + minute * 60 + second;
        let seconds = match rest.split_at_checked(1)? {
            ("Z", "") => local,
            (sign, offset) => {
                let (hours, minutes) = offset.split_once(':').or_else(|| offset.split_at_checked(2))?;
                let part = |text: &str, most| text.parse::<u64>().ok().filter(|it| text.len() == 2 && *it <= most);
                let offset = part(hours, 23)? * 3600 + part(minutes, 59)? * 60;
                match sign {
                    "+" => local.checked_sub(offset)?,
                    "-" => local + offset,
                    _ => return None,
                }
            }
        };
        Some(Self(seconds * 1000))
    }

    /// Returns the same day and time that many months later; the last day of the month if it has no such day: a month after
    /// 31 January is 28 or 29 February.
    pub(crate) fn months_after(self, months: u64) -> Self {
        let (day, within) = (self.0 / 86_400_000, self.0 % 86_400_000);
        let (year, month, of_month) = civil(day);
        let month = (month - 1).saturating_add(months);
        let (year, month) = (year.saturating_add(month / 12), month % 12 + 1);
        let later = days(year, month, of_month.min(length(year, month)));
        later.and_then(|day| day.checked_mul(86_400_000)?.checked_add(within)).map_or(Self(u64::MAX), Self)
    }

    /// The day, such as `2026-03-02`.
    pub(crate) fn date(self) -> String {
        let (year, month, day) = civil(self.0 / 86_400_000);
        format!("{year:04}-{month:02}-{day:02}")
    }
}

/// Year, month and day of a day since 1970-01-01 (Howard Hinnant, chrono-Compatible Low-Level Date Algorithms).
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

/// The days from 1970-01-01 to a day; the inverse of [`civil`].
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month <= 2 { year.checked_sub(1)? } else { year };
    let (era, year_of_era) = (year / 400, year % 400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era.checked_mul(146_097)?.checked_add(day_of_era)?.checked_sub(719_468)
}

/// The number of days of a month.
fn length(year: u64, month: u64) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_paypal_writes_them() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_772_442_000, "2026-03-02T09:00:00Z"),
            (1_798_761_599, "2026-12-31T23:59:59Z"),
        ] {
            assert_eq!(Moment(seconds * 1000).rfc3339(), expected);
            assert_eq!(Moment(seconds * 1000 + 999).report(), expected.replace('Z', "+0000"));
        }
    }

    #[test]
    fn times_are_read_with_their_offsets() {
        for (text, expected) in [
            ("2026-03-02T09:00:00Z", Some("2026-03-02T09:00:00Z")),
            ("2026-03-02T09:00:00.123Z", Some("2026-03-02T09:00:00Z")),
            ("2026-02-28T17:00:00-07:00", Some("2026-03-01T00:00:00Z")),
            ("2026-03-01T01:00:00+01:00", Some("2026-03-01T00:00:00Z")),
            ("2026-02-28T17:00:00-0700", Some("2026-03-01T00:00:00Z")),
            ("2028-02-29T00:00:00Z", Some("2028-02-29T00:00:00Z")),
            ("2026-02-29T00:00:00Z", None),
            ("2018-19-12T22:20:32.000Z", None),
            ("2026-03-02T09:00:00+00:18446744073709551615", None),
            ("2026-03-02T09:00:00+1:00", None),
            ("2026-03-02", None),
            ("2026-03-02T09:00:00", None),
            ("soon", None),
        ] {
            assert_eq!(Moment::parse(text).map(Moment::rfc3339).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn months_keep_the_day_where_there_is_one() {
        let start = Moment::parse("2027-01-31T08:30:15Z").unwrap();
        let after = |months| start.months_after(months).rfc3339();
        assert_eq!(
            [0, 1, 2, 3, 12, 13, 23].map(after),
            [
                "2027-01-31T08:30:15Z",
                "2027-02-28T08:30:15Z",
                "2027-03-31T08:30:15Z",
                "2027-04-30T08:30:15Z",
                "2028-01-31T08:30:15Z",
                "2028-02-29T08:30:15Z",
                "2028-12-31T08:30:15Z",
            ]
        );
        let leap = Moment::parse("2028-02-29T00:00:00Z").unwrap();
        assert_eq!([12, 48].map(|months| leap.months_after(months).date()), ["2029-02-28", "2032-02-29"]);
        // 2100 is no leap year.
        assert_eq!(leap.months_after(72 * 12).date(), "2100-02-28");
        assert_eq!(start.months_after(u64::MAX), Moment(u64::MAX));
    }

    #[test]
    fn only_advancing_moves_it() {
        let mut clock = Clock::new();
        let start = clock.now();
        clock.advance(Duration::from_secs(3 * 86_400 + 61));
        assert_eq!(clock.now().rfc3339(), "2026-03-05T09:01:01Z");
        assert_eq!(clock.now().since(start).as_secs(), 3 * 86_400 + 61);
        assert_eq!(start.since(clock.now()), Duration::ZERO);
    }

    #[test]
    fn a_started_clock_is_not_behind_the_real_one_and_does_not_go_back() {
        let present = || Moment(0).after(SystemTime::UNIX_EPOCH.elapsed().unwrap());
        let mut clock = Clock::new();
        let before = present();
        clock.start();
        assert!(clock.now() >= before);
        clock.advance(Duration::from_secs(100_000_000));
        let ahead = clock.now();
        clock.start();
        assert!(clock.now() >= ahead, "it went back");
        assert!(ahead.since(present()) > Duration::from_secs(99_000_000));
    }
}
