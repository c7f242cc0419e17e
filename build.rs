//! Generates from the catalogue, `openapi.json`: a static table of actions, so that running an action parses no JSON of
//! it, the exports of the typed functions, and compressed copies for `describe`.

#[path = "build/actions.rs"]
mod actions;
#[path = "build/answers.rs"]
mod answers;
#[path = "build/changes.rs"]
mod changes;
#[path = "build/charsets.rs"]
mod charsets;
#[path = "build/choices.rs"]
mod choices;
#[path = "build/exports.rs"]
mod exports;
#[path = "build/extensions.rs"]
mod extensions;
#[path = "build/forms.rs"]
mod forms;
#[path = "build/generated_exports.rs"]
mod generated_exports;
#[path = "build/inputs.rs"]
mod inputs;
#[path = "build/integrity.rs"]
mod integrity;
#[path = "build/limits.rs"]
mod limits;
#[path = "build/operations.rs"]
mod operations;
#[path = "build/outputs.rs"]
mod outputs;
#[path = "build/parts.rs"]
mod parts;
#[path = "build/problems.rs"]
mod problems;
#[path = "build/reach.rs"]
mod reach;
#[path = "build/references.rs"]
mod references;
#[path = "build/relations.rs"]
mod relations;
#[path = "build/schemas.rs"]
mod schemas;
#[path = "build/titles.rs"]
mod titles;
#[path = "build/triggers.rs"]
mod triggers;

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use lzma_rust2::{LzmaOptions, LzmaWriter};
use serde_json::Value;

fn main() {
    println!("cargo::rerun-if-changed=openapi.json");
    println!("cargo::rerun-if-changed=connector_spec.json");
    println!("cargo::rerun-if-changed=CHANGELOG.md");
    println!("cargo::rerun-if-changed=triggers.json");
    println!("cargo::rerun-if-changed=wit");
    if let Err(error) = generate() {
        // These make cargo fail the build. An exit status of failure would make it print all of this script's output
        // too.
        problems::lines(&error).iter().for_each(|line| println!("cargo::error={line}"));
    }
}

fn generate() -> Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").context("cargo sets OUT_DIR")?);

    let mut openapi = read("openapi.json")?;
    extensions::check(&openapi).context("openapi.json")?;
    integrity::check(&openapi).context("openapi.json")?;
    parts::follow(&mut openapi).context("openapi.json")?;
    let operations = operations::read(&openapi).context("openapi.json")?;
    let options = inputs::call_options()?;
    let mut schemas = schemas::Schemas::new(&openapi);
    let actions = actions::generate(&openapi, &operations, &operations::groups(&openapi), &mut schemas);
    let options = schemas.of_body(&options).context("call_options.json")?;
    let options = format!("/// The options of any call.\npub(crate) static CALL_OPTIONS: &Schema = {options};\n");
    fs::write(out.join("known_values.lzma"), compress(schemas.known_values().as_bytes())?)?;
    fs::write(out.join("catalogue.rs"), actions.context("openapi.json")? + &options + &schemas.into_source())?;
    fs::write(out.join("composed.rs"), actions::composed(&operations)?)?;
    let (exports, world) = exports::generate(Path::new("wit"), &operations)?;
    fs::write(out.join("exports.rs"), exports)?;
    fs::write(out.join("world.bin"), world)?;
    if env::var_os("CARGO_FEATURE_GENERATED_EXPORTS").is_some() {
        fs::write(out.join("generated_exports.rs"), generated_exports::generate(Path::new("wit"), &operations)?)?;
    }
    // The following changes are only for the copy, not for the table above.
    outputs::relax(&mut openapi).context("openapi.json")?;
    inputs::add(&mut openapi).context("openapi.json")?;
    forms::add(&mut openapi).context("openapi.json")?;
    choices::check(&openapi).context("openapi.json")?;
    fs::write(out.join("openapi.lzma"), compress(openapi.to_string().as_bytes())?)?;

    fs::write(out.join("connector_spec.lzma"), compress(read("connector_spec.json")?.to_string().as_bytes())?)?;

    let changelog = fs::read_to_string("CHANGELOG.md").context("cannot read CHANGELOG.md")?;
    fs::write(out.join("changes.md"), changes::of_the_contract(&changelog).context("CHANGELOG.md")?)?;

    let definitions = read("triggers.json")?;
    triggers::check(&definitions, &openapi).context("triggers.json")?;
    fs::write(out.join("triggers.lzma"), compress(definitions.to_string().as_bytes())?)?;

    let (constants, tables) = charsets::generate()?;
    fs::write(out.join("charsets.rs"), constants)?;
    fs::write(out.join("charsets.lzma"), compress(&tables)?)?;
    Ok(())
}

fn read(file: &str) -> Result<Value> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
    serde_json::from_str(&text).with_context(|| format!("{file} is not JSON"))
}

/// A `.lzma` file. LZMA finds repetitions at any distance, such as schemas of requests in those of responses: DEFLATE, whose
/// window is 32 KiB, makes a file half as large again.
fn compress(content: &[u8]) -> Result<Vec<u8>> {
    let mut options = LzmaOptions::with_preset(9);
    // What the component needs to decompress it.
    options.dict_size = u32::try_from(content.len())?.next_power_of_two();
    // Neither text nor tables of bytes are aligned.
    options.pb = 0;
    let mut writer = LzmaWriter::new_use_header(Vec::new(), &options, Some(content.len() as u64))?;
    writer.write_all(content)?;
    Ok(writer.finish()?)
}
