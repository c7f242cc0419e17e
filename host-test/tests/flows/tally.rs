//! Counts what the flows have met.

use std::{collections::BTreeMap, fmt};

/// Counts by name.
#[derive(Default)]
pub(crate) struct Tally(BTreeMap<(&'static str, String), u64>);

impl Tally {
    pub(crate) fn count(&mut self, heading: &'static str, name: impl Into<String>) {
        *self.0.entry((heading, name.into())).or_default() += 1;
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (name, count) in other.0 {
            *self.0.entry(name).or_default() += count;
        }
    }

    /// Returns the sum under a heading.
    pub(crate) fn of(&self, heading: &str) -> u64 {
        self.0.iter().filter(|((it, _), _)| *it == heading).map(|(_, count)| count).sum()
    }

    /// Returns one count.
    pub(crate) fn get(&self, heading: &'static str, name: &str) -> u64 {
        self.0.get(&(heading, name.to_owned())).copied().unwrap_or_default()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut under = "";
        for ((heading, name), count) in &self.0 {
            if under != *heading {
                under = heading;
                writeln!(f, "{heading}: {}", self.of(heading))?;
            }
            writeln!(f, "  {name:<40}{count:>10}")?;
        }
        Ok(())
    }
}
