//! Which actions are offered as tools.

use connector_host::actions::{ActionInfo, Effect};

/// Which actions are offered as tools. What is not offered is neither listed nor called.
///
/// The default offers all actions that move no money.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Only actions that read.
    pub read_only: bool,
    /// Only these groups, such as `invoices`, and these actions, such as `orders.get`. Empty for all.
    pub only: Vec<String>,
    /// Also actions that move money.
    pub moves_money: bool,
}

impl Access {
    /// Returns why an action is not offered; `None` if it is.
    pub(crate) fn refusal(&self, action: &ActionInfo) -> Option<&'static str> {
        if !self.only.is_empty() && !self.only.iter().any(|it| *it == action.group || *it == action.id) {
            return Some("it is of another group than this server was started for; its user can name more (`--only`)");
        }
        if self.read_only && action.effects != [Effect::Read] {
            return Some(
                "it does more than read, and this server only reads, as its user wants it (`--read-only`, or a connection that only reads)",
            );
        }
        if !self.moves_money && action.effects.contains(&Effect::MovesMoney) {
            return Some(
                "it moves money, and this server was started without leave to do so; its user can give it (`--allow moves-money`)",
            );
        }
        None
    }

    /// Returns the first name in [`Access::only`] that is neither a group nor an action.
    pub(crate) fn unknown(&self, actions: &[ActionInfo]) -> Option<&str> {
        let is_known = |name: &str| actions.iter().any(|action| action.group == name || action.id == name);
        self.only.iter().map(String::as_str).find(|name| !is_known(name))
    }
}
