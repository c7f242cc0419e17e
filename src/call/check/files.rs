//! The files of a request: their number, size, type and name.

use crate::{
    call::arguments::Arguments,
    catalogue::{Action, Files},
    platform::failure::{Issue, Location},
};

/// PayPal's code for a file that it refuses, which it returns but has not published.
const REFUSED: &str = "INVALID_EVIDENCE_FILE";

/// The total size limit of the files of one request, in bytes (PayPal's docs, supported file types and sizes: 50 MB).
const MAX_TOTAL: usize = 50 * 1024 * 1024;

/// The longest file name, in characters: the limit of common file systems.
const MAX_NAME: usize = 255;

pub(super) fn check(action: &Action, arguments: &Arguments, issues: &mut Vec<Issue>) {
    let given = &arguments.files;
    let nothing = given.is_empty() && arguments.body.is_none();
    if nothing && action.files.as_ref().is_some_and(|files| files.or_body) && issues.is_empty() {
        issues.push(Issue::missing("", Location::Body));
    }
    let mut found = |field: &str, code, description| {
        issues.push(Issue::found(field, Location::Body, code, description));
    };
    let Some(files) = &action.files else {
        if !given.is_empty() {
            found("/files", "NOT_SUPPORTED", format!("`{}` takes no files", action.id));
        }
        return;
    };
    if given.len() > files.max_count as usize {
        let description = format!("has {} files; at most {} allowed", given.len(), files.max_count);
        found("/files", "INVALID_ARRAY_MAX_ITEMS", description);
    }
    let total: usize = given.iter().map(|file| file.data.len()).sum();
    if total > MAX_TOTAL {
        let description = format!("the files have {total} bytes together; at most {MAX_TOTAL} allowed");
        found("/files", REFUSED, description);
    }
    for (index, file) in given.iter().enumerate() {
        if let Some(description) = name(&file.name) {
            found(&format!("/files/{index}/name"), "INVALID_PARAMETER_SYNTAX", description.to_owned());
        }
        if !files.media_types.iter().any(|it| it.eq_ignore_ascii_case(&file.media_type)) {
            let description = format!("must be one of {}", files.media_types.join(", "));
            found(&format!("/files/{index}/media_type"), REFUSED, description);
        }
        if let Some(description) = size(file.data.len(), files) {
            found(&format!("/files/{index}/data"), REFUSED, description);
        }
    }
}

/// Why a name is refused, if it is. It is quoted in the header of its part (RFC 7578 section 4.2).
fn name(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("is empty")
    } else if name.chars().count() > MAX_NAME {
        Some("is longer than 255 characters")
    } else if name.chars().any(|character| character.is_control() || matches!(character, '"' | '\\' | '/')) {
        Some("contains a control character, a quotation mark or a slash")
    } else {
        None
    }
}

fn size(bytes: usize, files: &Files) -> Option<String> {
    match bytes {
        0 => Some("the file is empty".to_owned()),
        _ if bytes > files.max_bytes as usize => {
            Some(format!("the file has {bytes} bytes; at most {} allowed", files.max_bytes))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue::PLAIN, platform::file::File};

    static UPLOAD: Action = Action {
        files: Some(&Files {
            part: "evidence-file",
            max_count: 2,
            max_bytes: 10 * 1024 * 1024,
            media_types: &["application/pdf", "image/png"],
            or_json: false,
            or_body: false,
        }),
        ..PLAIN
    };
    static OTHER: Action = PLAIN;

    fn pdf(bytes: usize) -> File {
        let mut data = b"%PDF-1.7\n".to_vec();
        data.resize(bytes, b' ');
        File { name: "receipt.pdf".to_owned(), media_type: "application/pdf".to_owned(), data }
    }

    fn codes(action: &Action, files: &[File]) -> Vec<String> {
        let mut issues = Vec::new();
        check(action, &Arguments { files: files.to_vec(), ..Arguments::default() }, &mut issues);
        let line = |it: Issue| format!("{} {}", it.field.unwrap_or_default(), it.issue.unwrap_or_default());
        issues.into_iter().map(line).collect()
    }

    #[test]
    fn ten_mebibytes_pass_and_a_byte_more_does_not() {
        assert_eq!(codes(&UPLOAD, &[pdf(10 * 1024 * 1024), pdf(9)]), [""; 0]);
        assert_eq!(codes(&UPLOAD, &[pdf(10 * 1024 * 1024 + 1)]), ["/files/0/data INVALID_EVIDENCE_FILE"]);
        assert_eq!(codes(&UPLOAD, &[File { data: Vec::new(), ..pdf(9) }]), ["/files/0/data INVALID_EVIDENCE_FILE"]);
    }

    #[test]
    fn a_document_or_a_file_is_needed_where_the_body_is() {
        static NEEDY: Action = Action {
            files: Some(&Files {
                part: "x",
                max_count: 1,
                max_bytes: 9,
                media_types: &[],
                or_json: false,
                or_body: true,
            }),
            ..PLAIN
        };
        assert_eq!(codes(&NEEDY, &[]), [" MISSING_REQUIRED_PARAMETER"]);
        let mut issues = Vec::new();
        check(&NEEDY, &Arguments::new(None).body("{}".to_owned()), &mut issues);
        assert!(issues.is_empty());
    }

    #[test]
    fn number_type_name_and_content_are_looked_at() {
        assert_eq!(codes(&UPLOAD, &[pdf(9), pdf(9), pdf(9)]), ["/files INVALID_ARRAY_MAX_ITEMS"]);
        let html = File { media_type: "text/html".to_owned(), ..pdf(9) };
        assert_eq!(codes(&UPLOAD, &[html]), ["/files/0/media_type INVALID_EVIDENCE_FILE"]);
        for name in ["", "a\".pdf", "a\r\nb.pdf", "../a.pdf", &"a".repeat(256)] {
            let named = File { name: name.to_owned(), ..pdf(9) };
            assert_eq!(codes(&UPLOAD, &[named]), ["/files/0/name INVALID_PARAMETER_SYNTAX"], "{name}");
        }
        assert_eq!(codes(&OTHER, &[pdf(9)]), ["/files NOT_SUPPORTED"]);
        assert_eq!(Arguments::names(&UPLOAD).collect::<Vec<_>>(), ["files", "options"]);
    }

    #[test]
    fn five_files_together_have_a_limit() {
        static MANY: Action = Action {
            files: Some(&Files {
                part: "evidence-file",
                max_count: u32::MAX,
                max_bytes: 10 * 1024 * 1024,
                media_types: &["application/pdf"],
                or_json: false,
                or_body: false,
            }),
            ..PLAIN
        };
        let file = pdf(10 * 1024 * 1024);
        let files = vec![file; 5];
        assert_eq!(codes(&MANY, &files), [""; 0]);
        assert_eq!(codes(&MANY, &[&files[..], &[pdf(9)]].concat()), ["/files INVALID_EVIDENCE_FILE"]);
    }
}
