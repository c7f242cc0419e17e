//! A body that keeps its connection open, and its share of the server, until it has been sent.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bounded_server::Working;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;

/// What a body holds until it has been sent.
type Holds = Option<(Working, OwnedSemaphorePermit)>;

pub(super) struct Held<B> {
    body: B,
    _holds: Holds,
}

impl<B> Held<B> {
    pub(super) fn new(body: B, holds: Holds) -> Self {
        Self { body, _holds: holds }
    }
}

impl<B: Body + Unpin> Body for Held<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
