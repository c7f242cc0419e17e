//! Suggestions for misspelled names.

/// The candidate most similar to the word, if any is similar enough.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Long input does not misspell a short name, and the distance takes time in proportion to both lengths.
    if word.len() > 100 {
        return None;
    }
    let word = word.to_ascii_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// The message for an unknown name: suggests the nearest one, or lists all.
pub(crate) fn unknown<'a>(what: &str, word: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(word, names.clone()) {
        Some(nearest) => format!("there is no such {what}; did you mean `{nearest}`?"),
        None => format!("there is no such {what}; there are: {}", names.collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_found_in_any_case() {
        assert_eq!(nearest("Captur", ["create", "capture"]), Some("capture"));
        assert_eq!(nearest("coffee", ["create", "capture"]), None);
        assert_eq!(nearest(&"capture".repeat(1000), ["capture"]), None);
    }

    #[test]
    fn the_sentence_names_one_or_all() {
        let names = ["create", "capture"];
        assert_eq!(unknown("verb", "captur", names.into_iter()), "there is no such verb; did you mean `capture`?");
        assert_eq!(unknown("verb", "", names.into_iter()), "there is no such verb; there are: create, capture");
    }
}
