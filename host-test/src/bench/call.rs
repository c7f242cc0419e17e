//! The calls that are measured, and the tenant that makes them.

use std::hint::black_box;

use anyhow::Result;

use crate::bench::forgetful::Forgetful;
use connector_host::{Client, Connection, Connector, Route, Secret, StaticToken, Tenant};

/// Two calls: a read, and a write with a body.
pub(super) const CALLS: [Call; 2] = [Call { action: "orders.get", input: r#"{"id": "5O190127TN364715T"}"# }, WRITE];

/// A write that moves money.
pub(super) const WRITE: Call = Call {
    action: "orders.create",
    input: r#"{"body": {"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "10.00"}}]}}"#,
};

/// How many calls of one tenant are in flight at once, at most. A connection takes no more than 25.
pub(super) const PER_TENANT: usize = 10;

/// An action with its input.
#[derive(Clone, Copy)]
pub(super) struct Call {
    pub(super) action: &'static str,
    pub(super) input: &'static str,
}

impl Call {
    /// Runs it by the connector.
    pub(super) async fn run(self, connector: &Connector, tenant: &Tenant) -> Result<()> {
        let outcome = connector.invoke(tenant, self.action, self.input).await?;
        match outcome.result {
            Ok(reply) => drop(black_box(reply)),
            Err(failure) => anyhow::bail!("{}: {}", self.action, failure.message),
        }
        Ok(())
    }
}

/// A tenant that keeps no journal, and notes no calls.
pub(super) fn tenant(route: Route, client: Client) -> Tenant {
    let token = StaticToken::new(Secret::new("a-token-of-the-bench".to_owned()));
    Tenant::new(Connection::new(route, token, client.clone()), client).with_journal(Forgetful).without_call_records()
}
