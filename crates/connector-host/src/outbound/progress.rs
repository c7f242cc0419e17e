//! What a call has sent, even if the call cannot report it any more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, HeaderName};

use crate::printable::printable;

/// The header field with the idempotency key.
const KEY: HeaderName = HeaderName::from_static("paypal-request-id");

/// The longest key to keep, in characters. PayPal accepts 108.
const LONGEST: usize = 256;

/// The progress of a call. Clones are of the same call.
///
/// A call that is dropped, for instance by a timeout of the caller, has no outcome. A clone of this
/// ([`Connector::invoke_with_progress`](crate::Connector::invoke_with_progress)) still has the key with which it is
/// safe to repeat it.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    sent: bool,
    key: Option<String>,
}

impl Progress {
    /// Returns whether a request of the call may have reached PayPal.
    #[must_use]
    pub fn request_sent(&self) -> bool {
        self.state().sent
    }

    /// Returns the idempotency key of the last request that had one, given by the caller or generated.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<String> {
        self.state().key.clone()
    }

    /// Notes that a request is about to be sent.
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
