//! The faults of the next requests, and the requests that are still in transit.

use std::collections::VecDeque;

use bytes::Bytes;
use http::Request;

use super::fault::Fault;

/// The header of the idempotency key.
const KEY: &str = "paypal-request-id";

/// Whether a request has an idempotency key.
pub(super) fn has_key(request: &Request<Bytes>) -> bool {
    request.headers().contains_key(KEY)
}

/// A request that the connector has made, whether or not it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The path of its URI.
    pub path: String,
    /// Its idempotency key.
    pub key: Option<String>,
    /// Its fault.
    pub fault: Option<Fault>,
}

/// A request that still arrives after its client has given up.
pub(super) struct Pending {
    pub(super) request: Request<Bytes>,
    /// Whether the next request with its key arrives before it.
    pub(super) overtaken: bool,
}

#[derive(Default)]
pub(super) struct Plan {
    pub(super) faults: VecDeque<Option<Fault>>,
    pub(super) seen: Vec<Seen>,
    pub(super) late: Vec<Pending>,
}

impl Plan {
    /// Returns the fault of the next request.
    pub(super) fn next(&mut self, request: &Request<Bytes>) -> Option<Fault> {
        let fault = self.faults.pop_front().flatten();
        let key = request.headers().get(KEY).map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned());
        self.seen.push(Seen { path: request.uri().path().to_owned(), key, fault });
        fault
    }

    /// Returns the late requests that arrive before a request, and those that arrive after it.
    pub(super) fn arriving(&mut self, request: &Request<Bytes>) -> (Vec<Pending>, Vec<Pending>) {
        let key = |request: &Request<Bytes>| request.headers().get(KEY).cloned();
        let its = key(request);
        let overtakes = |late: &Pending| late.overtaken && its.is_some() && key(&late.request) == its;
        std::mem::take(&mut self.late).into_iter().partition(|late| !overtakes(late))
    }
}
