//! Reads PayPal's error documents, which have at least eight shapes.
//!
//! | API | shape |
//! | --- | --- |
//! | v2 | `name`, `message`, `debug_id`, `details[{field, value, location, issue, description}]`, `links[]` |
//! | v1 | the same with `information_link`; `issue` may be prose |
//! | Invoicing v2 | `details[]` without `issue` |
//! | identity | `error`, `error_description` |
//! | rate limit | `debugId` in place of `debug_id` |
//! | reporting | `localizedMessage`; `null` in the fields of `details[]` |
//! | any | one of these in a list `errors`, or as the object `error` |
//! | any | an empty body, plain text or HTML, from a gateway in front of the API |

use crate::{
    base::document::{Json, Object},
    platform::{
        failure::{Failure, Issue},
        response::Response,
    },
};

/// The most issues read from a document, which is itself kept whole.
const MAX_ISSUES: usize = 100;

/// An error document inside another one has at least one of these.
const ERROR_MEMBERS: [&str; 7] = ["name", "error", "message", "issue", "details", "code", "description"];

/// The most characters quoted from a plain text.
const MAX_TEXT: usize = 200;

/// Fills in the details from PayPal's document. The status has already decided the kind of failure.
pub(super) fn read(response: Response, failure: &mut Failure) {
    let status = response.status;
    let is_plain =
        response.header("content-type").is_some_and(|it| it.trim().to_ascii_lowercase().starts_with("text/plain"));
    // A response in another encoding loses only its special characters.
    let text = response.body.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let json = Json::parse(&text).ok();
    let document = json.and_then(|json| match json.is_array() {
        true => json.items().find(|item| item.is_object()),
        false => Some(json).filter(|json| json.is_object()),
    });
    let Some(document) = document else {
        failure.message = match printable(&text) {
            text if text.is_empty() => format!("PayPal answered {status} with an empty body"),
            text if is_plain && json.is_none() => format!("PayPal answered {status}: {text}"),
            _ => format!("PayPal answered {status} with something that is not an error document"),
        };
        failure.body = json.is_some().then_some(text);
        return;
    };
    fill(document, failure);
    let documents = Documents::of(document);
    let said = documents.first(&["message", "error_description", "localizedMessage", "description"]);
    failure.message = match (said, &failure.name) {
        (Some(said), Some(name)) => format!("PayPal answered {status} {name}: {said}"),
        (Some(said), None) => format!("PayPal answered {status}: {said}"),
        (None, Some(name)) => format!("PayPal answered {status} {name}"),
        (None, None) => format!("PayPal answered {status} with an error document without a message"),
    };
    let count = documents.details().count();
    if count > MAX_ISSUES {
        failure.message += &format!(" (the first {MAX_ISSUES} of its {count} details are listed)");
    }
    failure.body = Some(text);
}

/// Fills in the details from a document that came with a status of success, if there is one.
pub(super) fn fill_in(body: Option<String>, failure: &mut Failure) {
    let Some(body) = body else { return };
    let has_error = |json: &Json| is_error(&json.object()) || !Documents::of(*json).inner.is_empty();
    if let Some(document) = Json::parse(&body).ok().filter(has_error) {
        fill(document, failure);
    }
    failure.body = Some(body);
}

/// Whether a document is an error, regardless of the status: no PayPal resource has such members.
pub(super) fn is_error(document: &Object) -> bool {
    let has = |name| document.get(name).is_some();
    let is_v2 = has("name") && (has("debug_id") || has("debugId") || (has("message") && has("details")));
    is_v2 || (has("error") && has("error_description"))
}

fn fill(document: Json, failure: &mut Failure) {
    let documents = Documents::of(document);
    failure.name = documents.first(&["name", "error", "code"]);
    failure.debug_id = documents.first(&["debug_id", "debugId"]).or(failure.debug_id.take());
    failure.information_link = documents.information_link();
    failure.details = documents.details().take(MAX_ISSUES).map(issue).collect();
}

/// The error documents of a response: itself, or those that it wraps.
struct Documents<'a> {
    outer: Json<'a>,
    inner: Vec<Json<'a>>,
}

impl<'a> Documents<'a> {
    fn of(outer: Json<'a>) -> Self {
        let errors = outer.get("errors");
        let listed = errors.into_iter().flat_map(Json::items);
        let inner = listed.chain(errors).chain(outer.get("error")).filter(|it| it.is_object()).take(MAX_ISSUES);
        let has_error_member = |json: &Json| json.members().any(|(name, _)| ERROR_MEMBERS.contains(&&*name));
        Self { outer, inner: inner.filter(has_error_member).collect() }
    }

    fn each(&self) -> impl Iterator<Item = Json<'a>> {
        [self.outer].into_iter().chain(self.inner.iter().copied())
    }

    /// The first of these members that is not empty.
    fn first(&self, names: &[&str]) -> Option<String> {
        self.each().find_map(|document| names.iter().find_map(|name| string(document, name)))
    }

    fn information_link(&self) -> Option<String> {
        let by_rel = |document: Json| {
            let links = document.get("links").into_iter().flat_map(Json::items);
            let rel =
                |link: &Json| string(*link, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("information_link"));
            links.take(MAX_ISSUES).find(rel).and_then(|link| string(link, "href"))
        };
        let own = self.first(&["information_link", "informationLink"]).filter(|link| !link.is_empty());
        own.or_else(|| self.each().find_map(by_rel))
    }

    /// All details. For a wrapped error without details, the error itself if it is an issue.
    fn details(&self) -> impl Iterator<Item = Json<'a>> {
        self.each().flat_map(|document| {
            let details = document.get("details");
            let one = details.filter(|it| it.is_object()).or(Some(document).filter(|it| it.get("issue").is_some()));
            let texts = document.get("errors").into_iter().flat_map(Json::items).filter(|it| it.text().is_some());
            details.into_iter().flat_map(Json::items).chain(one).chain(texts)
        })
    }
}

fn issue(detail: Json) -> Issue {
    if let Some(text) = detail.text() {
        return Issue { issue: Some(text.into_owned()), ..Issue::default() };
    }
    let member = |name| string(detail, name);
    Issue {
        field: member("field"),
        value: member("value"),
        location: member("location"),
        issue: member("issue"),
        description: member("description"),
    }
}

/// A string, or another scalar as its text; `None` for `null`.
fn string(of: Json, name: &str) -> Option<String> {
    of.get(name)?.to_scalar().map(std::borrow::Cow::into_owned)
}

/// Whether a character is invisible and changes how others look, such as the direction of text.
fn is_format(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A text on one line, cut to the length that a message quotes.
fn printable(text: &str) -> String {
    let words = text.split(|it: char| it.is_whitespace() || it.is_control());
    let mut line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.retain(|it| !is_format(it));
    match line.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
