//! Creates an order in PayPal's sandbox, with the access token in `PAYPAL_ACCESS_TOKEN`.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::{env, path::Path};

use anyhow::{Context, Result, bail};
use connector_host::{Client, Connection, Connector, Engine, Environment, Route, Secret, StaticToken, Tenant, json};
use host_test::COMPONENT;

/// The key is stored with the work before the call. However often this input is sent while PayPal remembers the key
/// (6 hours), there is one order: the first call answers 201, a later one 200.
const INPUT: &str = r#"{
    "body": {"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "10.00"}}]},
    "options": {"idempotency_key": "shop-order-1042"}
}"#;

#[tokio::main]
async fn main() -> Result<()> {
    // Once per process: the engine, the compiled component, and the HTTP client with its pool of connections.
    let connector = Connector::load(&Engine::new()?, Path::new(COMPONENT))?;
    let client = Client::new();

    // Once per tenant: the connection, which keeps the token from the component.
    let token = env::var("PAYPAL_ACCESS_TOKEN").context("PAYPAL_ACCESS_TOKEN holds no token")?;
    let credentials = StaticToken::new(Secret::new(token));
    let route = Route::paypal(Environment::Sandbox);
    let tenant = Tenant::new(Connection::new(route, credentials, client.clone()), client);

    // Once per call: a fresh instance of the component. An error at `?` means that it was stopped, and says whether
    // PayPal may have acted; every other end, good or bad, is an outcome.
    let outcome = connector.invoke(&tenant, "orders.create", INPUT).await?;
    match outcome.result {
        Ok(reply) => println!("{} {}", reply.status, reply.body.unwrap_or_default()),
        Err(failure) if failure.retryable => bail!("{}; send the same input again later", failure.message),
        Err(failure) => bail!("{}: {}", json::kind(failure.kind), failure.message),
    }
    Ok(())
}
