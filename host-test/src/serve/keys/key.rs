//! Keys of programs.

use connector_host::json;
use serde::{Deserialize, Serialize};

use super::caller::{Caller, EFFECTS};
use crate::serve::{
    document::{self, Type},
    violation::Violation,
};

const MEMBERS: [(&str, Type); 4] =
    [("name", Type::Text), ("connections", Type::Texts), ("effects", Type::Texts), ("admin", Type::Flag)];

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Key {
    /// Its name, for people.
    pub name: String,
    /// The connections that it may use; `None` for all.
    pub connections: Option<Vec<String>>,
    /// The effects that its actions may have.
    pub effects: Vec<String>,
    /// Whether it may change connections and keys.
    pub admin: bool,
    /// When it was made (RFC 3339).
    pub made: String,
    /// When it was last used, to the minute; `None` if never.
    pub used: Option<String>,
}

impl Key {
    pub(super) fn caller(&self) -> Caller {
        Caller {
            name: self.name.clone(),
            is_admin: self.admin,
            connections: self.connections.clone(),
            effects: self.effects.clone(),
        }
    }
}

/// A key to be made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// Its name: 1 to 50 letters, digits, `-`, `_` and `.`. Another key has another one.
    pub name: String,
    /// The connections that it may use; `None` for all, also for those that are made later.
    #[serde(default)]
    pub connections: Option<Vec<String>>,
    /// The effects that its actions may have; only `read` if it is left out.
    #[serde(default = "read")]
    pub effects: Vec<String>,
    /// Whether it may change connections and keys.
    #[serde(default)]
    pub admin: bool,
}

fn read() -> Vec<String> {
    vec![json::effect(EFFECTS[0]).to_owned()]
}

impl NewKey {
    /// Reads a document. What is null is left out.
    ///
    /// # Errors
    /// All that is wrong with its form.
    pub(crate) fn read(document: &[u8]) -> Result<Self, Vec<Violation>> {
        let mut members = document::read(document, &MEMBERS)?;
        members.retain(|_, value| !value.is_null());
        if !members.contains_key("name") {
            return Err(vec![Violation::missing("name", "expected a name for the key")]);
        }
        document::make(members)
    }

    /// Returns the member that is wrong, and what is expected of it.
    pub(super) fn wrong(&self) -> Option<(&'static str, String)> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if !(1..=50).contains(&self.name.len()) || !self.name.bytes().all(fits) || self.name == Caller::SESSION {
            let expected = "expected 1 to 50 letters, digits, dashes, underscores and dots, and not `session`";
            return Some(("name", expected.to_owned()));
        }
        let known = EFFECTS.map(json::effect);
        if self.effects.is_empty() || !self.effects.iter().all(|it| known.contains(&&**it)) {
            return Some(("effects", format!("expected one or more of {}", known.join(", "))));
        }
        if self.admin && self.connections.is_some() {
            return Some(("connections", "expected none for an admin, who can make keys for all".to_owned()));
        }
        if self.connections.as_ref().is_some_and(Vec::is_empty) {
            return Some(("connections", "expected one or more connections, or null for all".to_owned()));
        }
        None
    }
}
