//! The config of an artefact: <https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/>
//!
//! The crate `oci-wasm` writes the same, but with the time of now and the exports of a WIT package in random order.

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use wasmparser::Parser;
use wit_component::DecodedWasm;
use wit_parser::{PackageId, Resolve, WorldItem, WorldKey};

/// Structs, so that the order of the members never depends on the features of `serde_json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Config<'a> {
    created: &'a str,
    architecture: &'static str,
    os: &'static str,
    layer_digests: [&'a str; 1],
    component: Names,
}

#[derive(Serialize)]
pub(crate) struct Names {
    exports: Vec<String>,
    imports: Vec<String>,
}

impl<'a> Config<'a> {
    /// Returns the config of a component or a WIT package with this digest.
    ///
    /// # Errors
    /// If it is neither.
    pub(crate) fn of(wasm: &[u8], digest: &'a str, created: &'a str) -> Result<Self> {
        // `decode` takes a core module for a component that imports and exports nothing.
        ensure!(Parser::is_component(wasm), "is neither a component nor a WIT package");
        let component = match wit_component::decode(wasm).context("is neither a component nor a WIT package")? {
            DecodedWasm::Component(resolve, world) => {
                let world = &resolve.worlds[world];
                let names = |items: &mut dyn Iterator<Item = (&WorldKey, &WorldItem)>| {
                    items.map(|(key, _)| resolve.name_world_key(key)).collect()
                };
                Names { exports: names(&mut world.exports.iter()), imports: names(&mut world.imports.iter()) }
            }
            DecodedWasm::WitPackage(resolve, package) => {
                Names { exports: members(&resolve, package), imports: Vec::new() }
            }
        };
        Ok(Self { created, architecture: "wasm", os: "wasip2", layer_digests: [digest], component })
    }
}

/// The interfaces and worlds of a package, by their full names.
fn members(resolve: &Resolve, package: PackageId) -> Vec<String> {
    let package = &resolve.packages[package];
    package.interfaces.keys().chain(package.worlds.keys()).map(|name| package.name.interface_id(name)).collect()
}
