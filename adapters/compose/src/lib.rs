//! Puts the adapters around the connector.
//!
//! What an adapter below it exports takes the place of the connector's imports of the same names, in compatible versions: the
//! `provider` gives connection and journal, the `egress` a policy for its requests. The `gateway` stands above it: it imports
//! the connector's exports and the provider's connections, but not its policy, and the composition then exports only what the
//! gateway does.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use wac_graph::{
    CompositionGraph, EncodeOptions, NodeId, PackageId,
    types::{Package, are_semver_compatible},
};

/// The files of the components.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// The connector.
    pub connector: PathBuf,
    /// The provider, if there is one.
    pub provider: Option<PathBuf>,
    /// The egress, if there is one.
    pub egress: Option<PathBuf>,
    /// The gateway, if there is one.
    pub gateway: Option<PathBuf>,
}

/// The export of a provider that only a gateway uses.
const CONNECTIONS: &str = "kosha:service/connections";

/// What a gateway gets from below: the connections, and the types of the contract that they use. Its own requests, such as those
/// that hand events on, stay the host's: they are not for the provider's hosts, to which the policy below it limits them.
const CONTRACTS: &str = "kosha:";

impl Parts {
    /// Composes them, and returns the bytes of the component.
    ///
    /// # Errors
    /// If a file is no component, or exports what none of the others imports, or two export the same.
    pub fn compose(&self) -> Result<Vec<u8>> {
        let mut graph = CompositionGraph::new();
        let connector = Part::new(&mut graph, "connector", &self.connector)?;
        let mut below = Vec::new();
        for (name, file) in [("provider", &self.provider), ("egress", &self.egress)] {
            if let Some(file) = file {
                let part = Part::new(&mut graph, name, file)?;
                let given = part.give(&mut graph, &connector, "")?;
                let unused = part.exports.iter().find(|it| !given.contains(it) && !it.starts_with(CONNECTIONS));
                if let Some(unused) = unused {
                    bail!("{} does not import {unused}, which {} exports", self.connector.display(), file.display());
                }
                below.push(part);
            }
        }
        let top = match &self.gateway {
            None => connector,
            Some(file) => {
                let gateway = Part::new(&mut graph, "gateway", file)?;
                let given = connector.give(&mut graph, &gateway, "")?;
                ensure!(!given.is_empty(), "{} imports nothing of the connector", file.display());
                for part in &below {
                    part.give(&mut graph, &gateway, CONTRACTS)?;
                }
                gateway
            }
        };
        for name in &top.exports {
            let export = graph.alias_instance_export(top.instance, name)?;
            graph.export(export, name)?;
        }
        graph.encode(EncodeOptions::default()).context("they cannot be composed")
    }
}

/// A component in the composition.
struct Part {
    instance: NodeId,
    file: PathBuf,
    imports: Vec<String>,
    exports: Vec<String>,
}

impl Part {
    fn new(graph: &mut CompositionGraph, name: &str, file: &Path) -> Result<Self> {
        let package = Package::from_file(name, None, file, graph.types_mut());
        let package = package.with_context(|| format!("{} is no component", file.display()))?;
        let id: PackageId = graph.register_package(package)?;
        let world = &graph.types()[graph[id].ty()];
        let names = |names: &mut dyn Iterator<Item = &String>| names.cloned().collect();
        let (imports, exports) = (names(&mut world.imports.keys()), names(&mut world.exports.keys()));
        Ok(Self { instance: graph.instantiate(id), file: file.to_owned(), imports, exports })
    }

    /// Lets its exports whose names begin with `prefix` take the place of another's imports, and returns those that do. By name:
    /// the crate's own `plug` leaves out, without an error, what does not fit.
    fn give(&self, graph: &mut CompositionGraph, to: &Self, prefix: &str) -> Result<Vec<&String>> {
        let mut given = Vec::new();
        for name in self.exports.iter().filter(|name| name.starts_with(prefix)) {
            let matches = |import: &&String| *import == name || are_semver_compatible(name, import);
            let Some(import) = to.imports.iter().find(matches) else { continue };
            let export = graph.alias_instance_export(self.instance, name)?;
            let fits = graph.set_instantiation_argument(to.instance, import, export);
            fits.with_context(|| format!("{} does not fit {}", self.file.display(), to.file.display()))?;
            given.push(name);
        }
        Ok(given)
    }
}
