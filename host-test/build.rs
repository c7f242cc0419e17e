//! Builds the component, so that `cargo run` and `cargo test` need nothing to be built beforehand.

#[path = "build/console.rs"]
mod console;
#[path = "build/inner_cargo.rs"]
mod inner_cargo;
#[path = "build/names.rs"]
mod names;

use std::{
    env::{self, VarError},
    fs::{self, File},
    io::{BufRead as _, BufReader, ErrorKind, Read, Write as _},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use anyhow::{Context, Result, bail, ensure};
use inner_cargo::inner_cargo;

const PACKAGE: &str = "paypal-connector";
const TARGET: &str = "wasm32-wasip2";
const FILE: &str = "paypal_connector.wasm";

/// The environment variable that says how the component is built.
const PROFILE: &str = "COMPONENT_PROFILE";

/// What the component is made of, from the repository's root.
const SOURCES: [&str; 11] = [
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "build",
    "build.rs",
    "catalogue",
    "connector_spec.json",
    "icon.svg",
    "openapi.json",
    "src",
    "wit",
];

/// What makes it or a part of it, from there.
const SCRIPTS: [&str; 3] = ["scripts/catalogue", "scripts/install-wasip2-std", "scripts/samples"];

fn main() -> ExitCode {
    match prepare() {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(compiler)) => {
            // Cargo prints what a script that fails has written to stderr, as it was.
            let _ = std::io::stderr().write_all(compiler.as_bytes());
            ExitCode::FAILURE
        }
        Err(error) => {
            // Cargo fails the build for these, and prints nothing else.
            format!("{error:#}").lines().for_each(|line| println!("cargo::error={line}"));
            ExitCode::SUCCESS
        }
    }
}

/// Builds the component and says where it is. Returns what the compiler says of a component that does not compile.
///
/// # Errors
/// If something else goes wrong, such as a catalogue that the component's build script refuses.
fn prepare() -> Result<Option<String>> {
    let manifest = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let root = manifest.parent().context("host-test has no parent directory")?;
    console::embed(&manifest.join("console/app"), &Path::new(&variable("OUT_DIR")?).join("console.rs"))?;
    ensure_catalogue(root)?;
    ensure_standard_library(root)?;
    let directory = target_directory()?.join("component");
    let target = directory.join("cargo");
    let profile = Profile::wanted()?;
    if let Some(compiler) = build(root, &target, profile)? {
        return Ok(Some(compiler));
    }
    let component = directory.join(profile.directory()).join(FILE);
    publish(&target.join(TARGET).join(profile.name()).join(FILE), &component)?;
    // Last, because cargo prints them all if the script fails. A script that has failed runs again in any case.
    for source in SOURCES.iter().chain(&SCRIPTS) {
        println!("cargo::rerun-if-changed={}", root.join(source).display());
    }
    println!("cargo::rerun-if-env-changed={PROFILE}");
    // For the guests of the tests, which are built from the same dependencies.
    println!("cargo::rustc-env=GUEST_PROFILE={}", profile.name());
    println!("cargo::rustc-env=GUEST_TARGET={}", target.display());
    println!("cargo::rustc-env=GUEST_FLAGS={}", remapping(root));
    println!("cargo::rustc-env=PAYPAL_CONNECTOR={}", component.display());
    // For `bench`: where it installs npm packages, and what it has measured.
    println!("cargo::rustc-env=BENCH_NODE={}", target_directory()?.join("bench-node").display());
    println!("cargo::rustc-env=HOST_PROFILE={}", variable("PROFILE")?);
    println!("cargo::rustc-env=HOST_OPT_LEVEL={}", variable("OPT_LEVEL")?);
    Ok(None)
}

/// How the component is built: a profile of the workspace.
#[derive(Clone, Copy)]
enum Profile {
    /// As it is shipped.
    Component,
    /// For development: without link-time optimisation, which takes most of the time. Nothing else differs.
    Dev,
}

impl Profile {
    /// The one that `COMPONENT_PROFILE` names. Without it a release build of the host has the component as it is shipped, and
    /// a development build the other.
    fn wanted() -> Result<Self> {
        match env::var(PROFILE) {
            Ok(name) => {
                let profile = [Self::Component, Self::Dev].into_iter().find(|profile| profile.name() == name);
                profile.with_context(|| format!("{PROFILE} is `{name}`; it can be `component` or `component-dev`"))
            }
            Err(VarError::NotPresent) if variable("PROFILE")? == "release" => Ok(Self::Component),
            Err(VarError::NotPresent) => Ok(Self::Dev),
            Err(error) => Err(error).context(PROFILE),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Dev => "component-dev",
        }
    }

    /// Where its component is put, below `target/component`. The two never take each other's place.
    fn directory(self) -> &'static str {
        match self {
            Self::Component => "",
            Self::Dev => "dev",
        }
    }
}

/// Errs if `openapi.json` is older than its sources, so that nobody tries an action without the change just made to it. Without
/// Python, which that takes, a test is skipped as well.
fn ensure_catalogue(root: &Path) -> Result<()> {
    match Command::new("python3").arg(root.join("scripts/catalogue")).arg("check").output() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).context("cannot run python3"),
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => bail!("{}", String::from_utf8_lossy(&done.stderr).trim_end()),
    }
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
    let done = Command::new(&script).output().with_context(|| format!("cannot run {}", script.display()))?;
    let words = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{} failed: {}", script.display(), words.trim_end());
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

/// Builds in a target directory of its own: the one of the outer cargo is locked. Returns what the compiler says of a component
/// that does not compile.
///
/// # Errors
/// If the component's build script stops the build, with its lines; if cargo cannot be run.
fn build(root: &Path, target: &Path, profile: Profile) -> Result<Option<String>> {
    // Without the names of this machine's directories the same sources make the same bytes anywhere.
    let mut cargo = inner_cargo(variable("CARGO")?, &remapping(root))
        .current_dir(root)
        // As a rlib besides, which it is for its tests, it would be built without link-time optimisation.
        .args(["rustc", "--profile", profile.name(), "--package", PACKAGE, "--lib", "--crate-type", "cdylib"])
        .args(["--target", TARGET, "--target-dir"])
        .arg(target)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run cargo")?;
    let words = cargo.stderr.take().map(relay).context("cargo has no stderr")??;
    if cargo.wait()?.success() {
        return Ok(None);
    }
    let prefix = format!("error: {PACKAGE}@");
    let of_script = words.iter().filter_map(|line| line.strip_prefix(&prefix)?.split_once(": "));
    let of_script: Vec<&str> = of_script.map(|(_, line)| line).collect();
    ensure!(of_script.is_empty(), of_script.join("\n"));
    Ok(Some(words.join("\n") + "\n"))
}

/// Reads what cargo writes, and shows its progress on the terminal, if there is one: the outer cargo keeps to itself what a build
/// script writes. Returns the lines that are not progress.
fn relay(cargo: impl Read) -> Result<Vec<String>> {
    let mut terminal = File::options().write(true).open("/dev/tty").ok();
    let mut words = Vec::new();
    for line in BufReader::new(cargo).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        if !is_progress(&line) {
            words.push(line);
        } else if let Some(terminal) = &mut terminal {
            // In place of the progress bar, which comes back below. A terminal that is gone is no reason to stop.
            let _ = write!(terminal, "\r\x1b[K{line}\n");
        }
    }
    Ok(words)
}

/// Whether a line of cargo's begins with its verb, such as `Compiling`, at the right of twelve columns.
fn is_progress(line: &str) -> bool {
    let verb = line.split_at_checked(12).filter(|(_, rest)| rest.starts_with(' ')).map(|(verb, _)| verb.trim_start());
    verb.is_some_and(|verb| verb.starts_with(char::is_uppercase) && verb.chars().all(char::is_alphabetic))
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

/// Puts the component in place, without names, by renaming, so that a host which is just reading it sees the old one or the new
/// one.
fn publish(built: &Path, component: &Path) -> Result<()> {
    let built = fs::read(built).with_context(|| format!("cannot read {}", built.display()))?;
    let stripped = names::strip(&built)?;
    if fs::read(component).is_ok_and(|it| it == stripped) {
        return Ok(());
    }
    if let Some(directory) = component.parent() {
        fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
    }
    let partial = component.with_extension("partial");
    fs::write(&partial, stripped).with_context(|| format!("cannot write {}", partial.display()))?;
    fs::rename(&partial, component).with_context(|| format!("cannot write {}", component.display()))
}

fn variable(name: &str) -> Result<String> {
    env::var(name).with_context(|| format!("cargo does not set {name}"))
}
