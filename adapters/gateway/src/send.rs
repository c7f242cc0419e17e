//! Posts a document.

use http::HeaderMap;
use wasip2::{
    clocks::monotonic_clock::subscribe_duration,
    http::{
        outgoing_handler::handle,
        types::{Fields, Method, OutgoingBody, OutgoingRequest, RequestOptions, Scheme},
    },
    io::poll::poll,
};

use crate::{component::write, forward::Url};

/// How long the consumer may take to answer, in nanoseconds. PayPal waits for about half a minute.
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
    let response = handle(request, Some(options)).map_err(|_| "the host does not send it")?;
    let written = body.write().is_ok_and(|stream| write(&stream, document).is_ok());
    if !written || OutgoingBody::finish(body, None).is_err() {
        return Err("the connection broke");
    }
    let (ready, deadline) = (response.subscribe(), subscribe_duration(ANSWER));
    if !poll(&[&ready, &deadline]).contains(&0) {
        return Err("no answer in time");
    }
    match response.get() {
        Some(Ok(Ok(response))) => Ok(response.status()),
        _ => Err("no connection, or it broke"),
    }
}
