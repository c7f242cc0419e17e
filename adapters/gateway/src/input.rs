//! The input of an action, with the idempotency key of the request's header.

use std::fmt;

use indexmap::IndexMap;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The members of an object, in their order, each unchanged and with another name.
pub(crate) struct Members<'a>(IndexMap<String, &'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = IndexMap::new();
                while let Some((name, value)) = map.next_entry()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member occurs twice"));
                    }
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

const UNREADABLE: &str = "the body must be a JSON object without repeated members";

/// Sets `options.idempotency_key`; the rest of the input stays as it is spelled. The error says what is wrong with the body.
pub(crate) fn with_key(input: &str, key: &str) -> Result<String, &'static str> {
    with_option(input, "idempotency_key", key, |given| {
        (serde_json::from_str::<String>(given).ok().as_deref() == Some(key))
            .then_some(())
            .ok_or("the header field Idempotency-Key and `options.idempotency_key` differ: send one of them")
    })
}

/// Sets an option, unless the input has it. The rest stays as it is spelled.
#[allow(dead_code, reason = "`host-test` has this file as a module too, and its connections have options")]
pub(crate) fn with_default(input: &str, name: &str, value: &str) -> Result<String, &'static str> {
    let mut is_given = false;
    let set = with_option(input, name, value, |_| {
        is_given = true;
        Ok(())
    })?;
    Ok(if is_given { input.to_owned() } else { set })
}

/// Returns a member of the input as it is spelled; `None` if it is left out or null.
pub(crate) fn member<'a>(input: &'a str, name: &str) -> Result<Option<&'a str>, &'static str> {
    let members: Members<'a> = serde_json::from_str(input).map_err(|_| UNREADABLE)?;
    Ok(members.0.get(name).map(|it| it.get()).filter(|it| *it != "null"))
}

/// Sets a member of the input. The rest stays as it is spelled.
pub(crate) fn with_member(input: &str, name: &str, value: &impl Serialize) -> Result<String, &'static str> {
    let mut members: Members<'_> = serde_json::from_str(input).map_err(|_| UNREADABLE)?;
    let value = serde_json::value::to_raw_value(value).map_err(|_| UNREADABLE)?;
    members.0.insert(name.to_owned(), &value);
    serde_json::to_string(&members).map_err(|_| UNREADABLE)
}

/// Sets an option. `check` sees the value that the input has already, if it has one.
fn with_option(
    input: &str,
    name: &str,
    value: &str,
    check: impl FnOnce(&str) -> Result<(), &'static str>,
) -> Result<String, &'static str> {
    let mut members: Members<'_> = serde_json::from_str(input).map_err(|_| UNREADABLE)?;
    let options = members.0.get("options").filter(|it| it.get() != "null").map_or("{}", |it| it.get());
    let mut options: Members<'_> =
        serde_json::from_str(options).map_err(|_| "`options` must be an object without repeated members")?;
    if let Some(given) = options.0.get(name).filter(|it| it.get() != "null") {
        check(given.get())?;
    }
    let value = serde_json::value::to_raw_value(value).map_err(|_| UNREADABLE)?;
    options.0.insert(name.to_owned(), &value);
    let options = serde_json::value::to_raw_value(&options).map_err(|_| UNREADABLE)?;
    members.0.insert("options".to_owned(), &options);
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

    #[test]
    fn many_members_take_no_longer_each() {
        let members: Vec<_> = (0..200_000).map(|it| format!("\"{it}\":0")).collect();
        let members = members.join(",");
        let started = std::time::Instant::now();
        let expected = format!("{{{members},\"options\":{{{members},\"idempotency_key\":\"k\"}}}}");
        let input = format!("{{{members},\"options\":{{{members}}}}}");
        assert_eq!(with_key(&input, "k").unwrap(), expected);
        // To compare each with all others takes minutes.
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }

    #[test]
    fn a_member_is_read_and_set_beside_the_others() {
        let input = r#"{"body": "YQ==", "a": 1.0, "receivers": null}"#;
        assert_eq!(member(input, "a"), Ok(Some("1.0")));
        assert_eq!([member(input, "receivers"), member(input, "b")], [Ok(None), Ok(None)]);
        assert_eq!(
            with_member(input, "receivers", &["a@b"]).unwrap(),
            r#"{"body":"YQ==","a":1.0,"receivers":["a@b"]}"#
        );
        for input in ["[]", "", r#"{"a": 1, "a": 2}"#] {
            assert_eq!(member(input, "a"), Err(UNREADABLE));
            assert_eq!(with_member(input, "a", &1), Err(UNREADABLE));
        }
    }

    #[test]
    fn a_default_gives_way_to_what_is_given() {
        let with = |input: &str| with_default(input, "partner_attribution_id", "Shop_SP");
        for (input, expected) in [
            ("{}", r#"{"options":{"partner_attribution_id":"Shop_SP"}}"#),
            (r#"{"a": 1.0, "options": null}"#, r#"{"a":1.0,"options":{"partner_attribution_id":"Shop_SP"}}"#),
            (r#"{"options": {"partner_attribution_id": null}}"#, r#"{"options":{"partner_attribution_id":"Shop_SP"}}"#),
            (r#"{"options": {"partner_attribution_id": "Own"}}"#, r#"{"options": {"partner_attribution_id": "Own"}}"#),
        ] {
            assert_eq!(with(input).unwrap(), expected);
        }
        assert_eq!(with("[]"), Err(UNREADABLE));
    }
}
