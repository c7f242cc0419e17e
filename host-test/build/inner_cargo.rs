//! The cargo that builds components, run by another cargo: by the build script, and by tests.

use std::{env, ffi::OsStr, process::Command};

/// What the outer cargo sets for its own compilation, such as clippy in place of rustc.
const OF_THE_OUTER: [&str; 6] =
    ["CARGO_BUILD_TARGET", "CARGO_MAKEFLAGS", "CARGO_TARGET_DIR", "MAKEFLAGS", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS"];

/// Returns a command that runs cargo, with these compiler flags, and with nothing of the environment that would make another
/// component of the same sources: neither what the outer cargo sets nor what anybody sets for the host.
pub(crate) fn inner_cargo(program: impl AsRef<OsStr>, encoded_flags: &str) -> Command {
    let mut cargo = Command::new(program);
    for name in OF_THE_OUTER {
        cargo.env_remove(name);
    }
    for (name, _) in env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"CARGO_PROFILE_")) {
        cargo.env_remove(name);
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", encoded_flags);
    cargo
}
