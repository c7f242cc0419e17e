//! PayPal's error documents, of which there are at least seven shapes, as one.
//!
//! | API | shape |
//! | --- | --- |
//! | v2 | `name`, `message`, `debug_id`, `details[{field, value, location, issue, description}]`, `links[]` |
//! | v1 | the same with `information_link`; `issue` may be prose |
//! | Invoicing v2 | `details[]` without `issue` |
//! | identity | `error`, `error_description` |
//! | rate limit | `debugId` in place of `debug_id` |
//! | reporting | `localizedMessage`; `null` in the fields of `details[]` |
//! | any | an empty body, plain text or HTML, from a gateway in front of the API |

use serde_json::value::RawValue;

use crate::{
    document::Document,
    failure::{Failure, Issue},
    response::Response,
};

/// Fills in what PayPal's document says. Whatever it holds, the status has already decided on the kind of failure.
pub(super) fn read(response: Response, failure: &mut Failure) {
    let status = response.status;
    let text = response.body.ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let Ok(document @ Document::Object(_)) = Document::parse(&text) else {
        let what =
            if text.trim().is_empty() { "without a word" } else { "with something that is not an error document" };
        failure.message = format!("PayPal answered {status} {what}");
        failure.body = serde_json::from_str::<&RawValue>(&text).is_ok().then_some(text);
        return;
    };
    let first = |names: &[&str]| names.iter().find_map(|name| string(document.get(name)));
    failure.name = first(&["name", "error"]);
    failure.debug_id = first(&["debug_id", "debugId"]).or(failure.debug_id.take());
    failure.information_link = first(&["information_link"]);
    failure.details = document.get("details").map(Document::items).unwrap_or_default().iter().map(issue).collect();
    let said = first(&["message", "error_description", "localizedMessage"]);
    failure.message = match (said, &failure.name) {
        (Some(said), Some(name)) => format!("PayPal answered {status} {name}: {said}"),
        (Some(said), None) => format!("PayPal answered {status}: {said}"),
        (None, Some(name)) => format!("PayPal answered {status} {name}"),
        (None, None) => format!("PayPal answered {status} with an error document it does not explain"),
    };
    failure.body = Some(text);
}

fn issue(detail: &Document) -> Issue {
    let member = |name| string(detail.get(name));
    Issue {
        field: member("field"),
        value: member("value"),
        location: member("location"),
        issue: member("issue"),
        description: member("description"),
    }
}

/// A string, or another scalar as its text; nothing for `null`.
fn string(value: Option<&Document>) -> Option<String> {
    value?.to_scalar().map(std::borrow::Cow::into_owned)
}
