//! Which choices a caller wants.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::problem::{Kind, Problem};

/// The body of a request for choices. Its documents pass through unchanged.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// A member of the action's input: its name, or a JSON Pointer into the input.
    pub(crate) parameter: String,
    input: Option<Box<RawValue>>,
    pub(crate) search: Option<String>,
    page: Option<Box<RawValue>>,
}

impl Wanted {
    /// # Errors
    /// If the body is no such document.
    pub(crate) fn read(body: &str) -> Result<Self, Problem> {
        serde_json::from_str(body).map_err(|error| Problem::new(Kind::MALFORMED, format!("the body: {error}")))
    }

    /// What is filled in so far of the action's input.
    pub(crate) fn input(&self) -> &str {
        self.input.as_deref().map_or("{}", RawValue::get)
    }

    /// `next` of the page before this one.
    pub(crate) fn page(&self) -> Option<&str> {
        self.page.as_deref().map(RawValue::get)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_pass_through_and_null_is_left_out() {
        let wanted = Wanted::read(r#"{"parameter": "id", "input": {"a":  1.0}, "page": null}"#).ok().unwrap();
        assert_eq!((wanted.input(), wanted.page(), wanted.search.as_deref()), (r#"{"a":  1.0}"#, None, None));
        let wanted = Wanted::read(r#"{"parameter": "id", "search": "tea", "page": {"page": 2}}"#).ok().unwrap();
        assert_eq!((wanted.input(), wanted.page()), ("{}", Some(r#"{"page": 2}"#)));
    }

    #[test]
    fn other_documents_are_refused() {
        for body in ["{}", "[]", "", r#"{"parameter": 1}"#, r#"{"parameter": "id", "inputs": {}}"#] {
            assert!(Wanted::read(body).is_err(), "{body}");
        }
    }
}
