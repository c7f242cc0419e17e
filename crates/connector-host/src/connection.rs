//! A tenant's connection to PayPal: it holds the credentials and obtains the tokens.

pub(crate) mod backoff;
pub(crate) mod certificate_allowance;
pub(crate) mod concurrency;
mod doubled;
pub(crate) mod route;
pub(crate) mod throttle;
pub(crate) mod token_info;
pub(crate) mod tokens;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    bindings::{Delegation, Environment},
    token_source::{TokenEndpoint, TokenSource},
    transport::{PoolKey, Transport},
};

use certificate_allowance::CertificateAllowance;
use concurrency::Concurrency;
use route::Route;
use throttle::Throttle;
use token_info::TokenInfo;
use tokens::Tokens;

/// A tenant's connection. Keep it as long as the tenant makes calls: it holds the tokens, what it has learned about
/// PayPal's rate limits, and the key that keeps its TCP connections apart from those of other tenants.
pub struct Connection {
    route: Route,
    max_attempts: u32,
    delegation: Option<Delegation>,
    authorities: Vec<String>,
    concurrency: Concurrency,
    /// What the calls have learned about PayPal's rate limits; `None` if they are ignored.
    throttle: Option<Mutex<Throttle>>,
    tokens: Tokens,
    pool: PoolKey,
    /// Permits for the open requests of all calls.
    open: Arc<Semaphore>,
    certificates: CertificateAllowance,
}

/// The default for how often one request may be sent.
const MAX_ATTEMPTS: u32 = 4;

/// The most requests of a connection that are open at once. A request is open until the guest has finished with its
/// response. A call of this connector has one, and at most one more for a certificate.
const MAX_OPEN: usize = 2 * Concurrency::MOST;

impl Connection {
    /// Creates a connection to PayPal or a simulator, by a route. The tokens come from `source`, which sends its
    /// requests for them with `transport`, such as a [`Client`](crate::Client). The connection runs 10 calls at once,
    /// and sends more slowly for a while after a 429.
    #[must_use]
    pub fn new(route: Route, source: impl TokenSource + 'static, transport: impl Transport + 'static) -> Self {
        let pool = PoolKey::new();
        let endpoint = TokenEndpoint::new(route.clone(), Arc::new(transport), pool.clone());
        Self {
            tokens: Tokens::new(Arc::new(source), endpoint),
            route,
            max_attempts: MAX_ATTEMPTS,
            delegation: None,
            authorities: Vec::new(),
            concurrency: Concurrency::default(),
            throttle: Some(Mutex::default()),
            pool,
            open: Arc::new(Semaphore::new(MAX_OPEN)),
            certificates: CertificateAllowance::default(),
        }
    }

    /// Sets how many calls run at once. Pass another connection's [`Connection::concurrency`] to share its limit.
    #[must_use]
    pub fn with_concurrency(mut self, concurrency: Concurrency) -> Self {
        self.concurrency = concurrency;
        self
    }

    /// Returns how many calls run at once. Give a clone of it to another connection to share the limit.
    #[must_use]
    pub fn concurrency(&self) -> &Concurrency {
        &self.concurrency
    }

    /// Turns off the pauses after a 429 and between requests for tokens: for a simulator, and for a platform that
    /// handles rate limits elsewhere. A call still waits for the `Retry-After` of its own 429.
    #[must_use]
    pub fn without_throttle(mut self) -> Self {
        self.throttle = None;
        self.tokens.without_backoff();
        self
    }

    /// Returns what the calls have learned about PayPal's rate limits.
    pub(crate) fn throttle(&self) -> Option<MutexGuard<'_, Throttle>> {
        Some(self.throttle.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Sets how often one request may be sent, 1 or more. The default is 4.
    #[must_use]
    pub fn with_max_attempts(mut self, max_attempts: u32) -> Self {
        self.max_attempts = max_attempts.max(1);
        self
    }

    /// Returns how often one request may be sent.
    #[must_use]
    pub fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// Lets the connection act for another account than the one that its tokens are for: a partner's app for a seller who has
    /// allowed it, by the app's client id and the seller's merchant id. Each request for which PayPal takes it then has a
    /// `PayPal-Auth-Assertion`, unless the call has one of its own (`auth_assertion`); all others are made for the partner.
    /// <https://developer.paypal.com/api/rest/requests/#paypal-auth-assertion>
    #[must_use]
    pub fn with_delegation(mut self, delegation: Delegation) -> Self {
        self.delegation = Some(delegation);
        self
    }

    /// Returns on whose behalf it acts.
    pub(crate) fn delegation(&self) -> Option<&Delegation> {
        self.delegation.as_ref()
    }

    /// Adds certificates, each in PEM, to the connector's own for checking PayPal's signatures: roots, which are
    /// trusted, and intermediates. For a simulator, and for a certification authority that PayPal uses and the
    /// connector does not know yet.
    #[must_use]
    pub fn with_authorities(mut self, authorities: impl IntoIterator<Item = String>) -> Self {
        self.authorities = authorities.into_iter().collect();
        self
    }

    /// Returns the added certificates.
    pub(crate) fn authorities(&self) -> &[String] {
        &self.authorities
    }

    /// Returns the environment.
    #[must_use]
    pub fn environment(&self) -> Environment {
        self.route.environment()
    }

    /// Returns where the requests of this connection go.
    #[must_use]
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// Returns what is known of its newest token; `None` before there is one.
    #[must_use]
    pub fn token_info(&self) -> Option<TokenInfo> {
        self.tokens.info(Instant::now())
    }

    /// Returns its tokens.
    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Returns the key of its pooled TCP connections.
    pub(crate) fn pool(&self) -> PoolKey {
        self.pool.clone()
    }

    /// Returns how many more certificates may be fetched for it, by any call.
    pub(crate) fn certificates(&self) -> &CertificateAllowance {
        &self.certificates
    }

    /// Takes a permit for one more open request, if one is left.
    pub(crate) fn open(&self) -> Option<OwnedSemaphorePermit> {
        self.open.clone().try_acquire_owned().ok()
    }
}
