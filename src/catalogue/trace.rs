//! What an action writes to the platform's journal.

use crate::paypal::kind::Kind;

/// What an action writes to the journal (`x-journal`).
#[derive(Debug)]
pub(crate) struct Trace {
    /// The kind of resource that it changes.
    pub subject: Kind,
    /// The parameter with the resource's id; `None` if the response has it.
    pub id: Option<&'static str>,
    /// The kind of the resource in the response.
    pub answer: Kind,
}
