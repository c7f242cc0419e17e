//! What has changed in the contract since the last version.

use anyhow::{Context, Result, ensure};

/// The heading of what concerns platforms, in the section of a version.
const HEADING: &str = "### The contract";

/// What is said of a version without it.
const UNCHANGED: &str = "- The contract is that of the version before.";

/// The list below [`HEADING`] in the section of a changelog's newest version.
///
/// # Errors
/// If there is no version, or something else than a list below the heading.
pub(crate) fn of_the_contract(changelog: &str) -> Result<String> {
    let mut sections = changelog.split("\n## [").skip(1);
    let newest = sections.next().context("there is no version")?;
    let Some((_, list)) = newest.split_once(HEADING) else { return Ok(UNCHANGED.to_owned()) };
    let list = list.split("\n#").next().unwrap_or_default().trim();
    ensure!(list.starts_with("- "), "`{HEADING}` of the newest version is no list");
    // A paragraph of an item is one line: a platform wraps it.
    Ok(list.lines().fold(String::new(), |text, line| match line.strip_prefix("  ") {
        Some(more) => format!("{text} {}", more.trim()),
        None if text.is_empty() => line.to_owned(),
        None => format!("{text}\n{line}"),
    }))
}
