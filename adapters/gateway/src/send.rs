//! Posts a document.

use http::HeaderMap;
use wasip2::{
    clocks::monotonic_clock::{now, subscribe_instant},
    http::{
        outgoing_handler::handle,
        types::{Fields, Method, OutgoingBody, OutgoingRequest, RequestOptions, Scheme},
    },
    io::poll::{Pollable, poll},
};

use crate::forward::Url;

/// How long the consumer may take to receive the document and to answer, in nanoseconds. PayPal waits for about half a minute.
const ANSWER: u64 = 15_000_000_000;

/// How long a connection may take, in nanoseconds.
const CONNECT: u64 = 5_000_000_000;

/// Posts a document. Returns the status of the answer, whose body is not read.
pub(crate) fn post(url: &Url, headers: &HeaderMap, document: &[u8]) -> Result<u16, &'static str> {
    const REFUSED: &str = "the request cannot be made";
    let fields = Fields::new();
    for (name, value) in headers {
        fields.append(name.as_str(), value.as_bytes()).map_err(|_| REFUSED)?;
    }
    let request = OutgoingRequest::new(fields);
    let scheme = if url.https { Scheme::Https } else { Scheme::Http };
    let set = request.set_method(&Method::Post).and_then(|()| request.set_scheme(Some(&scheme)));
    let set = set.and_then(|()| request.set_authority(Some(&url.authority)));
    set.and_then(|()| request.set_path_with_query(Some(&url.path_and_query))).map_err(|()| REFUSED)?;
    let options = RequestOptions::new();
    // A host may have no timeouts; the clock below is then the only one.
    let _ = options.set_connect_timeout(Some(CONNECT));
    let _ = options.set_first_byte_timeout(Some(ANSWER));
    let body = request.body().map_err(|()| REFUSED)?;
    let until = now().saturating_add(ANSWER);
    let pending = handle(request, Some(options)).map_err(|_| "the host does not send it")?;
    // A host may close the body as soon as it has all of it, before this is told that it was written. Whether it was taken is
    // said by the answer alone, and a host that has given up returns the reason in its place.
    let _ = write(body, document, until);
    let ready = pending.subscribe();
    if !ready_by(&ready, until) {
        return Err("no answer in time");
    }
    match pending.get() {
        Some(Ok(Ok(response))) => Ok(response.status()),
        _ => Err("no connection, or it broke"),
    }
}

/// Writes the body. None if the host has closed it, or if it takes too long.
fn write(body: OutgoingBody, mut document: &[u8], until: u64) -> Option<()> {
    let stream = body.write().ok()?;
    let ready = stream.subscribe();
    let room = || loop {
        match stream.check_write().ok()? {
            0 if ready_by(&ready, until) => {}
            0 => return None,
            room => return Some(usize::try_from(room).unwrap_or(usize::MAX)),
        }
    };
    while !document.is_empty() {
        let (piece, rest) = document.split_at(document.len().min(room()?));
        stream.write(piece).ok()?;
        document = rest;
    }
    stream.flush().ok()?;
    room()?;
    // The stream's pollable first, then the stream.
    drop(ready);
    drop(stream);
    OutgoingBody::finish(body, None).ok()
}

/// Waits until something is ready, or until a time of the monotonic clock. Returns whether it is ready.
fn ready_by(pollable: &Pollable, until: u64) -> bool {
    now() < until && poll(&[pollable, &subscribe_instant(until)]).contains(&0)
}
