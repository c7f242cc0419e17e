//! The adapters, built on first use, and their compositions with the connector.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use crate::guests;

/// The provider with its policy for requests, and without a store.
#[allow(dead_code, reason = "not every test needs it")]
pub(crate) fn provider() -> &'static Path {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| guests::package("provider", &[]));
    &BUILT
}

/// The provider with its policy for requests, and with its store in PostgreSQL.
#[allow(dead_code, reason = "not every test needs it")]
pub(crate) fn provider_postgres() -> &'static Path {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| guests::package("provider", &["--features", "postgres"]));
    &BUILT
}

/// Composes a connector with a provider.
#[allow(dead_code, reason = "not every test needs it")]
pub(crate) fn guarded(connector: &Path, provider: &Path) -> PathBuf {
    let name = |file: &Path| file.file_stem().unwrap().to_str().unwrap().to_owned();
    let file = format!("{}_{}.wasm", name(connector), name(provider));
    let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    compose(connector, &[("--provider", provider), ("--output", &output)]).unwrap();
    output
}

/// Runs the program `compose`.
///
/// # Errors
/// What it says.
pub(crate) fn compose(connector: &Path, options: &[(&str, &Path)]) -> Result<(), String> {
    let mut compose = Command::new(&*COMPOSE);
    compose.arg(connector).env("RUST_BACKTRACE", "0");
    for (option, file) in options {
        compose.arg(option).arg(file);
    }
    let output = compose.output().unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// The program `compose`. It is no dependency of the tests: its features would change those of wasmtime.
static COMPOSE: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--package", "compose", "--target-dir"]).arg(target);
    let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    target.join("debug").join("compose")
});
