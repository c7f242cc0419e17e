//! What has changed in the contract since the last version.

use anyhow::{Context, Result, ensure};

/// The heading of what concerns platforms, in the section of a version.
const HEADING: &str = "### The contract";

/// The list below the first [`HEADING`] of a changelog, which is that of the newest version.
///
/// # Errors
/// If the newest version has none, or an empty one.
pub(crate) fn of_the_contract(changelog: &str) -> Result<String> {
    let mut sections = changelog.split("\n## [").skip(1);
    let newest = sections.next().context("there is no version")?;
    let (_, list) = newest.split_once(HEADING).with_context(|| format!("the newest version has no `{HEADING}`"))?;
    let list = list.split("\n#").next().unwrap_or_default().trim();
    ensure!(list.starts_with("- "), "`{HEADING}` of the newest version is no list");
    // A paragraph of an item is one line: a platform wraps it.
    Ok(list.lines().fold(String::new(), |text, line| match line.strip_prefix("  ") {
        Some(more) => format!("{text} {}", more.trim()),
        None if text.is_empty() => line.to_owned(),
        None => format!("{text}\n{line}"),
    }))
}
