//! The arguments of an action.

use std::borrow::Cow;

use crate::{
    base::{
        document::{Document, Json},
        pointer,
    },
    call::options::CallOptions,
    catalogue::Action,
    platform::{
        failure::{Failure, Issue, Location},
        file::File,
    },
};

/// The parameters, body and options of one call, not yet checked.
#[derive(Clone, Default)]
pub(crate) struct Arguments<'a> {
    /// Parameters by PayPal's names.
    pub parameters: Vec<(Cow<'a, str>, Document<'a>)>,
    /// The body's JSON, sent unchanged.
    pub body: Option<Cow<'a, str>>,
    /// The files, sent unchanged.
    pub files: Vec<File>,
    /// The options, which any call may have.
    pub options: CallOptions,
    /// Issues found while parsing the options or parameters.
    pub(crate) issues: Vec<Issue>,
}

impl<'a> Arguments<'a> {
    /// The arguments of a typed function with these options.
    #[must_use]
    pub(crate) fn new(options: Option<CallOptions>) -> Self {
        Self { options: options.unwrap_or_default(), ..Self::default() }
    }

    /// Adds a parameter, unless it is an optional one that was left out.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Document<'a>>) -> Self {
        match value.into() {
            Document::Null => {}
            value => self.parameters.push((name.into(), value)),
        }
        self
    }

    /// Adds the body, unless it is an optional one that was left out.
    #[must_use]
    pub(crate) fn body(mut self, body: impl Into<Option<String>>) -> Self {
        self.body = body.into().map(Cow::Owned);
        self
    }

    /// Reads the input of `invoke`: `{"<parameter>": ..., "body": ..., "files": [...], "options": {...}}`. `null` stands for
    /// left out.
    ///
    /// # Errors
    /// `invalid-input` if the input is not a JSON object. The check reports all other issues.
    pub(crate) fn parse(input: &'a str) -> Result<Self, Failure> {
        let refused = |description: &str| Failure::invalid_input(vec![malformed("", Location::Body, description)]);
        let json = Json::parse(input).and_then(|json| json.unambiguous(input));
        let json = json.map_err(|fault| refused(&fault.to_string()))?;
        if !json.is_object() {
            return Err(refused(&format!("must be an object with the action's parameters, not {}", json.kind())));
        }
        let mut arguments = Self::default();
        for (name, raw) in json.members() {
            match (&*name, raw.as_str()) {
                (_, "null") => {}
                ("body", text) => arguments.body = Some(text.into()),
                ("files", text) => match Document::parse_unambiguous(text, None) {
                    Ok(files) => arguments.files = File::parse_list(&files, &mut arguments.issues),
                    Err(fault) => arguments.issues.push(malformed("/files", Location::Body, &fault.to_string())),
                },
                ("options", text) => arguments.options = CallOptions::parse(text, &mut arguments.issues),
                (_, text) => match Document::parse_unambiguous(text, None) {
                    Ok(value) => arguments.parameters.push((name, value)),
                    Err(fault) => {
                        let field = pointer::member(&name);
                        arguments.issues.push(malformed(&field, Location::Query, &fault.to_string()));
                    }
                },
            }
        }
        Ok(arguments)
    }

    /// The body, parsed; `None` if there is none, or if it is not JSON.
    #[must_use]
    pub(crate) fn document(&self) -> Option<Document<'_>> {
        Document::parse(self.body.as_deref()?).ok()
    }

    /// The value of a parameter as written in a path or a query.
    #[must_use]
    pub(crate) fn parameter(&self, name: &str) -> Option<Cow<'_, str>> {
        self.value(name)?.to_scalar()
    }

    /// The value of a parameter as given.
    #[must_use]
    pub(crate) fn value(&self, name: &str) -> Option<&Document<'a>> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The names that an input for this action may have.
    pub(crate) fn names(action: &'static Action) -> impl Iterator<Item = &'static str> + Clone {
        let body = action.body.as_ref().map(|_| "body");
        let files = action.files.as_ref().map(|_| "files");
        action.parameters.iter().map(|parameter| parameter.name).chain(body).chain(files).chain(["options"])
    }
}

fn malformed(field: &str, location: Location, description: &str) -> Issue {
    Issue::found(field, location, "MALFORMED_REQUEST_JSON", description.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(input: &str) -> String {
        match Arguments::parse(input) {
            Ok(_) => panic!("accepted: {input}"),
            Err(failure) => failure.message,
        }
    }

    #[test]
    fn the_body_keeps_its_spelling() {
        let arguments =
            Arguments::parse(r#"{"id": "5O19", "body": {"quantity": 1.0,  "x":"\u00e9"}}"#).unwrap_or_default();
        assert_eq!(arguments.body.as_deref(), Some(r#"{"quantity": 1.0,  "x":"\u00e9"}"#));
        assert_eq!(arguments.parameter("id").as_deref(), Some("5O19"));
    }

    #[test]
    fn what_is_left_out_is_no_parameter() {
        let arguments = Arguments::new(None)
            .with("id", "5O19".to_owned())
            .with("page", Some(2))
            .with("total_required", true)
            .with("fields", None::<String>);
        let value = |name| arguments.parameter(name).unwrap_or_default().into_owned();
        assert_eq!(["id", "page", "total_required", "fields"].map(value), ["5O19", "2", "true", ""]);
        assert_eq!(arguments.parameters.len(), 3);
    }

    #[test]
    fn null_is_left_out() {
        let arguments = Arguments::parse(r#"{"id": null, "body": null, "options": null}"#).unwrap_or_default();
        assert!(arguments.parameters.is_empty() && arguments.body.is_none());
    }

    #[test]
    fn an_input_that_is_not_an_object_is_named() {
        assert!(refused("[1]").contains("must be an object with the action's parameters, not an array"));
        assert!(refused("\"id\"").contains("not a string"));
        assert!(refused("{\"id\": }").contains("is not JSON (line 1, column 8)"));
        assert!(refused("").contains("it ends too early"));
        assert!(refused(r#"{"id": "A", "id": "B"}"#).contains("names a member twice"));
    }
}
