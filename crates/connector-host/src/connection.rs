//! A tenant's connection to PayPal, which holds the credentials and obtains the tokens.

pub(crate) mod backoff;
pub(crate) mod certificate_allowance;
pub(crate) mod concurrency;
mod doubled;
pub(crate) mod route;
pub(crate) mod throttle;
pub(crate) mod tokens;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    bindings::Environment,
    token_source::{TokenEndpoint, TokenSource},
    transport::{PoolKey, Transport},
};

use certificate_allowance::CertificateAllowance;
use concurrency::Concurrency;
use route::Route;
use throttle::Throttle;
use tokens::Tokens;

/// A tenant's connection. Keep it for as long as the tenant's calls come: it holds the tokens, what was learned of PayPal's
/// limits, and the key by which its TCP connections are kept apart from those of others.
pub struct Connection {
    route: Route,
    max_attempts: u32,
    authorities: Vec<String>,
    concurrency: Concurrency,
    /// What all calls have learned of PayPal's rate limits; none where they are not heeded here.
    throttle: Option<Mutex<Throttle>>,
    tokens: Tokens,
    pool: PoolKey,
    /// For the requests of all calls that are open at once.
    open: Arc<Semaphore>,
    certificates: CertificateAllowance,
}

/// How many times one request may be sent unless said otherwise.
const MAX_ATTEMPTS: u32 = 4;

/// How many requests of a connection are open at once, at most: from when they are sent to when the guest has done with the
/// answer. A call of this connector has one, and fetches a certificate meanwhile at most.
const MAX_OPEN: usize = 2 * Concurrency::MOST;

impl Connection {
    /// A connection by a route that leads to PayPal, or to a server that stands in for it. `source` has the tokens; if it asks
    /// PayPal for them, it does so by `transport`, such as a [`Client`](crate::Client). The connection runs 10 calls at once,
    /// and sends more slowly for a while when PayPal has answered 429.
    #[must_use]
    pub fn new(route: Route, source: impl TokenSource + 'static, transport: impl Transport + 'static) -> Self {
        let pool = PoolKey::new();
        let endpoint = TokenEndpoint::new(route.clone(), Arc::new(transport), pool.clone());
        Self {
            tokens: Tokens::new(Arc::new(source), endpoint),
            route,
            max_attempts: MAX_ATTEMPTS,
            authorities: Vec::new(),
            concurrency: Concurrency::default(),
            throttle: Some(Mutex::default()),
            pool,
            open: Arc::new(Semaphore::new(MAX_OPEN)),
            certificates: CertificateAllowance::default(),
        }
    }

    /// With another limit on how many calls run at once, or with the limit of another connection: its
    /// [`Connection::concurrency`].
    #[must_use]
    pub fn with_concurrency(mut self, concurrency: Concurrency) -> Self {
        self.concurrency = concurrency;
        self
    }

    /// How many calls run at once. A clone of it makes another connection share the limit.
    #[must_use]
    pub fn concurrency(&self) -> &Concurrency {
        &self.concurrency
    }

    /// Without holding requests back after a 429, and without pauses between requests for tokens: for a stand-in that is no
    /// network, and for a platform that heeds the rate limits elsewhere. A call still waits for the `Retry-After` of its own
    /// 429.
    #[must_use]
    pub fn without_throttle(mut self) -> Self {
        self.throttle = None;
        self.tokens.without_backoff();
        self
    }

    /// What the calls have learned of PayPal's rate limits.
    pub(crate) fn throttle(&self) -> Option<MutexGuard<'_, Throttle>> {
        Some(self.throttle.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// With another limit on how many times one request may be sent, 1 or more. The default is 4.
    #[must_use]
    pub fn with_max_attempts(mut self, max_attempts: u32) -> Self {
        self.max_attempts = max_attempts.max(1);
        self
    }

    /// The most times that one request may be sent.
    #[must_use]
    pub fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// With certificates, each in PEM, that count beside the connector's own where PayPal's signatures are checked: roots,
    /// which are trusted, and intermediates. For a simulator, and for a certification authority that PayPal uses now and the
    /// connector does not know.
    #[must_use]
    pub fn with_authorities(mut self, authorities: impl IntoIterator<Item = String>) -> Self {
        self.authorities = authorities.into_iter().collect();
        self
    }

    /// The certificates that count beside the connector's own.
    pub(crate) fn authorities(&self) -> &[String] {
        &self.authorities
    }

    /// The environment.
    #[must_use]
    pub fn environment(&self) -> Environment {
        self.route.environment()
    }

    /// Where the requests of this connection go.
    #[must_use]
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// Its tokens.
    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Which pooled TCP connections are its own.
    pub(crate) fn pool(&self) -> PoolKey {
        self.pool.clone()
    }

    /// How many certificates may be fetched for it, whoever asks.
    pub(crate) fn certificates(&self) -> &CertificateAllowance {
        &self.certificates
    }

    /// A place for one more open request, if there is one.
    pub(crate) fn open(&self) -> Option<OwnedSemaphorePermit> {
        self.open.clone().try_acquire_owned().ok()
    }
}
