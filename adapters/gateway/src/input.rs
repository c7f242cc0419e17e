//! The input of an action, with the idempotency key of the request's header.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, Visitor},
    ser::SerializeMap as _,
};
use serde_json::value::RawValue;

/// The members of an object, in their order, each unchanged.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<(String, &RawValue)> = Vec::new();
                while let Some((name, value)) = map.next_entry()? {
                    if members.iter().any(|(it, _)| *it == name) {
                        return Err(A::Error::custom("a member occurs twice"));
                    }
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
        map.end()
    }
}

impl<'a> Members<'a> {
    fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|member| member.0 == name).map(|member| member.1)
    }

    fn set(&mut self, name: &str, value: &'a RawValue) {
        match self.0.iter_mut().find(|member| member.0 == name) {
            Some(member) => member.1 = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }
}

/// Sets `options.idempotency_key`; the rest of the input stays as it is spelled. The error says what is wrong with the body.
pub(crate) fn with_key(input: &str, key: &str) -> Result<String, &'static str> {
    const UNREADABLE: &str = "the body must be a JSON object without repeated members";
    let mut members: Members<'_> = serde_json::from_str(input).map_err(|_| UNREADABLE)?;
    let options = members.get("options").filter(|it| it.get() != "null").map_or("{}", RawValue::get);
    let mut options: Members<'_> =
        serde_json::from_str(options).map_err(|_| "`options` must be an object without repeated members")?;
    if let Some(given) = options.get("idempotency_key").filter(|it| it.get() != "null")
        && serde_json::from_str::<String>(given.get()).ok().as_deref() != Some(key)
    {
        return Err("the header field Idempotency-Key and `options.idempotency_key` differ: send one of them");
    }
    let key = serde_json::value::to_raw_value(key).map_err(|_| UNREADABLE)?;
    options.set("idempotency_key", &key);
    let options = serde_json::value::to_raw_value(&options).map_err(|_| UNREADABLE)?;
    members.set("options", &options);
    serde_json::to_string(&members).map_err(|_| UNREADABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_unchanged() {
        for (input, expected) in [
            ("{}", r#"{"options":{"idempotency_key":"k"}}"#),
            (r#" {"options": null} "#, r#"{"options":{"idempotency_key":"k"}}"#),
            (
                r#"{"body": {"b": 1.0, "a":  [1e400, "\ud800"]}, "id": "x", "options": {"prefer": "minimal"}}"#,
                r#"{"body":{"b": 1.0, "a":  [1e400, "\ud800"]},"id":"x","options":{"prefer":"minimal","idempotency_key":"k"}}"#,
            ),
            (
                r#"{"options": {"idempotency_key": "\u006b", "deadline_ms": 5}, "id": 1}"#,
                r#"{"options":{"idempotency_key":"k","deadline_ms":5},"id":1}"#,
            ),
            (r#"{"options": {"idempotency_key": null}}"#, r#"{"options":{"idempotency_key":"k"}}"#),
        ] {
            assert_eq!(with_key(input, "k").unwrap(), expected, "{input}");
        }
    }

    #[test]
    fn a_body_that_is_none_or_says_otherwise_is_refused() {
        for (input, expected) in [
            ("", "JSON object"),
            ("[]", "JSON object"),
            ("{} {}", "JSON object"),
            (r#"{"id": 1, "id": 2}"#, "JSON object"),
            (r#"{"options": 5}"#, "`options`"),
            (r#"{"options": {"a": 1, "a": 1}}"#, "`options`"),
            (r#"{"options": {"idempotency_key": "other"}}"#, "differ"),
            (r#"{"options": {"idempotency_key": 7}}"#, "differ"),
        ] {
            assert!(with_key(input, "k").unwrap_err().contains(expected), "{input}");
        }
    }
}
