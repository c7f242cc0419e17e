//! PayPal's OpenAPI files, which are not in this repository.

use std::{env, path::PathBuf};

/// The environment variable that names their directory.
const VARIABLE: &str = "PAYPAL_SPECIFICATIONS";
/// The default directory.
const BESIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/paypal/openapi");

/// Returns the directory of the files, or the reason why a test that needs them is skipped.
pub(crate) fn directory() -> Result<PathBuf, String> {
    if let Some(directory) = env::var_os(VARIABLE) {
        let directory = PathBuf::from(directory);
        assert!(directory.is_dir(), "{VARIABLE}: {} is not a directory", directory.display());
        // The tests run in this crate's directory, but a relative path would be meant from the user's.
        assert!(directory.is_absolute(), "{VARIABLE}: {} is not an absolute path", directory.display());
        return Ok(directory);
    }
    let beside = PathBuf::from(BESIDE);
    if beside.is_dir() {
        return Ok(beside);
    }
    Err(format!("PayPal's OpenAPI files are not here: get them with scripts/fetch-specifications and set {VARIABLE}"))
}
