//! What an action leaves in the platform's journal.

use crate::paypal::kind::Kind;

/// What an action leaves in the journal (`x-journal`).
#[derive(Debug)]
pub(crate) struct Trace {
    /// The kind of resource that it changes.
    pub subject: Kind,
    /// The parameter that has the resource's id; none where the answer has it.
    pub id: Option<&'static str>,
    /// The kind of resource that the answer is.
    pub answer: Kind,
}
