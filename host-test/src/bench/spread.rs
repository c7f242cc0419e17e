//! A median with the spread around it.

use std::time::Duration;

/// The median of values, and the range of four in five of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// A tenth of the values is below this.
    pub p10: f64,
    /// The median.
    pub median: f64,
    /// A tenth of the values is above this.
    pub p90: f64,
    /// How many values there are.
    pub samples: usize,
}

impl Spread {
    /// Of no values it is all zeros.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |tenths: usize| sorted.get(sorted.len().saturating_sub(1) * tenths / 10).copied().unwrap_or_default();
        Self { p10: at(1), median: at(5), p90: at(9), samples: sorted.len() }
    }

    /// Of times, in parts of a second: 1000 for milliseconds.
    pub(super) fn of_times(times: &[Duration], parts: f64) -> Self {
        let values: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * parts).collect();
        Self::of(&values)
    }

    /// Of a value that was measured once.
    pub(super) fn once(value: f64) -> Self {
        Self::of(&[value])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_values_does_not_matter() {
        let values: Vec<f64> = (0..=10).rev().map(f64::from).collect();
        assert_eq!(Spread::of(&values), Spread { p10: 1.0, median: 5.0, p90: 9.0, samples: 11 });
    }

    #[test]
    fn one_value_is_its_own_spread_and_none_is_zero() {
        assert_eq!(Spread::once(7.0), Spread { p10: 7.0, median: 7.0, p90: 7.0, samples: 1 });
        assert_eq!(Spread::of(&[]), Spread { p10: 0.0, median: 0.0, p90: 0.0, samples: 0 });
    }
}
