//! Formats build errors for cargo: a line for each problem, without a backtrace.

/// An error as lines, each with all causes from the outermost on. The innermost cause may have several problems, one
/// per line.
pub(crate) fn lines(error: &anyhow::Error) -> Vec<String> {
    let mut causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    let problems = causes.pop().unwrap_or_default();
    let place: String = causes.iter().map(|cause| format!("{cause}: ")).collect();
    problems.lines().map(|problem| format!("{place}{problem}")).collect()
}
