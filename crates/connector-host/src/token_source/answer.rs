//! The response of PayPal's token endpoint, read member by member: an invalid member does not affect the others.

use std::{borrow::Cow, collections::HashMap, fmt, time::Duration};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The raw members of a response. Of members with the same name the last counts.
pub(super) struct Members<'a>(HashMap<Vec<u8>, &'a RawValue>);

impl<'a> Members<'a> {
    /// Parses a document; `None` if it is not an object. JSON (RFC 8259) also allows half a surrogate, a number of any
    /// size, and a name that comes twice.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// Returns a string, if every character is valid.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// Returns a string, with U+FFFD for invalid characters such as half a surrogate.
    pub(super) fn words(&self, name: &str) -> Option<String> {
        let Bytes(bytes) = serde_json::from_str(self.raw(name)?).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Returns a number of seconds, which may be written as a string, rounded down to what a `Duration` holds and
    /// limited to its maximum. `None` if it is not a duration.
    pub(super) fn seconds(&self, name: &str) -> Option<Duration> {
        let raw = self.raw(name)?;
        let text = if raw.starts_with('"') { Cow::Owned(self.text(name)?) } else { Cow::Borrowed(raw) };
        let text = text.trim();
        // Rust also parses `+5` and `inf` as numbers.
        let is_number = text.starts_with(|it: char| it.is_ascii_digit());
        if !is_number || serde_json::from_str::<&RawValue>(text).is_err() {
            return None;
        }
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let seconds: f64 = text.parse().ok()?;
        Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
    }

    fn raw(&self, name: &str) -> Option<&'a str> {
        self.0.get(name.as_bytes()).map(|value| value.get())
    }
}

impl<'a> Deserialize<'a> for Members<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'a> Visitor<'a> for Object {
            type Value = Members<'a>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Members<'a>, A::Error> {
                let mut members = HashMap::new();
                while let Some((Bytes(name), value)) = map.next_entry()? {
                    members.insert(name, value);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// A string as bytes, which may be invalid UTF-8.
struct Bytes(Vec<u8>);

impl<'a> Deserialize<'a> for Bytes {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Bytes;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }

        deserializer.deserialize_bytes(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(body: &str) -> Members<'_> {
        Members::read(body.as_bytes()).unwrap_or_else(|| panic!("{body}"))
    }

    #[test]
    fn what_is_wrong_with_a_member_loses_no_other() {
        for other in [
            r#""x": "\ud83d""#,
            r#""\ud83d": 1"#,
            r#""x": 1e999"#,
            r#""a": "B""#,
            r#""x": 1, "x": 2"#,
            &format!(r#""x": {}{}"#, "[".repeat(1000), "]".repeat(1000)),
        ] {
            let body = format!(r#"{{{other}, "a": "A"}}"#);
            assert_eq!(members(&body).text("a").as_deref(), Some("A"), "{body}");
        }
        assert_eq!(members(r#"{"a": "x\ud83dy"}"#).text("a"), None);
        assert!(members(r#"{"a": "x\ud83dy"}"#).words("a").is_some_and(|it| it.starts_with('x') && it.ends_with('y')));
        assert_eq!(members(r#"{"a": "\u0041\ud83d\ude00"}"#).words("a").as_deref(), Some("A😀"));
        assert_eq!(members(r#"{"a": 1}"#).words("a"), None);
        for body in ["", "[]", "null", "{", r#"{"a": }"#, r#"{} {}"#] {
            assert!(Members::read(body.as_bytes()).is_none(), "{body}");
        }
    }

    #[test]
    fn a_time_is_what_it_can_mean() {
        let seconds = |value: &str| members(&format!(r#"{{"a": {value}}}"#)).seconds("a");
        for value in ["32400", "32400.0", "3.24e4", r#""32400""#, r#"" 32400 ""#, r#""32400.0""#] {
            assert_eq!(seconds(value), Some(Duration::from_secs(32400)), "{value}");
        }
        assert_eq!((seconds("0"), seconds("0.5")), (Some(Duration::ZERO), Some(Duration::from_millis(500))));
        assert_eq!(seconds("18446744073709551615"), Some(Duration::from_secs(u64::MAX)));
        for value in ["18446744073709551616", "1e999", r#""1e999""#] {
            assert_eq!(seconds(value), Some(Duration::MAX), "{value}");
        }
        for value in
            ["-1", "-0.0", "null", "true", "[]", r#""""#, r#""soon""#, r#""inf""#, r#""NaN""#, r#""+5""#, r#""\ud83d""#]
        {
            assert_eq!(seconds(value), None, "{value}");
        }
    }
}
