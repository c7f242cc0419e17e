//! How a command ends.

/// How a command ended.
pub(super) enum Done {
    /// It succeeded.
    Success,
    /// The action or a check failed, which has been printed.
    Failed,
    /// The arguments do not go together, or a file in them cannot be used.
    Usage(String),
}
