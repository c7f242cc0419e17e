//! What an action came to.

use crate::bindings::{Failure, Reply};

/// What an action came to.
#[derive(Debug)]
pub struct Outcome {
    /// Its reply or its failure.
    pub result: Result<Reply, Failure>,
    /// What the guest printed, [printable](crate::printable::printable) and at most 64 KiB of it: nothing, unless it panicked.
    pub output: String,
}
