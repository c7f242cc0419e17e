//! Parsing a text into a tree.

use std::borrow::Cow;

use super::{
    cursor::Cursor,
    json::Json,
    limits::{MAX_DEPTH, MAX_VALUES},
    names::repeated,
    not_json::NotJson,
    number::Number,
    string,
    value::Document,
};

/// How an object that names a member twice is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Duplicates {
    Refused,
    LastCounts,
}

impl<'a> Document<'a> {
    /// Parses a document. Of members with the same name the last one counts.
    ///
    /// # Errors
    /// If the text is not JSON, or has more than [`MAX_VALUES`] values.
    pub(crate) fn parse(text: &'a str) -> Result<Self, NotJson> {
        Self::read(text, Duplicates::LastCounts, None)
    }

    /// Parses a caller's document, in which no object may name a member twice: the check and PayPal might read
    /// different ones. `received` is a member that the caller only passes on: it is not parsed, and an object or an
    /// array in it reads as an empty one.
    ///
    /// # Errors
    /// As [`Document::parse`], and if an object names a member twice.
    pub(crate) fn parse_unambiguous(text: &'a str, received: Option<&str>) -> Result<Self, NotJson> {
        Self::read(text, Duplicates::Refused, received)
    }

    fn read(text: &'a str, duplicates: Duplicates, received: Option<&str>) -> Result<Self, NotJson> {
        let json = Json::parse(text)?;
        let tree = Tree { cursor: Cursor::new(json.as_str()), duplicates, received, left: MAX_VALUES };
        tree.read().map_err(|error| match error {
            Error::TooMany => NotJson::too_many(),
            Error::DuplicateMember(at) => NotJson::duplicate_member(text, json.offset_in(text) + at),
        })
    }
}

impl<'a> Json<'a> {
    /// The value as a tree.
    ///
    /// # Errors
    /// If it has too many values.
    pub(crate) fn document(self) -> Result<Document<'a>, NotJson> {
        Document::parse(self.as_str())
    }
}

/// Why a valid text is refused.
enum Error {
    TooMany,
    /// A member is named again, at this offset.
    DuplicateMember(usize),
}

/// A tree under construction.
struct Tree<'a, 'b> {
    cursor: Cursor<'a>,
    duplicates: Duplicates,
    /// The member of the outermost object that is not parsed.
    received: Option<&'b str>,
    /// How many more values are allowed.
    left: usize,
}

impl<'a> Tree<'a, '_> {
    fn read(mut self) -> Result<Document<'a>, Error> {
        self.value(0)
    }

    fn value(&mut self, depth: usize) -> Result<Document<'a>, Error> {
        self.left = self.left.checked_sub(1).ok_or(Error::TooMany)?;
        Ok(match self.cursor.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => Document::Unparsed(self.cursor.value().into()),
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

    fn members(&mut self, depth: usize) -> Result<Vec<(Cow<'a, str>, Document<'a>)>, Error> {
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
        match self.duplicates {
            _ if earlier.is_empty() => {}
            Duplicates::Refused => return Err(Error::DuplicateMember(first_repetition(object, &names, &earlier))),
            Duplicates::LastCounts => {
                let mut index = 0..;
                members.retain(|_| index.next().is_some_and(|index| earlier.binary_search(&index).is_err()));
            }
        }
        Ok(members)
    }
}

/// The offset of the first repetition of a name, in bytes.
fn first_repetition(mut object: Cursor, names: &[&str], earlier: &[usize]) -> usize {
    let first = earlier.first().copied().unwrap_or_default();
    let again = names.iter().skip(first + 1).position(|name| *name == names[first]).unwrap_or_default();
    for _ in 0..=first + again {
        object.enter_member();
        object.value();
    }
    object.enter_member();
    object.offset()
}
