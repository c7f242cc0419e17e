//! Reads the bodies of requests, with one budget of bytes for all of them.

use std::{sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::request::refusal::Refusal;

/// How many bytes of an unwanted body are read and dropped: a client that is still sending when the connection is closed may
/// not see the response.
const MAX_DISCARDED: usize = 16 * 1024 * 1024;

/// A complete body, with its share of the budget.
pub(super) struct Read {
    pub(super) bytes: Bytes,
    _held: Option<OwnedSemaphorePermit>,
}

/// Reads a body of at most `limit` bytes. `budget` has a permit for every byte that may be held.
pub(super) async fn read(
    body: &mut Incoming,
    limit: usize,
    budget: &Arc<Semaphore>,
    time: Duration,
) -> Result<Read, Refusal> {
    match timeout(time, read_all(body, limit, budget)).await {
        Ok(read) => read,
        Err(_) => Err(Refusal::too_slow()),
    }
}

async fn read_all(body: &mut Incoming, limit: usize, budget: &Arc<Semaphore>) -> Result<Read, Refusal> {
    if body.size_hint().lower() > limit as u64 {
        return Err(Refusal::too_large(limit));
    }
    let (mut bytes, mut held) = (BytesMut::new(), None::<OwnedSemaphorePermit>);
    while let Some(frame) = body.frame().await {
        // The client has gone away, or its chunks are malformed.
        let Ok(data) = frame.map_err(|_| Refusal::malformed())?.into_data() else { continue };
        if data.len() > limit - bytes.len() {
            return Err(Refusal::too_large(limit));
        }
        let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
        let more = budget.clone().try_acquire_many_owned(length).map_err(|_| Refusal::busy())?;
        match &mut held {
            Some(held) => held.merge(more),
            None => held = Some(more),
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Read { bytes: bytes.freeze(), _held: held })
}

/// Spawns a task that reads a body and drops it.
pub(super) fn discard(mut body: Incoming, time: Duration) {
    if body.is_end_stream() {
        return;
    }
    tokio::spawn(timeout(time, async move {
        let mut left = MAX_DISCARDED;
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(length) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    }));
}
