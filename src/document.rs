//! JSON documents (RFC 8259): the connector's one way to read them.
//!
//! [`Json`] is a text that is known to be valid, to be looked at piece by piece without a tree; [`Document`] is the tree, for
//! looking at all of it, or for making one of our own. Both take everything that the RFC allows: of members with one name the
//! last one counts, half of a surrogate pair reads as U+FFFD, a number keeps its text however large it is, and what is nested
//! too deep stays unread in its place. What is sent and what is handed out is always the text that came, never this tree.

mod cursor;
mod json;
mod not_json;
mod number;
mod string;
mod write;

use std::borrow::Cow;

pub use json::{Items, Json, Members};
pub use not_json::NotJson;
pub use number::Number;

pub(crate) use write::quoted;

use cursor::Cursor;

/// How deep values are taken apart. A value below that is [`Document::Unread`].
pub const MAX_DEPTH: usize = 128;

/// The most values of a tree, which takes some 50 bytes for each.
pub const MAX_VALUES: usize = 1_000_000;

/// A JSON value. Strings borrow from the text where they hold no escapes; members keep their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Document<'a> {
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
    /// An array or an object deeper than [`MAX_DEPTH`], as its text.
    Unread(Cow<'a, str>),
}

/// What becomes of an object that names one member twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doubled {
    Refused,
    LastCounts,
}

impl<'a> Document<'a> {
    /// Reads a document. Of members with one name the last one counts.
    ///
    /// # Errors
    /// Where the text is not JSON, or has more than [`MAX_VALUES`] values.
    pub fn parse(text: &'a str) -> Result<Self, NotJson> {
        Self::read(text, Doubled::LastCounts, None)
    }

    /// Reads a document of a caller's, in which no object may name a member twice: the check and PayPal might look at
    /// different ones. `received` is the member of it, if any, that the caller has only passed on: it is not looked into, and
    /// an object or an array reads as an empty one.
    ///
    /// # Errors
    /// Those of [`Document::parse`], and where an object names a member twice.
    pub fn parse_unambiguous(text: &'a str, received: Option<&str>) -> Result<Self, NotJson> {
        Self::read(text, Doubled::Refused, received)
    }

    fn read(text: &'a str, doubled: Doubled, received: Option<&str>) -> Result<Self, NotJson> {
        let json = Json::parse(text)?;
        let tree = Tree { cursor: Cursor::new(json.as_str()), doubled, received, left: MAX_VALUES };
        tree.read().map_err(|fault| match fault {
            Fault::TooMany => NotJson::too_many(),
            Fault::Doubled(at) => NotJson::doubled(text, json.offset_in(text) + at),
        })
    }

    /// The member of that name, where this is an object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The string, where this is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items, where this is an array; none otherwise.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    /// What kind of value it is, with its article, for a sentence.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
            Self::Unread(_) => "a value that is nested too deep",
        }
    }

    /// A string, number or boolean as it stands in a path or a query.
    #[must_use]
    pub fn to_scalar(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Boolean(value) => Some(if *value { "true" } else { "false" }.into()),
            Self::Number(number) => Some(number.as_str().into()),
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Null | Self::Array(_) | Self::Object(_) | Self::Unread(_) => None,
        }
    }
}

impl From<String> for Document<'_> {
    fn from(text: String) -> Self {
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
    /// None is null, which stands for left out.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Why a valid text makes no tree.
enum Fault {
    TooMany,
    /// A member is named again, at this offset.
    Doubled(usize),
}

/// A tree as it is made.
struct Tree<'a, 'b> {
    cursor: Cursor<'a>,
    doubled: Doubled,
    /// The member of the outermost object that is not looked into.
    received: Option<&'b str>,
    /// How many more values there may be.
    left: usize,
}

impl<'a> Tree<'a, '_> {
    fn read(mut self) -> Result<Document<'a>, Fault> {
        self.value(0)
    }

    fn value(&mut self, depth: usize) -> Result<Document<'a>, Fault> {
        self.left = self.left.checked_sub(1).ok_or(Fault::TooMany)?;
        Ok(match self.cursor.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => Document::Unread(self.cursor.value().into()),
            Some(b'{') => Document::Object(self.members(depth + 1)?),
            Some(b'[') => {
                let mut items = Vec::new();
                while self.cursor.enter_item() {
                    items.push(self.value(depth + 1)?);
                }
                Document::Array(items)
            }
            Some(b'"') => Document::Text(string::unescaped(self.cursor.value())),
            _ => match self.cursor.value() {
                "null" => Document::Null,
                "true" => Document::Boolean(true),
                "false" => Document::Boolean(false),
                number => Document::Number(Number::new(number)),
            },
        })
    }

    fn members(&mut self, depth: usize) -> Result<Vec<(Cow<'a, str>, Document<'a>)>, Fault> {
        let object = self.cursor;
        let mut members = Vec::new();
        while let Some(name) = self.cursor.enter_member() {
            let name = string::unescaped(name);
            let value = match self.cursor.peek() {
                Some(first @ (b'{' | b'[')) if depth == 1 && self.received == Some(&*name) => {
                    self.cursor.value();
                    if first == b'{' { Document::Object(Vec::new()) } else { Document::Array(Vec::new()) }
                }
                _ => self.value(depth)?,
            };
            members.push((name, value));
        }
        let names: Vec<_> = members.iter().map(|(name, _)| &**name).collect();
        let earlier = repeated(&names);
        match self.doubled {
            _ if earlier.is_empty() => {}
            Doubled::Refused => return Err(Fault::Doubled(second(object, &names, &earlier))),
            Doubled::LastCounts => {
                let mut index = 0..;
                members.retain(|_| index.next().is_some_and(|index| earlier.binary_search(&index).is_err()));
            }
        }
        Ok(members)
    }
}

/// Where the first name that comes again does so, in bytes.
fn second(mut object: Cursor, names: &[&str], earlier: &[usize]) -> usize {
    let first = earlier.first().copied().unwrap_or_default();
    let again = names.iter().skip(first + 1).position(|name| *name == names[first]).unwrap_or_default();
    for _ in 0..=first + again {
        object.enter_member();
        object.value();
    }
    object.enter_member();
    object.offset()
}

/// Where the names are that come again later, in order.
fn repeated(names: &[&str]) -> Vec<usize> {
    let mut order: Vec<(&str, usize)> = names.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let pairs = order.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let mut repeated: Vec<usize> = pairs.map(|pair| pair[0].1).collect();
    repeated.sort_unstable();
    repeated
}

#[cfg(test)]
mod tests;
