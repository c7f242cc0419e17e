//! Fuzzing targets: properties of the connector's parsers that hold for any bytes. Each panics if its property is
//! violated. They run briefly in the tests, and for any time with `crates/fuzz`.
#![allow(clippy::panic, reason = "a target panics where what it says does not hold")]

mod arguments;
mod checkpoint;
mod credits;
mod cursor;
mod date;
mod event;
mod exchange;
mod input;
mod ipn;
mod json;
mod link;
mod money;
mod multipart;
mod noted;
mod page;
mod pointer;
mod price;
mod retry_after;

/// A target: its name, and a function that takes an input.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// The targets. Their names are also those of their directories in `fuzz/corpus`.
pub const TARGETS: &[Target] = &[
    ("arguments", arguments::input),
    ("options", arguments::options),
    ("raw-member", arguments::raw_member),
    ("checkpoint", checkpoint::run),
    ("cursor", cursor::run),
    ("date", date::run),
    ("delivery", event::delivery),
    ("certificate-url", event::certificate_url),
    ("public-key", event::public_key),
    ("event", event::event),
    ("answer", exchange::answer),
    ("provider-error", exchange::refusal),
    ("ipn", ipn::message),
    ("ipn-verdict", ipn::verdict),
    ("json", json::run),
    ("link", link::link),
    ("next-page", link::answer),
    ("money", money::run),
    ("multipart", multipart::run),
    ("noted-call", noted::run),
    ("transactions-page", page::run),
    ("pointer", pointer::run),
    ("price", price::run),
    ("retry-after", retry_after::run),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_holds_for_its_corpus_and_what_is_made_of_it() {
        assert_eq!(fuzz::findings(TARGETS, 11), [""; 0]);
    }
}
