//! One thing to choose, and a page of them.

/// A page of choices.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Choices {
    /// In the order of PayPal's list.
    pub items: Vec<Choice>,
    /// For the next call's `page`; `None` on the last one.
    pub next: Option<String>,
}

/// One thing to choose.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The value of the member.
    pub value: String,
    /// What a person reads.
    pub label: String,
}

impl Choice {
    /// Whether it has the text, which is in lower case, in its value or its label.
    pub(super) fn has(&self, text: &str) -> bool {
        self.label.to_lowercase().contains(text) || self.value.to_lowercase().contains(text)
    }
}
