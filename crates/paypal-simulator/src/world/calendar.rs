//! The calendar of a subscription: when its cycles begin.

use std::time::Duration;

use crate::base::clock::Moment;

const DAY: u64 = 86_400;

/// How long a billing cycle lasts: that many days or months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interval {
    Days(u64),
    Months(u64),
}

impl Interval {
    /// Reads a unit of PayPal's, with the number of them.
    pub(crate) fn new(unit: &str, count: u64) -> Option<Self> {
        Some(match unit {
            "DAY" => Self::Days(count),
            "WEEK" => Self::Days(count.saturating_mul(7)),
            "MONTH" => Self::Months(count),
            "YEAR" => Self::Months(count.saturating_mul(12)),
            _ => return None,
        })
    }

    /// The largest number of a unit.
    pub(crate) fn most(unit: &str) -> u64 {
        match unit {
            "DAY" => 365,
            "WEEK" => 52,
            "MONTH" => 12,
            _ => 1,
        }
    }
}

/// A time that moves by intervals. Months are counted from where it began: monthly from 31 January it is 28 February, then
/// 31 March.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Calendar {
    from: Moment,
    months: u64,
}

impl Calendar {
    pub(crate) fn from(from: Moment) -> Self {
        Self { from, months: 0 }
    }

    pub(crate) fn time(self) -> Moment {
        self.from.months_after(self.months)
    }

    /// Returns the calendar that many intervals later.
    pub(crate) fn after(self, interval: Interval, times: u64) -> Self {
        match interval {
            Interval::Months(months) => {
                Self { months: self.months.saturating_add(months.saturating_mul(times)), ..self }
            }
            Interval::Days(days) => {
                let seconds = days.saturating_mul(times).saturating_mul(DAY);
                Self::from(self.time().after(Duration::from_secs(seconds)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_a_month_of_the_calendar() {
        let start = Calendar::from(Moment::parse("2027-01-31T09:00:00Z").unwrap());
        let month = Interval::new("MONTH", 1).unwrap();
        let mut step = start;
        let mut seen = Vec::new();
        for _ in 0..4 {
            step = step.after(month, 1);
            seen.push(step.time().date());
        }
        assert_eq!(seen, ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]);
        assert_eq!(start.after(month, 4), step, "at once or one by one");
        let week = Interval::new("WEEK", 2).unwrap();
        assert_eq!(start.after(week, 1).time().date(), "2027-02-14");
        // After days, months are counted from the new day.
        assert_eq!(start.after(week, 1).after(month, 1).time().date(), "2027-03-14");
        assert_eq!(start.after(Interval::new("YEAR", 1).unwrap(), 1).time().date(), "2028-01-31");
        assert_eq!(Interval::new("FORTNIGHT", 1), None);
    }
}
