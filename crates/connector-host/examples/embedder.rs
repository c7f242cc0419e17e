//! A platform with two tenants, and its own vault for tokens, journal and observer: `cargo run --package connector-host
//! --example embedder -- paypal_connector.wasm`. The tokens come from the variables `TOKEN_OF_ACME` and
//! `TOKEN_OF_GLOBEX`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

use std::{
    collections::HashMap,
    env,
    error::Error,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use connector_host::{
    CallEnd, Client, Connection, Connector, Engine, Entry, Environment, Journal, JournalError, ObservedCall,
    ObservedRequest, Observer, Route, Secret, Tenant, TokenSource, json,
    token_source::{AccessToken, TokenError, TokenRequest},
    transport::BoxFuture,
};

/// The tokens of one tenant. Another system obtains and renews them.
struct Vault {
    /// The environment variable with the token.
    variable: String,
}

impl TokenSource for Vault {
    fn obtain(&self, request: TokenRequest) -> BoxFuture<Result<AccessToken, TokenError>> {
        let token =
            env::var(&self.variable).map_err(|_| TokenError::NotConfigured(format!("{} is not set", self.variable)));
        Box::pin(async move {
            // After a 401 the previous token is of no use. A vault that can would renew it here.
            if request.refused {
                return Err(TokenError::Refused("PayPal refuses the token in the vault".to_owned()));
            }
            // Set `expires_in` and `scopes` too if you know them.
            Ok(AccessToken::new(Secret::new(token?)))
        })
    }
}

/// The platform's database: the rows of all tenants, by tenant and subject.
type Rows = Arc<Mutex<HashMap<(String, String), Vec<Entry>>>>;

/// One tenant's view of it.
struct Table {
    rows: Rows,
    tenant: String,
}

impl Journal for Table {
    /// In SQL: `INSERT ... ON CONFLICT (tenant, subject, id) DO NOTHING`, by an async client or by `tokio::task::spawn_blocking`.
    fn append(&self, subject: String, entry: Entry) -> BoxFuture<Result<bool, JournalError>> {
        let (rows, tenant) = (self.rows.clone(), self.tenant.clone());
        Box::pin(async move {
            let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
            let entries = rows.entry((tenant, subject)).or_default();
            let is_new = entry.id.is_none() || entries.iter().all(|other| other.id != entry.id);
            if is_new {
                entries.push(entry);
            }
            Ok(is_new)
        })
    }

    fn entries(&self, subject: String) -> BoxFuture<Result<Vec<Entry>, JournalError>> {
        let (rows, tenant) = (self.rows.clone(), self.tenant.clone());
        Box::pin(async move {
            let rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(rows.get(&(tenant, subject)).cloned().unwrap_or_default())
        })
    }
}

/// The platform's log. The feature `tracing` has a ready-made one: `TracingObserver`.
struct Log;

impl Observer for Log {
    fn request_ended(&self, call: &ObservedCall<'_>, request: &ObservedRequest<'_>) {
        let ObservedRequest { attempt, method, host, path, end, duration, .. } = request;
        eprintln!("{:?} call {}: #{attempt} {method} {host}{path}: {end:?} in {duration:?}", call.tenant, call.number);
    }

    fn call_ended(&self, call: &ObservedCall<'_>, end: &CallEnd<'_>) {
        eprintln!("{:?} call {}: {}: {:?} in {:?}", call.tenant, call.number, call.action, end.outcome, end.duration);
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let component = env::args_os().nth(1).map(PathBuf::from).ok_or("which component? give its file")?;

    // Once per process. The client goes through the proxy of `HTTPS_PROXY`, if there is one.
    let connector = Connector::load(&Engine::new()?, &component)?.with_observer(Log);
    let (client, rows) = (Client::from_environment()?, Rows::default());

    // Once per tenant. They share the client; their TCP connections, tokens and histories are their own.
    let tenants = ["acme", "globex"].map(|name| {
        let vault = Vault { variable: format!("TOKEN_OF_{}", name.to_uppercase()) };
        let connection = Connection::new(Route::paypal(Environment::Sandbox), vault, client.clone());
        let journal = Table { rows: rows.clone(), tenant: name.to_owned() };
        Tenant::new(connection, client.clone()).with_journal(journal).with_label(name)
    });

    // Once per call.
    for tenant in &tenants {
        let outcome = connector.invoke(tenant, "webhooks.list", "{}").await?;
        match outcome.result {
            Ok(reply) => println!("{}", reply.body.unwrap_or_default()),
            Err(failure) => println!("{}: {}", json::kind(failure.kind), failure.message),
        }
    }
    connector.close().await;
    Ok(())
}
