//! What a read-only tenant may run: the actions that change nothing.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::OnceCell;

use crate::{
    bindings::{
        Failure,
        actions::{ActionInfo, Effect},
    },
    failure::READ_ONLY,
    json,
};

/// The effects of each action, which the component lists once, on first use.
#[derive(Clone, Default)]
pub(crate) struct Effects(Arc<OnceCell<HashMap<String, Vec<Effect>>>>);

impl Effects {
    /// Returns why a read-only tenant may not run an action, or `None` if it may. It may not run an action that is not
    /// listed.
    pub(crate) async fn refusal<E>(
        &self,
        action: &str,
        list: impl AsyncFnOnce() -> Result<Vec<ActionInfo>, E>,
    ) -> Result<Option<Failure>, E> {
        let by_id = |actions: Vec<ActionInfo>| actions.into_iter().map(|action| (action.id, action.effects)).collect();
        let effects = self.0.get_or_try_init(async || list().await.map(by_id)).await?;
        let reason = match effects.get(action) {
            Some(effects) if *effects == [Effect::Read] => return Ok(None),
            Some(effects) => format!("`{action}` has the effects {}", json::effects(effects)),
            None => format!("`{action}` is not among the connector's actions"),
        };
        let message = format!("{reason}, and only actions that read are allowed here; nothing was sent");
        Ok(Some(Failure::denied(READ_ONLY, message)))
    }
}
