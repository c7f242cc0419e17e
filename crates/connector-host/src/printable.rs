//! Untrusted text, for a terminal.

use std::{borrow::Cow, fmt::Write as _};

/// Escapes every character that a terminal would obey instead of showing it, as JSON does: `\u001b`. These are control
/// characters except line feeds and tabs, and characters that change the direction of the text or are invisible. A
/// carriage return becomes a line feed.
///
/// A JSON text remains the same document: these characters occur only in its strings, and carriage returns between its
/// tokens.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_obeyed) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' => shown.push('\n'),
            _ if is_obeyed(character) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    _ = write!(shown, "\\u{unit:04x}");
                }
            }
            _ => shown.push(character),
        }
    }
    shown.into()
}

fn is_obeyed(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => true,
        _ => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn a_terminal_is_told_nothing() {
        assert_eq!(
            printable("a\x1b]0;evil\x07b\u{9b}2Jd\u{202e}e\0\u{e0041}\x7f"),
            "a\\u001b]0;evil\\u0007b\\u009b2Jd\\u202ee\\u0000\\udb40\\udc41\\u007f"
        );
        assert_eq!(printable("50 %\rall\r\nof it"), "50 %\nall\nof it");
        assert_eq!(printable("panicked:\n\tat ligne é 字 🙂"), "panicked:\n\tat ligne é 字 🙂");
    }

    #[test]
    fn a_json_text_stays_the_same_document() {
        let text = "{\r\n\t\"a\u{9b}\": \"x\u{202e}\u{7f}\u{e0041}\",\r\"b\": \"\\u001b\"}";
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&printable(text)), read(text));
    }
}
