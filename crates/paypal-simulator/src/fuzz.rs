//! Fuzzing targets: properties of the simulator's parsers that hold for any input. A target panics if its property does not
//! hold. The tests run them briefly, `crates/fuzz` for as long as you like.
#![allow(clippy::panic, reason = "a target panics if its property does not hold")]

mod assertion;
mod form_data;
mod source;

/// A target by its name.
pub type Target = (&'static str, fn(&[u8]));

/// The targets with their names, which are those of their directories in `fuzz/corpus`.
pub const TARGETS: &[Target] = &[("assertion", assertion::run), ("form-data", form_data::run), ("source", source::run)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_holds_for_its_corpus_and_what_is_made_of_it() {
        assert_eq!(fuzz::findings(TARGETS, 13), [""; 0]);
    }
}
