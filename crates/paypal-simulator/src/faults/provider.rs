//! The provider that requests go to.

use bytes::Bytes;
use http::{Request, Response};

use crate::simulator::Simulator;

/// A simulated PayPal, which carries requests out one at a time.
pub trait Provider: Send + Sync {
    /// Carries out a request and answers it, at once.
    fn handle(&self, request: Request<Bytes>) -> Response<Bytes>;

    /// Expires the tokens that it has granted so far.
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
