//! A connection as a caller gives it.

use std::collections::BTreeMap;

use connector_host::{Concurrency, Secret};
use serde::{Deserialize, Deserializer};

use super::{
    field::Rules,
    receivers,
    settings::{Environment, SECRETS, Settings},
};
use crate::serve::{
    document::{self, Type},
    violation::{Location, Violation},
};

/// A connection as a caller gives it: all of it, but a secret that is left out stays as it is, and one that is null is removed. None
/// stays where the environment or the app is another one than before: it would be sent where it does not belong.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Change {
    environment: Option<String>,
    client_id: Option<String>,
    merchant_id: Option<String>,
    partner_attribution_id: Option<String>,
    webhook_id: Option<String>,
    ipn_receivers: Option<Vec<String>>,
    concurrency: Option<u64>,
    borrow_concurrency_from: Option<String>,
    read_only: Option<bool>,
    #[serde(deserialize_with = "given")]
    client_secret: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    refresh_token: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    access_token: Option<Option<String>>,
}

/// Tells null from what is left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Change {
    /// Returns the simulator's own account.
    pub(super) fn simulator() -> Self {
        Self { environment: Some(Environment::Simulator.name().to_owned()), ..Self::default() }
    }

    /// Reads a document.
    ///
    /// # Errors
    /// All that is wrong with its form. No value is quoted.
    pub(crate) fn read(document: &[u8]) -> Result<Self, Vec<Violation>> {
        document::make(document::read(document, &MEMBERS)?)
    }

    /// Returns the settings, if there is nothing wrong with them, or all that is. `before` is what is set now.
    pub(crate) fn settings(
        mut self,
        name: &str,
        before: Option<&Settings>,
        rules: &Rules,
        now: String,
    ) -> Result<Settings, Vec<Violation>> {
        let mut wrong = Vec::new();
        check_name(name).unwrap_or_else(|it| wrong.push(it));
        let secrets = self.secrets(before);
        for (field, text) in self.texts() {
            rules.check(field, text).unwrap_or_else(|it| wrong.push(it));
        }
        for (field, secret) in &secrets {
            rules.check(field, secret.expose()).unwrap_or_else(|it| wrong.push(it));
        }
        if self.webhook_id.as_deref().is_some_and(|it| !is_webhook_id(it)) {
            wrong.push(Violation::invalid("webhook_id", "expected 1 to 50 letters and digits"));
        }
        wrong.extend(self.ipn_receivers.as_deref().into_iter().flat_map(receivers::wrong));
        let environment = self.environment.as_deref().map(Environment::parse);
        let environment = match environment {
            Some(Some(environment)) => environment,
            Some(None) => {
                wrong.push(Violation::invalid("environment", "expected simulator, sandbox or live"));
                Environment::Simulator
            }
            None => {
                wrong.push(Violation::missing("environment", "expected simulator, sandbox or live"));
                Environment::Simulator
            }
        };
        let default = Concurrency::default().limit() as u64;
        let concurrency = u8::try_from(self.concurrency.unwrap_or(default)).unwrap_or(u8::MAX);
        if Concurrency::new(concurrency.into()).is_err() {
            wrong.push(Violation::invalid("concurrency", format!("expected 1 to {}", Concurrency::MOST)));
        }
        if self.borrow_concurrency_from.as_deref() == Some(name) {
            wrong.push(Violation::invalid("borrow_concurrency_from", "expected another connection"));
        }
        let settings = Settings {
            name: name.to_owned(),
            uid: before.map_or_else(String::new, |it| it.uid.clone()),
            environment,
            client_id: self.client_id,
            merchant_id: self.merchant_id,
            partner_attribution_id: self.partner_attribution_id,
            webhook_id: self.webhook_id,
            ipn_receivers: self.ipn_receivers,
            concurrency,
            borrow_concurrency_from: self.borrow_concurrency_from,
            read_only: self.read_only.unwrap_or_default(),
            changed: now,
            secrets,
        };
        if wrong.is_empty() {
            wrong = incomplete(&settings);
        }
        if wrong.is_empty() { Ok(settings) } else { Err(wrong) }
    }

    fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let texts = [
            ("client_id", &self.client_id),
            ("merchant_id", &self.merchant_id),
            ("partner_attribution_id", &self.partner_attribution_id),
        ];
        texts.into_iter().filter_map(|(field, text)| Some((field, text.as_deref()?)))
    }

    /// Returns the secrets after the change.
    fn secrets(&mut self, before: Option<&Settings>) -> BTreeMap<&'static str, Secret> {
        let given = [self.client_secret.take(), self.refresh_token.take(), self.access_token.take()];
        let before = before
            .filter(|it| self.environment.as_deref() == Some(it.environment.name()) && self.client_id == it.client_id);
        let secret = |(field, given): (&'static str, Option<Option<String>>)| {
            let secret = match given {
                Some(given) => given.map(Secret::new),
                None => before.and_then(|it| it.secrets.get(field).cloned()),
            };
            Some((field, secret?))
        };
        SECRETS.into_iter().zip(given).filter_map(secret).collect()
    }
}

const MEMBERS: [(&str, Type); 12] = [
    ("environment", Type::Text),
    ("client_id", Type::Text),
    ("merchant_id", Type::Text),
    ("partner_attribution_id", Type::Text),
    ("webhook_id", Type::Text),
    ("ipn_receivers", Type::Texts),
    ("concurrency", Type::Whole),
    ("borrow_concurrency_from", Type::Text),
    ("read_only", Type::Flag),
    ("client_secret", Type::Text),
    ("refresh_token", Type::Text),
    ("access_token", Type::Text),
];

/// Returns what goes together and is not together. The simulator's own app is there without credentials.
fn incomplete(settings: &Settings) -> Vec<Violation> {
    let has = |secret: &str| settings.secrets.contains_key(secret);
    let (id, secret) = (settings.client_id.is_some(), has("client_secret"));
    let mut wrong = Vec::new();
    if has("access_token") && (secret || has("refresh_token")) {
        let detail =
            "it takes the place of a client secret and a refresh token; those that are set are removed by null";
        return vec![Violation::invalid("access_token", detail)];
    }
    if id && !secret && !has("access_token") {
        wrong.push(Violation::missing("client_secret", "it is needed together with the client id"));
    }
    if secret && !id {
        wrong.push(Violation::missing("client_id", "it is needed together with the client secret"));
    }
    if has("refresh_token") && !(id && secret) {
        wrong.push(Violation::missing("client_id", "it is needed, with its secret, to use the refresh token"));
    }
    if settings.merchant_id.is_some() && !id {
        wrong.push(Violation::missing("client_id", "it is needed to act for a merchant"));
    }
    if wrong.is_empty() && settings.environment != Environment::Simulator && !id && !has("access_token") {
        wrong.push(Violation::missing("client_id", "expected a client id with its secret, or an access token"));
    }
    wrong
}

/// A name is a part of paths.
fn check_name(name: &str) -> Result<(), Violation> {
    let fits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if name.len() <= 50 && name.split('-').all(fits) {
        return Ok(());
    }
    let expected = "expected 1 to 50 lower-case letters, digits, and single dashes between them";
    Err(Violation::invalid("name", expected).at(Location::Path))
}

/// The rule is the catalogue's.
fn is_webhook_id(id: &str) -> bool {
    (1..=50).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;

    fn rules() -> Rules {
        Rules::of_form(include_str!("../../../../connector_spec.json")).unwrap()
    }

    fn settings(name: &str, document: &Value, before: Option<&Settings>) -> Result<Settings, Vec<Violation>> {
        Change::read(document.to_string().as_bytes()).unwrap().settings(name, before, &rules(), "now".to_owned())
    }

    fn wrong(name: &str, document: &Value) -> Vec<String> {
        let violations = settings(name, document, None).err().unwrap_or_default();
        violations.into_iter().map(|it| it.field.into_owned()).collect()
    }

    #[test]
    fn each_wrong_field_is_named() {
        let app =
            json!({"environment": "sandbox", "client_id": "AX-not-a-real-id", "client_secret": "EX-not-a-real-one"});
        let with = |name: &str, value: Value| {
            let mut document = app.clone();
            document[name] = value;
            document
        };
        assert_eq!(wrong("shop", &app), [""; 0]);
        assert_eq!(wrong("shop", &json!({"environment": "simulator"})), [""; 0]);
        for (document, field) in [
            (with("environment", json!("production")), "environment"),
            (with("environment", Value::Null), "environment"),
            (with("client_id", json!("short")), "client_id"),
            (with("client_id", Value::Null), "client_id"),
            (with("client_secret", Value::Null), "client_secret"),
            (with("client_secret", json!("with a space in it")), "client_secret"),
            (with("merchant_id", json!("PQQ6")), "merchant_id"),
            (with("partner_attribution_id", json!("a\nb")), "partner_attribution_id"),
            (with("webhook_id", json!("a/b")), "webhook_id"),
            (with("ipn_receivers", json!([])), "ipn_receivers"),
            (with("ipn_receivers", json!(["WDJJHEBZ4X2LY", "WDJJHEBZ4X2L"])), "ipn_receivers/1"),
            (with("concurrency", json!(26)), "concurrency"),
            (with("concurrency", json!(0)), "concurrency"),
            (with("borrow_concurrency_from", json!("shop")), "borrow_concurrency_from"),
            (json!({"environment": "live"}), "client_id"),
            (json!({"environment": "simulator", "merchant_id": "PQQ6K9L3L446V"}), "client_id"),
            (json!({"environment": "live", "refresh_token": "R23AA-not-real"}), "client_id"),
        ] {
            assert_eq!(wrong("shop", &document), [field], "{document}");
        }
        for name in ["", "Shop", "a b", "a/b", "..", "-a", "a--b", "a-", &"a".repeat(51), "é"] {
            assert_eq!(wrong(name, &app), ["name"], "{name}");
        }
    }

    #[test]
    fn each_member_has_its_type() {
        // `document::read` knows the names and types, `Change` the members: both are the same.
        let document = json!({"environment": "live", "client_id": "a", "merchant_id": "b", "partner_attribution_id": "c",
            "webhook_id": "d", "ipn_receivers": ["e"], "concurrency": 1, "borrow_concurrency_from": "f", "read_only": true,
            "client_secret": "g", "refresh_token": null, "access_token": "h"});
        let names: BTreeSet<_> = document.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, MEMBERS.iter().map(|it| it.0).collect());
        let change = Change::read(document.to_string().as_bytes()).ok().unwrap();
        assert_eq!((change.concurrency, change.ipn_receivers), (Some(1), Some(vec!["e".to_owned()])));
        assert_eq!(change.refresh_token, Some(None), "null removes it");
        let wrong = Change::read(br#"{"client_secret": 31337, "secret": 31337}"#).err().unwrap();
        assert_eq!(wrong.iter().map(|it| &*it.field).collect::<Vec<_>>(), ["client_secret", "secret"]);
    }

    #[test]
    fn a_secret_stays_unless_it_is_given_or_null() {
        let app = json!({"environment": "sandbox", "client_id": "AX-not-a-real-id"});
        let with = |members: Value| {
            let mut document = app.clone();
            document.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            document
        };
        let first = settings("shop", &with(json!({"client_secret": "EX-first-one"})), None).ok().unwrap();
        let next = |members: Value| match settings("shop", &with(members), Some(&first)) {
            Ok(settings) => {
                settings.secrets.get("client_secret").map_or("none".to_owned(), |it| it.expose().to_owned())
            }
            Err(wrong) => format!("wrong: {}", wrong[0].field),
        };
        assert_eq!(next(json!({})), "EX-first-one");
        assert_eq!(next(json!({"client_secret": "EX-second-one"})), "EX-second-one");
        assert_eq!(next(json!({"client_secret": null})), "wrong: client_secret");
        assert_eq!(next(json!({"client_secret": null, "access_token": "A21-not-real"})), "none");
        // It is not clear which of the two counts.
        assert_eq!(next(json!({"access_token": "A21-not-real"})), "wrong: access_token");
        // The secret is not sent to another world, nor with the id of another app.
        assert_eq!(next(json!({"environment": "live"})), "wrong: client_secret");
        assert_eq!(next(json!({"client_id": "AX-not-a-real-ie"})), "wrong: client_secret");
        assert_eq!(next(json!({"environment": "live", "client_secret": "EX-second-one"})), "EX-second-one");
    }

    #[test]
    fn another_app_has_another_journal() {
        let account = |document: Value| {
            let mut settings = settings("shop", &document, None).ok().unwrap();
            settings.uid = "u".to_owned();
            settings.account()
        };
        let app = |environment: &str, id: &str| {
            account(json!({"environment": environment, "client_id": id, "client_secret": "EX-not-a-real-one"}))
        };
        let one = app("sandbox", "AX-not-a-real-id");
        assert_ne!(one, app("live", "AX-not-a-real-id"));
        assert_ne!(one, app("sandbox", "AX-not-a-real-ie"));
        assert_eq!(account(json!({"environment": "live", "access_token": "A21-not-real"})), "live/u");
        assert_eq!(account(json!({"environment": "simulator", "access_token": "A21-not-real"})), "simulator/u");
        assert_eq!(account(json!({"environment": "simulator"})), "simulator//");
    }

    #[test]
    fn other_tokens_may_be_of_another_account() {
        let before = |document: &Value| settings("shop", document, None).ok().unwrap();
        let stays = |one: &Value, other: &Value| before(other).has_tokens_of(&before(one));
        let token = |token: &str| json!({"environment": "sandbox", "access_token": token});
        assert!(stays(&token("A21-not-real-1"), &token("A21-not-real-1")));
        assert!(!stays(&token("A21-not-real-1"), &token("A21-not-real-2")));
        let app = |secret: &str, refresh: Option<&str>| json!({"environment": "sandbox", "client_id": "AX-not-a-real-id", "client_secret": secret, "refresh_token": refresh});
        assert!(stays(&app("EX-first-one", None), &app("EX-second-one", None)));
        assert!(!stays(&app("EX-first-one", Some("R23AA-not-real-1")), &app("EX-first-one", Some("R23AA-not-real-2"))));
        assert!(!stays(&app("EX-first-one", Some("R23AA-not-real-1")), &app("EX-first-one", None)));
    }
}
