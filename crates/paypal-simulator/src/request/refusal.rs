//! PayPal's refusals, in the shapes of its APIs.

use serde_json::{Map, Value, json};

/// The APIs by the shape of their error documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Orders, payments, and the newer parts of the older APIs: every detail has an `issue`.
    Coded,
    /// Invoicing: details without `issue`, or with one that is about the state of things.
    Invoicing,
    /// Users' identities: OAuth's `error` and `error_description`.
    OAuth,
    /// Trackers and webhooks: an `information_link`, and prose for an `issue`.
    Prose,
    /// Payouts: the same, with fields such as `items[0].receiver`.
    Payouts,
    /// Transaction search: prose for an `issue`.
    Reporting,
}

/// One entry of `details`.
#[derive(Debug)]
pub(crate) struct Issue {
    pub(crate) field: Option<String>,
    pub(crate) value: Option<Value>,
    pub(crate) location: &'static str,
    pub(crate) issue: String,
    pub(crate) description: String,
    /// A link to what it is about, such as the payout that has the `sender_batch_id` already.
    pub(crate) link: Option<Value>,
}

/// A refusal: the request had no effect.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) name: &'static str,
    pub(crate) message: &'static str,
    pub(crate) issues: Vec<Issue>,
    /// Where to send the payer, as after `INSTRUMENT_DECLINED`: the relation of the link, and its address.
    pub(crate) payer: Option<(&'static str, String)>,
    /// Further members of the document, such as how many results there would be.
    pub(crate) members: Vec<(&'static str, Value)>,
    /// The methods of the path, of a 405.
    pub(crate) allow: Vec<&'static str>,
}

/// The issues that Invoicing's details name. Others, of what breaks the schema, are in PayPal's files too, but its recorded
/// answers have none; and some states have no code in any of its documents.
const INVOICING: &[&str] = &[
    "CANNOT_CANCEL_DRAFT_INVOICE",
    "CANNOT_CANCEL_PAID_INVOICE",
    "CANNOT_CANCEL_REFUNDED_INVOICE",
    "CANNOT_CANCEL_SCHEDULED_INVOICE",
    "CANNOT_DELETE_EXTERNAL_PAYMENT",
    "CANNOT_DELETE_GLOBAL_TEMPLATE",
    "CANNOT_PROCESS_PAYMENTS",
    "CANNOT_PROCESS_REFUNDS",
    "CANNOT_REMIND_INVOICE",
    "EXCEED_MAX_TEMPLATES",
    "INVALID_PAYMENT_METHOD",
    "INVALID_REFUND_AMOUNT",
    "INVALID_REFUND_METHOD",
    "INVOICE_CANCELED_ALREADY",
    "PAYMENT_AMOUNT_GREATER_THAN_AMOUNT_DUE",
    "PERMISSION_DENIED",
    "TEMPLATE_NAME_ALREADY_EXISTS",
    "VALUE_CANNOT_BE_ZERO",
];

/// The issue of what a payer or a test does, if the state of the resource does not allow it.
const STATE: &str = "STATE_NOT_ALLOWED";

const SYNTAX: &str = "The request is not well-formed, is syntactically wrong or breaks the schema";
const UNAUTHORIZED: &str = "This account or this app may not do this";
const BUSINESS: &str = "The request was understood, but it breaks a business rule";

impl Refusal {
    fn new(status: u16, name: &'static str, message: &'static str) -> Self {
        Self { status, name, message, issues: Vec::new(), payer: None, members: Vec::new(), allow: Vec::new() }
    }

    fn with(mut self, field: Option<&str>, value: Option<Value>, issue: &str, description: &str) -> Self {
        self.issues.push(Issue {
            field: field.map(str::to_owned),
            value,
            location: "body",
            issue: issue.to_owned(),
            description: description.to_owned(),
            link: None,
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

    /// The same about a segment of the path.
    pub(crate) fn in_path(self) -> Self {
        self.at("path")
    }

    /// 400: a member of the body. Its value is not shown.
    pub(crate) fn form(field: &str, issue: &str, description: &str) -> Self {
        Self::new(400, "INVALID_REQUEST", SYNTAX).with(Some(field), None, issue, description)
    }

    /// 400: a member of the body has a wrong form. Its value is not shown.
    pub(crate) fn syntax(field: &str, description: &str) -> Self {
        Self::form(field, "INVALID_PARAMETER_SYNTAX", description)
    }

    /// 422: a member of the body breaks a business rule. Its value is not shown.
    pub(crate) fn unfit(field: &str, issue: &str, description: &str) -> Self {
        Self::new(422, "UNPROCESSABLE_ENTITY", BUSINESS).with(Some(field), None, issue, description)
    }

    /// The same about another member too.
    pub(crate) fn and(self, field: &str, issue: &str, description: &str) -> Self {
        self.with(Some(field), None, issue, description)
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

    /// 403: the token lacks a scope, or it is another's.
    pub(crate) fn not_permitted(description: &str) -> Self {
        Self::forbidden("PERMISSION_DENIED", description)
    }

    /// 403 with another issue.
    pub(crate) fn forbidden(issue: &str, description: &str) -> Self {
        Self::new(403, "NOT_AUTHORIZED", UNAUTHORIZED).with(None, None, issue, description)
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

    /// Says more about it by a member of the body.
    pub(crate) fn about_value(self, field: &str, value: impl Into<Value>, description: &str) -> Self {
        let name = self.name;
        self.with(Some(field), Some(value.into()), name, description)
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

    /// The same about members of a part of the body.
    pub(crate) fn within(mut self, part: &str) -> Self {
        for field in self.issues.iter_mut().filter_map(|issue| issue.field.as_mut()) {
            field.insert_str(0, part);
        }
        self
    }

    /// Returns it with another issue.
    pub(crate) fn because(mut self, code: &str) -> Self {
        for issue in &mut self.issues {
            code.clone_into(&mut issue.issue);
        }
        self
    }

    /// 404: the body names something that does not exist.
    pub(crate) fn not_found_in_body(field: &str, id: &str) -> Self {
        let refusal = Self::new(404, "RESOURCE_NOT_FOUND", "There is nothing under this id");
        refusal.with(Some(field), Some(id.into()), "INVALID_RESOURCE_ID", "Nothing has this id.")
    }

    /// 404: a parameter of the query names something that does not exist.
    pub(crate) fn not_found_in_query(name: &str, id: &str, issue: &str) -> Self {
        let refusal = Self::new(404, "RESOURCE_NOT_FOUND", "There is nothing under this id");
        refusal.with(Some(name), Some(id.into()), issue, "Nothing has this id.").at("query")
    }

    /// 404: no such path.
    pub(crate) fn no_such_path() -> Self {
        Self::new(404, "RESOURCE_NOT_FOUND", "There is nothing under this path")
    }

    /// 405: the path exists, but only with these methods.
    pub(crate) fn method(allow: Vec<&'static str>) -> Self {
        Self { allow, ..Self::new(405, "METHOD_NOT_SUPPORTED", "This path does not support this method") }
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

    /// 409: the state of a resource does not allow what a payer or a test does. The resource has a name, and one for its id.
    pub(crate) fn state((name, field): (&str, &str), id: &str, state: &str, needed: &[&str]) -> Self {
        let description = format!("The {name} {id} is {state}. This needs {}.", needed.join(" or "));
        let refusal = Self::new(409, "RESOURCE_CONFLICT", "The state of the resource does not allow this");
        let refusal = Self { members: vec![("state", state.into()), ("needed", needed.into())], ..refusal };
        refusal.with(Some(field), Some(id.into()), STATE, &description)
    }

    /// 415: a body whose media type is not JSON.
    pub(crate) fn media_type() -> Self {
        Self::new(415, "UNSUPPORTED_MEDIA_TYPE", "The body must be JSON")
    }

    /// Returns the refusal that the header of negative testing asks for.
    pub(crate) fn mocked(status: u16, code: &str) -> Self {
        let description = "The request asked for this error.";
        match status {
            400 => Self::new(400, "INVALID_REQUEST", SYNTAX),
            401 => Self::new(401, "AUTHENTICATION_FAILURE", "The account's status forbids this"),
            403 => Self::new(403, "NOT_AUTHORIZED", "This account may not do this"),
            404 => Self::new(404, "RESOURCE_NOT_FOUND", "There is nothing under this id"),
            409 => Self::new(409, "RESOURCE_CONFLICT", "The request conflicts with another one"),
            500 => return Self::internal(),
            _ => return Self::business(code, description),
        }
        .with(None, None, code, description)
    }

    /// Adds a link that the payer is to follow.
    pub(crate) fn payer(self, rel: &'static str, href: String) -> Self {
        Self { payer: Some((rel, href)), ..self }
    }

    /// Returns the first issue, or else the name.
    pub(crate) fn issue(&self) -> &str {
        self.issues.first().map_or(self.name, |issue| &issue.issue)
    }

    /// Returns the error document, in the shape of an API.
    pub(crate) fn document(&self, family: Family, debug_id: &str) -> Value {
        if (family, self.status) == (Family::Reporting, 403) {
            return forbidden_report();
        }
        if family == Family::OAuth {
            let error = if self.status == 401 { "invalid_token" } else { "invalid_request" };
            let field = self.issues.first().and_then(|issue| issue.field.as_deref());
            let description = field.map_or_else(|| self.message.to_owned(), |field| format!("Invalid {field} request"));
            return json!({"error": error, "error_description": description});
        }
        let first = self.issue();
        let information = format!("https://developer.paypal.com/api/rest/responses/#error-{first}");
        let name = match (family, self.status) {
            (Family::Prose | Family::Payouts, 404) => "INVALID_RESOURCE_ID",
            (Family::Prose | Family::Payouts, 400) if self.name == "INVALID_REQUEST" => "VALIDATION_ERROR",
            _ => self.name,
        };
        let details: Vec<_> = self.issues.iter().map(|issue| issue.document(family)).collect();
        let mut document = json!({"name": name, "message": self.message, "debug_id": debug_id, "details": details});
        match family {
            Family::Prose | Family::Payouts => document["information_link"] = information.into(),
            Family::Reporting => {}
            Family::Invoicing => document["links"] = json!([{"href": information, "encType": "application/json"}]),
            Family::Coded | Family::OAuth => {
                let payer = self.payer.iter().map(|(rel, href)| json!({"href": href, "rel": rel, "method": "GET"}));
                let link = json!({"href": information, "rel": "information_link", "method": "GET"});
                // PayPal has no page about what is the simulator's own.
                document["links"] = [link].into_iter().filter(|_| first != STATE).chain(payer).collect();
            }
        }
        for (name, value) in &self.members {
            document[*name] = value.clone();
        }
        document
    }
}

/// Spells a pointer as payouts do: `/items/0/receiver` is `items[0].receiver`.
fn spelled_out(pointer: &str) -> String {
    pointer.trim_start_matches('/').split('/').fold(String::new(), |mut place, name| {
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
            place.extend(["[", name, "]"]);
        } else {
            place.extend([if place.is_empty() { "" } else { "." }, name]);
        }
        place
    })
}

/// What transaction search answers an app that may not use it.
fn forbidden_report() -> Value {
    let message = "This app may not search transactions";
    json!({
        "localizedMessage": message,
        "suppressed": [],
        "name": "PERMISSION_DENIED",
        "message": message,
        "details": [{"field": null, "value": null, "location": null, "issue": message}],
    })
}

impl Issue {
    fn document(&self, family: Family) -> Value {
        let mut document = Map::new();
        let mut add = |name: &str, value: Value| _ = document.insert(name.to_owned(), value);
        if let Some(field) = &self.field {
            add("field", if family == Family::Payouts { spelled_out(field).into() } else { field.as_str().into() });
            if let Some(value) = &self.value {
                add("value", value.clone());
            }
            add("location", self.location.into());
        }
        match family {
            Family::Coded | Family::OAuth => {
                add("issue", self.issue.as_str().into());
                add("description", self.description.as_str().into());
            }
            Family::Invoicing => {
                if INVOICING.contains(&&*self.issue) {
                    add("issue", self.issue.as_str().into());
                }
                add("description", self.description.as_str().into());
            }
            Family::Prose | Family::Payouts | Family::Reporting => add("issue", self.description.as_str().into()),
        }
        if let Some(link) = &self.link {
            add("link", json!([link]));
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
        let payouts = Refusal::missing("/items/0/amount/value").document(Family::Payouts, "f00");
        assert_eq!(
            (&payouts["name"], &payouts["details"][0]["field"]),
            (&json!("VALIDATION_ERROR"), &json!("items[0].amount.value"))
        );
        let search =
            Refusal::query("fields", "x", "ISSUE", "There is no such field").document(Family::Reporting, "f00");
        assert_eq!(
            (&search["name"], &search["details"][0]["issue"]),
            (&json!("INVALID_REQUEST"), &json!("There is no such field"))
        );
        let denied = Refusal { status: 403, ..refusal }.document(Family::Reporting, "f00");
        assert_eq!((&denied["name"], &denied["details"][0]["field"]), (&json!("PERMISSION_DENIED"), &Value::Null));
    }
}
