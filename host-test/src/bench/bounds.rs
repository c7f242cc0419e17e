//! The most instructions that things may take.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result};

use crate::bench::instructions::Count;

/// The most instructions that things may take, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds(BTreeMap<String, u64>);

impl Bounds {
    /// Reads a JSON object of names and numbers.
    ///
    /// # Errors
    /// If the file cannot be read or is something else.
    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        Ok(Self(serde_json::from_str(&text).with_context(|| file.display().to_string())?))
    }

    /// Returns a sentence for everything that takes more than it may, has no bound, or has one and was not counted.
    #[must_use]
    pub fn exceeded(&self, counts: &[Count]) -> Vec<String> {
        let counted = counts.iter().filter_map(|Count { name, instructions }| match self.0.get(name) {
            Some(bound) if instructions <= bound => None,
            Some(bound) => Some(format!("{name}: {instructions} instructions; the most is {bound}")),
            None => Some(format!("{name}: {instructions} instructions; there is no bound")),
        });
        let missing = self.0.keys().filter(|name| counts.iter().all(|it| it.name != **name));
        counted.chain(missing.map(|name| format!("{name}: has a bound, but was not counted"))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_more_or_is_unknown_is_named() {
        let bounds =
            |pairs: &[(&str, u64)]| Bounds(pairs.iter().map(|(name, most)| ((*name).to_owned(), *most)).collect());
        let counts = [Count { name: "a".to_owned(), instructions: 10 }];
        assert_eq!(bounds(&[("a", 10)]).exceeded(&counts), [""; 0]);
        assert_eq!(bounds(&[("a", 9)]).exceeded(&counts), ["a: 10 instructions; the most is 9"]);
        let strange = bounds(&[("b", 9)]).exceeded(&counts);
        assert_eq!(strange, ["a: 10 instructions; there is no bound", "b: has a bound, but was not counted"]);
    }
}
