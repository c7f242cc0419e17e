//! The body of a request.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use tokio::time::{Instant, timeout, timeout_at};

use super::{
    app::App,
    front::Phase,
    room::{Room, Stranger, Taken},
};
use crate::serve::forms::problem::{Kind, Problem};

/// The longest pause in a body.
const PAUSE: Duration = Duration::from_secs(10);

/// The longest time for an input: 70 MB at 5 Mbit/s.
const TIME: Duration = Duration::from_secs(120);

/// The longest time for a delivery or another document, as at `listen`: slow ones keep the permits of others.
const SHORT_TIME: Duration = Duration::from_secs(10);

/// The most bytes of an action's input: 50 MiB of files, in base64, and a document of 2 MiB, as at the gateway.
pub(crate) const INPUT: usize = (50 * 4 / 3 + 3) * 1024 * 1024;

/// The most bytes of a delivery, as at `listen`.
pub(crate) const DELIVERY: usize = 1024 * 1024;

/// The most bytes of any other document.
pub(crate) const DOCUMENT: usize = 64 * 1024;

/// A whole body of at most `MOST` bytes. It counts against all bodies until it is dropped.
pub(crate) struct Whole<const MOST: usize> {
    pub(crate) bytes: Bytes,
    _taken: Vec<Taken>,
}

impl<const MOST: usize> FromRequest<Arc<App>> for Whole<MOST> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        whole(&app.bodies, None, request).await
    }
}

/// Reads a body, for a handler that looks at something else first. A stranger has a share of the room only.
pub(super) async fn whole<const MOST: usize>(
    room: &Room,
    stranger: Option<&Stranger>,
    request: Request,
) -> Result<Whole<MOST>, Problem> {
    let (head, body) = request.into_parts();
    let whole = read(room, stranger, body, MOST).await?;
    match head.extensions.get::<Phase>() {
        Some(phase) if !phase.read() => Err(Problem::new(Kind::TOO_SLOW, "the connection is being closed")),
        _ => Ok(whole),
    }
}

async fn read<const MOST: usize>(
    room: &Room,
    stranger: Option<&Stranger>,
    mut body: Body,
    most: usize,
) -> Result<Whole<MOST>, Problem> {
    let too_large = || Problem::new(Kind::TOO_LARGE, format!("the body has at most {most} bytes"));
    if body.size_hint().lower() > u64::try_from(most).unwrap_or(u64::MAX) {
        return Err(too_large());
    }
    let end = Instant::now() + if most > DELIVERY { TIME } else { SHORT_TIME };
    let (mut read, mut taken) = (BytesMut::new(), Vec::new());
    let too_slow = |_| Problem::new(Kind::TOO_SLOW, "send the body faster, and without long pauses");
    while let Some(frame) = timeout_at(end, timeout(PAUSE, body.frame())).await.map_err(too_slow)?.map_err(too_slow)? {
        let frame = frame.map_err(|_| Problem::new(Kind::MALFORMED, "the body broke off"))?;
        let Ok(data) = frame.into_data() else { continue };
        if read.len() + data.len() > most {
            return Err(too_large());
        }
        let busy = || Problem::new(Kind::BUSY, "too many bodies are being read at once").retry_after_ms(1_000);
        taken.push(room.take(data.len(), stranger).ok_or_else(busy)?);
        read.extend_from_slice(&data);
    }
    Ok(Whole { bytes: read.freeze(), _taken: taken })
}
