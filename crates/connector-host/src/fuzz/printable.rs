//! Printable text has nothing that a terminal obeys, and a document remains the same.

use serde_json::Value;

use crate::printable::printable;

pub(super) fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let shown = printable(&text);
    for character in shown.chars() {
        let is_shown = character == '\n' || character == '\t' || !character.is_control();
        assert!(
            is_shown && !matches!(character, '\u{202a}'..='\u{202e}' | '\u{200b}' | '\u{2066}'..='\u{2069}'),
            "{character:?}"
        );
    }
    assert_eq!(printable(&shown), shown, "what is shown is shown otherwise again");
    if let Ok(document) = serde_json::from_str::<Value>(&text) {
        assert_eq!(serde_json::from_str::<Value>(&shown).ok(), Some(document), "{shown} is another document");
    }
    assert!(shown.len() <= 6 * text.len());
}
