//! Uploaded files, which become documents.

use serde_json::{Value, json};

use crate::{
    base::{form_data::Part, links::HOST},
    request::{call::Call, refusal::Refusal},
};

/// The maximum sizes of a file and of all files of a request, in bytes. PayPal's limits are 10 MB and 50 MB.
const MAX_FILE: usize = 10 * 1024 * 1024;
const MAX_FILES: usize = 50 * 1024 * 1024;
const MEDIA_TYPES: [&str; 5] = ["application/pdf", "image/gif", "image/jpeg", "image/jpg", "image/png"];
const ENDINGS: [&str; 5] = [".pdf", ".gif", ".jpeg", ".jpg", ".png"];

/// The maximum number of files with a message, and with anything else.
pub(super) const MAX_WITH_MESSAGE: usize = 10;
pub(super) const MAX_DOCUMENTS: usize = 100;

/// Refuses files that PayPal does not take, or more than `most` of them.
pub(super) fn check(call: &Call, most: usize) -> Result<(), Refusal> {
    let refuse = |file: &Part, description: &str| {
        Err(Refusal::validation("body", &format!("/{}", file.name), "INVALID_EVIDENCE_FILE", description))
    };
    let mut total = 0_usize;
    for file in &call.files {
        let name = file.file_name.as_deref().unwrap_or_default().to_ascii_lowercase();
        total = total.saturating_add(file.content.len());
        let is_known = MEDIA_TYPES.contains(&&*file.media_type)
            || file.media_type.is_empty()
            || file.media_type == "application/octet-stream";
        if !is_known || !ENDINGS.iter().any(|ending| name.len() > ending.len() && name.ends_with(ending)) {
            return refuse(file, "It must be a JPG, GIF, PNG or PDF file, with a name that ends so.");
        }
        if file.content.is_empty() || file.content.len() >= MAX_FILE || total > MAX_FILES {
            return refuse(file, "It must have 1 byte to 10 MB, and all together at most 50 MB.");
        }
    }
    call.files.get(most).map_or(Ok(()), |file| refuse(file, &format!("There can be at most {most} files.")))
}

/// Returns the documents of the uploaded files: name and address. The files themselves are not kept.
pub(super) fn documents(call: &Call, dispute: &str) -> Vec<Value> {
    let document = |(index, file): (usize, &Part)| {
        let name = document_name(file.file_name.as_deref().unwrap_or_default());
        let sum = crc32fast::hash(&file.content);
        json!({"name": name, "url": format!("{HOST}/v1/customer/disputes/{dispute}/documents/{sum:08x}-{index}")})
    };
    call.files.iter().enumerate().map(document).collect()
}

/// Returns the name of a file as a document can have it: letters, digits, `-`, `_`, `,`, white space, and one full stop.
pub(super) fn document_name(name: &str) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | ',' | ' ');
    let stem: String = stem.chars().map(|letter| if is_allowed(letter) { letter } else { '_' }).collect();
    format!("{stem}.{ending}")
}
