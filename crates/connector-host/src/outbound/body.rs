//! Response bodies with limits of size and time, and without the connection's secrets.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::outbound::budget::Permit;
use crate::redact::Redactor;

/// A body that fails if it exceeds its size, pauses for too long, or outlasts its call.
pub(super) struct Capped {
    inner: WasiBody,
    left: usize,
    pause: Duration,
    until: Option<Instant>,
    alarm: Pin<Box<Sleep>>,
    /// The request counts as open until this is dropped.
    _permit: Permit,
}

impl Capped {
    pub(super) fn new(inner: WasiBody, cap: usize, pause: Duration, until: Option<Instant>, permit: Permit) -> Self {
        let mut capped = Self { inner, left: cap, pause, until, alarm: Box::pin(sleep(pause)), _permit: permit };
        capped.set_alarm();
        capped
    }

    fn set_alarm(&mut self) {
        // If the time cannot be represented, the timer stays as it is.
        let next = Instant::now().checked_add(self.pause).into_iter().chain(self.until).min();
        if let Some(next) = next {
            self.alarm.as_mut().reset(next);
        }
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
                this.set_alarm();
                if this.until.is_some_and(|until| until <= Instant::now()) {
                    return Poll::Ready(Some(Err(Error::ConnectionReadTimeout)));
                }
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

/// A body that fails at once.
pub(super) struct Failed(Option<Error>);

impl Failed {
    pub(super) fn new(error: Error) -> Self {
        Self(Some(error))
    }
}

impl Body for Failed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Poll::Ready(self.0.take().map(Err))
    }
}

/// A body with its secrets replaced, even one that is split between chunks: what may be the beginning of a secret is
/// held back until the next chunk. It has no trailers.
pub(super) struct Redacted {
    inner: WasiBody,
    redactor: Arc<Redactor>,
    held: Vec<u8>,
    ended: bool,
}

impl Redacted {
    pub(super) fn new(inner: WasiBody, redactor: Arc<Redactor>) -> Self {
        Self { inner, redactor, held: Vec::new(), ended: false }
    }

    /// Takes the next chunk, and returns what can be shown so far.
    fn show(&mut self, piece: Bytes, last: bool) -> Bytes {
        if self.redactor.is_idle() || (self.held.is_empty() && last && self.redactor.is_clean(&piece)) {
            return piece;
        }
        self.held.extend_from_slice(&piece);
        let mut shown = Vec::new();
        let end = self.redactor.show(&self.held, last, &mut shown);
        self.held.drain(..end);
        shown.into()
    }
}

impl Body for Redacted {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        while !this.ended {
            let shown = match ready!(Pin::new(&mut this.inner).poll_frame(context)) {
                Some(Err(error)) => {
                    this.ended = true;
                    return Poll::Ready(Some(Err(error)));
                }
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(piece) => {
                        this.ended = this.inner.is_end_stream();
                        this.show(piece, this.ended)
                    }
                    Err(_) => continue,
                },
                None => {
                    this.ended = true;
                    this.show(Bytes::new(), true)
                }
            };
            if !shown.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(shown))));
            }
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.ended || (self.held.is_empty() && self.inner.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        // Replacements may be longer or shorter than secrets.
        SizeHint::default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use http_body_util::BodyExt as _;

    use super::*;
    use crate::secret::Secret;

    /// A body of chunks that reports its end only when polled again.
    struct Pieces(VecDeque<Bytes>);

    impl Body for Pieces {
        type Data = Bytes;
        type Error = Error;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
            Poll::Ready(self.0.pop_front().map(|piece| Ok(Frame::data(piece))))
        }
    }

    async fn shown(redactor: Redactor, body: &str, size: usize) -> String {
        let pieces = body.as_bytes().chunks(size).map(Bytes::copy_from_slice).collect();
        let body = Redacted::new(Pieces(pieces).boxed_unsync(), Arc::new(redactor));
        String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_secret_that_is_split_is_replaced() {
        let token = Secret::new("A21AA-token-of-some-length".to_owned());
        let body = format!("{}{1}{1}{0}", "x".repeat(50), token.expose());
        let expected = format!("{0}host-token-1host-token-1{0}", "x".repeat(50));
        for size in 1..=body.len() {
            assert_eq!(shown(Redactor::new([(&token, "host-token-1")]), &body, size).await, expected, "{size}");
        }
        assert_eq!(shown(Redactor::default(), &body, 7).await, body);
    }

    #[tokio::test]
    async fn a_secret_with_escapes_is_replaced_and_nothing_else() {
        let token = Secret::new("A21AA-token+of/some-length".to_owned());
        let before = r#"{"note": "Zo\u00eb \"\\", "n": 1.50, "token": ""#;
        let escaped = r"A21AA-\u0074oken\u002Bof\/some-length";
        let expected = format!(r#"{before}host-token-1", "again": "host-token-1\n"}}"#);
        let body = format!(r#"{before}{}", "again": "{escaped}\n"}}"#, token.expose());
        for size in 1..=body.len() {
            assert_eq!(shown(Redactor::new([(&token, "host-token-1")]), &body, size).await, expected, "{size}");
        }
        // In a long body, most is not held back.
        let body = format!("{}{body}", "\\u00e9".repeat(100_000));
        let expected = format!("{}{expected}", "\\u00e9".repeat(100_000));
        for size in [1000, 70_001, body.len()] {
            assert_eq!(shown(Redactor::new([(&token, "host-token-1")]), &body, size).await, expected, "{size}");
        }
    }
}
