//! Multipart bodies: a part is the bytes between two delimiters, and written bodies are read back.

use super::input::{first_line, text};
use crate::{call::multipart, platform::file::File};

/// A media type, and then a body.
pub(super) fn run(input: &[u8]) {
    let (media_type, body) = first_line(input);
    if let Some(media_type) = text(media_type)
        && let Some(part) = multipart::read(media_type, body, "image")
    {
        let range = body.as_ptr_range();
        assert!(range.contains(&part.as_ptr()) || part.is_empty(), "a part from elsewhere");
        assert!(media_type.contains("boundary") || media_type.to_ascii_lowercase().contains("boundary"));
        let lower = media_type.to_ascii_lowercase();
        assert!(lower.trim_start().starts_with("multipart/form-data"), "{media_type} is none");
    }
    // A written body is read back for any content except the delimiter, which is random.
    let boundary = "paypal-connector-fuzz";
    let delimiter = format!("\r\n--{boundary}");
    // The preceding line end may be that of the part's head.
    let has = |delimiter: &[u8]| [b"\r\n", body].concat().windows(delimiter.len()).any(|window| window == delimiter);
    if has(delimiter.as_bytes()) {
        return;
    }
    let file = |data: &[u8]| File { name: "a.png".to_owned(), media_type: "image/png".to_owned(), data: data.to_vec() };
    let files = [file(body)];
    let content_type = format!("multipart/form-data; boundary={boundary}");
    for input in [None, Some("{}")] {
        let written = multipart::write(boundary, input, "image", &files).concat();
        assert_eq!(multipart::read(&content_type, &written, "image"), Some(body));
        assert_eq!(multipart::read(&content_type, &written, "input"), input.map(str::as_bytes));
        assert_eq!(multipart::read(&content_type, &written, "other"), None);
    }
    // A boundary has at most 70 characters (RFC 2046 section 5.1.1).
    for (length, expected) in [(70, Some(body)), (71, None)] {
        let boundary = "b".repeat(length);
        let written = multipart::write(&boundary, None, "image", &files).concat();
        let content_type = format!("multipart/form-data; boundary={boundary}");
        let is_kept = !has(b"\r\n--");
        assert!(!is_kept || multipart::read(&content_type, &written, "image") == expected, "a boundary of {length}");
    }
}
