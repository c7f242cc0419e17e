//! Options that any call may have.

use std::time::{Duration, Instant};

use crate::{
    base::{
        document::{Document, Json, quoted},
        pointer, spelling,
    },
    platform::failure::{Issue, Location},
};

/// See `kosha:paypal/types.call-options`. Not `Debug`: an auth assertion names a merchant.
#[derive(Clone, Default)]
pub(crate) struct CallOptions {
    /// The idempotency key.
    pub idempotency_key: Option<String>,
    /// How much of the resource to return.
    pub prefer: Option<Prefer>,
    /// The merchant a partner acts for, as an unsigned JWT.
    pub auth_assertion: Option<String>,
    /// The partner's attribution (BN) code.
    pub partner_attribution_id: Option<String>,
    /// The id of the payer's device session.
    pub client_metadata_id: Option<String>,
    /// JSON that names the error with which the sandbox should respond.
    pub mock_response: Option<String>,
    /// How long the whole call may take, in milliseconds.
    pub deadline_ms: Option<u32>,
    /// PayPal's link to the page to read, if parameters cannot express it; see [`crate::call::paging`].
    pub page_link: Option<String>,
}

/// How much of the resource a write returns (RFC 7240).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prefer {
    /// Id, status and links.
    Minimal,
    /// The whole resource.
    Representation,
}

impl Prefer {
    /// The value of the `Prefer` header.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Minimal => "return=minimal",
            Self::Representation => "return=representation",
        }
    }
}

const NAMES: [&str; 8] = [
    "idempotency_key",
    "prefer",
    "auth_assertion",
    "partner_attribution_id",
    "client_metadata_id",
    "mock_response",
    "deadline_ms",
    "page_link",
];

impl CallOptions {
    /// When a call that begins now must end; `None` without a deadline.
    #[must_use]
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline_ms.map(|ms| Instant::now() + Duration::from_millis(ms.into()))
    }

    /// The same options for a call that begins now and must end by `deadline`; `None` if that has passed.
    #[must_use]
    pub(crate) fn until(&self, deadline: Option<Instant>) -> Option<Self> {
        let Some(deadline) = deadline else { return Some(self.clone()) };
        let left = deadline.saturating_duration_since(Instant::now()).as_millis();
        let left = u32::try_from(left).unwrap_or(u32::MAX);
        (left > 0).then(|| Self { deadline_ms: Some(left), ..self.clone() })
    }

    /// Reads the `options` of an `invoke` input. `null` stands for an option that is not set.
    ///
    /// Unknown options and wrong types are issues. A misspelled `idempotency_key` would otherwise make a payment
    /// without one.
    pub(crate) fn parse(text: &str, issues: &mut Vec<Issue>) -> Self {
        let mut options = Self::default();
        let json = Json::parse(text).and_then(|json| json.unambiguous(text)).ok().filter(|json| json.is_object());
        let Some(json) = json else {
            issues.push(wrong_type("/options", "an object"));
            return options;
        };
        for (name, raw) in json.members() {
            let Ok(value) = Document::parse_unambiguous(raw.as_str(), None) else {
                issues.push(wrong_type(&pointer(&name), "one JSON value"));
                continue;
            };
            if value != Document::Null
                && let Err(issue) = options.set(&name, raw, value)
            {
                issues.push(issue);
            }
        }
        options
    }

    /// As in the input of `invoke`, for another page: without the key and the link, which belong to this one.
    pub(crate) fn to_json_for(&self, page_link: Option<&str>) -> String {
        let string = |text: &Option<String>| text.as_deref().map(quoted);
        let prefer = self.prefer.map(|prefer| match prefer {
            Prefer::Minimal => "\"minimal\"".to_owned(),
            Prefer::Representation => "\"representation\"".to_owned(),
        });
        let members = [
            ("prefer", prefer),
            ("auth_assertion", string(&self.auth_assertion)),
            ("partner_attribution_id", string(&self.partner_attribution_id)),
            ("client_metadata_id", string(&self.client_metadata_id)),
            ("mock_response", self.mock_response.clone()),
            ("deadline_ms", self.deadline_ms.map(|it| it.to_string())),
            ("page_link", page_link.map(quoted)),
        ];
        let set = members.into_iter().filter_map(|(name, json)| json.map(|json| format!("\"{name}\":{json}")));
        format!("{{{}}}", set.collect::<Vec<_>>().join(","))
    }

    fn set(&mut self, name: &str, raw: Json, value: Document) -> Result<(), Issue> {
        let expected = |what| wrong_type(&pointer(name), what);
        let text = |value: Document| value.as_text().map(str::to_owned).ok_or(expected("a string"));
        match name {
            "idempotency_key" => self.idempotency_key = Some(text(value)?),
            "prefer" => match value.as_text() {
                Some("minimal") => self.prefer = Some(Prefer::Minimal),
                Some("representation") => self.prefer = Some(Prefer::Representation),
                _ => return Err(expected("`minimal` or `representation`")),
            },
            "auth_assertion" => self.auth_assertion = Some(text(value)?),
            "partner_attribution_id" => self.partner_attribution_id = Some(text(value)?),
            "client_metadata_id" => self.client_metadata_id = Some(text(value)?),
            "mock_response" => match value {
                Document::Text(text) => self.mock_response = Some(single_line(&text)),
                Document::Object(_) => self.mock_response = Some(single_line(raw.as_str())),
                _ => return Err(expected("an object, or its JSON in a string")),
            },
            "deadline_ms" => match value {
                Document::Number(number) => {
                    let milliseconds = number.as_u64().and_then(|it| u32::try_from(it).ok());
                    self.deadline_ms = Some(milliseconds.ok_or(expected("a whole number up to 4294967295"))?);
                }
                _ => return Err(expected("a number of milliseconds")),
            },
            "page_link" => self.page_link = Some(text(value)?),
            _ => {
                let description = spelling::unknown("option", name, NAMES.into_iter());
                return Err(Issue::found(&pointer(name), Location::Header, "INVALID_PARAMETER_VALUE", description));
            }
        }
        Ok(())
    }
}

/// Removes white space between JSON tokens, so that it fits a header. The check finds out whether it is JSON.
#[must_use]
pub(crate) fn single_line(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let kept = |character: &char| {
        let keep = in_string || !character.is_ascii_whitespace();
        in_string ^= *character == '"' && !escaped;
        escaped = in_string && *character == '\\' && !escaped;
        keep
    };
    json.chars().filter(kept).collect()
}

fn pointer(name: &str) -> String {
    format!("/options{}", pointer::member(name))
}

fn wrong_type(field: &str, expected: &str) -> Issue {
    Issue::found(field, Location::Header, "INVALID_PARAMETER_SYNTAX", format!("must be {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (CallOptions, Vec<Issue>) {
        let mut issues = Vec::new();
        (CallOptions::parse(text, &mut issues), issues)
    }

    #[test]
    fn json_fits_a_header_without_losing_a_space_of_its_strings() {
        assert_eq!(single_line("{\n  \"a b\" : [\"c \\\" d\",\t\"\\\\\" ]\r\n}"), r#"{"a b":["c \" d","\\"]}"#);
    }

    #[test]
    fn every_option_is_read() {
        let (options, issues) = parse(
            r#"{"idempotency_key": "k", "prefer": "representation", "auth_assertion": "a", "partner_attribution_id": "b",
                "client_metadata_id": "c", "mock_response": {"mock_application_codes": "X"}, "deadline_ms": 1500}"#,
        );
        assert!(issues.is_empty());
        assert_eq!(options.idempotency_key.as_deref(), Some("k"));
        assert_eq!(options.prefer, Some(Prefer::Representation));
        assert_eq!(options.auth_assertion.as_deref(), Some("a"));
        assert_eq!(options.partner_attribution_id.as_deref(), Some("b"));
        assert_eq!(options.client_metadata_id.as_deref(), Some("c"));
        assert_eq!(options.mock_response.as_deref(), Some(r#"{"mock_application_codes":"X"}"#));
        assert_eq!(options.deadline_ms, Some(1500));
    }

    #[test]
    fn a_misspelled_option_is_an_error_that_names_the_right_one() {
        let (_, issues) = parse(r#"{"idempotencyKey": "k", "colour": "blue"}"#);
        assert_eq!(issues[0].field.as_deref(), Some("/options/idempotencyKey"));
        assert!(issues[0].description.as_deref().unwrap().contains("did you mean `idempotency_key`?"));
        assert!(issues[1].description.as_deref().unwrap().contains("there are: idempotency_key"));
    }

    #[test]
    fn every_wrong_type_is_reported_and_null_is_unset() {
        let (_, issues) = parse(
            r#"{"idempotency_key": 1, "prefer": "all", "mock_response": [], "deadline_ms": -5, "auth_assertion": null}"#,
        );
        let fields: Vec<_> = issues.iter().filter_map(|issue| issue.field.as_deref()).collect();
        assert_eq!(
            fields,
            ["/options/idempotency_key", "/options/prefer", "/options/mock_response", "/options/deadline_ms"]
        );
        assert_eq!(parse("[]").1.len(), 1);
    }
}
