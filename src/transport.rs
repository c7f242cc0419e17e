//! HTTP through the host's `wasi:http/outgoing-handler`: the only file that touches waki.
//!
//! It drives the bindings that waki generates, not waki's `Client`. The client writes the whole body before it looks for the
//! response, and when the host gives up in between it returns the stream's error and loses the reason, so that a refused
//! connection could not be told from a lost payment. It also knows no timeout but the one for connecting.

use std::{
    borrow::Cow,
    time::{Duration, Instant},
};

use waki::bindings::wasi::{
    http::{
        outgoing_handler,
        types::{
            ErrorCode, Fields, FutureIncomingResponse, IncomingBody, IncomingResponse, Method, OutgoingBody,
            OutgoingRequest, RequestOptions, Scheme, http_error_code,
        },
    },
    io::streams::{InputStream, StreamError},
};

use crate::{
    catalogue,
    request::Request,
    response::{Cause, Lost, Response},
    token::Token,
};

/// How much is read at a time. The guest allocates as much for each read.
const CHUNK: u64 = 64 * 1024;

/// Sends a request and reads the whole response.
pub(crate) fn send(request: &Request, token: Option<&Token>, deadline: Option<Instant>) -> Result<Response, Lost> {
    let outgoing = outgoing_request(request, token)?;
    let body = match &*request.body {
        [] => None,
        pieces => Some((outgoing.body().map_err(|()| refused("the request has no body"))?, pieces)),
    };
    let pending = outgoing_handler::handle(outgoing, deadline.map(options).transpose()?).map_err(lost)?;
    if let Some((body, pieces)) = body
        && write(&body, pieces).is_ok()
    {
        // Where this fails, as where writing does, the host has given up. Why, it says in place of the response.
        let _ = OutgoingBody::finish(body, None);
    }
    let response = wait(&pending).map_err(lost)?;
    Ok(Response {
        status: response.status(),
        headers: response.headers().entries(),
        body: read(response, request.max_answer, deadline),
    })
}

fn outgoing_request(request: &Request, token: Option<&Token>) -> Result<OutgoingRequest, Lost> {
    let mut headers: Vec<(String, Vec<u8>)> =
        request.headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_owned())).collect();
    headers.extend(token.map(|token| ("authorization".to_owned(), format!("Bearer {}", token.expose()).into_bytes())));
    let headers = Fields::from_list(&headers).map_err(|_| refused("a header is not allowed"))?;
    let outgoing = OutgoingRequest::new(headers);
    let method = match request.method {
        catalogue::Method::Get => Method::Get,
        catalogue::Method::Post => Method::Post,
        catalogue::Method::Put => Method::Put,
        catalogue::Method::Patch => Method::Patch,
        catalogue::Method::Delete => Method::Delete,
    };
    outgoing
        .set_method(&method)
        .and_then(|()| outgoing.set_scheme(Some(&Scheme::Https)))
        .and_then(|()| outgoing.set_authority(Some(request.authority)))
        .and_then(|()| outgoing.set_path_with_query(Some(&request.path_and_query)))
        .map_err(|()| refused("the URI is not allowed"))?;
    Ok(outgoing)
}

/// With a deadline no single wait may outlast it. Without one the host's own timeouts are in force.
fn options(deadline: Instant) -> Result<RequestOptions, Lost> {
    let options = RequestOptions::new();
    let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
    let left = u64::try_from(left.as_nanos()).unwrap_or(u64::MAX);
    options
        .set_connect_timeout(Some(left))
        .and_then(|()| options.set_first_byte_timeout(Some(left)))
        .and_then(|()| options.set_between_bytes_timeout(Some(left)))
        .map_err(|()| refused("the platform does not support timeouts, which a deadline needs"))?;
    Ok(options)
}

fn write(body: &OutgoingBody, pieces: &[Cow<[u8]>]) -> Result<(), StreamError> {
    let stream = body.write().map_err(|()| StreamError::Closed)?;
    let ready = stream.subscribe();
    for piece in pieces {
        let mut bytes = &**piece;
        while !bytes.is_empty() {
            ready.block();
            let permitted = usize::try_from(stream.check_write()?).unwrap_or(usize::MAX);
            let (chunk, rest) = bytes.split_at(bytes.len().min(permitted));
            stream.write(chunk)?;
            bytes = rest;
        }
    }
    stream.flush()?;
    ready.block();
    stream.check_write().map(|_| ())
}

fn wait(pending: &FutureIncomingResponse) -> Result<IncomingResponse, ErrorCode> {
    let ready = pending.subscribe();
    loop {
        // First, as no response is there at once: to ask for it before would cost every call a crossing to the host.
        ready.block();
        match pending.get() {
            Some(Ok(outcome)) => return outcome,
            // The host says that the response was taken before: it never was.
            Some(Err(())) => return Err(ErrorCode::InternalError(None)),
            None => {}
        }
    }
}

fn read(response: IncomingResponse, most: usize, deadline: Option<Instant>) -> Result<Vec<u8>, Cause> {
    let body: IncomingBody = response.consume().map_err(|()| Cause::Broken)?;
    let stream: InputStream = body.stream().map_err(|()| Cause::Broken)?;
    let mut bytes = Vec::new();
    loop {
        match stream.blocking_read(CHUNK) {
            Ok(chunk) if bytes.len() + chunk.len() > most => return Err(Cause::TooLarge),
            Ok(chunk) => bytes.extend(chunk),
            Err(StreamError::Closed) => return Ok(bytes),
            Err(StreamError::LastOperationFailed(error)) => {
                return Err(http_error_code(&error).map_or(Cause::Broken, |code| meaning(&code).0));
            }
        }
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Err(Cause::TimedOut);
        }
    }
}

/// What an error code of the host means, whether the request may have been sent before it, and in words. Where a code does
/// not say for certain that nothing was sent, something was.
fn meaning(code: &ErrorCode) -> (Cause, bool, &'static str) {
    use ErrorCode as Code;
    match code {
        Code::HttpRequestDenied => (Cause::Denied, false, "denied by the host's policy"),
        Code::DnsTimeout => (Cause::TimedOut, false, "name resolution timed out"),
        Code::ConnectionTimeout => (Cause::TimedOut, false, "connecting timed out"),
        Code::DnsError(_) | Code::DestinationNotFound => (Cause::Unreachable, false, "name resolution failed"),
        Code::DestinationUnavailable | Code::DestinationIpProhibited | Code::DestinationIpUnroutable => {
            (Cause::Unreachable, false, "no connection could be made")
        }
        Code::ConnectionLimitReached => (Cause::Limited, false, "it holds requests back, or has too many in flight"),
        Code::ConnectionRefused => (Cause::Unreachable, false, "the connection was refused"),
        Code::TlsProtocolError | Code::TlsCertificateError => (Cause::Unreachable, false, "TLS could not be agreed on"),
        Code::HttpRequestLengthRequired
        | Code::HttpRequestMethodInvalid
        | Code::HttpRequestUriInvalid
        | Code::HttpRequestUriTooLong => (Cause::Denied, false, "the host does not take the request"),
        Code::HttpRequestBodySize(_) | Code::HttpRequestHeaderSectionSize(_) | Code::HttpRequestHeaderSize(_) => {
            (Cause::TooLarge, false, "larger than the host sends")
        }
        Code::ConnectionReadTimeout | Code::ConnectionWriteTimeout | Code::HttpResponseTimeout => {
            (Cause::TimedOut, true, "the answer did not come in time")
        }
        Code::HttpResponseBodySize(_) | Code::HttpResponseHeaderSectionSize(_) | Code::HttpResponseHeaderSize(_) => {
            (Cause::TooLarge, true, "the answer is larger than the host takes")
        }
        Code::ConnectionTerminated | Code::HttpResponseIncomplete => (Cause::Broken, true, "the connection broke"),
        Code::HttpProtocolError => (Cause::Broken, true, "the answer is not HTTP"),
        _ => (Cause::Broken, true, "the exchange failed"),
    }
}

fn lost(code: ErrorCode) -> Lost {
    let (cause, sent, reason) = meaning(&code);
    Lost { cause, sent, reason: reason.to_owned() }
}

fn refused(reason: &str) -> Lost {
    Lost { cause: Cause::Denied, sent: false, reason: reason.to_owned() }
}
