//! Fuzzing targets: properties of the host's parsers that hold for every input. A target panics if one does not hold.
//! The tests run each briefly, `crates/fuzz` as long as you like.
#![allow(clippy::panic, reason = "a target panics if its property does not hold")]

mod input;
mod oauth;
#[cfg(feature = "oci")]
mod oci;
mod printable;
mod redact;
mod retry_after;

/// A target: its name and its function.
pub type Target = (&'static str, fn(&[u8]));

/// The targets. Their names are those of their directories in `fuzz/corpus`.
pub const TARGETS: &[Target] = &[
    ("host-retry-after", retry_after::run),
    ("oauth", oauth::run),
    #[cfg(feature = "oci")]
    ("oci", oci::run),
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
