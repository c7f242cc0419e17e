//! The body of a request.

use std::time::Duration;

use wasip2::{
    clocks::monotonic_clock::{now, subscribe_instant},
    http::types::{IncomingBody, IncomingRequest},
    io::{
        poll::poll,
        streams::{InputStream, StreamError},
    },
};

use crate::host::{Body, BodyError};

/// The longest wait for a piece of a body, in nanoseconds.
const PIECE: u64 = 10_000_000_000;

/// How much is read at once, in bytes.
const CHUNK: u64 = 64 * 1024;

/// The body of a request, as it comes.
pub(crate) struct Incoming {
    /// Before the body, whose child it is.
    stream: Option<InputStream>,
    _body: Option<IncomingBody>,
    /// What the header says of its length.
    length: Option<u64>,
}

impl Incoming {
    pub(crate) fn new(request: &IncomingRequest) -> Self {
        let length = request.headers().get("content-length");
        let length = length.first().and_then(|it| std::str::from_utf8(it).ok()?.parse().ok());
        let body = request.consume().ok();
        Self { stream: body.as_ref().and_then(|body| body.stream().ok()), _body: body, length }
    }
}

impl Body for Incoming {
    fn read(&mut self, limit: usize, time: Duration) -> Result<Vec<u8>, BodyError> {
        let Some(stream) = self.stream.take() else { return Ok(Vec::new()) };
        if self.length.is_some_and(|length| length > limit as u64) {
            return Err(BodyError::TooLarge);
        }
        let mut whole = Vec::new();
        let end = now().saturating_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        loop {
            let deadline = subscribe_instant(end.min(now().saturating_add(PIECE)));
            let ready = stream.subscribe();
            if now() >= end || !poll(&[&ready, &deadline]).contains(&0) {
                return Err(BodyError::TooSlow);
            }
            match stream.read(CHUNK) {
                Ok(piece) if whole.len() + piece.len() > limit => return Err(BodyError::TooLarge),
                Ok(piece) => whole.extend_from_slice(&piece),
                Err(StreamError::Closed) => return Ok(whole),
                Err(StreamError::LastOperationFailed(_)) => return Err(BodyError::Interrupted),
            }
        }
    }
}
