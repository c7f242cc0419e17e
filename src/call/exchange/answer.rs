//! The body of a response with a status of success. Its document decides whether it is a success.

use crate::{
    base::document::Json,
    call::multipart,
    catalogue::{Action, Answer, Success},
    platform::file::{self, File},
};

use super::{expected::Expected, provider_error};

/// The content of a successful response; neither if it needs no document.
#[derive(Debug, Default)]
pub(super) struct Answered {
    pub(super) body: Option<String>,
    pub(super) file: Option<File>,
}

/// A response that is not as PayPal documents for the action.
#[derive(Debug)]
pub(super) struct Unexpected {
    /// The problem, worded to follow `PayPal answered 200`.
    pub(super) what: String,
    /// The document, if it is one.
    pub(super) body: Option<String>,
}

/// Reads the body of a 2xx.
///
/// # Errors
/// If the status does not mean success for the action, its document or file is missing, or the document is an error's
/// or another resource's.
pub(super) fn read(
    action: &Action,
    expected: Expected,
    status: u16,
    content_type: Option<&str>,
    bytes: Vec<u8>,
) -> Result<Answered, Unexpected> {
    let unexpected = |what: &str| Unexpected { what: what.to_owned(), body: None };
    if let Answer::File { part, media_type } = action.answer {
        let file = content_type.and_then(|content_type| file(content_type, &bytes, part, media_type));
        let file =
            file.filter(|_| action.success(status).is_some()).ok_or(unexpected("without the requested content"))?;
        return Ok(Answered { file: Some(file), body: None });
    }
    let body = if bytes.iter().all(u8::is_ascii_whitespace) {
        None
    } else {
        Some(String::from_utf8(bytes).map_err(|_| unexpected("with something that is not text (compressed?)"))?)
    };
    let what = match (action.success(status), body.as_deref()) {
        (None, _) => Some("but documents another status".to_owned()),
        // PayPal has no document yet for what it will do later.
        (Some(success), None) => {
            (success.document && status != 202).then(|| "without the requested content".to_owned())
        }
        (Some(success), Some(text)) => match Json::parse(text) {
            Ok(json) => wrong(action, json, success, expected),
            Err(fault) => return Err(unexpected(&format!("with something that {fault}"))),
        },
    };
    match what {
        Some(what) => Err(Unexpected { what, body: body.filter(|text| Json::parse(text).is_ok()) }),
        None => Ok(Answered { body, file: None }),
    }
}

/// Why a document is not the expected one, if so.
fn wrong(action: &Action, json: Json, success: Success, expected: Expected) -> Option<String> {
    let is_list = matches!(action.answer, Answer::List);
    if is_list && json.is_array() {
        return None;
    }
    if !json.is_object() {
        return Some(format!("with {} in place of the document", json.kind()));
    }
    let document = json.object();
    let known = |name: &str| action.answer_members.contains(&name);
    let says_error =
        ["errors", "error"].iter().any(|name| !known(name) && document.get(name).is_some_and(|it| !it.is_null()));
    if provider_error::is_error(&document) || (says_error && !action.answer_members.is_empty()) {
        return Some("with an error".to_owned());
    }
    if is_list {
        return Some("with a document in place of the list".to_owned());
    }
    let mut names = document.names();
    let is_foreign = match names.next() {
        None => success.document && !action.is_read(),
        Some(first) => !known(first) && !names.any(known),
    };
    if is_foreign && !action.answer_members.is_empty() {
        return Some("with a document that is not of this kind".to_owned());
    }
    let id = document.at(action.answer_id.as_ref()?.path).and_then(Json::to_scalar).filter(|id| !id.is_empty());
    match (id, expected) {
        (None, _) => success.document.then(|| "with a document without an id".to_owned()),
        // PayPal's ids have one case, but callers may use another.
        (Some(id), Expected::Resource(requested)) if !id.eq_ignore_ascii_case(requested) => {
            Some("with the document of another resource".to_owned())
        }
        (Some(id), Expected::CreatedFor(changed)) if id.eq_ignore_ascii_case(changed) => {
            Some("with the document of the resource to be changed".to_owned())
        }
        _ => None,
    }
}

/// Decodes the file in a part of a multipart response.
fn file(content_type: &str, body: &[u8], part: &str, media_type: &str) -> Option<File> {
    let data = file::decode(multipart::read(content_type, body, part)?)?;
    Some(File { name: part.to_owned(), media_type: media_type.to_owned(), data }).filter(|file| !file.data.is_empty())
}
