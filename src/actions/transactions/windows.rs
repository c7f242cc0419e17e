//! The windows of a range, one after another.

use time::Duration;

use super::window::Window;
use crate::base::date::OffsetDateTime;

/// The longest range that PayPal accepts.
const MAX_RANGE: Duration = Duration::days(31);

/// The most ends that are known in advance: 31 days can be halved 22 times.
const MAX_ENDS: usize = 32;

/// The windows that have not been read, in order. Each begins where the previous one ends: PayPal has not published whether
/// a range includes its end, and transactions in both are listed once.
#[derive(Debug)]
pub(super) struct Windows {
    /// Where the next window begins; `None` after the last one.
    start: Option<OffsetDateTime>,
    /// The ends of the next windows if one was halved, the next one last.
    ends: Vec<OffsetDateTime>,
    range: Window,
}

impl Windows {
    /// Those of a range, the first ones with these ends. Returns `None` if they cannot be the ends of its first windows.
    pub(super) fn new(range: Window, ends: Vec<OffsetDateTime>) -> Option<Self> {
        let limit = range.start.saturating_add(MAX_RANGE).min(range.end);
        let is_in = |end: &OffsetDateTime| range.start < *end && *end <= limit;
        let is_valid = ends.len() <= MAX_ENDS && ends.iter().all(is_in) && ends.is_sorted_by(|one, next| one > next);
        is_valid.then_some(Self { start: Some(range.start), ends, range })
    }

    /// The next window: at most 31 days.
    pub(super) fn upcoming(&self) -> Option<Window> {
        let start = self.start?;
        let end = self.ends.last().copied().unwrap_or_else(|| start.saturating_add(MAX_RANGE).min(self.range.end));
        Some(Window { start, end })
    }

    /// Goes on to the window after the next one.
    pub(super) fn pass(&mut self) {
        if let Some(Window { end, .. }) = self.upcoming() {
            self.start = (end < self.range.end).then_some(end);
            self.ends.pop();
        }
    }

    /// The part of the range from the next window on.
    pub(super) fn rest(&self) -> Window {
        Window { start: self.start.unwrap_or(self.range.end), ..self.range }
    }

    /// Leaves out what is left of the range.
    pub(super) fn end(&mut self) {
        self.start = None;
        self.ends.clear();
    }

    /// Halves the next window at a full second. Returns whether there is one between its ends.
    pub(super) fn halve(&mut self) -> bool {
        let Some(window) = self.upcoming().filter(|window| window.is_divisible()) else { return false };
        if self.ends.is_empty() {
            self.ends.push(window.end);
        }
        self.ends.push(window.middle());
        true
    }

    /// The part of the range before the next window.
    pub(super) fn passed(&self) -> Window {
        Window { end: self.start.unwrap_or(self.range.end), ..self.range }
    }

    /// The ends of the next windows, as [`Windows::new`] takes them.
    pub(super) fn ends(&self) -> &[OffsetDateTime] {
        &self.ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::date::{self, full_second};

    fn range(seconds: i64) -> Window {
        let start = OffsetDateTime::UNIX_EPOCH;
        Window { start, end: start + Duration::seconds(seconds) }
    }

    /// The upcoming windows, in seconds.
    fn rest(mut windows: Windows) -> Vec<(i64, i64)> {
        std::iter::from_fn(|| {
            let window = windows.upcoming()?;
            windows.pass();
            Some((window.start.unix_timestamp(), window.end.unix_timestamp()))
        })
        .collect()
    }

    #[test]
    fn they_meet_and_end_with_the_range() {
        const MONTH: i64 = 31 * 86_400;
        for (seconds, expected) in [
            (0, vec![(0, 0)]),
            (MONTH, vec![(0, MONTH)]),
            (MONTH + 1, vec![(0, MONTH), (MONTH, MONTH + 1)]),
            (2 * MONTH, vec![(0, MONTH), (MONTH, 2 * MONTH)]),
        ] {
            assert_eq!(rest(Windows::new(range(seconds), Vec::new()).unwrap()), expected);
        }
    }

    #[test]
    fn halves_are_the_same_after_an_interruption() {
        let mut windows = Windows::new(range(100), Vec::new()).unwrap();
        assert!(windows.halve() && windows.halve());
        windows.pass();
        let start = windows.upcoming().unwrap().start;
        let resumed = Windows::new(Window { start, ..range(100) }, windows.ends().to_vec()).unwrap();
        assert_eq!(rest(resumed), [(25, 50), (50, 100)]);
        assert_eq!(rest(windows), [(25, 50), (50, 100)]);
        let mut second = Windows::new(range(2), Vec::new()).unwrap();
        assert!(second.halve() && !second.halve(), "there is no second between the ends of a second");
        assert_eq!(rest(second), [(0, 1), (1, 2)]);
    }

    #[test]
    fn ends_that_are_not_those_of_windows_are_refused() {
        let at = |second| range(second).end;
        for ends in [&[0][..], &[101], &[50, 60], &[50, 50], &[-1], &[90, 80, 85]] {
            let ends = ends.iter().map(|second| at(*second)).collect();
            assert!(Windows::new(range(100), ends).is_none());
        }
        assert!(Windows::new(range(100 * 86_400), vec![at(32 * 86_400)]).is_none());
        assert!(Windows::new(range(1000), (1..40).rev().map(at).collect()).is_none());
    }

    #[test]
    fn the_end_of_time_is_the_end() {
        let moment = |text| full_second(date::parse(text).unwrap()).unwrap();
        let last = Window { start: moment("9999-12-30T00:00:00Z"), end: moment("9999-12-31T23:59:59.999Z") };
        assert_eq!(rest(Windows::new(last, Vec::new()).unwrap()).len(), 1);
    }
}
