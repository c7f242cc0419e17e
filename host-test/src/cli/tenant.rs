//! The tenant of the command line: an environment or a server on this machine, and credentials.

use std::{env, fs, path::PathBuf, sync::Arc};

use connector_host::{
    Client, ClientCredentials, Connection, Delegation, Environment, Health, RefreshToken, Route, Secret, SqliteJournal,
    StaticToken, Tenant, TokenSource, Unconfigured, WatchedJournal,
};

use crate::cli::{database, output::note};

/// Where calls go.
#[derive(clap::Args)]
pub(super) struct Destination {
    /// Send to a server on this machine in place of PayPal
    #[arg(long, value_name = "http://127.0.0.1:PORT")]
    base_url: Option<String>,
    /// PayPal's sandbox
    #[arg(long, conflicts_with = "live")]
    sandbox: bool,
    /// PayPal itself: real money
    #[arg(long)]
    live: bool,
}

impl Destination {
    /// PayPal's sandbox.
    pub(super) fn sandbox() -> Self {
        Self { base_url: None, sandbox: true, live: false }
    }

    /// Returns a tenant, or what is wrong with the arguments.
    pub(super) fn tenant(&self) -> Result<Tenant, String> {
        self.tenant_trusting(&[])
    }

    /// Returns a tenant that also trusts the certificates in some files.
    pub(super) fn tenant_trusting(&self, authorities: &[PathBuf]) -> Result<Tenant, String> {
        let route = self.route()?;
        let client = match &self.base_url {
            None => Client::from_environment().map_err(|error| error.to_string())?,
            // There is no proxy in front of this machine.
            Some(_) => Client::new(),
        };
        let authorities: Vec<_> = authorities.iter().map(certificates).collect::<Result<_, _>>()?;
        let connection = Connection::new(route, token_source()?, client.clone());
        let connection = match delegation()? {
            Some(delegation) => connection.with_delegation(delegation),
            None => connection,
        };
        Ok(Tenant::new(connection.with_authorities(authorities.into_iter().flatten()), client))
    }

    /// Where requests go.
    pub(super) fn route(&self) -> Result<Route, String> {
        match &self.base_url {
            None => Ok(Route::paypal(self.environment())),
            Some(url) => Route::loopback(self.environment(), url).map_err(|error| format!("--base-url: {error}")),
        }
    }

    /// Its name for a person who is asked whether something may be done there.
    pub(super) fn label(&self) -> String {
        match (&self.base_url, self.live) {
            (Some(url), _) => format!("the server at {url}"),
            (None, false) => "PayPal's sandbox".to_owned(),
            (None, true) => "PayPal, with real money".to_owned(),
        }
    }

    /// Whether it is PayPal's live environment, or a simulated one.
    pub(super) fn is_live(&self) -> bool {
        self.live
    }

    fn environment(&self) -> Environment {
        if self.live { Environment::Live } else { Environment::Sandbox }
    }
}

/// Where the history is kept.
#[derive(clap::Args)]
pub(super) struct History {
    /// Keep the history of orders and subscriptions, and the events received, in this file, or in the PostgreSQL database at this
    /// URL (postgres://USER@HOST/DATABASE): one for each PayPal account. By default they are lost when the command ends
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
}

impl History {
    /// Returns the tenant with that journal, or what is wrong with the file or the database. The sandbox and live are kept apart.
    pub(super) async fn keep(&self, tenant: Tenant) -> Result<Tenant, String> {
        let Some(file) = &self.journal else { return Ok(tenant) };
        let name = match tenant.connection.environment() {
            Environment::Sandbox => "sandbox",
            Environment::Live => "live",
        };
        let url = file.to_str().filter(|text| text.starts_with("postgres://") || text.starts_with("postgresql://"));
        if let Some(url) = url {
            // The URL may have a password, so that it is not repeated.
            let journal = database::open(url, name).await.map_err(|error| format!("--journal: {error}"))?;
            return Ok(tenant.with_journal(WatchedJournal::new(journal, report)));
        }
        let journal = SqliteJournal::open(file).map_err(|error| format!("--journal {error}"))?;
        Ok(tenant.with_journal(WatchedJournal::new(journal.for_tenant(name), report)))
    }
}

/// Prints a change of the journal's health.
fn report(health: Health) {
    match health {
        Health::Fails(error) => note(&format!("error: the journal cannot be used: {error}")),
        Health::Recovered { failures } => {
            note(&format!("the journal works again; it could not be written or read {failures} times"));
        }
    }
}

/// Returns the certificates of a file, one by one. Other parts, such as keys, are skipped.
fn certificates(file: &PathBuf) -> Result<Vec<String>, String> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let error = |reason: String| format!("--authority {}: {reason}", file.display());
    let bytes = fs::read(file).map_err(|cause| error(cause.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| error("it is not a PEM file".to_owned()))?;
    let mut certificates = Vec::new();
    for part in text.split(BEGIN).skip(1) {
        let (base64, _) = part.split_once(END).ok_or_else(|| error("a certificate in it has no end".to_owned()))?;
        certificates.push(format!("{BEGIN}{base64}{END}\n"));
    }
    if certificates.is_empty() {
        return Err(error("there is no certificate in it".to_owned()));
    }
    Ok(certificates)
}

/// Reads a variable of the environment. An empty one is none.
fn variable(name: &str) -> Result<Option<String>, String> {
    match env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(format!("{name} is not text")),
    }
}

/// Returns the merchant for whom the connection acts, if the environment names one.
pub(super) fn delegation() -> Result<Option<Delegation>, String> {
    let Some(account_id) = variable("PAYPAL_MERCHANT_ID")? else { return Ok(None) };
    let client_id = variable("PAYPAL_CLIENT_ID")?.ok_or("PAYPAL_MERCHANT_ID is set, but PAYPAL_CLIENT_ID is not")?;
    Ok(Some(Delegation { client_id, account_id }))
}

/// What to do about missing credentials.
const MISSING: &str = "set PAYPAL_ACCESS_TOKEN, or PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET, in the environment";

/// Returns what to do about credentials that the environment does not have; `None` if it has some.
pub(super) fn missing_credentials() -> Option<&'static str> {
    let names = ["PAYPAL_ACCESS_TOKEN", "PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"];
    let has = |name: &&str| !matches!(variable(name), Ok(None));
    (!names.iter().any(has)).then_some(MISSING)
}

/// Reads credentials from the environment: arguments can be read by every process on the machine.
fn token_source() -> Result<Arc<dyn TokenSource>, String> {
    if let Some(token) = variable("PAYPAL_ACCESS_TOKEN")? {
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(
                "PAYPAL_ACCESS_TOKEN contains a space, a line break or another character that no token has".to_owned()
            );
        }
        return Ok(Arc::new(StaticToken::new(Secret::new(token))));
    }
    match (variable("PAYPAL_CLIENT_ID")?, variable("PAYPAL_CLIENT_SECRET")?) {
        (Some(id), Some(secret)) => {
            let secret = Secret::new(secret);
            Ok(match variable("PAYPAL_REFRESH_TOKEN")? {
                Some(token) => Arc::new(RefreshToken::new(id, secret, Secret::new(token))),
                None => Arc::new(ClientCredentials::new(id, secret)),
            })
        }
        (None, None) if variable("PAYPAL_REFRESH_TOKEN")?.is_some() => {
            Err("PAYPAL_REFRESH_TOKEN is set, but PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET are not".to_owned())
        }
        (None, None) => Ok(Arc::new(Unconfigured::new(MISSING))),
        (Some(_), None) => Err("PAYPAL_CLIENT_ID is set, but PAYPAL_CLIENT_SECRET is not".to_owned()),
        (None, Some(_)) => Err("PAYPAL_CLIENT_SECRET is set, but PAYPAL_CLIENT_ID is not".to_owned()),
    }
}
