//! A valid JSON text, looked at piece by piece.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{cursor::Cursor, names::repeated, not_json::NotJson, string};

/// A JSON value as its text, which is known to be valid. Looking at it copies nothing and holds nothing, however large it is.
/// It is not checked for members with one name: the last one counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'a>(&'a str);

impl<'a> Json<'a> {
    /// Takes a text by the grammar of RFC 8259, however deep it is nested.
    ///
    /// # Errors
    /// Where it is not JSON.
    pub(crate) fn parse(text: &'a str) -> Result<Self, NotJson> {
        // A raw value is read without recursion, and its strings and numbers are not converted.
        let raw: &RawValue = serde_json::from_str(text)?;
        Ok(Self(raw.get()))
    }

    /// The text, without white space around it.
    #[must_use]
    pub(crate) fn as_str(self) -> &'a str {
        self.0
    }

    /// Where it begins in the text that it is a part of, in bytes.
    #[must_use]
    pub(crate) fn offset_in(self, text: &str) -> usize {
        (self.0.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
    }

    /// Whether it is an object.
    #[must_use]
    pub(crate) fn is_object(self) -> bool {
        self.0.starts_with('{')
    }

    /// Whether it is an array.
    #[must_use]
    pub(crate) fn is_array(self) -> bool {
        self.0.starts_with('[')
    }

    /// Whether it is `null`.
    #[must_use]
    pub(crate) fn is_null(self) -> bool {
        self.0 == "null"
    }

    /// The members, in order, where it is an object; none otherwise.
    #[must_use]
    pub(crate) fn members(self) -> Members<'a> {
        Members(self.is_object().then(|| Cursor::new(self.0)))
    }

    /// Refuses an object of a caller's that names a member twice, at its own level. `text` is what it is a part of.
    ///
    /// # Errors
    /// Where in the text a member is named again.
    pub(crate) fn unambiguous(self, text: &str) -> Result<Self, NotJson> {
        let members: Vec<_> = self.members().collect();
        let names: Vec<_> = members.iter().map(|(name, _)| &**name).collect();
        let Some(first) = repeated(&names).first().copied() else { return Ok(self) };
        let again = members.iter().skip(first + 1).find(|(name, _)| name == names[first]);
        let (_, value) = again.unwrap_or(&members[first]);
        Err(NotJson::doubled(text, value.offset_in(text)))
    }

    /// What kind of value it is, with its article, for a sentence.
    #[must_use]
    pub(crate) fn kind(self) -> &'static str {
        match self.0.as_bytes().first() {
            Some(b'{') => "an object",
            Some(b'[') => "an array",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "a boolean",
            Some(b'n') => "null",
            _ => "a number",
        }
    }

    /// The items, where it is an array; none otherwise.
    #[must_use]
    pub(crate) fn items(self) -> Items<'a> {
        Items(self.is_array().then(|| Cursor::new(self.0)))
    }

    /// The last member of that name, where it is an object that has one.
    #[must_use]
    pub(crate) fn get(self, name: &str) -> Option<Self> {
        self.members().filter(|(key, _)| key == name).last().map(|(_, value)| value)
    }

    /// What is found by going down by one name after the other.
    #[must_use]
    pub(crate) fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |place, name| place.get(name))
    }

    /// The string, where it is one.
    #[must_use]
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        self.0.starts_with('"').then(|| string::unescaped(self.0))
    }

    /// A string, number or boolean as it stands in a path or a query.
    #[must_use]
    pub(crate) fn to_scalar(self) -> Option<Cow<'a, str>> {
        match self.0.as_bytes().first()? {
            b'{' | b'[' | b'n' => None,
            b'"' => self.text(),
            _ => Some(self.0.into()),
        }
    }
}

/// The members of an object.
#[derive(Clone, Debug)]
pub(crate) struct Members<'a>(Option<Cursor<'a>>);

impl<'a> Iterator for Members<'a> {
    type Item = (Cow<'a, str>, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let name = self.0.as_mut()?.enter_member();
        let Some(name) = name else {
            self.0 = None;
            return None;
        };
        let value = self.0.as_mut()?.value();
        Some((string::unescaped(name), Json(value)))
    }
}

/// The items of an array.
#[derive(Clone, Debug)]
pub(crate) struct Items<'a>(Option<Cursor<'a>>);

impl<'a> Iterator for Items<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.0.as_mut()?.enter_item() {
            self.0 = None;
            return None;
        }
        Some(Json(self.0.as_mut()?.value()))
    }
}
