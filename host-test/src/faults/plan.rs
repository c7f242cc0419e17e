//! What the next requests meet, and those that are still under way.

use std::collections::VecDeque;

use bytes::Bytes;
use http::Request;

use super::Fault;

/// A request that its client has given up, and that will arrive nevertheless.
pub(super) struct Pending {
    pub(super) request: Request<Bytes>,
    /// Whether the next request with its key comes before it.
    pub(super) overtaken: bool,
}

/// The plan.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) faults: VecDeque<Option<Fault>>,
    pub(super) met: Vec<Fault>,
    pub(super) late: Vec<Pending>,
}

impl Plan {
    /// What the next request meets.
    pub(super) fn next(&mut self) -> Option<Fault> {
        let fault = self.faults.pop_front().flatten();
        self.met.extend(fault);
        fault
    }

    /// Those under way that arrive before a request, and those that arrive after it.
    pub(super) fn arriving(&mut self, request: &Request<Bytes>) -> (Vec<Pending>, Vec<Pending>) {
        let key = |request: &Request<Bytes>| request.headers().get("paypal-request-id").cloned();
        let its = key(request);
        let overtakes = |late: &Pending| late.overtaken && its.is_some() && key(&late.request) == its;
        std::mem::take(&mut self.late).into_iter().partition(|late| !overtakes(late))
    }
}
