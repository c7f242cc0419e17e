//! What is offered: the tools, by their names.

use std::collections::BTreeMap;

use connector_host::{
    Connector,
    actions::{ActionInfo, Manifest},
    schema::Catalogue,
    triggers::TriggerInfo,
};
use rmcp::model::Tool;

use crate::{access::Access, error::ServerError, name, tool};

/// How alike a name must be to be suggested for another one, by Jaro and Winkler; 1 is the same.
const LIKE: f64 = 0.85;

/// How many names are suggested.
const NEAR: usize = 3;

/// An action that is offered, and its tool.
pub(crate) struct Offered {
    pub(crate) action: ActionInfo,
    pub(crate) tool: Tool,
}

/// What a server offers.
pub(crate) struct Offer {
    pub(crate) manifest: Manifest,
    pub(crate) triggers: Vec<TriggerInfo>,
    catalogue: Catalogue,
    /// In the connector's order.
    offered: Vec<Offered>,
    /// The places in `offered`, by the tool's name.
    by_name: BTreeMap<String, usize>,
    /// Why the other actions are not offered, by the name that the tool would have.
    refused: BTreeMap<String, &'static str>,
}

impl Offer {
    pub(crate) async fn of(connector: &Connector, access: &Access) -> Result<Self, ServerError> {
        let (actions, manifest) = (connector.actions().await?, connector.describe().await?);
        if let Some(unknown) = access.unknown(&actions) {
            return Err(ServerError::unknown_group(unknown, &actions));
        }
        let catalogue = Catalogue::parse(&manifest.openapi).map_err(ServerError::Catalogue)?;
        let (mut offered, mut by_name, mut refused) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        for action in actions {
            let name = name::of(&action.id).filter(|name| name != name::DESCRIBE);
            let name = name.ok_or_else(|| ServerError::Name(action.id.clone()))?;
            if let Some(reason) = access.refusal(&action) {
                refused.insert(name, reason);
                continue;
            }
            let tool = tool::of(&action, &name, &catalogue).map_err(ServerError::Schema)?;
            by_name.insert(name, offered.len());
            offered.push(Offered { action, tool });
        }
        Ok(Self { triggers: connector.triggers().await?, manifest, catalogue, offered, by_name, refused })
    }

    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub(crate) fn all(&self) -> &[Offered] {
        &self.offered
    }

    /// Returns an action that is offered, by its tool's name.
    pub(crate) fn tool(&self, name: &str) -> Option<&Offered> {
        self.by_name.get(name).and_then(|index| self.offered.get(*index))
    }

    /// Returns an action that is offered, by its id.
    pub(crate) fn action(&self, id: &str) -> Option<&Offered> {
        name::of(id).and_then(|name| self.tool(&name))
    }

    /// Returns the names of tools that are near to one that there is not, the nearest first: those that are offered, and those
    /// that another server of this connector would offer.
    pub(crate) fn near(&self, name: &str) -> Vec<&str> {
        // It takes time in proportion to the length, and no name is so long.
        if name.len() > 2 * name::LONGEST {
            return Vec::new();
        }
        let wanted = name.replace('.', "_").to_ascii_lowercase();
        let names = self.by_name.keys().chain(self.refused.keys()).map(String::as_str).chain([name::DESCRIBE]);
        let mut near: Vec<(f64, &str)> = names.map(|it| (strsim::jaro_winkler(&wanted, it), it)).collect();
        near.retain(|(likeness, _)| *likeness > LIKE);
        near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        near.into_iter().take(NEAR).map(|(_, name)| name).collect()
    }

    /// Returns why a tool is not offered that another server of this connector would offer.
    pub(crate) fn refusal(&self, name: &str) -> Option<&'static str> {
        self.refused.get(name).copied()
    }
}
