//! Lists with spaces or commas between their words.

/// Returns the words of a list, each once. `None` if one is not as it has to be.
pub(super) fn read(text: &str, is_valid: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let mut words = Vec::<String>::new();
    for word in text.split([' ', ',', '\n', '\r', '\t']).filter(|word| !word.is_empty()) {
        if !is_valid(word) {
            return None;
        }
        if !words.iter().any(|it| it == word) {
            words.push(word.to_owned());
        }
    }
    Some(words)
}
