//! Fuzzing targets: what holds of the host's parsers for whatever bytes they get. Each panics where it does not hold. They run
//! for a moment in the tests, and for as long as one likes by `crates/fuzz`.
#![allow(clippy::panic, reason = "a target panics where what it says does not hold")]

mod input;
mod oauth;
mod printable;
mod redact;
mod retry_after;

/// A target: its name, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// The targets with their names, which are those of their directories in `fuzz/corpus`.
pub const TARGETS: &[Target] = &[
    ("host-retry-after", retry_after::run),
    ("oauth", oauth::run),
    ("printable", printable::run),
    ("redact", redact::run),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// How many inputs are made for a target.
    const ROUNDS: usize = 10_000;

    #[test]
    fn every_target_holds_for_its_corpus_and_what_is_made_of_it() {
        let findings: Vec<_> = TARGETS
            .iter()
            .filter_map(|target| {
                let corpus = fuzz::corpus(target.0).unwrap_or_else(|error| panic!("{}: {error}", target.0));
                assert!(corpus.len() >= 3, "{} has no corpus", target.0);
                fuzz::run(*target, &corpus, 13, ROUNDS).err()
            })
            .map(|finding| format!("{} panics at b\"{}\"", finding.target, finding.input.escape_ascii()))
            .collect();
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }
}
