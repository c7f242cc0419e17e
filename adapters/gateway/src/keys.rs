//! Callers' keys. The configuration has their hashes only; a key is 32 random bytes or more, so a plain SHA-256 keeps it secret.

use http::{HeaderMap, HeaderValue, header};
use serde_json::{Value, value::RawValue};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::{
    bindings::actions::Effect,
    input::Members,
    json,
    problem::{Kind, Problem},
};

/// The fewest and the most characters of a key.
const LENGTH: std::ops::RangeInclusive<usize> = 32..=512;

const EFFECTS: [Effect; 5] =
    [Effect::Read, Effect::Write, Effect::MovesMoney, Effect::Irreversible, Effect::NotifiesCustomer];

/// A caller's key, and what it may be used for.
#[derive(Clone)]
pub(crate) struct Key {
    /// Its name, for those who read the configuration.
    pub(crate) name: String,
    hash: [u8; 32],
    /// The connections; none for all.
    connections: Option<Vec<String>>,
    /// The names of the effects that actions may have.
    effects: Vec<&'static str>,
}

impl Key {
    /// Reads `GATEWAY_KEYS`. The error never quotes a value.
    pub(crate) fn list(text: &str) -> Result<Vec<Self>, String> {
        const FORM: &str = "expected a JSON array of objects with `name`, `sha256`, `connections` and `effects`";
        let keys: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| FORM.to_owned())?;
        let read = |(at, key): (usize, &&RawValue)| Self::read(key).map_err(|error| format!("key {}: {error}", at + 1));
        let keys = keys.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
        for (at, key) in keys.iter().enumerate() {
            if keys[..at].iter().any(|it| it.name == key.name || it.hash == key.hash) {
                return Err(format!("key {}: another key has the same `name` or `sha256`", at + 1));
            }
        }
        Ok(keys)
    }

    fn read(key: &RawValue) -> Result<Self, String> {
        // A `Value` has the last of two members with one name, and the one that was meant may be the other.
        let _: Members<'_> =
            serde_json::from_str(key.get()).map_err(|_| "expected an object without repeated members")?;
        let key: Value = serde_json::from_str(key.get()).map_err(|_| "expected an object")?;
        let members = key.as_object().ok_or("expected an object")?;
        if members.keys().any(|it| !["name", "sha256", "connections", "effects"].contains(&&**it)) {
            return Err("expected no members but `name`, `sha256`, `connections` and `effects`".to_owned());
        }
        let name =
            key["name"].as_str().filter(|it| (1..=64).contains(&it.len())).ok_or("`name`: expected 1 to 64 bytes")?;
        let hash = key["sha256"].as_str().and_then(hash).ok_or("`sha256`: expected 64 hexadecimal digits")?;
        let connections = texts(&key["connections"])
            .ok_or("`connections`: expected an array of the connections' names, or [\"*\"] for all")?;
        let all = EFFECTS.map(json::effect);
        let known = |it: &&str| all.into_iter().find(|effect| effect == it);
        let effects = texts(&key["effects"]).and_then(|it| it.iter().map(known).collect());
        let effects = effects.ok_or_else(|| format!("`effects`: expected an array of some of {}", all.join(", ")))?;
        let connections = match connections[..] {
            ["*"] => None,
            _ if connections.contains(&"*") => Err("`connections`: `*` is all of them, so it stands alone")?,
            _ => Some(connections.into_iter().map(str::to_owned).collect()),
        };
        Ok(Self { name: name.to_owned(), hash, connections, effects })
    }

    /// Whether it covers a connection. It is the same whether or not there is such a connection.
    pub(crate) fn covers(&self, connection: &str) -> bool {
        self.connections.as_ref().is_none_or(|it| it.iter().any(|it| it == connection))
    }

    /// Returns an effect that it does not allow.
    pub(crate) fn lacks(&self, effects: &[Effect]) -> Option<&'static str> {
        effects.iter().copied().map(json::effect).find(|effect| !self.effects.contains(effect))
    }
}

/// Returns the texts of an array that has nothing else.
fn texts(array: &Value) -> Option<Vec<&str>> {
    array.as_array()?.iter().map(Value::as_str).collect()
}

fn hash(digits: &str) -> Option<[u8; 32]> {
    let bytes = digits.as_bytes();
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    let byte = |at: usize| u8::try_from(digit(2 * at)? * 16 + digit(2 * at + 1)?).ok();
    let decoded: Vec<u8> = (0..32).map(byte).collect::<Option<_>>()?;
    decoded.try_into().ok().filter(|_| bytes.len() == 64)
}

/// Returns the key of a request.
pub(crate) fn authenticate<'a>(keys: &'a [Key], headers: &HeaderMap) -> Result<&'a Key, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        let challenge = HeaderValue::from_static("Bearer");
        let detail = "send the header field `Authorization: Bearer <key>`";
        return Err(Problem::new(Kind::KEY_REQUIRED, detail).with(header::WWW_AUTHENTICATE, challenge));
    };
    let refused = || {
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        Problem::new(Kind::KEY_REFUSED, "the key is not one of GATEWAY_KEYS").with(header::WWW_AUTHENTICATE, challenge)
    };
    let presented = bearer(value.as_bytes()).filter(|it| LENGTH.contains(&it.len()) && values.next().is_none());
    let presented: [u8; 32] = Sha256::digest(presented.ok_or_else(refused)?).into();
    // All are compared, each in constant time, so that the time says nothing of which key is alike.
    let mut found = None;
    for key in keys {
        if bool::from(key.hash.ct_eq(&presented)) {
            found = Some(key);
        }
    }
    found.ok_or_else(refused)
}

/// Returns the token of `Bearer` credentials (RFC 6750 section 2.1).
fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| token.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "kg_0123456789abcdefghijklmnopqrstuv";

    fn entry(name: &str, key: &str) -> Value {
        let hash: String = Sha256::digest(key).iter().map(|byte| format!("{byte:02x}")).collect();
        serde_json::json!({"name": name, "sha256": hash, "connections": ["shop"], "effects": ["read", "write"]})
    }

    fn keys() -> Vec<Key> {
        let other = entry("other", "another key of thirty-two characters");
        Key::list(&Value::from(vec![other, entry("till", KEY)]).to_string()).unwrap()
    }

    fn with(values: &[&str]) -> HeaderMap {
        values.iter().map(|it| (header::AUTHORIZATION, HeaderValue::from_str(it).unwrap())).collect()
    }

    #[test]
    fn a_key_is_known_by_its_hash() {
        let keys = keys();
        for value in [format!("Bearer {KEY}"), format!("bearer  {KEY} ")] {
            assert_eq!(authenticate(&keys, &with(&[&value])).unwrap().name, "till", "{value}");
        }
        let till = &keys[1];
        assert!(till.covers("shop") && !till.covers("shop2") && !till.covers("*"));
        assert_eq!(till.lacks(&[Effect::Read]), None);
        assert_eq!(till.lacks(&[Effect::Write, Effect::MovesMoney]), Some("moves-money"));
    }

    #[test]
    fn another_key_is_refused_and_not_quoted() {
        let keys = keys();
        let bearer = format!("Bearer {KEY}");
        for values in [
            &["Bearer"][..],
            &["Bearer "],
            &["Bearer short"],
            &[&format!("{bearer}x")],
            &[&bearer[..bearer.len() - 1]],
            &[&format!("Basic {KEY}")],
            &[KEY],
            &[&format!("Bearer {KEY} {KEY}")],
            &[&bearer, &bearer],
            &[&format!("Bearer {}", "x".repeat(513))],
        ] {
            let problem = authenticate(&keys, &with(values)).err().unwrap();
            assert_eq!(problem.status, 401, "{values:?}");
            assert!(!problem.detail.contains("kg_"), "{problem:?}");
        }
        assert_eq!(authenticate(&keys, &HeaderMap::new()).err().unwrap().status, 401);
        assert_eq!(authenticate(&[], &with(&[&bearer])).err().unwrap().status, 401);
    }

    #[test]
    fn a_wrong_list_says_what_is_expected_and_quotes_nothing() {
        let wrong = |member: &str, value: Value| {
            let mut entry = entry("till", KEY);
            entry[member] = value;
            Value::from(vec![entry]).to_string()
        };
        for (text, expected) in [
            (String::new(), "JSON array"),
            ("{}".to_owned(), "JSON array"),
            (KEY.to_owned(), "JSON array"),
            (format!("[\"{KEY}\"]"), "key 1: expected an object"),
            (wrong("sha256", KEY.into()), "key 1: `sha256`: expected 64 hexadecimal digits"),
            (wrong("sha256", "+1".repeat(32).into()), "`sha256`"),
            (wrong("sha256", "é".repeat(32).into()), "`sha256`"),
            (wrong("sha256", "0".repeat(66).into()), "`sha256`"),
            (wrong("name", "".into()), "`name`"),
            (wrong("connections", "shop".into()), "`connections`"),
            (wrong("connections", Value::Null), "`connections`"),
            (wrong("connections", serde_json::json!(["*", "shop"])), "`connections`: `*`"),
            (wrong("connections", serde_json::json!(["shop", "*"])), "`connections`: `*`"),
            (wrong("connections", serde_json::json!(["*", "*"])), "`connections`: `*`"),
            (
                wrong("name", KEY.into()).replacen('{', "{\"effects\":[\"read\"],", 1),
                "key 1: expected an object without",
            ),
            (wrong("effects", serde_json::json!(["reads"])), "`effects`: expected an array of some of read, write"),
            (wrong("effects", Value::Null), "`effects`"),
            (wrong("effect", Value::Null), "no members but"),
            (Value::from(vec![entry("a", KEY), entry("b", KEY)]).to_string(), "key 2: another key"),
        ] {
            let error = Key::list(&text).err().unwrap();
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains("kg_") && !error.contains("reads"), "{error}");
        }
        assert!(Key::list("[]").unwrap().is_empty());
    }

    #[test]
    fn a_star_is_every_connection() {
        let list = |names: Value| {
            let mut entry = entry("till", KEY);
            entry["connections"] = names;
            Key::list(&Value::from(vec![entry]).to_string()).unwrap().remove(0)
        };
        assert!(list(serde_json::json!(["*"])).covers("anything"));
        assert!(!list(serde_json::json!([])).covers("shop"));
    }
}
