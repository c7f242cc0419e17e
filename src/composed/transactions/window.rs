//! A part of the range, as PayPal is asked for it.

use time::Duration;

use crate::{
    date::{self, OffsetDateTime},
    paging::text,
};

/// The longest range that PayPal answers for at once.
const LONGEST: Duration = Duration::days(31);

/// A range of time, with both its ends.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) start: OffsetDateTime,
    pub(super) end: OffsetDateTime,
}

impl Window {
    /// The windows that PayPal answers for, in order. Each begins where the one before ends: whether PayPal counts a range's
    /// last moment in is not published, and what both have is listed once.
    pub(super) fn split(self) -> impl Iterator<Item = Self> {
        let mut next = Some(self.start);
        std::iter::from_fn(move || {
            let start = next?;
            let end = (start + LONGEST).min(self.end);
            next = (end < self.end).then_some(end);
            Some(Self { start, end })
        })
    }

    /// Two halves that meet at a full second; none where there is no second between the ends.
    pub(super) fn halve(self) -> Option<(Self, Self)> {
        let seconds = (self.end - self.start).whole_seconds();
        let middle = self.start + Duration::seconds(seconds / 2);
        (seconds > 1).then_some((Self { end: middle, ..self }, Self { start: middle, ..self }))
    }

    pub(super) fn to_json(self) -> String {
        format!("\"start_date\":{},\"end_date\":{}", text(&written(self.start)), text(&written(self.end)))
    }
}

/// A moment as PayPal takes it. It has come out of such a text, so it has one.
pub(super) fn written(moment: OffsetDateTime) -> String {
    date::format(moment).unwrap_or_default()
}
