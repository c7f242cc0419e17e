//! Components that are made for the tests of the host.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

const TARGET: &str = "wasm32-wasip2";

/// The component that attacks its host, built from `tests/guests/hostile` when it is first asked for.
pub(crate) fn hostile() -> &'static Path {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
        cargo("build", &["--package", "hostile-guest"]);
        Path::new(env!("GUEST_TARGET")).join(TARGET).join("release/hostile_guest.wasm")
    });
    &BUILT
}

/// The component whose typed functions are wit-bindgen's own, built when it is first asked for.
pub(crate) fn generated_exports() -> &'static Path {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
        // Of the same name as the component, so that it must not lie where cargo puts that.
        let file = Path::new(env!("GUEST_TARGET")).join("generated_exports.wasm");
        let link = format!("--emit=link={}", file.display());
        let package = ["--package", "paypal-connector", "--lib", "--crate-type", "cdylib"];
        cargo("rustc", &[&package[..], &["--features", "generated-exports", "--", &link]].concat());
        file
    });
    &BUILT
}

/// Builds a guest where the component was built, of the same dependencies.
fn cargo(command: &str, arguments: &[&str]) {
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
    let output = cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_ENCODED_RUSTFLAGS", env!("GUEST_FLAGS"))
        .args([command, "--release", "--target", TARGET, "--target-dir", env!("GUEST_TARGET")])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "the guest does not build:\n{}", String::from_utf8_lossy(&output.stderr));
}
