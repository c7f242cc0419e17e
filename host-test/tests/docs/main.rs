//! The documentation: its programs and commands work, its lists are complete, and its links exist.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

mod actions;
mod catalogue;
mod coverage;
mod extensions;
mod integrity;
mod lists;
mod page;
mod pages;
mod programs;
#[path = "../../../build/references.rs"]
mod references;
mod shell;
#[path = "../specifications/mod.rs"]
mod specifications;
mod walkthroughs;

use std::{fs, path::Path};

use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../");

/// Reads a file of the repository.
fn read(file: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn openapi() -> Value {
    serde_json::from_str(&read("openapi.json")).unwrap()
}
