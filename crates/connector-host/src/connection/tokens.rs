//! The access tokens of a connection: obtained once for all calls that wait, kept, and never shown to a guest.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{
    sync::watch,
    time::{timeout, timeout_at},
};

use crate::{
    bindings::connection::ConnectionError,
    connection::{backoff::Backoff, token_info::TokenInfo},
    redact::{REDACTED, Redactor},
    secret::Secret,
    token_source::{AccessToken, TokenEndpoint, TokenError, TokenRequest, TokenSource},
};

/// A token is renewed this long before it expires. Until then calls use it, so that they neither wait for the renewal nor fail
/// with it.
const MARGIN: Duration = Duration::from_secs(60);

/// How long the token endpoint may take, including the last byte of its response.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most that is passed on of PayPal's messages, in characters.
const MAX_WORDS: usize = 1000;

/// How many tokens are kept: a call that began before a renewal continues with its token.
const REMEMBERED: usize = 8;

/// Hands out placeholders for tokens. Clones share the tokens.
#[derive(Clone)]
pub(crate) struct Tokens(Arc<Shared>);

struct Shared {
    source: Arc<dyn TokenSource>,
    endpoint: TokenEndpoint,
    state: Mutex<State>,
}

struct State {
    /// The number of the newest token; 0 before there is one.
    generation: u64,
    /// Newest first.
    granted: VecDeque<Secret>,
    /// The scopes of the newest token, if known.
    scopes: Option<Vec<String>>,
    /// The app that it was granted to, if known.
    app_id: Option<String>,
    /// Whether the source knew, when it gave the newest token, that the one before was refused.
    informed: bool,
    renew_at: Option<Instant>,
    expires_at: Option<Instant>,
    /// The request in flight.
    pending: Option<Pending>,
    /// `None` if requests are never delayed.
    backoff: Option<Backoff>,
    /// For the current secrets; built on first use.
    redactor: Option<Arc<Redactor>>,
}

/// A request for a token.
#[derive(Clone)]
struct Pending {
    /// Whether the source was told that the last token was refused.
    refused: bool,
    /// Resolves to the outcome.
    outcome: watch::Receiver<Option<Result<Placeholder, ConnectionError>>>,
}

/// What a guest gets instead of a token.
#[derive(Clone, Debug)]
pub(crate) struct Placeholder {
    pub(crate) value: String,
    /// The scopes of the token, if known.
    pub(crate) scopes: Option<Vec<String>>,
}

impl Tokens {
    pub(crate) fn new(source: Arc<dyn TokenSource>, endpoint: TokenEndpoint) -> Self {
        let state = State {
            generation: 0,
            granted: VecDeque::new(),
            scopes: None,
            app_id: None,
            informed: false,
            renew_at: None,
            expires_at: None,
            pending: None,
            backoff: Some(Backoff::default()),
            redactor: None,
        };
        Self(Arc::new(Shared { source, endpoint, state: Mutex::new(state) }))
    }

    /// Turns off the delays between requests.
    pub(crate) fn without_backoff(&self) {
        self.state().backoff = None;
    }

    /// Returns the redactor for the connection's credentials and tokens.
    pub(crate) fn redactor(&self) -> Arc<Redactor> {
        self.redactor_of(&mut self.state())
    }

    /// Returns what is known of the newest token; `None` before there is one.
    pub(crate) fn info(&self, now: Instant) -> Option<TokenInfo> {
        let state = self.state();
        let expires_in = state.expires_at.map(|end| end.saturating_duration_since(now));
        (state.generation > 0).then(|| TokenInfo { expires_in, app_id: state.app_id.clone() })
    }

    /// Returns the token that a placeholder stands for.
    pub(crate) fn token(&self, stands_for_it: &str) -> Option<Secret> {
        self.state().token(stands_for_it).cloned()
    }

    /// Returns a placeholder for a valid token. `rejected` is the placeholder of a token that PayPal has refused. Waits
    /// until `until` at most; a request that other calls wait for continues. `allowed` counts down with each request
    /// for a token that this makes.
    ///
    /// # Errors
    /// If there is no token.
    pub(crate) async fn placeholder(
        &self,
        rejected: Option<&str>,
        until: Instant,
        allowed: &mut u32,
    ) -> Result<Placeholder, ConnectionError> {
        loop {
            let Pending { refused, mut outcome } = match self.now_or_pending(rejected, allowed, Instant::now())? {
                Ok(placeholder) => return Ok(placeholder),
                Err(pending) => pending,
            };
            let unreachable = |what: &str| ConnectionError::Unreachable(format!("PayPal's token endpoint {what}"));
            let outcome = match timeout_at(until.into(), outcome.wait_for(Option::is_some)).await {
                Ok(Ok(outcome)) => outcome.clone(),
                // The runtime of the request is gone.
                Ok(Err(_)) => None,
                Err(_) => return Err(unreachable("did not answer before the call's time ran out")),
            };
            let stopped = || Err(unreachable("was not asked to completion: its runtime has stopped"));
            let placeholder = outcome.unwrap_or_else(stopped)?;
            // The request may be older than the refusal, and have led to the same token.
            if refused || !rejected.is_some_and(|rejected| self.state().is_refused(rejected)) {
                return Ok(placeholder);
            }
        }
    }

    /// Returns the placeholder if there is no need to wait, otherwise the request to wait for.
    fn now_or_pending(
        &self,
        rejected: Option<&str>,
        allowed: &mut u32,
        now: Instant,
    ) -> Result<Result<Placeholder, Pending>, ConnectionError> {
        let mut state = self.state();
        let refused = rejected.is_some_and(|rejected| state.is_refused(rejected));
        let before = |time: Option<Instant>| time.is_none_or(|time| now < time);
        let pending = state.pending.clone().filter(|pending| pending.outcome.has_changed().is_ok());
        if !state.granted.is_empty() && before(state.expires_at) && !refused {
            if pending.is_none() && !before(state.renew_at) && state.may_ask(false, now).is_ok() {
                state.pending = Some(self.ask(false));
            }
            return Ok(Ok(state.placeholder()));
        }
        if let Some(pending) = pending {
            return Ok(Err(pending));
        }
        *allowed = allowed.checked_sub(1).ok_or_else(|| {
            ConnectionError::Unreachable("the call has requested more tokens than a call may".to_owned())
        })?;
        state.may_ask(refused, now).map_err(connection_error)?;
        let pending = self.ask(refused);
        state.pending = Some(pending.clone());
        Ok(Err(pending))
    }

    /// Requests a token from the source, in a separate task: other calls may wait for it if this one gives up.
    fn ask(&self, refused: bool) -> Pending {
        let (sender, outcome) = watch::channel(None);
        let tokens = self.clone();
        tokio::spawn(async move {
            let (source, endpoint) = (tokens.0.source.clone(), tokens.0.endpoint.clone());
            let request = TokenRequest { refused, endpoint };
            // A task of its own, as the source may panic.
            let asked = tokio::spawn(async move { timeout(PATIENCE, source.obtain(request)).await }).await;
            let asked = asked.unwrap_or_else(|_| Ok(Err(TokenError::unreachable("the source of tokens has panicked"))));
            let late = "PayPal's token endpoint takes too long";
            let asked = asked.unwrap_or_else(|_| Err(TokenError::unreachable(late)));
            sender.send_replace(Some(tokens.learn(asked, refused)));
        });
        Pending { refused, outcome }
    }

    /// Notes the result of a request; `refused` is what the source was told.
    fn learn(&self, asked: Result<AccessToken, TokenError>, refused: bool) -> Result<Placeholder, ConnectionError> {
        let (mut state, now) = (self.state(), Instant::now());
        state.pending = None;
        match asked {
            Ok(granted) => {
                if let Some(backoff) = &mut state.backoff {
                    backoff.granted(now);
                }
                self.grant(&mut state, granted, now);
                state.informed = refused;
                Ok(state.placeholder())
            }
            Err(error) => {
                let error = redacted(error, &self.redactor_of(&mut state));
                if let Some(backoff) = &mut state.backoff {
                    backoff.failed(error.clone(), now);
                }
                Err(connection_error(error))
            }
        }
    }

    fn grant(&self, state: &mut State, granted: AccessToken, now: Instant) {
        // If a time cannot be represented, it never comes.
        let after = |time: Duration| now.checked_add(time);
        state.renew_at = granted.expires_in.map(renewal).and_then(after);
        state.expires_at = granted.expires_in.and_then(after);
        state.generation = state.generation.saturating_add(1);
        state.granted.push_front(granted.token);
        state.granted.truncate(REMEMBERED);
        state.redactor = None;
        // They may repeat the request or the token.
        let redactor = self.redactor_of(state);
        let shown = |scopes: Vec<String>| scopes.into_iter().map(|scope| redactor.text(scope)).collect();
        state.scopes = granted.scopes.map(shown);
        state.app_id = granted.app_id.map(|id| redactor.text(id));
    }

    fn redactor_of(&self, state: &mut State) -> Arc<Redactor> {
        if let Some(redactor) = &state.redactor {
            return redactor.clone();
        }
        let tokens: Vec<_> = state.remembered().map(|(generation, token)| (token, placeholder(generation))).collect();
        let mut secrets: Vec<_> = tokens.iter().map(|(token, placeholder)| (*token, placeholder.as_str())).collect();
        let own = self.0.source.secrets();
        secrets.extend(own.iter().map(|secret| (secret, REDACTED)));
        let redactor = Arc::new(Redactor::new(secrets));
        state.redactor = Some(redactor.clone());
        redactor
    }

    /// A panic while it is locked does no harm: at worst a token is without its scopes, which then are unknown.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Notes that a token is about to be requested; `refused` if the last one was refused.
    ///
    /// # Errors
    /// If no request may be made now.
    fn may_ask(&mut self, refused: bool, now: Instant) -> Result<(), TokenError> {
        self.backoff.as_mut().map_or(Ok(()), |backoff| backoff.ask(refused, now))
    }

    fn placeholder(&self) -> Placeholder {
        Placeholder { value: placeholder(self.generation), scopes: self.scopes.clone() }
    }

    /// Returns the token that a placeholder stands for.
    fn token(&self, stands_for_it: &str) -> Option<&Secret> {
        let found = self.remembered().find(|(generation, _)| placeholder(*generation) == stands_for_it);
        found.map(|(_, token)| token)
    }

    /// Returns whether PayPal has refused the newest token, if it has refused that of this placeholder. They may be the
    /// same: a source that keeps tokens gives one again if it does not know of the refusal.
    fn is_refused(&self, rejected: &str) -> bool {
        let again = || !self.informed && self.token(rejected).is_some_and(|token| Some(token) == self.granted.front());
        rejected == placeholder(self.generation) || again()
    }

    /// The tokens with their generations, newest first.
    fn remembered(&self) -> impl Iterator<Item = (u64, &Secret)> {
        (0..=self.generation).rev().zip(&self.granted)
    }
}

/// Returns what a guest sees instead of a token.
fn placeholder(generation: u64) -> String {
    format!("host-token-{generation}")
}

/// Returns when to renew a token of that lifetime: a margin ahead, but not before half of it is over.
fn renewal(lifetime: Duration) -> Duration {
    lifetime.saturating_sub(MARGIN).max(lifetime / 2)
}

/// Removes the secrets that PayPal's message may repeat, and shortens it.
fn redacted(error: TokenError, redactor: &Redactor) -> TokenError {
    let text = |text: String| redactor.text(text).chars().take(MAX_WORDS).collect();
    match error {
        TokenError::NotConfigured(words) => TokenError::NotConfigured(text(words)),
        TokenError::Refused(words) => TokenError::Refused(text(words)),
        TokenError::Unreachable { reason, retry_after } => {
            TokenError::Unreachable { reason: text(reason), retry_after }
        }
    }
}

/// Returns the error of the contract.
fn connection_error(error: TokenError) -> ConnectionError {
    match error {
        TokenError::NotConfigured(words) => ConnectionError::NotConfigured(words),
        TokenError::Refused(words) => ConnectionError::Refused(words),
        TokenError::Unreachable { reason, .. } => ConnectionError::Unreachable(reason),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::ready,
        sync::atomic::{AtomicBool, AtomicU32, Ordering},
    };

    use super::*;
    use crate::{
        Client, Environment,
        connection::route::Route,
        transport::{BoxFuture, PoolKey},
    };

    const LIFETIME: Duration = Duration::from_secs(600);

    /// Grants tokens for ten minutes, or is out of order.
    #[derive(Default)]
    struct Source {
        out_of_order: AtomicBool,
        asked: AtomicU32,
    }

    impl TokenSource for Source {
        fn obtain(&self, _: TokenRequest) -> BoxFuture<Result<AccessToken, TokenError>> {
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            let token = AccessToken::new(Secret::new(format!("token-{number}")));
            let out_of_order = self.out_of_order.load(Ordering::SeqCst);
            let granted = AccessToken { expires_in: Some(LIFETIME), ..token };
            let answer = if out_of_order { Err(TokenError::unreachable("out of order")) } else { Ok(granted) };
            Box::pin(ready(answer))
        }
    }

    /// A vault that gives the same token until it is told that this is refused; or for ever.
    #[derive(Default)]
    struct Vault {
        stubborn: bool,
        told: AtomicU32,
    }

    impl TokenSource for Vault {
        fn obtain(&self, request: TokenRequest) -> BoxFuture<Result<AccessToken, TokenError>> {
            let told = self.told.fetch_add(request.refused.into(), Ordering::SeqCst) + u32::from(request.refused);
            let number = if self.stubborn { 0 } else { told };
            let token = AccessToken::new(Secret::new(format!("kept-{number}")));
            Box::pin(ready(Ok(AccessToken { expires_in: Some(LIFETIME), ..token })))
        }
    }

    /// Panics, and counts how often.
    #[derive(Default)]
    struct Broken(AtomicU32);

    impl TokenSource for Broken {
        fn obtain(&self, _: TokenRequest) -> BoxFuture<Result<AccessToken, TokenError>> {
            self.0.fetch_add(1, Ordering::SeqCst);
            panic!("on purpose")
        }
    }

    fn tokens() -> (Tokens, Arc<Source>) {
        tokens_of(Source::default())
    }

    fn tokens_of<T: TokenSource + 'static>(source: T) -> (Tokens, Arc<T>) {
        let source = Arc::new(source);
        let endpoint = TokenEndpoint::new(Route::paypal(Environment::Sandbox), Arc::new(Client::new()), PoolKey::new());
        (Tokens::new(source.clone(), endpoint), source)
    }

    /// The token of a call whose last one was refused.
    async fn replaced(tokens: &Tokens, rejected: &str) -> String {
        let until = Instant::now() + Duration::from_secs(60);
        let placeholder = tokens.placeholder(Some(rejected), until, &mut 9).await.unwrap();
        tokens.token(&placeholder.value).unwrap().expose().to_owned()
    }

    /// What a call gets that begins at a time.
    async fn obtained(tokens: &Tokens, rejected: Option<&str>, now: Instant) -> Result<String, ConnectionError> {
        let placeholder = match tokens.now_or_pending(rejected, &mut 9, now)? {
            Ok(placeholder) => placeholder,
            Err(pending) => finished(pending).await?,
        };
        Ok(placeholder.value)
    }

    async fn finished(mut pending: Pending) -> Result<Placeholder, ConnectionError> {
        pending.outcome.wait_for(Option::is_some).await.unwrap().clone().unwrap()
    }

    /// Waits for the renewal in the background, if there is one.
    async fn renewed(tokens: &Tokens) {
        let pending = tokens.state().pending.clone();
        if let Some(pending) = pending {
            let _ = finished(pending).await;
        }
    }

    #[test]
    fn tokens_are_renewed_ahead_of_their_end() {
        assert_eq!(renewal(Duration::from_secs(32400)), Duration::from_secs(32340));
        assert_eq!(renewal(Duration::from_secs(80)), Duration::from_secs(40));
        assert_eq!(renewal(Duration::ZERO), Duration::ZERO);
        assert_eq!(renewal(Duration::MAX), Duration::MAX - MARGIN);
    }

    #[tokio::test]
    async fn a_call_does_not_wait_for_the_renewal() {
        let (tokens, source) = tokens();
        let first = obtained(&tokens, None, Instant::now()).await.unwrap();
        let due = Instant::now() + LIFETIME - MARGIN / 2;
        assert_eq!(obtained(&tokens, None, due).await.unwrap(), first);
        assert_eq!(obtained(&tokens, None, due).await.unwrap(), first);
        renewed(&tokens).await;
        assert_ne!(obtained(&tokens, None, due).await.unwrap(), first);
        assert_eq!(source.asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_token_that_cannot_be_renewed_is_used_until_it_expires() {
        let (tokens, source) = tokens();
        let first = obtained(&tokens, None, Instant::now()).await.unwrap();
        source.out_of_order.store(true, Ordering::SeqCst);
        let due = Instant::now() + LIFETIME - MARGIN / 2;
        for _ in 0..3 {
            assert_eq!(obtained(&tokens, None, due).await.unwrap(), first);
            renewed(&tokens).await;
        }
        assert!(source.asked.load(Ordering::SeqCst) > 1);
        assert!(obtained(&tokens, Some(&first), due).await.is_err(), "PayPal has refused it");
        assert!(obtained(&tokens, None, due + MARGIN).await.is_err(), "it has expired");
    }

    #[tokio::test]
    async fn a_refused_token_that_is_given_again_is_refused() {
        for is_over in [false, true] {
            let (tokens, vault) = tokens_of(Vault::default());
            let first = obtained(&tokens, None, Instant::now()).await.unwrap();
            // A renewal that knows of no refusal, and is in flight or over when there is one.
            let due = Instant::now() + LIFETIME - MARGIN / 2;
            assert_eq!(obtained(&tokens, None, due).await.unwrap(), first);
            assert!(tokens.state().pending.is_some());
            if is_over {
                renewed(&tokens).await;
            }
            assert_eq!(replaced(&tokens, &first).await, "kept-1", "{is_over}");
            // Others that were refused the same one do not ask again.
            assert_eq!(replaced(&tokens, &first).await, "kept-1", "{is_over}");
            assert_eq!(vault.told.load(Ordering::SeqCst), 1, "{is_over}");
        }
    }

    #[tokio::test]
    async fn a_source_that_has_no_other_token_is_told_once() {
        let (tokens, vault) = tokens_of(Vault { stubborn: true, ..Vault::default() });
        let first = obtained(&tokens, None, Instant::now()).await.unwrap();
        obtained(&tokens, None, Instant::now() + LIFETIME - MARGIN / 2).await.unwrap();
        for _ in 0..2 {
            assert_eq!(replaced(&tokens, &first).await, "kept-0");
        }
        assert_eq!(vault.told.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_source_that_panics_is_not_asked_at_once_again() {
        let (tokens, source) = tokens_of(Broken::default());
        for words in ["the source of tokens has panicked", "the source of tokens has panicked; next attempt in 1 s"] {
            let until = Instant::now() + Duration::from_secs(60);
            let error = tokens.placeholder(None, until, &mut 9).await.unwrap_err();
            assert!(matches!(&error, ConnectionError::Unreachable(said) if said == words), "{error:?}");
        }
        assert_eq!(source.0.load(Ordering::SeqCst), 1);
    }
}
