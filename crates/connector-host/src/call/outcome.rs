//! The outcome of an action.

use crate::bindings::{Failure, Reply};

/// The outcome of an action.
#[derive(Debug)]
pub struct Outcome {
    /// The reply or the failure.
    pub result: Result<Reply, Failure>,
    /// What the guest printed, made [printable](crate::printable::printable), at most 64 KiB. Empty unless the guest
    /// panicked.
    pub output: String,
}
