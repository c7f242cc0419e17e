//! The access tokens of a connection: obtained once for however many calls wait, remembered, and never shown to a guest.

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
    connection::backoff::Backoff,
    redact::{REDACTED, Redactor},
    secret::Secret,
    token_source::{AccessToken, TokenEndpoint, TokenError, TokenRequest, TokenSource},
};

/// A token is renewed this long before it expires, so that it lasts for the calls that have just begun.
const MARGIN: Duration = Duration::from_secs(60);

/// How long the token endpoint may take in all, its answer's last byte included.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most that is handed on of what PayPal says, in characters.
const MAX_WORDS: usize = 1000;

/// How many tokens are remembered: calls that began before a renewal go on with the token they began with.
const REMEMBERED: usize = 8;

/// Hands out placeholders for tokens. Clones are the same.
#[derive(Clone)]
pub(crate) struct Tokens(Arc<Shared>);

struct Shared {
    source: Arc<dyn TokenSource>,
    endpoint: TokenEndpoint,
    state: Mutex<State>,
}

struct State {
    /// Of the newest token; 0 before there is one.
    generation: u64,
    /// The newest first.
    granted: VecDeque<Secret>,
    /// The scopes of the newest, where PayPal has said them.
    scopes: Option<Vec<String>>,
    renew_at: Option<Instant>,
    /// The request that is under way: it becomes its outcome.
    pending: Option<Pending>,
    /// None where the endpoint is asked however often it is wanted.
    backoff: Option<Backoff>,
    /// Of the secrets of now; made when it is first asked for.
    redactor: Option<Arc<Redactor>>,
}

type Pending = watch::Receiver<Option<Result<Placeholder, ConnectionError>>>;

/// What a guest is given in place of a token.
#[derive(Clone, Debug)]
pub(crate) struct Placeholder {
    pub(crate) value: String,
    /// The scopes of the token, where PayPal has said them.
    pub(crate) scopes: Option<Vec<String>>,
}

impl Tokens {
    pub(crate) fn new(source: Arc<dyn TokenSource>, endpoint: TokenEndpoint) -> Self {
        let state = State {
            generation: 0,
            granted: VecDeque::new(),
            scopes: None,
            renew_at: None,
            pending: None,
            backoff: Some(Backoff::default()),
            redactor: None,
        };
        Self(Arc::new(Shared { source, endpoint, state: Mutex::new(state) }))
    }

    /// From now on asks the endpoint however often it is wanted.
    pub(crate) fn without_backoff(&self) {
        self.state().backoff = None;
    }

    /// What finds the secrets of the connection: of its credentials, and the tokens that are remembered.
    pub(crate) fn redactor(&self) -> Arc<Redactor> {
        self.redactor_of(&mut self.state())
    }

    /// The token that a placeholder stands for.
    pub(crate) fn token(&self, stands_for_it: &str) -> Option<Secret> {
        let state = self.state();
        let found = state.remembered().find(|(generation, _)| placeholder(*generation) == stands_for_it);
        found.map(|(_, token)| token.clone())
    }

    /// A placeholder for a token that is good now. `rejected` is the placeholder of one that PayPal has refused. Waits no
    /// longer than to `until`; a request for a token that others wait for goes on. `allowed` is how many new tokens may still
    /// be asked for, and counts down.
    ///
    /// # Errors
    /// Why there is no token.
    pub(crate) async fn placeholder(
        &self,
        rejected: Option<&str>,
        until: Instant,
        allowed: &mut u32,
    ) -> Result<Placeholder, ConnectionError> {
        let mut pending = match self.now_or_pending(rejected, allowed)? {
            Ok(placeholder) => return Ok(placeholder),
            Err(pending) => pending,
        };
        let unreachable = |what: &str| ConnectionError::Unreachable(format!("PayPal's token endpoint {what}"));
        let outcome = match timeout_at(until.into(), pending.wait_for(Option::is_some)).await {
            Ok(Ok(outcome)) => outcome.clone(),
            // The runtime that has asked is gone.
            Ok(Err(_)) => None,
            Err(_) => return Err(unreachable("has not answered before the call's time was over")),
        };
        outcome.unwrap_or_else(|| Err(unreachable("was not asked to the end")))
    }

    /// The placeholder, where there is no need to wait for it; otherwise the request to wait for.
    fn now_or_pending(
        &self,
        rejected: Option<&str>,
        allowed: &mut u32,
    ) -> Result<Result<Placeholder, Pending>, ConnectionError> {
        let (mut state, now) = (self.state(), Instant::now());
        let refused = rejected.is_some_and(|rejected| rejected == placeholder(state.generation));
        let fresh = state.renew_at.is_none_or(|time| now < time);
        if !state.granted.is_empty() && fresh && !refused {
            return Ok(Ok(state.placeholder()));
        }
        let pending = state.pending.clone().filter(|pending| pending.has_changed().is_ok());
        if let Some(pending) = pending {
            return Ok(Err(pending));
        }
        *allowed = allowed.checked_sub(1).ok_or_else(|| {
            ConnectionError::Unreachable("the call has asked for more tokens than one call may".to_owned())
        })?;
        if let Some(backoff) = &mut state.backoff {
            backoff.ask(refused, now).map_err(connection_error)?;
        }
        let pending = self.ask(refused);
        state.pending = Some(pending.clone());
        Ok(Err(pending))
    }

    /// Asks the source for a token, in a task of its own: a call that gives up takes it from nobody.
    fn ask(&self, refused: bool) -> Pending {
        let (sender, pending) = watch::channel(None);
        let tokens = self.clone();
        tokio::spawn(async move {
            let Shared { source, endpoint, .. } = &*tokens.0;
            let request = TokenRequest { refused, endpoint: endpoint.clone() };
            let asked = timeout(PATIENCE, source.obtain(request)).await;
            let late = "PayPal's token endpoint takes too long";
            let asked = asked.unwrap_or_else(|_| Err(TokenError::unreachable(late)));
            sender.send_replace(Some(tokens.learn(asked)));
        });
        pending
    }

    /// Takes notice of what came of a request.
    fn learn(&self, asked: Result<AccessToken, TokenError>) -> Result<Placeholder, ConnectionError> {
        let (mut state, now) = (self.state(), Instant::now());
        state.pending = None;
        match asked {
            Ok(granted) => {
                if let Some(backoff) = &mut state.backoff {
                    backoff.granted(now);
                }
                self.grant(&mut state, granted, now);
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
        // One that lasts for longer than there are moments does not end.
        state.renew_at = granted.expires_in.and_then(|lifetime| now.checked_add(renewal(lifetime)));
        state.generation = state.generation.saturating_add(1);
        state.granted.push_front(granted.token);
        state.granted.truncate(REMEMBERED);
        state.redactor = None;
        // They may repeat what was sent, or the token.
        let redactor = self.redactor_of(state);
        let shown = |scopes: Vec<String>| scopes.into_iter().map(|scope| redactor.text(scope)).collect();
        state.scopes = granted.scopes.map(shown);
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

    /// A panic elsewhere leaves nothing half-written that matters: a token without its scopes is one of unknown scopes.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn placeholder(&self) -> Placeholder {
        Placeholder { value: placeholder(self.generation), scopes: self.scopes.clone() }
    }

    /// The tokens with their generations, the newest first.
    fn remembered(&self) -> impl Iterator<Item = (u64, &Secret)> {
        (0..=self.generation).rev().zip(&self.granted)
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

/// The error without the secrets that PayPal's words may repeat, and not longer than anybody reads.
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

/// The error as the contract has it.
fn connection_error(error: TokenError) -> ConnectionError {
    match error {
        TokenError::NotConfigured(words) => ConnectionError::NotConfigured(words),
        TokenError::Refused(words) => ConnectionError::Refused(words),
        TokenError::Unreachable { reason, .. } => ConnectionError::Unreachable(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_renewed_ahead_of_their_end() {
        assert_eq!(renewal(Duration::from_secs(32400)), Duration::from_secs(32340));
        assert_eq!(renewal(Duration::from_secs(80)), Duration::from_secs(40));
        assert_eq!(renewal(Duration::ZERO), Duration::ZERO);
        assert_eq!(renewal(Duration::MAX), Duration::MAX - MARGIN);
    }
}
