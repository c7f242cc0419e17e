//! Answers of a PayPal that lies, is broken, or is only odd.

use std::time::Duration;

use crate::{
    TOKEN,
    server::{Answer, Received, response},
};

/// How a call must treat an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Not a success: PayPal's document of the resource is missing.
    Lie,
    /// It never ends; otherwise as a lie.
    Slow,
    /// A refusal by a status that PayPal documents, whatever its document is.
    Refusal,
    /// A success, oddly written.
    Odd,
}

/// An answer. `id` is the requested resource's.
pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    pub(crate) verdict: Verdict,
    make: fn(id: &str) -> Answer,
}

impl Hostile {
    pub(crate) fn answer(&self, id: &str) -> Answer {
        (self.make)(id)
    }
}

/// Returns the id at the end of a path, or before its verb.
pub(crate) fn id_of(request: &Received) -> String {
    let path = request.line.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default();
    let path = path.trim_end_matches("/capture").trim_end_matches("/confirm-payment-source");
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

const JSON: &str = "content-type: application/json\r\n";

/// Header fields with a token, from a server that repeats what it was sent.
fn echoing() -> String {
    format!("{JSON}paypal-debug-id: {TOKEN}\r\nx-echo: Bearer {TOKEN}\r\n")
}

fn json(status: &str, body: impl AsRef<[u8]>) -> Answer {
    Answer::Send(response(status, &echoing(), body.as_ref()))
}

fn raw(text: impl Into<Vec<u8>>) -> Answer {
    Answer::Close(text.into())
}

fn with_headers(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Answer {
    Answer::Close(response(status, headers, body.as_ref()))
}

/// Returns a document of the right resource, with more members than its id.
fn order(id: &str, more: &str) -> String {
    format!(r#"{{"id": "{id}", "status": "COMPLETED"{more}}}"#)
}

const ERROR: &str =
    r#"{"name": "INTERNAL_SERVER_ERROR", "message": "No.", "debug_id": "f00d", "details": [{"issue": "X"}]}"#;

const fn lie(name: &'static str, make: fn(&str) -> Answer) -> Hostile {
    Hostile { name, verdict: Verdict::Lie, make }
}

const fn slow(name: &'static str, make: fn(&str) -> Answer) -> Hostile {
    Hostile { name, verdict: Verdict::Slow, make }
}

const fn refusal(name: &'static str, make: fn(&str) -> Answer) -> Hostile {
    Hostile { name, verdict: Verdict::Refusal, make }
}

const fn odd(name: &'static str, make: fn(&str) -> Answer) -> Hostile {
    Hostile { name, verdict: Verdict::Odd, make }
}

/// Longer than any deadline of these tests.
const PAUSE: Duration = Duration::from_millis(400);

/// Answers to a read or a write whose answer is a resource with an id.
pub(crate) const OF_A_RESOURCE: &[Hostile] = &[
    // Documents that are not a resource, or another one.
    lie("null", |_| json("200 OK", "null")),
    lie("a list", |_| json("200 OK", "[]")),
    lie("a number", |_| json("200 OK", "123")),
    lie("a string", |id| json("200 OK", format!("\"{id}\""))),
    lie("an empty object", |_| json("200 OK", "{}")),
    lie("an id that is null", |_| json("200 OK", r#"{"id": null, "status": "COMPLETED"}"#)),
    lie("an id that is a list", |id| json("200 OK", format!(r#"{{"id": ["{id}"]}}"#))),
    lie("an id that is an object", |id| json("200 OK", format!(r#"{{"id": {{"id": "{id}"}}}}"#))),
    lie("an id of half a surrogate", |_| json("200 OK", r#"{"id": "\ud83d", "status": "COMPLETED"}"#)),
    lie("an id that is 1e999", |_| json("200 OK", r#"{"id": 1e999}"#)),
    lie("another's document", |_| json("200 OK", order("0THER0127TN364715", ""))),
    lie("an error with 200", |_| json("200 OK", ERROR)),
    lie("an error around the id", |id| {
        json("201 Created", format!(r#"{{"id": "{id}", "name": "N", "message": "M", "debug_id": "f00d"}}"#))
    }),
    lie("an OAuth error with 200", |id| {
        json("200 OK", format!(r#"{{"id": "{id}", "error": "invalid_token", "error_description": "{TOKEN}"}}"#))
    }),
    lie("doubled ids, the last another's", |id| json("200 OK", format!(r#"{{"id": "{id}", "id": "0THER"}}"#))),
    lie("doubled ids, the last null", |id| json("200 OK", format!(r#"{{"id": "{id}", "id": null}}"#))),
    lie("a page of others", |id| json("200 OK", format!(r#"{{"orders": [{{"id": "{id}"}}]}}"#))),
    // Not JSON.
    lie("nothing", |_| json("200 OK", "")),
    lie("white space", |_| json("200 OK", " \r\n\t ")),
    lie("a web page", |id| with_headers("200 OK", "content-type: text/html\r\n", format!("<html>{id}</html>"))),
    lie("half a document", |id| json("200 OK", &order(id, "")[..20])),
    lie("two documents", |id| json("200 OK", order(id, "").repeat(2))),
    lie("bytes that are no text", |id| {
        json("200 OK", [format!(r#"{{"id": "{id}", "x": ""#).as_bytes(), b"\xff\xfe\"}"].concat())
    }),
    lie("a raw control character", |id| json("200 OK", order(id, ", \"x\": \"\u{1}\""))),
    lie("a byte order mark", |id| json("200 OK", format!("\u{feff}{}", order(id, "")))),
    lie("brackets without an end", |_| json("200 OK", "[".repeat(200_000))),
    lie("objects without an end", |_| json("200 OK", "{\"id\":".repeat(100_000))),
    lie("a million of {}", |_| json("200 OK", format!("[{}{{}}]", "{},".repeat(1_000_000)))),
    lie("UTF-16", |id| json("200 OK", order(id, "").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>())),
    // Statuses that PayPal does not document for it.
    lie("202 with nothing", |_| json("202 Accepted", "")),
    lie("203", |id| json("203 Non-Authoritative Information", order(id, ""))),
    lie("204", |_| raw("HTTP/1.1 204 No Content\r\n\r\n")),
    lie("205", |_| raw("HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n")),
    lie("206", |id| json("206 Partial Content", order(id, ""))),
    lie("207", |id| json("207 Multi-Status", order(id, ""))),
    lie("226", |id| json("226 IM Used", order(id, ""))),
    lie("299", |id| json("299 Fine", order(id, ""))),
    lie("300", |id| json("300 Multiple Choices", order(id, ""))),
    lie("301", |_| with_headers("301 Moved Permanently", "location: https://evil.example/\r\n", "")),
    lie("302 to itself", |_| with_headers("302 Found", "location: /v2/checkout/orders/5O190127TN364715T\r\n", "")),
    lie("303", |_| with_headers("303 See Other", "location: http://127.0.0.1:1/\r\n", "")),
    lie("304", |_| raw("HTTP/1.1 304 Not Modified\r\n\r\n")),
    lie("307", |_| with_headers("307 Temporary Redirect", "location: https://evil.example/\r\n", "")),
    lie("308", |_| with_headers("308 Permanent Redirect", "location: //evil.example/\r\n", "")),
    lie("100 and no more", |_| raw("HTTP/1.1 100 Continue\r\n\r\n")),
    lie("101", |_| raw("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n")),
    lie("599", |_| json("599 Network Connect Timeout", ERROR)),
    lie("999", |id| json("999 What", order(id, ""))),
    lie("500 with the document", |id| json("500 Internal Server Error", order(id, ""))),
    lie("501", |_| json("501 Not Implemented", ERROR)),
    lie("418", |_| json("418 I'm a teapot", ERROR)),
    lie("408", |_| json("408 Request Timeout", ERROR)),
    // Broken HTTP.
    lie("no answer", |_| raw("")),
    lie("no HTTP", |_| raw("SSH-2.0-OpenSSH_9.6\r\n")),
    lie("half a head", |_| raw("HTTP/1.1 200 OK\r\ncontent-le")),
    lie("a length that is none", |id| {
        raw(format!("HTTP/1.1 200 OK\r\n{JSON}content-length: many\r\n\r\n{}", order(id, "")))
    }),
    lie("two lengths", |id| {
        let body = order(id, "");
        raw(format!("HTTP/1.1 200 OK\r\n{JSON}content-length: {}\r\ncontent-length: 3\r\n\r\n{body}", body.len()))
    }),
    lie("a length that is too large", |id| {
        let body = order(id, "");
        raw(format!("HTTP/1.1 200 OK\r\n{JSON}content-length: {}\r\n\r\n{body}", body.len() + 1))
    }),
    lie("a length that is too small", |id| {
        let body = order(id, "");
        raw(format!("HTTP/1.1 200 OK\r\n{JSON}content-length: {}\r\n\r\n{body}", body.len() - 1))
    }),
    lie("chunks without an end", |id| {
        let body = order(id, "");
        raw(format!("HTTP/1.1 200 OK\r\n{JSON}transfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n", body.len()))
    }),
    lie("chunks that are none", |id| {
        raw(format!("HTTP/1.1 200 OK\r\n{JSON}transfer-encoding: chunked\r\n\r\nzz\r\n{}", order(id, "")))
    }),
    lie("a head of a megabyte", |id| {
        let body = order(id, "");
        let head = format!("x-long: {}\r\n", "x".repeat(1 << 20));
        with_headers("200 OK", &head, body)
    }),
    lie("a hundred thousand header fields", |id| with_headers("200 OK", &"x-y: z\r\n".repeat(100_000), order(id, ""))),
    lie("a control character in a header field", |id| with_headers("200 OK", "x-y: a\u{0}b\r\n", order(id, ""))),
    // Codings that were not requested.
    lie("gzip", |id| with_headers("200 OK", &format!("{JSON}content-encoding: gzip\r\n"), order(id, ""))),
    lie("gzip that is", |_| {
        json("200 OK", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3")
    }),
    lie("brotli", |id| with_headers("200 OK", &format!("{JSON}content-encoding: br\r\n"), order(id, ""))),
    lie("more than is read", |id| json("200 OK", order(id, &format!(r#", "x": "{}""#, "x".repeat(17 << 20))))),
    // Answers that never end.
    slow("silence", |_| Answer::Silence),
    slow("a head that is trickled", |id| {
        Answer::Trickle(b"HTTP/1.1 200 OK\r\n".to_vec(), format!("x-y: {id}\r\n").repeat(20).into_bytes(), PAUSE)
    }),
    slow("a body that is trickled", |id| {
        let body = order(id, "");
        let head = format!("HTTP/1.1 200 OK\r\n{JSON}content-length: {}\r\n\r\n", body.len());
        Answer::Trickle(head.into_bytes(), body.into_bytes(), PAUSE)
    }),
    slow("a body of spaces that is trickled", |id| {
        let head = format!("HTTP/1.1 200 OK\r\n{JSON}content-length: 5000\r\n\r\n{}", order(id, ""));
        Answer::Trickle(head.into_bytes(), vec![b' '; 100], PAUSE)
    }),
    // Refusals.
    refusal("422 with dense details", |_| {
        let details = "{},".repeat(1 << 20);
        json("422 Unprocessable Entity", format!(r#"{{"name": "UNPROCESSABLE_ENTITY", "details": [{details}{{}}]}}"#))
    }),
    refusal("422 with nothing", |_| json("422 Unprocessable Entity", "")),
    refusal("422 with the document", |id| json("422 Unprocessable Entity", order(id, ""))),
    refusal("400 nested deep", |_| json("400 Bad Request", format!("{{\"details\": {}", "[".repeat(100_000)))),
    refusal("400 that echoes", |_| {
        json("400 Bad Request", format!(r#"{{"name": "{TOKEN}", "message": "Bearer {TOKEN}", "debug_id": "{TOKEN}"}}"#))
    }),
    refusal("403 that echoes as text", |_| {
        with_headers("403 Forbidden", "content-type: text/plain\r\n", format!("no: Bearer {TOKEN}"))
    }),
    refusal("404 with a web page", |_| with_headers("404 Not Found", "content-type: text/html\r\n", "<html>")),
    refusal("401 with a web page", |_| with_headers("401 Unauthorized", "content-type: text/html\r\n", "<html>")),
    refusal("401 with nothing", |_| json("401 Unauthorized", "")),
    refusal("401 of half a surrogate", |_| json("401 Unauthorized", r#"{"error": "invalid_token", "x": "\ud83d"}"#)),
    refusal("429 without an end", |_| {
        with_headers("429 Too Many Requests", "retry-after: 18446744073709551616\r\n", ERROR)
    }),
    // Valid answers, which must not be refused.
    odd("half a surrogate", |id| json("200 OK", order(id, r#", "note": "\ud83d""#))),
    odd("a doubled member", |id| json("200 OK", order(id, r#", "status": "VOIDED", "status": "COMPLETED""#))),
    odd("a doubled id", |id| json("200 OK", format!(r#"{{"id": "0THER", "id": "{id}"}}"#))),
    odd("1e999", |id| json("200 OK", order(id, r#", "x": [1e999, -0, 123456789012345678901234567890]"#))),
    odd("a thousand levels", |id| {
        json("200 OK", order(id, &format!(r#", "x": {}{}"#, "[".repeat(1000), "]".repeat(1000))))
    }),
    odd("names that are none", |id| json("200 OK", order(id, r#", "": 1, "\u0000": {"\ud800": []}"#))),
    odd("white space around it", |id| json("200 OK", format!(" \r\n{}\n\t", order(id, "")))),
    odd("no media type", |id| Answer::Send(response("200 OK", "", order(id, "").as_bytes()))),
    odd("chunks", |id| {
        let pieces: String = order(id, "").chars().map(|it| format!("1\r\n{it}\r\n")).collect();
        Answer::Send(
            format!("HTTP/1.1 200 OK\r\n{JSON}transfer-encoding: chunked\r\n\r\n{pieces}0\r\n\r\n").into_bytes(),
        )
    }),
    odd("a continuation first", |id| {
        let answer = response("200 OK", JSON, order(id, "").as_bytes());
        Answer::Send([b"HTTP/1.1 100 Continue\r\n\r\n", &*answer].concat())
    }),
    odd("a document that ends with the connection", |id| {
        raw(format!("HTTP/1.1 200 OK\r\n{JSON}connection: close\r\n\r\n{}", order(id, "")))
    }),
];

/// Answers to a request for a further page of plans, after an honest first page.
pub(crate) const OF_A_PAGE: &[Hostile] = &[
    lie("null", |_| json("200 OK", "null")),
    lie("a list", |_| json("200 OK", r#"[{"id": "P-2"}]"#)),
    lie("a list that is an object", |_| json("200 OK", r#"{"plans": {}}"#)),
    lie("a list that is a string", |_| json("200 OK", r#"{"plans": "P-2"}"#)),
    lie("a doubled list, the last none", |_| json("200 OK", r#"{"plans": [], "plans": 7}"#)),
    lie("a page of something else", |_| json("200 OK", r#"{"products": [{"id": "PROD-1"}], "total_items": 1}"#)),
    lie("a plan", |_| json("200 OK", r#"{"id": "P-2", "status": "ACTIVE", "links": []}"#)),
    lie("an error", |_| json("200 OK", ERROR)),
    lie("a cut page", |_| json("200 OK", r#"{"plans": [{"id": "P-2"}"#)),
    lie("nothing", |_| json("200 OK", "")),
    lie("204", |_| raw("HTTP/1.1 204 No Content\r\n\r\n")),
    lie("206", |_| json("206 Partial Content", r#"{"plans": []}"#)),
    lie("a redirect", |_| with_headers("302 Found", "location: https://evil.example/\r\n", "")),
    lie("a web page", |_| with_headers("200 OK", "content-type: text/html\r\n", "<html>")),
    lie("gzip", |_| with_headers("200 OK", "content-encoding: gzip\r\n", r#"{"plans": []}"#)),
    lie("500", |_| json("500 Internal Server Error", ERROR)),
    lie("no answer", |_| raw("")),
    lie("a length that is too large", |_| raw("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"plans\": []}")),
    slow("silence", |_| Answer::Silence),
];

/// Answers to a request for a token. A lie here gives no token.
pub(crate) const OF_THE_TOKEN_ENDPOINT: &[Hostile] = &[
    lie("null", |_| json("200 OK", "null")),
    lie("a list", |_| json("200 OK", "[]")),
    lie("no token", |_| json("200 OK", r#"{"token_type": "Bearer", "expires_in": 32400}"#)),
    lie("an empty token", |_| json("200 OK", r#"{"access_token": ""}"#)),
    lie("a token that is a number", |_| json("200 OK", r#"{"access_token": 7}"#)),
    lie("a token that is a list", |_| json("200 OK", r#"{"access_token": ["x"]}"#)),
    lie("a token with a line break", |_| json("200 OK", r#"{"access_token": "A\r\nx-evil: 1"}"#)),
    lie("a token with a zero", |_| json("200 OK", r#"{"access_token": "A\u0000"}"#)),
    lie("a token of half a surrogate", |_| json("200 OK", r#"{"access_token": "\ud83d"}"#)),
    lie("a token without an end", |_| json("200 OK", r#"{"access_token": "A21AA"#)),
    lie("a web page", |_| with_headers("200 OK", "content-type: text/html\r\n", "<html>")),
    lie("nothing", |_| json("200 OK", "")),
    lie("204", |_| raw("HTTP/1.1 204 No Content\r\n\r\n")),
    lie("a redirect", |_| {
        with_headers("307 Temporary Redirect", "location: https://evil.example/v1/oauth2/token\r\n", "")
    }),
    lie("a redirect to itself", |_| with_headers("302 Found", "location: /v1/oauth2/token\r\n", "")),
    lie("brackets without an end", |_| json("200 OK", "[".repeat(200_000))),
    lie("more than is read", |_| json("200 OK", format!(r#"{{"access_token": "{}"}}"#, "A".repeat(1 << 20)))),
    lie("a head of a megabyte", |_| with_headers("200 OK", &format!("x-y: {}\r\n", "x".repeat(1 << 20)), "{}")),
    lie("gzip", |_| with_headers("200 OK", "content-encoding: gzip\r\n", b"\x1f\x8b\x08")),
    lie("no answer", |_| raw("")),
    lie("no HTTP", |_| raw("220 smtp ready\r\n")),
    lie("500", |_| json("500 Internal Server Error", "{}")),
    lie("429 without an end", |_| with_headers("429 Too Many Requests", "retry-after: 18446744073709551616\r\n", "")),
    lie("401 with an empty body", |_| json("401 Unauthorized", "")),
    slow("silence", |_| Answer::Silence),
    slow("a body that is trickled", |_| {
        let body = r#"{"access_token": "A21AA-granted", "expires_in": 32400}"#;
        let head = format!("HTTP/1.1 200 OK\r\n{JSON}content-length: {}\r\n\r\n", body.len());
        Answer::Trickle(head.into_bytes(), body.as_bytes().to_vec(), PAUSE)
    }),
    odd("a token for ever", |_| {
        json("200 OK", r#"{"access_token": "A21AA-granted", "expires_in": 18446744073709551615}"#)
    }),
    odd("a token for half of that", |_| {
        json("200 OK", r#"{"access_token": "A21AA-granted", "expires_in": 9223372036854775807}"#)
    }),
    odd("a token for no time", |_| json("200 OK", r#"{"access_token": "A21AA-granted", "expires_in": 0}"#)),
    odd("a token without a time", |_| json("200 OK", r#"{"access_token": "A21AA-granted"}"#)),
    odd("half a surrogate beside it", |_| {
        json("200 OK", r#"{"access_token": "A21AA-granted", "nonce": "\ud83d", "x": 1e999}"#)
    }),
];

/// Answers to a request for the certificate of an event.
pub(crate) const OF_A_CERTIFICATE: &[Hostile] = &[
    lie("nothing", |_| json("200 OK", "")),
    lie("a web page", |_| with_headers("200 OK", "content-type: text/html\r\n", "<html>")),
    lie("no certificate", |_| json("200 OK", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")),
    lie("half a certificate", |_| json("200 OK", "-----BEGIN CERTIFICATE-----\nMIIB")),
    lie("a key", |_| json("200 OK", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")),
    lie("bytes", |_| json("200 OK", [0_u8, 0xff, 0x30, 0x82].repeat(1000))),
    lie("many certificates", |_| {
        json("200 OK", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".repeat(10_000))
    }),
    lie("more than is read", |_| json("200 OK", "A".repeat(4 << 20))),
    lie("gzip", |_| with_headers("200 OK", "content-encoding: gzip\r\n", "-----BEGIN CERTIFICATE-----")),
    lie("a redirect", |_| with_headers("302 Found", "location: https://evil.example/cert\r\n", "")),
    lie("204", |_| raw("HTTP/1.1 204 No Content\r\n\r\n")),
    lie("404", |_| json("404 Not Found", "{}")),
    lie("500", |_| json("500 Internal Server Error", "{}")),
    lie("no answer", |_| raw("")),
    lie("a head of a megabyte", |_| with_headers("200 OK", &format!("x-y: {}\r\n", "x".repeat(1 << 20)), "{}")),
    slow("silence", |_| Answer::Silence),
    slow("a body that is trickled", |_| {
        Answer::Trickle(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n".to_vec(), vec![b'-'; 100], PAUSE)
    }),
];

/// Returns a valid page, with a link to another.
pub(crate) fn honest_page(href: &str) -> Answer {
    let link = format!(r#"{{"rel": "next", "href": "{href}"}}"#);
    json("200 OK", format!(r#"{{"plans": [{{"id": "P-1"}}], "links": [{link}]}}"#))
}
