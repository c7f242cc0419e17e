//! A JSON document as a tree, for looking at, or for making one of our own. What is sent is always the caller's text, never
//! this tree.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor},
    ser::{Serialize, Serializer},
};
use serde_json::{Number, error::Category};

/// A JSON value. Strings borrow from the text where they hold no escapes; members keep their order.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "JSON's own six types")]
pub enum Document<'a> {
    Null,
    Boolean(bool),
    Number(Number),
    Text(Cow<'a, str>),
    Array(Vec<Self>),
    Object(Vec<(Cow<'a, str>, Self)>),
}

/// Why a text is not a JSON document. Never quotes the text: it may hold a card number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJson {
    /// The line of the fault, from 1.
    pub line: usize,
    /// The column of the fault, from 1.
    pub column: usize,
    /// Whether the text is a document that was cut off.
    pub cut_off: bool,
    /// Whether an object names one member twice, of which PayPal and this check might see different ones.
    pub doubled: bool,
}

impl fmt::Display for NotJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self { doubled: true, .. } => "names a member twice",
            Self { cut_off: true, .. } => "is not JSON: it ends too early",
            _ => "is not JSON",
        };
        write!(f, "{what} (line {}, column {})", self.line, self.column)
    }
}

impl From<serde_json::Error> for NotJson {
    fn from(error: serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        // The only error of category Data that deserializing these types can raise is the doubled member's.
        Self { line, column, cut_off: error.classify() == Category::Eof, doubled: error.classify() == Category::Data }
    }
}

impl<'a> Document<'a> {
    /// Reads a document.
    ///
    /// # Errors
    /// Where the text is not JSON, is nested deeper than 128 levels, holds a number beyond 64-bit floating point, or has
    /// an object that names one member twice.
    pub fn parse(text: &'a str) -> Result<Self, NotJson> {
        Ok(serde_json::from_str(text)?)
    }

    /// Reads a document in which an object may name one member twice: the last one counts, as with most parsers. For what is
    /// known to be PayPal's.
    ///
    /// # Errors
    /// Those of [`Document::parse`] but for that.
    pub fn parse_lenient(text: &'a str) -> Result<Self, NotJson> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let document = DocumentVisitor(Doubled::LastCounts).deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(document)
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

    /// As JSON text, without white space.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Writing to memory does not fail, and the keys of an object are strings.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// An object of these members, and last one more whose value is a JSON text, which stands in it unchanged.
    #[must_use]
    pub fn to_json_with<const N: usize>(members: [(&'static str, Self); N], name: &str, text: &str) -> String {
        let members = members.map(|(name, value)| (name.into(), value));
        let mut json = Self::Object(members.into()).to_json();
        // Its closing brace; there are members before.
        json.pop();
        [&json, ",\"", name, "\":", text, "}"].concat()
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
        }
    }

    /// A string, number or boolean as it stands in a path or a query.
    #[must_use]
    pub fn to_scalar(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Boolean(value) => Some(if *value { "true" } else { "false" }.into()),
            Self::Number(number) => Some(number.to_string().into()),
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Null | Self::Array(_) | Self::Object(_) => None,
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

impl<'de: 'a, 'a> Deserialize<'de> for Document<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DocumentVisitor(Doubled::Refused))
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(members) => serializer.collect_map(members.iter().map(|(name, value)| (name, value))),
        }
    }
}

/// What becomes of an object that names one member twice.
#[derive(Clone, Copy)]
enum Doubled {
    Refused,
    LastCounts,
}

#[derive(Clone, Copy)]
struct DocumentVisitor(Doubled);

impl<'de> DeserializeSeed<'de> for DocumentVisitor {
    type Value = Document<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Document::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Document::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Document::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Document::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        // A JSON text has no infinities: the parser has refused what does not fit.
        Ok(Number::from_f64(value).map_or(Document::Null, Document::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Document::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Document::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            array.push(item);
        }
        Ok(Document::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        collect(members, self, self.0).map(Document::Object)
    }
}

/// The members of one JSON object whose values are left unread: each keeps its own text.
#[derive(Debug)]
pub struct Members<'a, T>(pub Vec<(Cow<'a, str>, T)>);

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Members<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for MembersVisitor<T> {
            type Value = Pairs<'de, T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
                collect(members, self.0, Doubled::Refused)
            }
        }

        deserializer.deserialize_map(MembersVisitor(PhantomData)).map(Members)
    }
}

/// Names with their values, in order.
type Pairs<'a, T> = Vec<(Cow<'a, str>, T)>;

fn collect<'de, A, S>(mut members: A, value: S, doubled: Doubled) -> Result<Pairs<'de, S::Value>, A::Error>
where
    A: MapAccess<'de>,
    S: DeserializeSeed<'de> + Copy,
{
    let mut object: Pairs<S::Value> = Vec::new();
    while let Some(Name(name)) = members.next_key()? {
        object.push((name, members.next_value_seed(value)?));
    }
    let earlier = repeated(&object.iter().map(|(name, _)| &**name).collect::<Vec<_>>());
    match doubled {
        _ if earlier.is_empty() => {}
        Doubled::Refused => return Err(A::Error::custom("doubled member")),
        Doubled::LastCounts => {
            let mut index = 0..;
            object.retain(|_| index.next().is_some_and(|index| earlier.binary_search(&index).is_err()));
        }
    }
    Ok(object)
}

/// Where the names are that come again later, in order. (Not part of `collect`, of which there are several.)
fn repeated(names: &[&str]) -> Vec<usize> {
    let mut order: Vec<(&str, usize)> = names.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let pairs = order.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let mut repeated: Vec<usize> = pairs.map(|pair| pair[0].1).collect();
    repeated.sort_unstable();
    repeated
}

/// A member's name, borrowed where the text allows it; `Cow` itself always deserializes to an owned string.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(NameVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_located_and_never_quoted() {
        let fault = Document::parse("{\n  \"number\": 4111111111111111x}").unwrap_err();
        assert_eq!((fault.line, fault.column, fault.cut_off), (2, 29, false));
        assert!(!fault.to_string().contains("4111"));
    }

    #[test]
    fn a_text_that_ends_early_is_cut_off() {
        assert!(Document::parse(r#"{"id": "5O19"#).unwrap_err().cut_off);
        assert!(Document::parse("").unwrap_err().cut_off);
        assert!(!Document::parse("<html>").unwrap_err().cut_off);
    }

    #[test]
    fn a_doubled_member_is_refused_in_small_and_large_objects() {
        assert!(Document::parse(r#"{"value": "1.00", "value": "100.00"}"#).unwrap_err().doubled);
        assert!(Document::parse(r#"{"value": "1.00", "\u0076alue": "100.00"}"#).unwrap_err().doubled);
        for last in ["m3", "m20", "m39"] {
            let members: Vec<_> = (0..40).map(|n| format!("\"m{n}\": 0")).collect();
            let text = format!("{{{}, \"{last}\": 1}}", members.join(", "));
            assert!(Document::parse(&text).unwrap_err().doubled, "{last}");
            assert!(Document::parse(&text.replace(&format!(", \"{last}\": 1"), "")).is_ok());
        }
    }

    #[test]
    fn a_text_stands_unchanged_in_an_object() {
        let json = Document::to_json_with([("a", true.into())], "raw", r#"{"quantity" : 1.0}"#);
        assert_eq!(json, r#"{"a":true,"raw":{"quantity" : 1.0}}"#);
    }

    #[test]
    fn of_doubled_members_the_last_counts_where_they_may_be() {
        let text = r#"{"a": 1, "b": [{"c": 1, "d": 2, "c": 3, "\u0063": 4}], "a": {"e": 5, "e": 6}}"#;
        assert_eq!(Document::parse_lenient(text).unwrap().to_json(), r#"{"b":[{"d":2,"c":4}],"a":{"e":6}}"#);
        for text in ["", "{}{}", "{\"a\":}", "<html>", &"[".repeat(100_000)] {
            assert!(Document::parse_lenient(text).is_err(), "{text:.10}");
        }
        let many = format!("{{{}}}", vec!["\"a\": 0"; 100_000].join(", "));
        assert_eq!(Document::parse_lenient(&many).unwrap().to_json(), r#"{"a":0}"#);
    }

    #[test]
    fn a_document_is_written_back() {
        let text = r#"{"b":[null,true,1,-1.5,"\u0001\"é"],"a":{}}"#;
        assert_eq!(Document::parse(text).unwrap().to_json(), text);
    }

    #[test]
    fn deep_nesting_is_refused_without_a_crash() {
        assert!(Document::parse(&"[".repeat(100_000)).is_err());
    }
}
