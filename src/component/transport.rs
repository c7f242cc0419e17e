//! HTTP through the host's `wasi:http/outgoing-handler`: the only file that touches waki.
//!
//! It uses the bindings that waki generates, not waki's `Client`. The client writes the whole body before it checks for
//! the response. If the host gives up in between, it returns the stream's error and loses the reason, so that a refused
//! connection cannot be distinguished from a lost payment. It also has no timeout except for connecting.
//!
//! The guest's own clock also ends each wait, since a host may have no timeouts, or different ones.

mod codes;
mod wait;

use std::{
    borrow::Cow,
    time::{Duration, Instant},
};

use waki::bindings::wasi::{
    http::{
        outgoing_handler,
        types::{
            ErrorCode, Fields, FutureIncomingResponse, IncomingBody, IncomingResponse, Method, OutgoingBody,
            OutgoingRequest, RequestOptions, Scheme,
        },
    },
    io::streams::{InputStream, StreamError},
};

use crate::platform::{
    error_code::{Meaning, why_a_body_ends},
    request::{self, Request},
    response::{Cause, Response, SendError},
    timeouts::Timeouts,
    token::Token,
};

use wait::ready_by;
pub(crate) use wait::sleep;

/// The size of each read, which the guest allocates.
const CHUNK: u64 = 64 * 1024;

/// Sends a request and reads the whole response.
pub(crate) fn send(request: &Request, token: Option<&Token>, deadline: Option<Instant>) -> Result<Response, SendError> {
    let outgoing = outgoing_request(request, token)?;
    let body = match &*request.body {
        [] => None,
        pieces => Some((outgoing.body().map_err(|()| refused("the request has no body"))?, pieces)),
    };
    let length = request.body.iter().map(|piece| piece.len()).sum();
    let began = Instant::now();
    let timeouts = Timeouts::new(began, length, deadline);
    let until = timeouts.head_until(began);
    let pending = outgoing_handler::handle(outgoing, Some(options(&timeouts))).map_err(send_error)?;
    if let Some((body, pieces)) = body
        && write(&body, pieces, until).is_ok()
    {
        // If this or writing fails, the host has given up, and returns the reason in place of the response.
        let _ = OutgoingBody::finish(body, None);
    }
    let response = wait(&pending, until).map_err(send_error)?;
    Ok(Response {
        status: response.status(),
        headers: response.headers().entries(),
        body: read(response, request.max_answer, &timeouts),
    })
}

fn outgoing_request(request: &Request, token: Option<&Token>) -> Result<OutgoingRequest, SendError> {
    let mut headers: Vec<(String, Vec<u8>)> =
        request.headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_owned())).collect();
    headers.extend(token.map(|token| ("authorization".to_owned(), format!("Bearer {}", token.expose()).into_bytes())));
    let headers = Fields::from_list(&headers).map_err(|_| refused("a header is not allowed"))?;
    let outgoing = OutgoingRequest::new(headers);
    let method = match request.method {
        request::Method::Get => Method::Get,
        request::Method::Post => Method::Post,
        request::Method::Put => Method::Put,
        request::Method::Patch => Method::Patch,
        request::Method::Delete => Method::Delete,
    };
    outgoing
        .set_method(&method)
        .and_then(|()| outgoing.set_scheme(Some(&Scheme::Https)))
        .and_then(|()| outgoing.set_authority(Some(request.authority)))
        .and_then(|()| outgoing.set_path_with_query(Some(&request.path_and_query)))
        .map_err(|()| refused("the URI is not allowed"))?;
    Ok(outgoing)
}

/// A host without timeouts returns an error, which is ignored: the guest's own clock still ends each wait.
fn options(timeouts: &Timeouts) -> RequestOptions {
    let nanoseconds = |time: Duration| Some(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    let options = RequestOptions::new();
    let _ = options.set_connect_timeout(nanoseconds(timeouts.connect));
    let _ = options.set_first_byte_timeout(nanoseconds(timeouts.first_byte));
    let _ = options.set_between_bytes_timeout(nanoseconds(timeouts.between_bytes));
    options
}

/// Writes a body. If that takes too long, the stream counts as closed, and the wait for the response then ends at once.
fn write(body: &OutgoingBody, pieces: &[Cow<[u8]>], until: Instant) -> Result<(), StreamError> {
    let stream = body.write().map_err(|()| StreamError::Closed)?;
    let ready = stream.subscribe();
    let permitted = || loop {
        match stream.check_write()? {
            0 if ready_by(&ready, until) => {}
            0 => return Err(StreamError::Closed),
            permitted => return Ok(usize::try_from(permitted).unwrap_or(usize::MAX)),
        }
    };
    for piece in pieces {
        let mut bytes = &**piece;
        while !bytes.is_empty() {
            let (chunk, rest) = bytes.split_at(bytes.len().min(permitted()?));
            stream.write(chunk)?;
            bytes = rest;
        }
    }
    stream.flush()?;
    permitted().map(|_| ())
}

fn wait(pending: &FutureIncomingResponse, until: Instant) -> Result<IncomingResponse, ErrorCode> {
    let ready = pending.subscribe();
    loop {
        // Wait first: there is never a response at once, and checking for it would cost every call a crossing to the
        // host.
        let in_time = ready_by(&ready, until);
        match pending.get() {
            Some(Ok(outcome)) => return outcome,
            // The host claims that the response was already taken, which it was not.
            Some(Err(())) => return Err(ErrorCode::InternalError(None)),
            None if in_time => {}
            None => return Err(ErrorCode::HttpResponseTimeout),
        }
    }
}

fn read(response: IncomingResponse, most: usize, timeouts: &Timeouts) -> Result<Vec<u8>, Cause> {
    let body: IncomingBody = response.consume().map_err(|()| Cause::Broken)?;
    let stream: InputStream = body.stream().map_err(|()| Cause::Broken)?;
    // Only if it is not all there yet.
    let mut ready = None;
    let mut bytes = Vec::new();
    let mut until = timeouts.piece_until(Instant::now());
    loop {
        match stream.read(CHUNK) {
            Ok(chunk) if bytes.len() + chunk.len() > most => return Err(Cause::TooLarge),
            Ok(chunk) if chunk.is_empty() => {
                if !ready_by(ready.get_or_insert_with(|| stream.subscribe()), until) {
                    return Err(Cause::TimedOut);
                }
            }
            Ok(chunk) => {
                bytes.extend(chunk);
                let now = Instant::now();
                if timeouts.is_over(now) {
                    return Err(Cause::TimedOut);
                }
                until = timeouts.piece_until(now);
            }
            Err(StreamError::Closed) => return Ok(bytes),
            Err(StreamError::LastOperationFailed(error)) => {
                return Err(why_a_body_ends(&error.to_debug_string()));
            }
        }
    }
}

fn send_error(code: ErrorCode) -> SendError {
    let Meaning { cause, sent, reason } = codes::of(&code).meaning();
    SendError { cause, sent, reason: reason.to_owned() }
}

fn refused(reason: &str) -> SendError {
    SendError { cause: Cause::Denied, sent: false, reason: reason.to_owned() }
}
