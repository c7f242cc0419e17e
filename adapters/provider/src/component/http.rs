//! Sends the request for a token, by the imported `wasi:http/outgoing-handler`.

use std::time::{Duration, Instant};

use egress_policy::Origin;
use wasip2::{
    http::{
        outgoing_handler,
        types::{
            ErrorCode, Fields, FutureIncomingResponse, IncomingResponse, Method, OutgoingBody, OutgoingRequest,
            RequestOptions, Scheme,
        },
    },
    io::streams::StreamError,
};

use super::clock::{nanoseconds, ready_by};
use crate::{
    endpoint::{self, App, MAX_ANSWER, unreachable},
    secret::Secret,
    token::{Granted, TokenError},
};

/// The size of each read.
const CHUNK: u64 = 16 * 1024;

/// Asks PayPal, or the simulator, for a token, for a time at most.
pub(super) fn request(origin: &Origin, app: &App, patience: Duration) -> Result<Granted, TokenError> {
    let until = Instant::now() + patience;
    let late = || unreachable("takes too long");
    let form = app.form();
    let request = outgoing_request(origin, app, &form).ok_or_else(|| unreachable("cannot be addressed"))?;
    let body = request.body().map_err(|()| unreachable("cannot be addressed"))?;
    let pending = outgoing_handler::handle(request, Some(options(patience))).map_err(|code| failed(&code))?;
    // If this fails, the host has given up, and returns the reason in place of an answer.
    let _ = write(body, form.expose().as_bytes(), until);
    let response = wait(&pending, until).ok_or_else(late)?.map_err(|code| failed(&code))?;
    let status = response.status();
    let retry_after = response.headers().get("retry-after").into_iter().next();
    let retry_after = retry_after.and_then(|value| String::from_utf8(value).ok());
    let answer = read(&response, until)?;
    endpoint::outcome(app, status, retry_after.as_deref(), &answer)
}

fn outgoing_request(Origin { https, authority }: &Origin, app: &App, form: &Secret) -> Option<OutgoingRequest> {
    let authorization = app.authorization();
    let length = form.expose().len().to_string();
    let fields = [
        ("accept", "application/json"),
        ("authorization", authorization.expose()),
        ("content-length", &length),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.as_bytes().to_owned()));
    let request = OutgoingRequest::new(Fields::from_list(&fields).ok()?);
    let scheme = if *https { Scheme::Https } else { Scheme::Http };
    request.set_method(&Method::Post).ok()?;
    request.set_scheme(Some(&scheme)).ok()?;
    request.set_authority(Some(authority)).ok()?;
    request.set_path_with_query(Some(endpoint::PATH)).ok()?;
    Some(request)
}

/// A host without timeouts returns an error, which is ignored: the component's own clock still ends each wait.
fn options(patience: Duration) -> RequestOptions {
    let options = RequestOptions::new();
    let time = Some(nanoseconds(patience));
    let _ = options.set_connect_timeout(time);
    let _ = options.set_first_byte_timeout(time);
    let _ = options.set_between_bytes_timeout(time);
    options
}

/// Writes the body. Returns none if the host has given up, or it takes too long.
fn write(body: OutgoingBody, mut bytes: &[u8], until: Instant) -> Option<()> {
    let stream = body.write().ok()?;
    let ready = stream.subscribe();
    let permitted = || loop {
        match stream.check_write().ok()? {
            0 if ready_by(&ready, until) => {}
            0 => return None,
            permitted => return Some(usize::try_from(permitted).unwrap_or(usize::MAX)),
        }
    };
    while !bytes.is_empty() {
        let (chunk, rest) = bytes.split_at(bytes.len().min(permitted()?));
        stream.write(chunk).ok()?;
        bytes = rest;
    }
    stream.flush().ok()?;
    permitted()?;
    // The stream's pollable first, then the stream.
    drop(ready);
    drop(stream);
    OutgoingBody::finish(body, None).ok()
}

fn wait(pending: &FutureIncomingResponse, until: Instant) -> Option<Result<IncomingResponse, ErrorCode>> {
    let ready = pending.subscribe();
    loop {
        if let Some(outcome) = pending.get() {
            return Some(outcome.unwrap_or(Err(ErrorCode::InternalError(None))));
        }
        if !ready_by(&ready, until) {
            return None;
        }
    }
}

fn read(response: &IncomingResponse, until: Instant) -> Result<Vec<u8>, TokenError> {
    let broken = || unreachable("broke off its answer");
    let body = response.consume().map_err(|()| broken())?;
    let stream = body.stream().map_err(|()| broken())?;
    let ready = stream.subscribe();
    let mut bytes = Vec::new();
    loop {
        match stream.read(CHUNK) {
            Ok(chunk) if bytes.len() + chunk.len() > MAX_ANSWER => return Err(unreachable("answered with too much")),
            Ok(chunk) => {
                bytes.extend(chunk);
                // Also while bytes come: a peer may send them one by one.
                if !ready_by(&ready, until) {
                    return Err(unreachable("takes too long"));
                }
            }
            Err(StreamError::Closed) => return Ok(bytes),
            Err(StreamError::LastOperationFailed(_)) => return Err(broken()),
        }
    }
}

/// Returns why there is no answer, by the host's error code.
fn failed(code: &ErrorCode) -> TokenError {
    unreachable(match code {
        ErrorCode::HttpRequestDenied => "cannot be reached: the host denies requests to it",
        ErrorCode::ConnectionRefused => "cannot be reached: the connection was refused",
        ErrorCode::DnsTimeout | ErrorCode::DnsError(_) | ErrorCode::DestinationNotFound => {
            "cannot be reached: its name was not found"
        }
        ErrorCode::TlsProtocolError | ErrorCode::TlsCertificateError | ErrorCode::TlsAlertReceived(_) => {
            "cannot be reached: TLS failed"
        }
        ErrorCode::ConnectionTimeout | ErrorCode::ConnectionReadTimeout | ErrorCode::HttpResponseTimeout => {
            "takes too long"
        }
        _ => "cannot be reached, or broke off",
    })
}
