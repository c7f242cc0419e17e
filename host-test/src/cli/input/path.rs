//! The names on the left of an assignment: `body.purchase_units[0].amount.value`.

use std::fmt;

/// The most parts of a name: JSON that is nested more deeply is not read by everybody.
const DEEPEST: usize = 64;

/// The most characters of a name that a message shows.
const SHOWN: usize = 80;

/// A part of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Part {
    /// A member of an object.
    Member(String),
    /// An item of a list, from 0.
    Index(usize),
}

/// A name, which begins with a member of the input. It displays as it is written, cut if it is long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Name(pub(super) Vec<Part>);

impl Name {
    /// Returns the name of a member of the input.
    pub(super) fn of(member: &str) -> Self {
        Self(vec![Part::Member(member.to_owned())])
    }

    /// Returns the name of something below it.
    pub(super) fn with(&self, part: Part) -> Self {
        Self([&*self.0, &[part]].concat())
    }

    /// Parses a name.
    ///
    /// # Errors
    /// If it is malformed; the message shows it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let error = |what: &str| Err(format!("`{}`: {what}", shown(text)));
        let mut parts = Vec::new();
        for dotted in text.split('.') {
            let (member, indexes) = dotted.split_at(dotted.find('[').unwrap_or(dotted.len()));
            if member.is_empty() {
                return error("a part of the name is empty");
            }
            parts.push(Part::Member(member.to_owned()));
            for index in indexes.split_inclusive(']') {
                let digits = index.strip_prefix('[').and_then(|index| index.strip_suffix(']'));
                let digits = digits.filter(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()));
                let Some(digits) = digits else { return error("an index is written as in items[0]") };
                let Ok(index) = digits.parse() else { return error("the index is too large") };
                parts.push(Part::Index(index));
            }
            if parts.len() > DEEPEST {
                return error("it is nested too deeply");
            }
        }
        Ok(Self(parts))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Member(name) if text.is_empty() => text += name,
                Part::Member(name) => text.extend([".", name]),
                Part::Index(index) => text += &format!("[{index}]"),
            }
        }
        f.write_str(&shown(&text))
    }
}

/// Returns a text that is short enough for a message.
fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_and_shown() {
        for text in ["id", "body.intent", "body.purchase_units[0].amount.value", "body[0][12].op", "body.a-b.@type"] {
            assert_eq!(Name::parse(text).unwrap().to_string(), text);
        }
        let parts = Name::parse("body.items[3]").unwrap().0;
        assert_eq!(parts, [Part::Member("body".to_owned()), Part::Member("items".to_owned()), Part::Index(3)]);
    }

    #[test]
    fn a_malformed_name_is_an_error_that_shows_it() {
        for (text, what) in [
            ("", "empty"),
            (".id", "empty"),
            ("body.", "empty"),
            ("body..a", "empty"),
            ("[0]", "empty"),
            ("body[]", "an index"),
            ("body[", "an index"),
            ("body[0", "an index"),
            ("body[-1]", "an index"),
            ("body[0]x", "an index"),
            ("body[x]", "an index"),
            ("body[99999999999999999999999]", "too large"),
            (&*vec!["a"; 65].join("."), "too deeply"),
        ] {
            let error = Name::parse(text).unwrap_err();
            assert!(error.contains(what) && error.len() < 200, "{text}: {error}");
        }
    }
}
