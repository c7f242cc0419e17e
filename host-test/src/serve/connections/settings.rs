//! What is set of a connection.

use std::collections::BTreeMap;

use connector_host::{Delegation, Secret};
use serde::Serialize;

/// Which of PayPal's worlds a connection belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Environment {
    /// The simulator in this process.
    Simulator,
    /// PayPal's sandbox.
    Sandbox,
    /// PayPal itself: real money.
    Live,
}

impl Environment {
    const ALL: [Self; 3] = [Self::Simulator, Self::Sandbox, Self::Live];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Simulator => "simulator",
            Self::Sandbox => "sandbox",
            Self::Live => "live",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// The members that are secrets.
pub(crate) const SECRETS: [&str; 3] = ["client_secret", "refresh_token", "access_token"];

/// The secrets that are of an account, and do not say of which.
const OF_AN_ACCOUNT: [&str; 2] = ["refresh_token", "access_token"];

/// What is set of a connection. Not `Debug`: the secrets could not be printed, but nothing should try.
#[derive(Clone)]
pub(crate) struct Settings {
    /// 1 to 50 lower-case letters, digits and single dashes.
    pub(crate) name: String,
    /// Made up when the connection was made, or got other tokens; never shown.
    pub(crate) uid: String,
    pub(crate) environment: Environment,
    pub(crate) client_id: Option<String>,
    /// For partners: the seller for whom calls are made.
    pub(crate) merchant_id: Option<String>,
    /// For partners: the BN code of each call.
    pub(crate) partner_attribution_id: Option<String>,
    /// The webhook whose events are received.
    pub(crate) webhook_id: Option<String>,
    /// How many calls run at once, 1 to 25.
    pub(crate) concurrency: u8,
    /// The connection whose limit it shares in place of one of its own.
    pub(crate) borrow_concurrency_from: Option<String>,
    /// Whether only actions that change nothing run.
    pub(crate) read_only: bool,
    /// When it was made or changed (RFC 3339).
    pub(crate) changed: String,
    /// The secrets, by the names of [`SECRETS`].
    pub(crate) secrets: BTreeMap<&'static str, Secret>,
}

/// The document of a connection: all but the secrets.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    name: &'a str,
    environment: Environment,
    /// Where its requests go, such as `https://api-m.paypal.com`, or the simulator's address.
    base_url: String,
    client_id: Option<&'a str>,
    merchant_id: Option<&'a str>,
    partner_attribution_id: Option<&'a str>,
    webhook_id: Option<&'a str>,
    concurrency: u8,
    borrow_concurrency_from: Option<&'a str>,
    read_only: bool,
    /// Which secrets are set.
    secrets: Vec<&'static str>,
    changed: &'a str,
}

impl Settings {
    /// Returns its document.
    pub(super) fn view(&self, base_url: String) -> View<'_> {
        View {
            name: &self.name,
            environment: self.environment,
            base_url,
            client_id: self.client_id.as_deref(),
            merchant_id: self.merchant_id.as_deref(),
            partner_attribution_id: self.partner_attribution_id.as_deref(),
            webhook_id: self.webhook_id.as_deref(),
            concurrency: self.concurrency,
            borrow_concurrency_from: self.borrow_concurrency_from.as_deref(),
            read_only: self.read_only,
            secrets: self.secrets.keys().copied().collect(),
            changed: &self.changed,
        }
    }

    /// Returns the seller for whom a partner's app acts.
    pub(super) fn delegation(&self) -> Option<Delegation> {
        Some(Delegation { client_id: self.client_id.clone()?, account_id: self.merchant_id.clone()? })
    }

    /// Returns the account whose journal its calls are noted in: connections of one app and seller share one. If a connection is
    /// pointed at another app, its journal is another one: a call that is still unresolved is never repeated in an account that
    /// it was not made in. Where a token is given, the connection itself stands for the account, until it gets another token.
    pub(crate) fn account(&self) -> String {
        let world = self.environment.name();
        let seller = self.merchant_id.as_deref().unwrap_or_default();
        // Whose such a token is only PayPal knows.
        let has_token = OF_AN_ACCOUNT.iter().any(|it| self.secrets.contains_key(it));
        match &self.client_id {
            Some(id) if has_token => format!("{world}/{id}/{seller}/{}", self.uid),
            Some(id) => format!("{world}/{id}/{seller}"),
            None if self.is_simulators_own() => format!("{world}//{seller}"),
            None => format!("{world}/{}", self.uid),
        }
    }

    /// Whether it is the simulator's own account, which is there without credentials.
    pub(crate) fn is_simulators_own(&self) -> bool {
        self.environment == Environment::Simulator && self.client_id.is_none() && self.secrets.is_empty()
    }

    /// Whether its tokens are those that it had before, and so those of the same account.
    pub(super) fn has_tokens_of(&self, before: &Self) -> bool {
        let same = |secret: &&str| {
            let [now, then] = [self, before].map(|it| it.secrets.get(*secret).map(Secret::expose));
            now == then
        };
        self.environment == before.environment && self.client_id == before.client_id && OF_AN_ACCOUNT.iter().all(same)
    }
}
