//! Parts of forms are slices of the body, and forms that are written of them are read back.

use bytes::Bytes;

use crate::base::form_data::{self, Part};

/// The input is a media type on the first line, and then a body.
pub(super) fn run(input: &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let media_type = String::from_utf8_lossy(&input[..end]);
    let body = Bytes::copy_from_slice(input.get(end + 1..).unwrap_or_default());
    let Some(parts) = form_data::read(&media_type, &body) else { return };
    assert!(form_data::is_form(&media_type), "{media_type} is none");
    let range = body.as_ptr_range();
    let is_of_body = |part: &Part| part.content.is_empty() || range.contains(&part.content.as_ptr());
    assert!(parts.iter().all(is_of_body), "a part from elsewhere");
    // A delimiter that is in none of them.
    let boundary = (0_u32..).map(|number| format!("b{number}")).find(|boundary| {
        let is_free = |part: &Part| !part.content.windows(boundary.len()).any(|it| it == boundary.as_bytes());
        parts.iter().all(is_free)
    });
    // What a header cannot have, a name does not get back.
    let is_plain = |text: &str| !text.contains(['\r', '\n', '"', '\\', '%', '\u{fffd}']) && text.trim() == text;
    let boundary = boundary.unwrap_or_default();
    let mut written = Vec::new();
    for Part { name, file_name, media_type, content } in &parts {
        if !is_plain(name) || !is_plain(media_type) || !is_plain(file_name.as_deref().unwrap_or_default()) {
            return;
        }
        let file = file_name.as_ref().map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
        let head = format!("Content-Disposition: form-data; name=\"{name}\"{file}\r\nContent-Type: {media_type}");
        written.extend([format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes(), content, b"\r\n"].concat());
    }
    written.extend(format!("--{boundary}--").as_bytes());
    let media_type = format!("multipart/form-data; boundary={boundary}");
    assert_eq!(form_data::read(&media_type, &Bytes::from(written)), Some(parts));
}
