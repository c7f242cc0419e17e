//! Builds the component, so that `cargo run` and `cargo test` need nothing to be built beforehand.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

const TARGET: &str = "wasm32-wasip2";
const FILE: &str = "paypal_connector.wasm";

/// What the component is made of, from the repository's root.
const SOURCES: [&str; 8] =
    ["Cargo.lock", "Cargo.toml", "build", "build.rs", "connector_spec.json", "openapi.json", "src", "wit"];

fn main() -> Result<()> {
    let manifest = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let root = manifest.parent().context("host-test has no parent directory")?;
    for source in SOURCES {
        println!("cargo:rerun-if-changed={}", root.join(source).display());
    }
    println!("cargo:rerun-if-changed={}", root.join("scripts/install-wasip2-std").display());

    ensure_standard_library(root)?;
    let directory = target_directory()?.join("component");
    let target = directory.join("cargo");
    let built = build(root, &target)?;
    // For the guests of the tests, which are built from the same dependencies.
    println!("cargo:rustc-env=GUEST_TARGET={}", target.display());
    println!("cargo:rustc-env=GUEST_FLAGS={}", remapping(root));
    let component = directory.join(FILE);
    publish(&built, &component)?;
    println!("cargo:rustc-env=PAYPAL_CONNECTOR={}", component.display());
    // For `bench`, which says what it has measured.
    println!("cargo:rustc-env=HOST_PROFILE={}", variable("PROFILE")?);
    println!("cargo:rustc-env=HOST_OPT_LEVEL={}", variable("OPT_LEVEL")?);
    Ok(())
}

/// The target directory of the cargo that runs this: `OUT_DIR` is `<target>[/<triple>]/<profile>/build/<package>/out`.
fn target_directory() -> Result<PathBuf> {
    let out = PathBuf::from(variable("OUT_DIR")?);
    let above_profile = out.ancestors().nth(4).context("OUT_DIR is not where cargo puts it")?;
    let triple = above_profile.file_name().is_some_and(|name| Some(name.to_os_string()) == env::var_os("TARGET"));
    Ok(if triple { above_profile.parent().unwrap_or(above_profile) } else { above_profile }.to_owned())
}

fn ensure_standard_library(root: &Path) -> Result<()> {
    if has_standard_library()? {
        return Ok(());
    }
    let script = root.join("scripts/install-wasip2-std");
    let status = Command::new(&script).status().with_context(|| format!("cannot run {}", script.display()))?;
    ensure!(status.success(), "{} failed: its message above says what to do", script.display());
    ensure!(has_standard_library()?, "{} left no standard library for {TARGET}", script.display());
    Ok(())
}

/// Whether an empty library compiles. It does not where the standard library is missing, and neither where it is of an
/// older rustc, as one that was put into the toolchain by hand is after an update.
fn has_standard_library() -> Result<bool> {
    let status = Command::new(variable("RUSTC")?)
        .args(["--target", TARGET, "--crate-type", "lib", "--crate-name", "empty", "--emit", "metadata", "--out-dir"])
        .arg(variable("OUT_DIR")?)
        .arg("-")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("cannot run rustc")?;
    Ok(status.success())
}

/// Builds in a target directory of its own: the one of the outer cargo is locked.
fn build(root: &Path, target: &Path) -> Result<PathBuf> {
    let mut cargo = Command::new(variable("CARGO")?);
    // What the outer cargo sets for its own compilation, such as clippy in place of rustc, must not reach the inner one.
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
        .current_dir(root)
        // Without the names of this machine's directories the same sources make the same bytes anywhere.
        .env("CARGO_ENCODED_RUSTFLAGS", remapping(root))
        // As a rlib besides, which it is for its tests, it would be built without link-time optimisation.
        .args(["rustc", "--release", "--package", "paypal-connector", "--lib", "--crate-type", "cdylib"])
        .args(["--target", TARGET, "--target-dir"])
        .arg(target)
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("the component does not build:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(target.join(TARGET).join("release").join(FILE))
}

/// Compiler flags, separated as `CARGO_ENCODED_RUSTFLAGS` wants them, so that a directory's name may have spaces.
fn remapping(root: &Path) -> String {
    let cargo_home =
        env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|it| it.join(".cargo")));
    let mut flags = format!("--remap-path-prefix={}=paypal-connector", root.display());
    if let Some(cargo_home) = cargo_home {
        flags += &format!("\u{1f}--remap-path-prefix={}=cargo", cargo_home.display());
    }
    flags
}

/// Puts the component in place by renaming, so that a host which is just reading it sees the old one or the new one.
fn publish(built: &Path, component: &Path) -> Result<()> {
    if fs::read(component).ok() == Some(fs::read(built)?) {
        return Ok(());
    }
    let partial = component.with_extension("partial");
    fs::copy(built, &partial).with_context(|| format!("cannot write {}", partial.display()))?;
    fs::rename(&partial, component).with_context(|| format!("cannot write {}", component.display()))
}

fn variable(name: &str) -> Result<String> {
    env::var(name).with_context(|| format!("cargo does not set {name}"))
}
