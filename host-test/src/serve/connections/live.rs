//! A connection in use.

use std::sync::Arc;

use connector_host::{
    Client, ClientCredentials, Concurrency, Connection, Delegation, Environment as World, Journal, RefreshToken, Route,
    StaticToken, Tenant, TokenSource,
};

use super::{
    settings::{Environment, Settings, View},
    simulated::Simulated,
};

/// A connection in use: its settings, and the tenant that was made of them.
pub(crate) struct Live {
    pub(crate) settings: Settings,
    pub(crate) tenant: Tenant,
}

impl Live {
    /// Makes the tenant. The token sources do not ask for a token yet.
    pub(super) fn new(
        settings: Settings,
        concurrency: Concurrency,
        journal: impl Journal + 'static,
        client: &Client,
        simulated: &Simulated,
    ) -> Result<Self, connector_host::BaseUrlError> {
        let (route, client, authorities) = match settings.environment {
            Environment::Sandbox => (Route::paypal(World::Sandbox), client.clone(), &[][..]),
            Environment::Live => (Route::paypal(World::Live), client.clone(), &[][..]),
            // There is no proxy in front of this machine.
            Environment::Simulator => {
                (Route::loopback(World::Sandbox, &simulated.url())?, Client::new(), simulated.authorities())
            }
        };
        let source = token_source(&settings, simulated);
        let connection = Connection::new(route, source, client.clone());
        let connection = match settings.delegation() {
            Some(delegation) => connection.with_delegation(delegation),
            None => connection,
        };
        let connection = connection.with_concurrency(concurrency).with_authorities(authorities.iter().cloned());
        let tenant = Tenant::new(connection, client).with_label(&*settings.name).with_journal(journal);
        let tenant = if settings.read_only { tenant.read_only() } else { tenant };
        Ok(Self { settings, tenant })
    }

    /// Returns the connection's document.
    pub(crate) fn view(&self) -> View<'_> {
        self.settings.view(self.tenant.connection.route().destination())
    }

    /// Returns the tenant for what the service itself sets up, also where its callers may only read.
    pub(crate) fn writing(&self) -> Tenant {
        let mut tenant = self.tenant.clone();
        tenant.read_only = false;
        tenant
    }

    /// Returns the seller for whom a partner's app acts.
    pub(crate) fn delegation(&self) -> Option<Delegation> {
        self.settings.delegation()
    }
}

/// Where tokens come from.
fn token_source(settings: &Settings, simulated: &Simulated) -> Arc<dyn TokenSource> {
    let secret = |name: &str| settings.secrets.get(name).cloned();
    match (&settings.client_id, secret("client_secret"), secret("refresh_token"), secret("access_token")) {
        (Some(id), Some(secret), Some(token), _) => Arc::new(RefreshToken::new(id.clone(), secret, token)),
        (Some(id), Some(secret), None, _) => Arc::new(ClientCredentials::new(id.clone(), secret)),
        (_, _, _, Some(token)) => Arc::new(StaticToken::new(token)),
        // Only the simulator is used without credentials: `Change` sees to that.
        _ => {
            let (id, secret) = simulated.app();
            Arc::new(ClientCredentials::new(id, secret))
        }
    }
}
