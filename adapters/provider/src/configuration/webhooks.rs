//! The ids of webhooks.

use super::list;

/// The longest id, in characters: what `events.acknowledge` takes.
const LONGEST: usize = 127;

/// Returns the ids of a text, each once.
///
/// # Errors
/// If one is none: what is expected.
pub(super) fn read(text: &str) -> Result<Vec<String>, &'static str> {
    let is_valid = |id: &str| {
        let fits = |it: u8| it.is_ascii_alphanumeric() || it == b'-' || it == b'_';
        id.len() <= LONGEST && id.bytes().all(fits)
    };
    list::read(text, is_valid)
        .ok_or("must be the ids of webhooks, such as 1JE4291016473214C, with spaces or commas between them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_separated_by_spaces_or_commas() {
        assert_eq!(read(""), Ok(Vec::new()));
        let ids = ["1JE4291016473214C", "WH-2", "5_a"].map(str::to_owned);
        assert_eq!(read("1JE4291016473214C, WH-2\r\n5_a 1JE4291016473214C,"), Ok(ids.to_vec()));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["*", "WH-1;WH-2", "https://pay.example/v1", "WH-1 \"WH-2\"", "é", &"A".repeat(128)] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
