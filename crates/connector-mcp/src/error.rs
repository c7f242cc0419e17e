//! Why a server cannot start.

use std::collections::BTreeSet;

use connector_host::{CallError, actions::ActionInfo, schema::NoSchema};

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The component failed, or the connector is closed.
    #[error(transparent)]
    Component(#[from] CallError),
    /// The connector's catalogue is not JSON.
    #[error("the component's catalogue is not JSON: {0}")]
    Catalogue(serde_json::Error),
    /// An action has no schema of its input.
    #[error(transparent)]
    Schema(NoSchema),
    /// An action's id makes no name for a tool: those have 1 to 64 letters, digits, `-` and `_`.
    #[error("the action `{0}` makes no name for a tool")]
    Name(String),
    /// One of [`Access::only`](crate::Access::only) is neither a group nor an action.
    #[error("`{name}` is neither a group nor an action; the groups are {groups}")]
    UnknownGroup {
        /// What was given.
        name: String,
        /// The groups that there are, separated by commas.
        groups: String,
    },
}

impl ServerError {
    pub(crate) fn unknown_group(name: &str, actions: &[ActionInfo]) -> Self {
        let groups: BTreeSet<&str> = actions.iter().map(|action| &*action.group).collect();
        let groups = groups.into_iter().collect::<Vec<_>>().join(", ");
        Self::UnknownGroup { name: name.to_owned(), groups }
    }
}
