//! A document of the service's own, such as a connection, read so that all that is wrong with its form is named.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::violation::Violation;

/// The type of a member.
#[derive(Clone, Copy)]
pub(crate) enum Type {
    Text,
    Whole,
    Flag,
    Texts,
}

impl Type {
    fn words(self) -> &'static str {
        match self {
            Self::Text => "expected a text",
            Self::Whole => "expected a whole number, not negative",
            Self::Flag => "expected true or false",
            Self::Texts => "expected a list of texts",
        }
    }

    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Whole => value.is_u64(),
            Self::Flag => value.is_boolean(),
            Self::Texts => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        }
    }
}

/// Reads an object whose members have these names and types. Each may be null. No description quotes a value, which may be a secret.
///
/// # Errors
/// All that is wrong with its form.
pub(crate) fn read(document: &[u8], members: &[(&'static str, Type)]) -> Result<Map<String, Value>, Vec<Violation>> {
    let names: Vec<_> = members.iter().map(|it| it.0).collect();
    if document.iter().all(u8::is_ascii_whitespace) {
        return Err(vec![Violation::missing("", format!("expected an object with {}", names.join(", ")))]);
    }
    // The words of the error may quote the document.
    let place = |error: serde_json::Error| {
        let words = format!("it is not JSON: line {}, column {}", error.line(), error.column());
        vec![Violation::new("", "MALFORMED_REQUEST_JSON", words)]
    };
    let Value::Object(given) = serde_json::from_slice(document).map_err(place)? else {
        return Err(vec![Violation::invalid("", "expected an object")]);
    };
    let wrong = given.iter().filter_map(|(name, value)| {
        let Some((known, member)) = members.iter().find(|it| it.0 == name) else {
            let words = format!("there is no such member; there are {}", names.join(", "));
            return Some(Violation::invalid(token(name), words));
        };
        (!value.is_null() && !member.fits(value)).then(|| Violation::invalid(*known, member.words()))
    });
    let wrong: Vec<_> = wrong.collect();
    if wrong.is_empty() { Ok(given) } else { Err(wrong) }
}

/// Makes what was read of its members.
///
/// # Errors
/// If the types do not say all.
pub(crate) fn make<T: DeserializeOwned>(members: Map<String, Value>) -> Result<T, Vec<Violation>> {
    serde_json::from_value(members.into()).map_err(|_| vec![Violation::invalid("", "expected other members")])
}

/// Returns a name as a part of a JSON Pointer (RFC 6901). One that is longer than any real one is cut.
fn token(name: &str) -> String {
    let name: String = name.chars().take(100).collect();
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_with_the_form_is_named_without_its_value() {
        let members = [("name", Type::Text), ("limit", Type::Whole), ("admin", Type::Flag), ("effects", Type::Texts)];
        let wrong = |document: &str| {
            let wrong = read(document.as_bytes(), &members).err().unwrap_or_default();
            wrong.into_iter().map(|it| (it.field.into_owned(), it.description)).collect::<Vec<_>>()
        };
        assert_eq!(wrong(r#"{"name": "x", "limit": 3, "admin": null, "effects": []}"#), []);
        let named = |document: &str, field: &str, words: &str| {
            let wrong = wrong(document);
            let [(found, said)] = &wrong[..] else { panic!("{wrong:?}") };
            assert!(found == field && said.starts_with(words) && !said.contains("31337"), "{wrong:?}");
        };
        named("", "", "expected an object with name, limit");
        named(" \n", "", "expected an object with name, limit");
        named("[31337]", "", "expected an object");
        named("{31337", "", "it is not JSON: line 1, column 2");
        named(r#"{"name": 31337}"#, "name", "expected a text");
        named(r#"{"limit": "31337"}"#, "limit", "expected a whole number");
        named(r#"{"admin": 31337}"#, "admin", "expected true or false");
        named(r#"{"effects": [31337]}"#, "effects", "expected a list of texts");
        named(r#"{"a/b": 31337}"#, "a~1b", "there is no such member; there are name, ");
        assert_eq!(wrong(r#"{"name": 1, "limit": -1}"#).len(), 2);
    }
}
