//! The receiver of the requests.

use bytes::Bytes;
use http::{Request, Response};

use crate::simulator::Simulator;

/// A simulated PayPal, which carries requests out one at a time.
pub trait Provider: Send + Sync {
    /// Carries a request out and answers it, at once.
    fn handle(&self, request: Request<Bytes>) -> Response<Bytes>;

    /// Makes the tokens that it has granted so far invalid.
    fn expire_tokens(&self);
}

impl Provider for Simulator {
    fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        Simulator::handle(self, request)
    }

    fn expire_tokens(&self) {
        Simulator::expire_tokens(self);
    }
}
