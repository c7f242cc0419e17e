//! A JSON value as a tree.

use std::borrow::Cow;

use super::number::Number;

/// A JSON value. Strings without escapes borrow from the text; members keep their order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Document<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number.
    Number(Number<'a>),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    Array(Vec<Self>),
    /// An object.
    Object(Vec<(Cow<'a, str>, Self)>),
    /// An array or an object deeper than [`MAX_DEPTH`](super::MAX_DEPTH), as its text.
    Unparsed(Cow<'a, str>),
}

impl Document<'_> {
    /// The member of that name, if this is an object that has it.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The member of that name, unless it is `null`, by which most callers mean that it is left out.
    #[must_use]
    pub(crate) fn given(&self, name: &str) -> Option<&Self> {
        self.get(name).filter(|value| **value != Self::Null)
    }

    /// The text of a string.
    #[must_use]
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of an array. Empty for any other value.
    #[must_use]
    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    /// The type of the value with its article, for messages.
    #[must_use]
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
            Self::Unparsed(_) => "a value that is nested too deep",
        }
    }

    /// A string, number or boolean as written in a path or a query.
    #[must_use]
    pub(crate) fn to_scalar(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Boolean(value) => Some(if *value { "true" } else { "false" }.into()),
            Self::Number(number) => Some(number.as_str().into()),
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Null | Self::Array(_) | Self::Object(_) | Self::Unparsed(_) => None,
        }
    }
}

impl From<String> for Document<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a str> for Document<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl From<u32> for Document<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for Document<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Document<'_> {
    /// `None` becomes null, which stands for left out.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
