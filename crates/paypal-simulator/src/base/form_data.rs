//! Bodies of `multipart/form-data` (RFC 7578), read.

use bytes::Bytes;

/// The maximum length of a boundary (RFC 2046 section 5.1.1).
const MAX_BOUNDARY: usize = 70;
/// The maximum length of a part's head, and of all parts together, in bytes and in number: PayPal takes 100 files at most.
const MAX_HEAD: usize = 8 * 1024;
const MAX_PARTS: usize = 128;

/// A part of a form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// The name of the file, if it is one.
    pub(crate) file_name: Option<String>,
    /// Without parameters, in lower case; empty if there is none.
    pub(crate) media_type: String,
    pub(crate) content: Bytes,
}

/// Whether `Content-Type` is that of a form with parts.
pub(crate) fn is_form(content_type: &str) -> bool {
    media_type(content_type) == "multipart/form-data"
}

/// Returns the parts of a body, in their order. Nothing is copied: their contents are slices of it.
///
/// `None` if the body is malformed or incomplete, or has more than 128 parts or a head of more than 8 KiB.
pub(crate) fn read(content_type: &str, body: &Bytes) -> Option<Vec<Part>> {
    let boundary = parameter(content_type, "boundary")?;
    if !is_form(content_type) || boundary.is_empty() || boundary.len() > MAX_BOUNDARY {
        return None;
    }
    let delimiter = format!("\r\n--{boundary}");
    let delimiter = delimiter.as_bytes();
    // The first delimiter has no line end before it, unless something precedes it, which is to be ignored.
    let mut at = match body.strip_prefix(&delimiter[2..]) {
        Some(_) => delimiter.len() - 2,
        None => find(body, 0, delimiter)? + delimiter.len(),
    };
    let mut parts = Vec::new();
    while !body[at..].starts_with(b"--") {
        at += body[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if parts.len() == MAX_PARTS || !body[at..].starts_with(b"\r\n") {
            return None;
        }
        // The blank line after the head may follow the delimiter's own line end at once.
        let end_of_head = find(body, at, b"\r\n\r\n")?;
        let head = body.get(at + 2..end_of_head.max(at + 2)).filter(|head| head.len() <= MAX_HEAD)?;
        let start = end_of_head + 4;
        let end = find(body, start - 2, delimiter)?;
        parts.push(part(head, body.slice(start.min(end)..end))?);
        at = end + delimiter.len();
    }
    Some(parts)
}

fn part(head: &[u8], content: Bytes) -> Option<Part> {
    let head = String::from_utf8_lossy(head);
    let header = |name: &str| {
        let mut fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
        fields.find(|(it, _)| it.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value)
    };
    let disposition = header("content-disposition").filter(|it| media_type(it) == "form-data")?;
    let name = parameter(disposition, "name")?;
    let file_name = parameter(disposition, "filename");
    Some(Part { name, file_name, media_type: header("content-type").map(media_type).unwrap_or_default(), content })
}

/// Returns the value of a header without its parameters, in lower case.
fn media_type(value: &str) -> String {
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Returns a parameter of a header's value: a token or a quoted string. Browsers escape quotation marks as `%22`, others with
/// a backslash.
fn parameter(value: &str, wanted: &str) -> Option<String> {
    let mut letters = value.chars();
    // What comes before the first parameter is the value itself.
    letters.by_ref().find(|letter| *letter == ';')?;
    loop {
        let name: String = letters.by_ref().take_while(|letter| *letter != '=').collect();
        if name.is_empty() {
            return None;
        }
        let mut text = String::new();
        let (mut quoted, mut escaped) = (false, false);
        for letter in letters.by_ref() {
            match letter {
                _ if escaped => text.push(letter),
                '\\' if quoted => {}
                '"' => quoted = !quoted,
                ';' if !quoted => break,
                _ => text.push(letter),
            }
            escaped = quoted && letter == '\\' && !escaped;
        }
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(text.trim().replace("%22", "\""));
        }
    }
}

/// Returns where a sequence that begins with a carriage return first occurs.
fn find(body: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    let rest = body.get(from..)?;
    let mut starts = rest.iter().enumerate().filter(|(_, byte)| **byte == b'\r').map(|(at, _)| at);
    starts.find(|at| rest[*at..].starts_with(wanted)).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=\"a b\"";

    fn parts(body: &str) -> Option<Vec<Part>> {
        read(TYPE, &Bytes::copy_from_slice(body.as_bytes()))
    }

    #[test]
    fn parts_are_read_as_they_are() {
        let body = "ignored\r\n--a b\r\nContent-Disposition: form-data; name=\"input\"\r\n\
                    Content-Type: application/json; charset=utf-8\r\n\r\n{}\r\n--a b \t\r\n\
                    content-disposition: form-data; name=file1; filename=\"a; \\\"b\\\".pdf\"\r\n\
                    content-type: Application/PDF\r\n\r\n\r\n--a\r\n--a b\r\n\
                    Content-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--a b--\r\nignored";
        let part = |name: &str, file_name: Option<&str>, media_type: &str, content: &'static str| Part {
            name: name.to_owned(),
            file_name: file_name.map(str::to_owned),
            media_type: media_type.to_owned(),
            content: Bytes::from(content),
        };
        let expected = [
            part("input", None, "application/json", "{}"),
            part("file1", Some("a; \"b\".pdf"), "application/pdf", "\r\n--a"),
            part("empty", None, "", ""),
        ];
        assert_eq!(parts(body).unwrap(), expected);
        assert_eq!(parts("--a b--").unwrap(), []);
    }

    #[test]
    fn malformed_bodies_are_refused() {
        let head = "Content-Disposition: form-data; name=x";
        for body in [
            String::new(),
            "--a b".to_owned(),
            "--a b\r\n".to_owned(),
            format!("--a b\r\n{head}\r\n\r\nno end"),
            format!("--a b\r\n{head}\r\n\r\nno end\r\n--a b"),
            format!("--a b{head}\r\n\r\n\r\n--a b--"),
            "--a b\r\n\r\nno head\r\n--a b--".to_owned(),
            "--a b\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--a b--".to_owned(),
            "--a b\r\nContent-Disposition: attachment; name=x\r\n\r\n\r\n--a b--".to_owned(),
            format!("--a b\r\n{head}\r\nX: {}\r\n\r\n\r\n--a b--", "x".repeat(MAX_HEAD)),
            format!("{}--a b--", format!("--a b\r\n{head}\r\n\r\n\r\n").repeat(MAX_PARTS + 1)),
        ] {
            assert_eq!(parts(&body), None, "{body}");
        }
        let most = format!("{}--a b--", format!("--a b\r\n{head}\r\n\r\n\r\n").repeat(MAX_PARTS));
        assert_eq!(parts(&most).unwrap().len(), MAX_PARTS);
        for content_type in ["multipart/form-data", "multipart/mixed; boundary=x", "multipart/form-data; boundary="] {
            assert_eq!(read(content_type, &Bytes::from("--x--")), None, "{content_type}");
        }
    }
}
