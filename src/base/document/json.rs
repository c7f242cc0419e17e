//! A valid JSON text, read piece by piece.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{cursor::Cursor, names::repeated, not_json::NotJson, string};

/// A JSON value as its text, which is valid. Reading it copies and stores nothing, however large it is. Repeated names
/// are not refused: the last one counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'a>(&'a str);

impl<'a> Json<'a> {
    /// Checks a text against the grammar of RFC 8259, however deep it is nested.
    ///
    /// # Errors
    /// If it is not JSON.
    pub(crate) fn parse(text: &'a str) -> Result<Self, NotJson> {
        // A raw value is read without recursion, and its strings and numbers are not converted.
        let raw: &RawValue = serde_json::from_str(text)?;
        Ok(Self(raw.get()))
    }

    /// The text, without surrounding white space.
    #[must_use]
    pub(crate) fn as_str(self) -> &'a str {
        self.0
    }

    /// Its offset in the text that it is a part of, in bytes.
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

    /// The members of an object, in order. Empty for any other value.
    #[must_use]
    pub(crate) fn members(self) -> Members<'a> {
        Members(self.is_object().then(|| Cursor::new(self.0)))
    }

    /// The same, found once, to be looked up by their names.
    #[must_use]
    pub(crate) fn object(self) -> Object<'a> {
        Object(self.members().collect())
    }

    /// Refuses a caller's object that names a member twice at its top level. `text` is the text that it is a part of.
    ///
    /// # Errors
    /// If a member is named again, with its position in `text`.
    pub(crate) fn unambiguous(self, text: &str) -> Result<Self, NotJson> {
        let members: Vec<_> = self.members().collect();
        let names: Vec<_> = members.iter().map(|(name, _)| &**name).collect();
        let Some(first) = repeated(&names).first().copied() else { return Ok(self) };
        let again = members.iter().skip(first + 1).find(|(name, _)| name == names[first]);
        let (_, value) = again.unwrap_or(&members[first]);
        Err(NotJson::duplicate_member(text, value.offset_in(text)))
    }

    /// The type of the value with its article, for messages.
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

    /// The items of an array. Empty for any other value.
    #[must_use]
    pub(crate) fn items(self) -> Items<'a> {
        Items(self.is_array().then(|| Cursor::new(self.0)))
    }

    /// The last member of that name, if this is an object that has one.
    #[must_use]
    pub(crate) fn get(self, name: &str) -> Option<Self> {
        self.members().filter(|(key, _)| key == name).last().map(|(_, value)| value)
    }

    /// The value at a path of member names.
    #[must_use]
    pub(crate) fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |place, name| place.get(name))
    }

    /// The text of a string.
    #[must_use]
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        self.0.starts_with('"').then(|| string::unescaped(self.0))
    }

    /// A string, number or boolean as written in a path or a query.
    #[must_use]
    pub(crate) fn to_scalar(self) -> Option<Cow<'a, str>> {
        match self.0.as_bytes().first()? {
            b'{' | b'[' | b'n' => None,
            b'"' => self.text(),
            _ => Some(self.0.into()),
        }
    }
}

/// The members of an object, found once: each [`Json::get`] reads the whole text again.
#[derive(Clone, Debug)]
pub(crate) struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Object<'a> {
    /// The last member of that name.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> Option<Json<'a>> {
        self.0.iter().rfind(|(key, _)| key == name).map(|(_, value)| *value)
    }

    /// The value at a path of member names; `None` for an empty path.
    #[must_use]
    pub(crate) fn at(&self, path: &[&str]) -> Option<Json<'a>> {
        let (first, rest) = path.split_first()?;
        self.get(first)?.at(rest)
    }

    /// The names, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
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
