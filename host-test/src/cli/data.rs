//! The directory of the data of `serve`.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use etcetera::{AppStrategy as _, AppStrategyArgs};

/// Returns the directory that was given, or `host-test` in the user's data directory: `$XDG_DATA_HOME`, or `~/.local/share`.
///
/// # Errors
/// If none was given and the user has no home directory.
pub(super) fn directory(given: Option<PathBuf>) -> Result<PathBuf> {
    if let Some(given) = given {
        return Ok(given);
    }
    let names =
        AppStrategyArgs { top_level_domain: String::new(), author: String::new(), app_name: "host-test".to_owned() };
    let strategy = etcetera::choose_app_strategy(names).context("there is no home directory: name one by --data")?;
    Ok(strategy.data_dir())
}
