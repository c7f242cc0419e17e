//! What one call can make the host hold and do: bytes of request bodies, open requests, and requests in all.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::connection::Connection;

/// The most open requests of a call. A request is open until the guest has finished with the response. Each takes a TCP
/// connection and its buffers, some 400 KiB.
const MAX_OPEN: usize = 4;

/// The most requests of a call in all. A search through three years in windows of one page each takes about 1,200.
const MAX_REQUESTS: u32 = 10_000;

/// How many bytes to reserve at a time if the guest does not give the length of a body.
const STEP: usize = 64 * 1024;

/// The budget of one call. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    /// The limit of a body, and of all bodies that are held at once, in bytes.
    cap: usize,
    bytes: Arc<Semaphore>,
    open: Arc<Semaphore>,
    requests: Arc<AtomicU32>,
}

/// A permit for an open request, returned when dropped.
#[derive(Debug)]
pub(super) struct Permit {
    _of_call: OwnedSemaphorePermit,
    _of_connection: OwnedSemaphorePermit,
}

/// A body in memory, with its share of the budget until it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) body: Bytes,
    _bytes: OwnedSemaphorePermit,
}

impl Budget {
    pub(super) fn new(cap: usize) -> Self {
        Self {
            cap,
            bytes: Arc::new(Semaphore::new(cap.min(Semaphore::MAX_PERMITS))),
            open: Arc::new(Semaphore::new(MAX_OPEN)),
            requests: Arc::default(),
        }
    }

    /// Takes a permit for one more request.
    ///
    /// # Errors
    /// If the call or its connection has too many open requests, or the call has sent too many.
    pub(super) fn permit(&self, connection: &Connection) -> Result<Permit, Error> {
        let before = self.requests.fetch_add(1, Ordering::Relaxed);
        if before >= MAX_REQUESTS {
            // The count must not wrap around.
            self.requests.store(MAX_REQUESTS, Ordering::Relaxed);
            return Err(Error::ConnectionLimitReached);
        }
        let of_call =
            self.open.clone().try_acquire_owned().map_err(|_: TryAcquireError| Error::ConnectionLimitReached)?;
        let of_connection = connection.open().ok_or(Error::ConnectionLimitReached)?;
        Ok(Permit { _of_call: of_call, _of_connection: of_connection })
    }

    /// Reads a body to its end. `length` is from the guest.
    ///
    /// # Errors
    /// If the body exceeds what is left of the budget, if the guest drops it half-written, or if its length is not
    /// `length`.
    pub(super) async fn hold(&self, mut body: WasiBody, length: Option<usize>) -> Result<Held, Error> {
        let mut bytes = self.take(0)?;
        // Reserve the given length at once, so that the buffer need not be moved as it grows.
        bytes.merge(self.take(length.unwrap_or_default())?);
        let mut held = BytesMut::with_capacity(length.unwrap_or_default());
        while let Some(frame) = body.frame().await {
            // The guest has dropped the request half-written, so nobody sees this error.
            let frame = frame.map_err(|_| Error::ConnectionWriteTimeout)?;
            let Ok(data) = frame.into_data() else { continue };
            let needed = held.len().saturating_add(data.len());
            if length.is_some_and(|length| needed > length) {
                return Err(Error::HttpRequestBodySize(length.map(|length| length as u64)));
            }
            while bytes.num_permits() < needed {
                let missing = needed.saturating_sub(bytes.num_permits());
                bytes.merge(self.take(missing.max(STEP)).or_else(|_| self.take(missing))?);
            }
            held.extend_from_slice(&data);
        }
        if length.is_some_and(|length| held.len() != length) {
            return Err(Error::HttpRequestBodySize(Some(held.len() as u64)));
        }
        Ok(Held { body: held.freeze(), _bytes: bytes })
    }

    fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Error> {
        let too_large = || Error::HttpRequestBodySize(Some(self.cap as u64));
        let permits = u32::try_from(bytes).map_err(|_| too_large())?;
        self.bytes.clone().try_acquire_many_owned(permits).map_err(|_| too_large())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::whole;

    fn body(length: usize) -> WasiBody {
        whole(vec![0; length].into())
    }

    #[tokio::test]
    async fn all_bodies_of_a_call_have_one_budget() {
        let budget = Budget::new(1000);
        let first = budget.hold(body(600), Some(600)).await.unwrap();
        for length in [None, Some(401)] {
            let error = budget.clone().hold(body(401), length).await.unwrap_err();
            assert!(matches!(error, Error::HttpRequestBodySize(Some(1000))));
        }
        let second = budget.hold(body(400), None).await.unwrap();
        assert_eq!((first.body.len(), second.body.len()), (600, 400));
        drop((first, second));
        assert_eq!(budget.hold(body(1000), None).await.unwrap().body.len(), 1000);
        assert!(budget.hold(body(1001), None).await.is_err());
        assert_eq!(budget.hold(body(0), None).await.unwrap().body.len(), 0);
    }

    #[tokio::test]
    async fn a_body_is_as_long_as_it_is_said_to_be() {
        let budget = Budget::new(1000);
        for length in [0, 9, 11, usize::MAX] {
            let error = budget.hold(body(10), Some(length)).await.unwrap_err();
            assert!(matches!(error, Error::HttpRequestBodySize(_)), "{length}");
        }
        assert_eq!(budget.bytes.available_permits(), 1000, "nothing is held of what was refused");
    }
}
