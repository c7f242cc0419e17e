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
    let composed = Command::new(&*COMPOSE)
        .arg(connector)
        .arg("--provider")
        .arg(provider)
        .arg("--output")
        .arg(&output)
        .output()
        .unwrap();
    assert!(composed.status.success(), "{}", String::from_utf8_lossy(&composed.stderr));
    output
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
