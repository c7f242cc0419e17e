//! WIT packages, encoded as WebAssembly: what `wkg` and `wash` fetch, and bindings are made from.

use std::path::Path;

use anyhow::{Context as _, Result};
use wit_parser::Resolve;

/// Encodes the package of a directory; what it depends on is in `deps` there.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn encode(directory: &Path) -> Result<Vec<u8>> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(directory).with_context(|| directory.display().to_string())?;
    wit_component::encode(&resolve, package)
}
