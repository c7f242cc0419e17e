//! Forged requests, and their responses.

use wasip2::{
    http::{
        outgoing_handler,
        types::{
            ErrorCode, Fields, FutureIncomingResponse, IncomingResponse, Method, OutgoingBody, OutgoingRequest, Scheme,
        },
    },
    io::streams::{OutputStream, StreamError},
};

use crate::bindings::kosha::connector::connection;

/// The placeholder for the token.
const TOKEN: &str = "{token}";

/// A request as the host reads it: a line `METHOD scheme://authority/path`, lines of header fields, an empty line, the body.
pub(crate) struct Forged<'a> {
    line: &'a str,
    headers: Vec<(String, Vec<u8>)>,
    body: &'a str,
}

impl<'a> Forged<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self, String> {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let (line, fields) = head.split_once('\n').unwrap_or((head, ""));
        let token = || connection::access_token(None).map(|token| token.value).map_err(|error| format!("{error:?}"));
        let field = |field: &str| {
            let (name, value) = field.split_once(": ").ok_or("a header field has no value")?;
            let value = match value.contains(TOKEN) {
                true => value.replace(TOKEN, &token()?),
                false => value.to_owned(),
            };
            // A line cannot contain these.
            let value = value.replace("\\r", "\r").replace("\\n", "\n");
            Ok((name.to_owned(), value.into_bytes()))
        };
        Ok(Self { line, headers: fields.lines().map(field).collect::<Result<_, String>>()?, body })
    }

    /// Sends the request, with its body if it has one.
    pub(crate) fn send(&self) -> Result<FutureIncomingResponse, String> {
        let (pending, body) = self.begin()?;
        if let Some(body) = body {
            let stream = body.write().map_err(|()| "the body is taken")?;
            write(&stream, self.body.as_bytes())?;
            drop(stream);
            OutgoingBody::finish(body, None).map_err(|code| said(&code))?;
        }
        Ok(pending)
    }

    /// Sends the request's head, and leaves its body to be written.
    pub(crate) fn begin(&self) -> Result<(FutureIncomingResponse, Option<OutgoingBody>), String> {
        let (method, uri) = self.line.split_once(' ').ok_or("the request has no URI")?;
        let (scheme, rest) = uri.split_once("://").ok_or("the URI has no scheme")?;
        let at = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(at);
        let fields = Fields::from_list(&self.headers).map_err(|error| format!("header: {error:?}"))?;
        let request = OutgoingRequest::new(fields);
        let method = match method {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "DELETE" => Method::Delete,
            "CONNECT" => Method::Connect,
            "OPTIONS" => Method::Options,
            "TRACE" => Method::Trace,
            "PATCH" => Method::Patch,
            other => Method::Other(other.to_owned()),
        };
        let scheme = match scheme {
            "https" => Scheme::Https,
            "http" => Scheme::Http,
            other => Scheme::Other(other.to_owned()),
        };
        request.set_method(&method).map_err(|()| "method")?;
        request.set_scheme(Some(&scheme)).map_err(|()| "scheme")?;
        request.set_authority(Some(authority)).map_err(|()| "authority")?;
        request.set_path_with_query(Some(path).filter(|path| !path.is_empty())).map_err(|()| "path")?;
        let body = match self.body {
            "" => None,
            _ => Some(request.body().map_err(|()| "body")?),
        };
        let pending = outgoing_handler::handle(request, None).map_err(|code| said(&code))?;
        Ok((pending, body))
    }
}

/// Writes to a body, in pieces of the size that the host accepts.
pub(crate) fn write(stream: &OutputStream, mut bytes: &[u8]) -> Result<(), String> {
    let ready = stream.subscribe();
    while !bytes.is_empty() {
        ready.block();
        let permitted = stream.check_write().map_err(|error| format!("{error:?}"))?;
        let (piece, rest) = bytes.split_at(bytes.len().min(usize::try_from(permitted).unwrap_or(usize::MAX)));
        stream.write(piece).map_err(|error| format!("{error:?}"))?;
        bytes = rest;
    }
    Ok(())
}

/// Waits for the head of a response.
pub(crate) fn head(pending: &FutureIncomingResponse) -> Result<IncomingResponse, String> {
    pending.subscribe().block();
    match pending.get() {
        Some(Ok(response)) => response.map_err(|code| said(&code)),
        other => Err(format!("no response: {other:?}")),
    }
}

/// Returns a response as text: the status, the header fields, an empty line, the body.
pub(crate) fn read(response: IncomingResponse) -> Result<String, String> {
    let mut text = format!("{}\n", response.status()).into_bytes();
    for (name, value) in response.headers().entries() {
        text.extend([name.as_bytes(), b": ", &value, b"\n"].concat());
    }
    text.push(b'\n');
    let body = response.consume().map_err(|()| "the body is taken")?;
    let stream = body.stream().map_err(|()| "the body is taken")?;
    loop {
        match stream.blocking_read(64 * 1024) {
            Ok(bytes) => text.extend(bytes),
            Err(StreamError::Closed) => return Ok(String::from_utf8_lossy(&text).into_owned()),
            Err(StreamError::LastOperationFailed(error)) => return Err(error.to_debug_string()),
        }
    }
}

fn said(code: &ErrorCode) -> String {
    format!("{code:?}")
}
