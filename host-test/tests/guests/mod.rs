//! Components for the tests of the host.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

/// Returns the component that attacks its host, built from `tests/guests/hostile` on first use.
pub(crate) fn hostile() -> &'static Path {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| build("hostile-guest"));
    &BUILT
}

/// Builds a guest in the component's build directory, with the same dependencies.
fn build(package: &str) -> PathBuf {
    const TARGET: &str = "wasm32-wasip2";
    let mut cargo = Command::new(env!("CARGO"));
    for name in [
        "CARGO_BUILD_TARGET",
        "CARGO_MAKEFLAGS",
        "CARGO_TARGET_DIR",
        "MAKEFLAGS",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTFLAGS",
    ] {
        cargo.env_remove(name);
    }
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"CARGO_PROFILE_")) {
        cargo.env_remove(name);
    }
    let output = cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_ENCODED_RUSTFLAGS", env!("GUEST_FLAGS"))
        .args([
            "build",
            "--profile",
            env!("GUEST_PROFILE"),
            "--package",
            package,
            "--target",
            TARGET,
            "--target-dir",
            env!("GUEST_TARGET"),
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "the guest does not build:\n{}", String::from_utf8_lossy(&output.stderr));
    let file = format!("{}.wasm", package.replace('-', "_"));
    Path::new(env!("GUEST_TARGET")).join(TARGET).join(env!("GUEST_PROFILE")).join(file)
}
