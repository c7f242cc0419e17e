//! The violations found in a document.

use super::path::Path;
use crate::platform::failure::{Issue, Location};

/// The most violations that are listed: a person needs no more, and a hostile document could have millions.
pub(super) const MAX_ISSUES: usize = 100;

/// The violations found so far.
pub(super) struct Findings<'a> {
    location: Location,
    issues: &'a mut Vec<Issue>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(location: Location, issues: &'a mut Vec<Issue>) -> Self {
        Self { location, issues }
    }

    /// A separate list, for violations that may not count.
    pub(super) fn aside<'b>(&self, issues: &'b mut Vec<Issue>) -> Findings<'b> {
        Findings { location: self.location, issues }
    }

    /// Adds a violation.
    pub(super) fn found(&mut self, path: &Path, code: &str, description: String) {
        self.add(Issue::found(&path.pointer(), self.location, code, description));
    }

    /// Adds a violation with the offending value; see [`Issue::with_value`].
    pub(super) fn found_in(&mut self, path: &Path, code: &str, description: String, value: &str) {
        self.add(Issue::found(&path.pointer(), self.location, code, description).with_value(value));
    }

    /// Adds an issue, unless it is already listed or the list is full.
    fn add(&mut self, issue: Issue) {
        // Parts of a composed schema may report the same issue.
        let said = |it: &Issue| (&it.field, &it.location, &it.issue) == (&issue.field, &issue.location, &issue.issue);
        if self.issues.len() < MAX_ISSUES && !self.issues.iter().any(said) {
            self.issues.push(issue);
        }
    }

    /// Adds violations from a separate list.
    pub(super) fn extend(&mut self, issues: Vec<Issue>) {
        self.issues.extend(issues);
    }
}
