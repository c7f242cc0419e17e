//! A tenant's connection to PayPal, which holds the credentials and obtains the tokens.

use std::{
    collections::VecDeque,
    sync::{
        Arc, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::Mutex;

use crate::{
    bindings::connection::ConnectionError,
    concurrency::Concurrency,
    oauth::{self, Granted},
    outbound::{Route, Throttle, Transport},
    secret::Secret,
};

pub use crate::bindings::connection::EnvironmentKind as Environment;

/// A token is renewed this long before it expires, so that it lasts for the calls that have just begun.
const MARGIN: Duration = Duration::from_secs(60);

/// How a connection proves who it is. Printing it prints no secret.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// None: every call fails with `connection-unavailable`.
    None,
    /// An access token that was obtained elsewhere and cannot be renewed here.
    AccessToken(Secret),
    /// A REST app's client id and secret, for the client-credentials grant (RFC 6749 section 4.4).
    Client {
        /// The client id.
        id: String,
        /// The client secret.
        secret: Secret,
    },
    /// Tokens that are made up, one after another, for fixtures.
    Numbered(&'static str),
}

/// A tenant's connection.
pub struct Connection {
    route: Route,
    credentials: Credentials,
    /// Obtains the tokens.
    transport: Arc<dyn Transport>,
    max_attempts: u32,
    authorities: Vec<String>,
    concurrency: Concurrency,
    /// What all calls have learned of PayPal's rate limits; none where they are not heeded here.
    throttle: Option<std::sync::Mutex<Throttle>>,
    /// Locked while a token is obtained, so that however many calls wait, one request is in flight.
    tokens: Mutex<Tokens>,
    /// How often a token has been asked for. One who has waited for an answer does not ask again.
    asked: AtomicU64,
}

/// How many times one request may be sent unless said otherwise.
const MAX_ATTEMPTS: u32 = 4;

/// How many tokens are remembered: calls that began before a renewal go on with the token they began with.
const REMEMBERED: usize = 8;

/// The tokens of a connection. A guest sees only their generations.
#[derive(Default)]
struct Tokens {
    generation: u64,
    /// The newest first.
    granted: VecDeque<Secret>,
    /// The scopes of the newest, where PayPal has said them.
    scopes: Option<Vec<String>>,
    renew_at: Option<Instant>,
    last_error: Option<ConnectionError>,
}

impl Connection {
    /// A connection by a route that leads to PayPal, or to a server that stands in for it. `transport`, such
    /// as a [`Client`](crate::Client), obtains the tokens. It runs 10 calls at once, and sends more slowly for a while when
    /// PayPal has answered 429.
    #[must_use]
    pub fn new(route: Route, credentials: Credentials, transport: impl Transport + 'static) -> Self {
        Self {
            route,
            credentials,
            transport: Arc::new(transport),
            max_attempts: MAX_ATTEMPTS,
            authorities: Vec::new(),
            concurrency: Concurrency::default(),
            throttle: Some(std::sync::Mutex::default()),
            tokens: Mutex::default(),
            asked: AtomicU64::new(0),
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

    /// Without holding requests back after a 429: for a stand-in that is no network, and for a platform that heeds the rate
    /// limits elsewhere. A call still waits for the `Retry-After` of its own 429.
    #[must_use]
    pub fn without_throttle(mut self) -> Self {
        self.throttle = None;
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
    /// which are trusted, and intermediates. For a stand-in, such as [`Sandbox::authorities`](crate::Sandbox::authorities),
    /// and for a certification authority that PayPal uses now and the connector does not know.
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

    /// A placeholder for a token that is good now, and the token's scopes. `rejected` is the placeholder of one that PayPal
    /// has refused.
    pub(crate) async fn placeholder(
        &self,
        rejected: Option<&str>,
    ) -> Result<(String, Option<Vec<String>>), ConnectionError> {
        let asked = self.asked.load(Ordering::Acquire);
        let mut tokens = self.tokens.lock().await;
        let refused = rejected.is_some_and(|rejected| rejected == placeholder(tokens.generation));
        let fresh = tokens.renew_at.is_none_or(|time| Instant::now() < time);
        if !tokens.granted.is_empty() && fresh && !refused {
            return Ok((placeholder(tokens.generation), tokens.scopes.clone()));
        }
        if let Some(error) = &tokens.last_error
            && self.asked.load(Ordering::Acquire) != asked
        {
            return Err(error.clone());
        }
        let granted = self.obtain(tokens.generation, refused).await;
        self.asked.fetch_add(1, Ordering::AcqRel);
        match granted {
            Ok(granted) => {
                tokens.renew_at = granted.lifetime.map(|lifetime| Instant::now() + renewal(lifetime));
                tokens.generation += 1;
                tokens.granted.push_front(granted.token);
                tokens.granted.truncate(REMEMBERED);
                tokens.scopes = granted.scopes;
                tokens.last_error = None;
                Ok((placeholder(tokens.generation), tokens.scopes.clone()))
            }
            Err(error) => {
                tokens.last_error = Some(error.clone());
                Err(error)
            }
        }
    }

    /// The token that a placeholder stands for.
    pub(crate) async fn token(&self, stands_for_it: &str) -> Option<Secret> {
        let tokens = self.tokens.lock().await;
        let generations = (0..=tokens.generation).rev();
        let found = tokens.granted.iter().zip(generations).find(|(_, it)| placeholder(*it) == stands_for_it);
        found.map(|(token, _)| token.clone())
    }

    async fn obtain(&self, generation: u64, refused: bool) -> Result<Granted, ConnectionError> {
        let forever = |token| Granted { token, lifetime: None, scopes: None };
        match &self.credentials {
            Credentials::None => Err(ConnectionError::NotConfigured(
                "it has neither an access token nor a client id and secret".to_owned(),
            )),
            Credentials::AccessToken(_) if refused => Err(ConnectionError::Refused(
                "the access token is refused, and there is nothing to renew it by".to_owned(),
            )),
            Credentials::AccessToken(token) => Ok(forever(token.clone())),
            Credentials::Client { id, secret } => {
                oauth::client_credentials(&*self.transport, &self.route, id, secret).await
            }
            Credentials::Numbered(prefix) => Ok(forever(Secret::new(format!("{prefix}-{}", generation + 1)))),
        }
    }
}

/// What a guest sees in place of a token.
fn placeholder(generation: u64) -> String {
    format!("host-token-{generation}")
}

/// When to renew a token of that lifetime: a margin ahead, but not before half of it is over.
fn renewal(lifetime: Duration) -> Duration {
    lifetime.saturating_sub(MARGIN).max(lifetime / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_renewed_ahead_of_their_end() {
        assert_eq!(renewal(Duration::from_secs(32400)), Duration::from_secs(32340));
        assert_eq!(renewal(Duration::from_secs(80)), Duration::from_secs(40));
        assert_eq!(renewal(Duration::ZERO), Duration::ZERO);
    }
}
