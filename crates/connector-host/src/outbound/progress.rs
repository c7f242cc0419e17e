//! What a call has sent, known also when the call itself can say nothing any more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, HeaderName};

use crate::printable::printable;

/// The header field that carries the idempotency key.
const KEY: HeaderName = HeaderName::from_static("paypal-request-id");

/// The most that is kept of a key, in characters. PayPal takes 108.
const LONGEST: usize = 256;

/// How far a call has come. Clones are of the same call.
///
/// A call that is dropped, as when whoever waits for it has lost patience, has no outcome. Where its caller has kept a clone
/// of this ([`Connector::invoke_with_progress`](crate::Connector::invoke_with_progress)), that still has the key by which it is safe
/// to repeat it.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    sent: bool,
    key: Option<String>,
}

impl Progress {
    /// Whether a request of the call may have reached PayPal.
    #[must_use]
    pub fn request_sent(&self) -> bool {
        self.state().sent
    }

    /// The idempotency key of the call's last request that had one, the caller's or a generated one.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<String> {
        self.state().key.clone()
    }

    /// Takes notice that a request is about to be sent.
    pub(super) fn sends(&self, headers: &HeaderMap) {
        let key = headers.get(KEY).map(|key| String::from_utf8_lossy(key.as_bytes()));
        let mut state = self.state();
        state.sent = true;
        if let Some(key) = key {
            state.key = Some(printable(&key.chars().take(LONGEST).collect::<String>()).into_owned());
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
