//! A scripted HTTP exchange: hyper reads prepared bytes as it reads a socket.

use std::{
    collections::VecDeque,
    fmt::Write as _,
    io,
    pin::Pin,
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use bytes::Bytes;
use connector_host::transport::{Error, WasiBody};
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    client::conn::http1,
    rt::{Read, ReadBufCursor, Write},
};
use tokio::task::AbortHandle;

use connector_host::{testing::VirtualClock, transport::broken};

/// A piece of what the server sends. After the last one it closes the connection.
pub(super) enum Piece {
    /// Bytes, after a pause.
    Bytes(Bytes, Duration),
    /// It resets the connection.
    Reset,
}

/// Writes a response as HTTP/1.1, with a `content-length` that is wrong by `wrong_by` bytes.
pub(super) fn bytes(response: &Response<Bytes>, wrong_by: i64) -> Vec<u8> {
    let status = response.status();
    let body = response.body();
    let mut head = format!("HTTP/1.1 {} {}\r\n", status.as_u16(), status.canonical_reason().unwrap_or_default());
    for (name, value) in response.headers() {
        if name != header::CONTENT_LENGTH {
            // Every header of a provider is text.
            let _ = write!(head, "{name}: {}\r\n", String::from_utf8_lossy(value.as_bytes()));
        }
    }
    // RFC 9110 section 8.6: a 204 has none.
    if status != StatusCode::NO_CONTENT {
        let length = i64::try_from(body.len()).unwrap_or(i64::MAX).saturating_add(wrong_by).max(0);
        let _ = write!(head, "content-length: {length}\r\n");
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

/// Returns `parts` / 65536 of a length, rounded down: always less than all.
pub(super) fn part(length: usize, parts: u16) -> usize {
    length.saturating_mul(parts.into()) >> 16
}

/// Sends a request to a server that answers with these pieces.
pub(super) async fn exchange(request: Request<Full<Bytes>>, pieces: Vec<Piece>) -> Result<Response<WasiBody>, Error> {
    exchange_by(request, pieces, None).await
}

/// Does the same; the pauses advance `clock`.
pub(super) async fn exchange_by(
    request: Request<Full<Bytes>>,
    pieces: Vec<Piece>,
    clock: Option<VirtualClock>,
) -> Result<Response<WasiBody>, Error> {
    let script = Script { pieces: pieces.into(), clock, asked: false, reader: None };
    let (mut sender, connection) = http1::handshake(script).await.map_err(|error| broken(&error))?;
    // The response reports the connection's error, too.
    let connection = Connection(tokio::spawn(async { _ = connection.await }).abort_handle());
    let response = sender.send_request(request).await.map_err(|error| broken(&error))?;
    Ok(response.map(|body| {
        let body = body.map_frame(move |frame| {
            let _ = &connection;
            frame
        });
        body.map_err(Error::from).boxed_unsync()
    }))
}

/// Aborts the connection when its response is dropped. It would go on advancing the clock otherwise.
struct Connection(AbortHandle);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A connection whose other end accepts whatever is written, and then sends its pieces.
struct Script {
    pieces: VecDeque<Piece>,
    clock: Option<VirtualClock>,
    /// Whether anything has been written. Nothing is sent before that.
    asked: bool,
    reader: Option<Waker>,
}

impl Read for Script {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.asked {
            this.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        match this.pieces.front_mut() {
            None => Poll::Ready(Ok(())),
            Some(Piece::Reset) => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
            Some(Piece::Bytes(bytes, pause)) => {
                if let Some(clock) = &this.clock {
                    clock.advance(std::mem::take(pause));
                }
                let fitting = bytes.split_to(bytes.len().min(buffer.remaining()));
                buffer.put_slice(&fitting);
                let done = bytes.is_empty();
                if done {
                    this.pieces.pop_front();
                }
                // An empty piece would read as the end.
                if fitting.is_empty() {
                    ready!(self.poll_read(context, buffer))?
                }
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl Write for Script {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.asked = true;
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
