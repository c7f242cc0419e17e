//! Which choices are wanted.

/// For what [`Connector::options`](crate::Connector::options) lists choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The id of the action.
    pub action: &'a str,
    /// The member of its input: its name, or a JSON Pointer into the input such as `/body/plan_id`.
    pub parameter: &'a str,
    /// What is filled in so far of the action's input: a JSON object, `{}` at least.
    pub input: &'a str,
    /// A text that the value or the label must contain, in any case.
    pub search: Option<&'a str>,
    /// `next` of the page before this one.
    pub page: Option<&'a str>,
}
