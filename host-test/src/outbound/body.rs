//! Response bodies within limits of size and time.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};
use wasmtime_wasi_http::{Error, WasiBody};

/// A body that ends with an error where it grows over a limit or pauses for too long.
pub(super) struct Capped {
    inner: WasiBody,
    left: usize,
    pause: Duration,
    alarm: Pin<Box<Sleep>>,
}

impl Capped {
    pub(super) fn new(inner: WasiBody, cap: usize, pause: Duration) -> Self {
        Self { inner, left: cap, pause, alarm: Box::pin(sleep(pause)) }
    }
}

impl Body for Capped {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        match Pin::new(&mut this.inner).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let length = frame.data_ref().map_or(0, Bytes::len);
                let Some(left) = this.left.checked_sub(length) else {
                    return Poll::Ready(Some(Err(Error::HttpResponseBodySize(None))));
                };
                this.left = left;
                this.alarm.as_mut().reset(Instant::now() + this.pause);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Pending => {
                ready!(this.alarm.as_mut().poll(context));
                Poll::Ready(Some(Err(Error::ConnectionReadTimeout)))
            }
            other => other,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
