//! The character sets of forms.

use std::fmt::Write as _;

#[derive(Clone, Copy)]
pub(crate) enum Charset {
    Windows1252,
    Utf8,
}

/// The characters at 0x80 to 0x9f (<https://encoding.spec.whatwg.org/#windows-1252>); a space stands for an unassigned one.
const UPPER: &str = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

impl Charset {
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Windows1252, Self::Utf8].into_iter().find(|charset| charset.name().eq_ignore_ascii_case(name))
    }

    /// As PayPal writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Windows1252 => "windows-1252",
            Self::Utf8 => "UTF-8",
        }
    }

    /// Encodes a text for a form. A character outside the set becomes `%uXXXX`, as in PayPal's IPN simulator, though no
    /// standard has that.
    pub(crate) fn encode(self, text: &str) -> String {
        let mut form = String::new();
        for character in text.chars() {
            match character {
                ' ' => form.push('+'),
                'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' | '*' => form.push(character),
                _ => self.escape(character, &mut form),
            }
        }
        form
    }

    fn escape(self, character: char, form: &mut String) {
        let mut buffer = [0; 4];
        let single;
        let bytes: &[u8] = match self {
            Self::Utf8 => character.encode_utf8(&mut buffer).as_bytes(),
            Self::Windows1252 => match windows_1252(character) {
                Some(byte) => {
                    single = [byte];
                    &single
                }
                None => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        // Writing to a string does not fail.
                        let _ = write!(form, "%u{unit:04X}");
                    }
                    return;
                }
            },
        };
        for byte in bytes {
            let _ = write!(form, "%{byte:02X}");
        }
    }
}

fn windows_1252(character: char) -> Option<u8> {
    let number = u8::try_from(u32::from(character)).ok();
    if let Some(same) = number.filter(|byte| !(0x80..0xa0).contains(byte)) {
        return Some(same);
    }
    let upper = UPPER.chars().position(|it| it == character)?;
    u8::try_from(0x80 + upper).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_written_in_its_character_set() {
        let text = "Zoë & Søn: 5 € ‘ok’ Ÿ";
        assert_eq!(Charset::Windows1252.encode(text), "Zo%EB+%26+S%F8n%3A+5+%80+%91ok%92+%9F");
        assert_eq!(Charset::Utf8.encode(text), "Zo%C3%AB+%26+S%C3%B8n%3A+5+%E2%82%AC+%E2%80%98ok%E2%80%99+%C5%B8");
        assert_eq!(Charset::Windows1252.encode("日😀\u{81}"), "%u65E5%uD83D%uDE00%u0081");
        assert_eq!(Charset::Utf8.encode("日"), "%E6%97%A5");
    }
}
