//! Puts an adapter between a component and its host:
//!
//! ```console
//! compose COMPONENT ADAPTER OUTPUT
//! ```
//!
//! All that the adapter exports takes the place of the component's imports of the same names, in compatible versions. The exports are the component's.

use std::{env, fs, path::Path};

use anyhow::{Context as _, Result, bail};
use wac_graph::{
    CompositionGraph, EncodeOptions, PackageId,
    types::{Package, are_semver_compatible},
};

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [component, adapter, output] = arguments.as_slice() else { bail!("usage: compose COMPONENT ADAPTER OUTPUT") };
    let mut graph = CompositionGraph::new();
    let inner = register(&mut graph, "component", component)?;
    let outer = register(&mut graph, "adapter", adapter)?;
    let imported: Vec<String> = graph.types()[graph[inner].ty()].imports.keys().cloned().collect();
    let exports = |id: PackageId| graph.types()[graph[id].ty()].exports.keys().cloned().collect::<Vec<_>>();
    let (exported, adapted) = (exports(inner), exports(outer));
    let (inner, outer) = (graph.instantiate(inner), graph.instantiate(outer));
    // By name: the crate's own `plug` leaves out, without an error, what does not fit.
    for name in adapted {
        let import = imported.iter().find(|import| *import == &name || are_semver_compatible(&name, import));
        let import = import.with_context(|| format!("{component} does not import {name}"))?;
        let export = graph.alias_instance_export(outer, &name)?;
        graph.set_instantiation_argument(inner, import, export).with_context(|| format!("{adapter} does not fit"))?;
    }
    for name in exported {
        let export = graph.alias_instance_export(inner, &name)?;
        graph.export(export, &name)?;
    }
    let composed = graph.encode(EncodeOptions::default()).context("they cannot be composed")?;
    fs::write(output, composed).with_context(|| format!("cannot write {output}"))
}

/// Reads a component.
fn register(graph: &mut CompositionGraph, name: &str, file: &str) -> Result<PackageId> {
    let package = Package::from_file(name, None, Path::new(file), graph.types_mut());
    Ok(graph.register_package(package.with_context(|| format!("{file} is no component"))?)?)
}
