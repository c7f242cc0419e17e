//! What a provider's documentation says beyond the descriptions of its actions.

use crate::next_steps::NextSteps;

/// What a provider's documentation says beyond the descriptions of its actions. The default is empty.
#[derive(Clone, Debug, Default)]
pub struct Guide {
    /// What clients can read.
    pub pages: Vec<Page>,
    /// What models are told to do next.
    pub next_steps: NextSteps,
}

/// A page of documentation that clients can read.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its name in its URI: `outcomes` in `paypal://docs/outcomes`. Letters, digits and `-`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its text, in Markdown.
    pub text: String,
}
