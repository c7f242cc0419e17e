//! PayPal's refusals, in the shapes of its APIs.

use serde_json::{Map, Value, json};

/// The APIs by the shape of their error documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Orders, payments, and the newer parts of the older APIs: every detail has an `issue`.
    Coded,
    /// Invoicing: details without `issue`.
    Invoicing,
    /// Trackers and webhooks: an `information_link`, and prose for an `issue`.
    Prose,
}

/// One entry of `details`.
#[derive(Debug)]
pub(crate) struct Issue {
    pub(crate) field: Option<String>,
    pub(crate) value: Option<Value>,
    pub(crate) location: &'static str,
    pub(crate) issue: String,
    pub(crate) description: String,
}

/// A refusal: the request had no effect.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) name: &'static str,
    pub(crate) message: &'static str,
    pub(crate) issues: Vec<Issue>,
    /// Where to send the payer, as after `INSTRUMENT_DECLINED`.
    pub(crate) redirect: Option<String>,
}

const SYNTAX: &str = "The request is not well-formed, is syntactically wrong or breaks the schema";
const BUSINESS: &str = "The request was understood, but it breaks a business rule";

impl Refusal {
    fn new(status: u16, name: &'static str, message: &'static str) -> Self {
        Self { status, name, message, issues: Vec::new(), redirect: None }
    }

    fn with(mut self, field: Option<&str>, value: Option<Value>, issue: &str, description: &str) -> Self {
        self.issues.push(Issue {
            field: field.map(str::to_owned),
            value,
            location: "body",
            issue: issue.to_owned(),
            description: description.to_owned(),
        });
        self
    }

    fn at(mut self, location: &'static str) -> Self {
        for issue in &mut self.issues {
            issue.location = location;
        }
        self
    }

    /// 422: a business rule.
    pub(crate) fn business(issue: &str, description: &str) -> Self {
        Self::new(422, "UNPROCESSABLE_ENTITY", BUSINESS).with(None, None, issue, description)
    }

    /// 422 about a member of the body.
    pub(crate) fn business_at(field: &str, value: impl Into<Value>, issue: &str, description: &str) -> Self {
        let refusal = Self::new(422, "UNPROCESSABLE_ENTITY", BUSINESS);
        refusal.with(Some(field), Some(value.into()), issue, description)
    }

    /// 400: an invalid member of the body.
    pub(crate) fn invalid(field: &str, value: impl Into<Value>, issue: &str, description: &str) -> Self {
        let refusal = Self::new(400, "INVALID_REQUEST", SYNTAX);
        refusal.with(Some(field), Some(value.into()), issue, description)
    }

    /// 400 with several details.
    pub(crate) fn all_of(issues: Vec<Issue>) -> Self {
        Self { issues, ..Self::new(400, "INVALID_REQUEST", SYNTAX) }
    }

    /// 400: a missing member of the body.
    pub(crate) fn missing(field: &str) -> Self {
        let refusal = Self::new(400, "INVALID_REQUEST", SYNTAX);
        refusal.with(Some(field), None, "MISSING_REQUIRED_PARAMETER", "This is required and missing.")
    }

    /// 400: a parameter of the query.
    pub(crate) fn query(name: &str, value: &str, issue: &str, description: &str) -> Self {
        let refusal = Self::new(400, "INVALID_REQUEST", SYNTAX);
        refusal.with(Some(name), Some(value.into()), issue, description).at("query")
    }

    /// 400: a header.
    pub(crate) fn header(name: &str, issue: &str, description: &str) -> Self {
        Self::new(400, "INVALID_REQUEST", SYNTAX).with(Some(name), None, issue, description).at("header")
    }

    /// 400: a body that is not JSON.
    pub(crate) fn malformed() -> Self {
        Self::new(400, "INVALID_REQUEST", SYNTAX).with(
            Some("/"),
            None,
            "MALFORMED_REQUEST_JSON",
            "The body is not JSON.",
        )
    }

    /// 400 with a specific `name`, as in the older APIs.
    pub(crate) fn named(name: &'static str, message: &'static str) -> Self {
        Self::new(400, name, message)
    }

    /// 400 as the Disputes API has it: its own codes, under the name `VALIDATION_ERROR`.
    pub(crate) fn validation(location: &'static str, field: &str, issue: &str, description: &str) -> Self {
        Self::new(400, "VALIDATION_ERROR", SYNTAX).with(Some(field), None, issue, description).at(location)
    }

    /// An error that a test value asks for.
    pub(crate) fn asked_for(status: u16, name: &'static str) -> Self {
        Self::new(status, name, "The request asked for this error")
    }

    /// 400: a body of the Disputes API that is missing or cannot be read.
    pub(crate) fn body() -> Self {
        let issue = "MISSING_OR_INVALID_REQUEST_BODY";
        Self::validation("body", "/", issue, "The body is missing, or cannot be read.")
    }

    /// 403: a browser sent it for a page of another site.
    pub(crate) fn cross_site(header: &str, value: &str) -> Self {
        let description = "A page of another site may not change anything here.";
        Self::new(403, "NOT_AUTHORIZED", "This request comes from another site")
            .with(Some(header), Some(value.into()), "PERMISSION_DENIED", description)
            .at("header")
    }

    /// 421: it is for another host.
    pub(crate) fn misdirected(host: Option<&str>) -> Self {
        let description = "The simulator answers to localhost, 127.0.0.1 and [::1], and to the names that \
                           `--host NAME` allows.";
        Self::new(421, "MISDIRECTED_REQUEST", "This is not the host that the request is for")
            .with(Some("Host"), host.map(Value::from), "INVALID_PARAMETER_VALUE", description)
            .at("header")
    }

    /// 408: the body did not come in time.
    pub(crate) fn too_slow() -> Self {
        Self::new(408, "REQUEST_TIMEOUT", "The body did not come in time")
    }

    /// 413: a body that is too long.
    pub(crate) fn too_large(limit: usize) -> Self {
        let description = format!("A body may have at most {limit} bytes here.");
        Self::new(413, "REQUEST_ENTITY_TOO_LARGE", "The body is too large").with(
            Some("/"),
            None,
            "REQUEST_ENTITY_TOO_LARGE",
            &description,
        )
    }

    /// 429: a queue is full.
    pub(crate) fn too_many(message: &'static str) -> Self {
        Self::new(429, "RATE_LIMIT_REACHED", message)
    }

    /// 503: other bodies use the whole budget.
    pub(crate) fn busy() -> Self {
        Self::new(503, "SERVICE_UNAVAILABLE", "Too many bodies are being received")
    }

    /// 500: the simulator failed.
    pub(crate) fn internal() -> Self {
        Self::new(500, "INTERNAL_SERVER_ERROR", "An internal server error occurred")
    }

    /// 404: an unknown id in the path.
    pub(crate) fn not_found(parameter: &str, id: &str) -> Self {
        let refusal = Self::new(404, "RESOURCE_NOT_FOUND", "There is nothing under this id");
        refusal.with(Some(parameter), Some(id.into()), "INVALID_RESOURCE_ID", "Nothing has this id.").at("path")
    }

    /// 404: no such path.
    pub(crate) fn no_such_path() -> Self {
        Self::new(404, "RESOURCE_NOT_FOUND", "There is nothing under this path")
    }

    /// 405: the path exists, but not with this method.
    pub(crate) fn method() -> Self {
        Self::new(405, "METHOD_NOT_SUPPORTED", "This path does not support this method")
    }

    /// 409: a request with the same key is being carried out.
    pub(crate) fn in_progress() -> Self {
        let description = "An earlier request with this key is still in progress.";
        Self::new(409, "RESOURCE_CONFLICT", "The request conflicts with another one").with(
            None,
            None,
            "PREVIOUS_REQUEST_IN_PROGRESS",
            description,
        )
    }

    /// 415: a body whose media type is not JSON.
    pub(crate) fn media_type() -> Self {
        Self::new(415, "UNSUPPORTED_MEDIA_TYPE", "The body must be JSON")
    }

    /// Returns the refusal that the header of negative testing asks for.
    pub(crate) fn mocked(code: &str) -> Self {
        let description = "The request asked for this error.";
        match code {
            "INTERNAL_SERVER_ERROR" => Self::internal(),
            "MISSING_REQUIRED_PARAMETER" | "INVALID_PARAMETER_SYNTAX" | "INVALID_STRING_LENGTH" => {
                Self::new(400, "INVALID_REQUEST", SYNTAX)
            }
            "PERMISSION_DENIED" => Self::new(403, "NOT_AUTHORIZED", "This account may not do this"),
            "INVALID_ACCOUNT_STATUS" => Self::new(401, "AUTHENTICATION_FAILURE", "The account's status forbids this"),
            "INVALID_RESOURCE_ID" => Self::new(404, "RESOURCE_NOT_FOUND", "There is nothing under this id"),
            "PREVIOUS_REQUEST_IN_PROGRESS" => return Self::in_progress(),
            _ => return Self::business(code, description),
        }
        .with(None, None, code, description)
    }

    /// Adds a link that the payer is to follow.
    pub(crate) fn redirect(self, href: String) -> Self {
        Self { redirect: Some(href), ..self }
    }

    /// Returns the first issue, or else the name.
    pub(crate) fn issue(&self) -> &str {
        self.issues.first().map_or(self.name, |issue| &issue.issue)
    }

    /// Returns the error document, in the shape of an API.
    pub(crate) fn document(&self, family: Family, debug_id: &str) -> Value {
        let first = self.issue();
        let information = format!("https://developer.paypal.com/api/rest/responses/#error-{first}");
        let name = match (family, self.status) {
            (Family::Prose, 404) => "INVALID_RESOURCE_ID",
            (Family::Prose, 400) if self.name == "INVALID_REQUEST" => "VALIDATION_ERROR",
            _ => self.name,
        };
        let details: Vec<_> = self.issues.iter().map(|issue| issue.document(family)).collect();
        let mut document = json!({"name": name, "message": self.message, "debug_id": debug_id, "details": details});
        match family {
            Family::Prose => document["information_link"] = information.into(),
            Family::Invoicing => document["links"] = json!([{"href": information, "encType": "application/json"}]),
            Family::Coded => {
                let redirect =
                    self.redirect.iter().map(|href| json!({"href": href, "rel": "redirect", "method": "GET"}));
                let link = json!({"href": information, "rel": "information_link", "method": "GET"});
                document["links"] = [link].into_iter().chain(redirect).collect();
            }
        }
        document
    }
}

impl Issue {
    fn document(&self, family: Family) -> Value {
        let mut document = Map::new();
        let mut add = |name: &str, value: Value| _ = document.insert(name.to_owned(), value);
        if let Some(field) = &self.field {
            add("field", field.as_str().into());
            if let Some(value) = &self.value {
                add("value", value.clone());
            }
            add("location", self.location.into());
        }
        match family {
            Family::Coded => {
                add("issue", self.issue.as_str().into());
                add("description", self.description.as_str().into());
            }
            Family::Invoicing => add("description", self.description.as_str().into()),
            Family::Prose => add("issue", self.description.as_str().into()),
        }
        document.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_api_has_its_own_shape() {
        let refusal = Refusal::not_found("id", "X");
        let coded = refusal.document(Family::Coded, "f00");
        assert_eq!((&coded["name"], &coded["debug_id"]), (&json!("RESOURCE_NOT_FOUND"), &json!("f00")));
        assert_eq!(coded["details"][0]["issue"], "INVALID_RESOURCE_ID");
        assert_eq!(coded["details"][0]["location"], "path");
        let invoicing = refusal.document(Family::Invoicing, "f00");
        assert!(invoicing["details"][0]["issue"].is_null() && invoicing["links"][0]["rel"].is_null());
        let prose = refusal.document(Family::Prose, "f00");
        assert_eq!(prose["name"], "INVALID_RESOURCE_ID");
        assert!(prose["information_link"].is_string() && prose["details"][0]["description"].is_null());
    }
}
