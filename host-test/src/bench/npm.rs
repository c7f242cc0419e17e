//! The npm packages of the bench.

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// The script, and what npm needs to install what it imports.
const FILES: [(&str, &str); 4] = [
    (".npmrc", include_str!("../../bench-node/.npmrc")),
    ("orders.mjs", include_str!("../../bench-node/orders.mjs")),
    ("package.json", PACKAGE),
    ("package-lock.json", LOCK),
];
const PACKAGE: &str = include_str!("../../bench-node/package.json");
const LOCK: &str = include_str!("../../bench-node/package-lock.json");

/// Returns the directory with `orders.mjs` and what it imports. It is below `target`, and npm is run only if what is there is not
/// what the lock file says.
///
/// # Errors
/// If there is no npm, or it cannot install them.
pub(super) fn installed() -> Result<&'static Path> {
    let directory = Path::new(env!("BENCH_NODE"));
    let name = || directory.display().to_string();
    fs::create_dir_all(directory).with_context(name)?;
    // Of two benches that begin at once, one installs.
    let lock = File::create(directory.join("lock")).with_context(name)?;
    lock.lock().with_context(name)?;
    let differs = |name: &str, text: &str| fs::read_to_string(directory.join(name)).ok().as_deref() != Some(text);
    for (file, text) in FILES.into_iter().filter(|(file, text)| differs(file, text)) {
        fs::write(directory.join(file), text).with_context(name)?;
    }
    if differs("installed", LOCK) {
        output(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(directory))?;
        fs::write(directory.join("installed"), LOCK).with_context(name)?;
    }
    Ok(directory)
}

/// The SDK and its version.
pub(super) fn sdk() -> Result<String> {
    let package: Value = serde_json::from_str(PACKAGE)?;
    let packages = package["dependencies"].as_object().into_iter().flatten();
    let sdk: Vec<String> =
        packages.map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or_default())).collect();
    Ok(sdk.join(", "))
}

/// Runs a program of Node.js to its end. Returns what it prints.
///
/// # Errors
/// If it is missing or fails, with the end of what it says.
pub(super) fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output =
        output.with_context(|| format!("`{program}` of Node.js cannot be run, which `--against node` needs"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
        bail!("`{program}` failed, which `--against node` needs: {}\n{said}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named() {
        let error = output(&mut Command::new("npm-that-nobody-has")).unwrap_err();
        assert!(error.to_string().contains("`npm-that-nobody-has` of Node.js cannot be run"), "{error}");
    }

    #[test]
    fn the_lock_file_has_the_sdk_a_checksum_for_each_package_and_no_registry() {
        let lock: Value = serde_json::from_str(LOCK).unwrap();
        let packages = lock["packages"].as_object().unwrap();
        let (sdk, version) = ("node_modules/@paypal/paypal-server-sdk", &lock["packages"][""]["dependencies"]);
        assert_eq!(packages[sdk]["version"], version["@paypal/paypal-server-sdk"]);
        for (name, package) in packages.iter().filter(|(name, _)| !name.is_empty()) {
            assert!(package["integrity"].is_string() && package.get("resolved").is_none(), "{name}");
        }
    }
}
