//! Who calls, and what it may do.

use connector_host::{actions::Effect, json};

/// The names of all effects.
pub(crate) const EFFECTS: [Effect; 5] =
    [Effect::Read, Effect::Write, Effect::MovesMoney, Effect::Irreversible, Effect::NotifiesCustomer];

/// Who calls: a key, or a person who has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The key's name. A person has `session`, which no key has.
    pub name: String,
    /// Whether it may change connections and keys.
    pub is_admin: bool,
    /// The connections that it may use; `None` for all.
    pub connections: Option<Vec<String>>,
    /// The effects that its actions may have, by their names.
    pub effects: Vec<String>,
}

impl Caller {
    /// The name of a person who has signed in.
    pub(crate) const SESSION: &'static str = "session";

    /// Returns a person who has signed in, who may do everything.
    pub(super) fn session() -> Self {
        let effects = EFFECTS.into_iter().map(json::effect).map(str::to_owned).collect();
        Self { name: Self::SESSION.to_owned(), is_admin: true, connections: None, effects }
    }

    /// Whether it may use a connection. It is the same whether or not there is such a connection.
    pub(crate) fn covers(&self, connection: &str) -> bool {
        self.connections.as_ref().is_none_or(|it| it.iter().any(|it| it == connection))
    }

    /// Returns an effect that it does not allow.
    pub(crate) fn lacks(&self, effects: &[Effect]) -> Option<&'static str> {
        effects.iter().copied().map(json::effect).find(|effect| !self.effects.iter().any(|it| it == effect))
    }
}
