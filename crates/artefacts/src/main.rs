//! Makes the artefacts of a release, which `scripts/release` calls it for:
//!
//! ```console
//! artefacts wit DIRECTORY OUTPUT                the WIT package of a directory, encoded as WebAssembly
//! artefacts strip COMPONENT OUTPUT              the component without the names of its parts
//! artefacts module COMPONENT OUTPUT             the largest core module of a component
//! artefacts replace COMPONENT MODULE OUTPUT     the component with this module in its place
//! artefacts layout DIRECTORY CREATED [KEY=VALUE]... -- [FILE NAME VERSION TITLE]...
//! ```
//!
//! The last writes an OCI image layout with an artefact for each file, and prints their names and digests. CREATED is a time of RFC 3339, KEY an annotation of
//! all of them without `org.opencontainers.image.`. The same arguments and files make the same bytes.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test panics to fail"))]

mod annotations;
mod config;
mod layout;
mod modules;
// The component that `cargo run` makes has none either.
#[path = "../../../host-test/build/names.rs"]
mod names;
mod wit;

use std::{env, fs, io::Write as _, path::Path};

use anyhow::{Context as _, Result, bail};

use annotations::Annotations;
use layout::Layout;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["wit", directory, output] => write(output, &wit::encode(Path::new(directory))?),
        ["strip", component, output] => write(output, &names::strip(&read(component)?)?),
        ["module", component, output] => {
            write(output, modules::largest(&read(component)?).context(String::from(*component))?)
        }
        ["replace", component, module, output] => {
            write(output, &modules::replace(&read(component)?, &read(module)?).context(String::from(*component))?)
        }
        ["layout", directory, created, rest @ ..] => layout(directory, created, rest),
        _ => bail!("usage: artefacts wit | module | replace | layout …; its source says more"),
    }
}

fn layout(directory: &str, created: &str, rest: &[&str]) -> Result<()> {
    let end = rest.iter().position(|it| *it == "--").context("there is no `--` after the annotations")?;
    let common = Annotations::common(created, &rest[..end])?;
    let (files, odd) = rest[end + 1..].as_chunks::<4>();
    if !odd.is_empty() {
        bail!("each artefact has FILE NAME VERSION TITLE");
    }
    let mut layout = Layout::create(Path::new(directory))?;
    for [file, name, version, title] in files {
        layout.add(&read(file)?, name, version, &common.of(title, version)).context(String::from(*file))?;
    }
    std::io::stdout().write_all(layout.finish()?.as_bytes()).context("stdout")
}

fn read(file: &str) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {file}"))
}

fn write(file: &str, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes).with_context(|| format!("cannot write {file}"))
}
