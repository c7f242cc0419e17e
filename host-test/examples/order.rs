//! Creates an order at the simulator.
#![allow(clippy::print_stdout, reason = "an example prints")]

use connector_host::{
    Client, ClientCredentials, Connection, Connector, Engine, Environment, Route, Secret, Tenant, json,
};
use host_test::COMPONENT;
use paypal_simulator::{Server, Simulator};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Once per process: the engine, the compiled component and the HTTP client.
    let connector = Connector::load(&Engine::new()?, COMPONENT.as_ref())?;
    let client = Client::new();

    // The simulator takes PayPal's place. For PayPal itself, the route is `Route::paypal(Environment::Sandbox)`.
    let paypal = Simulator::new(1);
    let server = Server::bind(paypal.clone(), 0).await?;
    let route = Route::loopback(Environment::Sandbox, &format!("http://{}", server.address()?))?;
    tokio::spawn(server.run());

    // Once per tenant: the connection. It obtains the token and keeps it from the component.
    let credentials = ClientCredentials::new(paypal.client_id(), Secret::new(paypal.client_secret()));
    let tenant = Tenant::new(Connection::new(route, credentials, client.clone()), client);

    // Once per call: an action by its id. It runs in a fresh instance of the component.
    let input = r#"{"body": {"intent": "CAPTURE", "purchase_units": [
        {"amount": {"currency_code": "USD", "value": "10.00"}}]}}"#;
    let outcome = connector.invoke(&tenant, "orders.create", input).await?;
    println!("{}", json::outcome(&outcome.result)?);
    Ok(())
}
