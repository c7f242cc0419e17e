//! Bodies of `multipart/form-data` (RFC 7578): writing them with files, and reading a file from one.

use std::borrow::Cow;

use memchr::memmem;

use crate::platform::file::File;

/// The longest boundary, in characters (RFC 2046 section 5.1.1).
const MAX_BOUNDARY: usize = 70;

/// A boundary that no part contains: 122 random bits make it unique.
#[must_use]
pub(crate) fn boundary() -> String {
    format!("paypal-connector-{}", uuid::Uuid::new_v4().simple())
}

/// The body in pieces, so that no file is copied: the JSON document, if there is one, as the part `input`, then each
/// file as `part`.
#[must_use]
pub(crate) fn write<'a>(boundary: &str, input: Option<&'a str>, part: &str, files: &'a [File]) -> Vec<Cow<'a, [u8]>> {
    let mut pieces: Vec<Cow<[u8]>> = Vec::new();
    let mut add = |disposition: &str, media_type: &str, data: &'a [u8]| {
        let break_before = if pieces.is_empty() { "" } else { "\r\n" };
        let head = format!(
            "{break_before}--{boundary}\r\n\
             Content-Disposition: form-data; {disposition}\r\n\
             Content-Type: {media_type}\r\n\r\n"
        );
        pieces.extend([head.into_bytes().into(), data.into()]);
    };
    if let Some(input) = input {
        add("name=\"input\"", "application/json", input.as_bytes());
    }
    for file in files {
        add(&format!("name=\"{part}\"; filename=\"{}\"", file.name), &file.media_type, &file.data);
    }
    pieces.push(format!("\r\n--{boundary}--\r\n").into_bytes().into());
    pieces
}

/// The content of the part of that name.
#[must_use]
pub(crate) fn read<'a>(content_type: &str, body: &'a [u8], part: &str) -> Option<&'a [u8]> {
    let (media_type, parameters) = content_type.split_once(';')?;
    if !media_type.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameter(parameters, "boundary").filter(|boundary| boundary.len() <= MAX_BOUNDARY)?;
    let delimiter = format!("\r\n--{boundary}");
    // The first delimiter may have no preceding line.
    let first = delimiter.trim_start();
    let mut rest = body.get(memmem::find(body, first.as_bytes())? + first.len()..)?;
    let finder = memmem::Finder::new(&delimiter);
    loop {
        let end = finder.find(rest)?;
        let (head, content) = split(rest.get(..end)?)?;
        if name(head).is_some_and(|name| name == part) {
            return Some(content);
        }
        rest = rest.get(end + delimiter.len()..)?;
    }
}

/// Splits a part into its head, after the delimiter's line end, and its content, after an empty line.
fn split(part: &[u8]) -> Option<(&str, &[u8])> {
    let end = memmem::find(part, b"\r\n\r\n")?;
    Some((std::str::from_utf8(part.get(..end)?).ok()?, part.get(end + 4..)?))
}

fn name(head: &str) -> Option<&str> {
    let field =
        |line: &'_ str| line.split_once(':').is_some_and(|(name, _)| name.eq_ignore_ascii_case("content-disposition"));
    let (_, parameters) = head.lines().find(|line| field(line))?.split_once(';')?;
    parameter(parameters, "name")
}

/// The value of a header field's parameter, without quotation marks.
fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = parameters.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case(name))?;
    let value = value.trim();
    Some(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, data: &[u8]) -> File {
        File { name: name.to_owned(), media_type: "image/png".to_owned(), data: data.to_owned() }
    }

    #[test]
    fn boundaries_differ_and_fit_rfc_2046() {
        let (one, two) = (boundary(), boundary());
        assert_ne!(one, two);
        assert!(one.len() <= 70 && one.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    }

    #[test]
    fn a_body_has_its_document_and_its_files() {
        let files = [file("a.png", b"\x89PNG\r\n"), file("b.png", b"")];
        let body = write("X", Some("{}"), "evidence-file", &files).concat();
        let expected: &[u8] = b"--X\r\nContent-Disposition: form-data; name=\"input\"\r\nContent-Type: application/json\r\n\r\n{}\
            \r\n--X\r\nContent-Disposition: form-data; name=\"evidence-file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\
            \r\n--X\r\nContent-Disposition: form-data; name=\"evidence-file\"; filename=\"b.png\"\r\nContent-Type: image/png\r\n\r\n\
            \r\n--X--\r\n";
        assert_eq!(body, expected);
        assert_eq!(read("multipart/form-data; boundary=X", &body, "evidence-file"), Some(&b"\x89PNG\r\n"[..]));
        assert_eq!(read("multipart/form-data; boundary=X", &body, "input"), Some(&b"{}"[..]));
    }

    #[test]
    fn a_part_is_found_in_what_others_write() {
        let body = b"preamble\r\n--9f-1\r\ncontent-type: text/plain\r\nContent-disposition: form-data; filename=x; name=image\r\n\r\naGk=\r\n--9f-1--";
        assert_eq!(read("Multipart/Form-Data;charset=utf-8; Boundary=\"9f-1\"", body, "image"), Some(&b"aGk="[..]));
    }

    #[test]
    fn a_boundary_has_at_most_70_characters() {
        let read = |length| {
            let boundary = "b".repeat(length);
            let body =
                format!("--{boundary}\r\nContent-Disposition: form-data; name=image\r\n\r\naGk=\r\n--{boundary}--");
            read(&format!("multipart/form-data; boundary={boundary}"), body.as_bytes(), "image").map(<[u8]>::to_vec)
        };
        assert_eq!(read(70).as_deref(), Some(&b"aGk="[..]));
        assert_eq!(read(71), None);
    }

    #[test]
    fn an_invalid_body_has_no_part() {
        let body = b"--X\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\naGk=\r\n--X--\r\n";
        for (content_type, body) in [
            ("multipart/form-data; boundary=Y", &body[..]),
            ("multipart/form-data; boundary=", body),
            ("multipart/form-data", body),
            ("application/json; boundary=X", body),
            ("multipart/form-data; boundary=X", &body[..60]),
            ("multipart/form-data; boundary=X", b""),
            ("multipart/form-data; boundary=X", b"--X--"),
            ("multipart/form-data; boundary=X", b"--X\r\n\r\n\r\n--X"),
        ] {
            assert_eq!(read(content_type, body, "image"), None, "{content_type}");
        }
    }
}
