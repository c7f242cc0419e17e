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

    #[test]
    fn every_target_holds_for_its_corpus_and_what_is_made_of_it() {
        assert_eq!(fuzz::findings(TARGETS, 13), [""; 0]);
    }
}
