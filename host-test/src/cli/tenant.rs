//! The tenant on whose behalf the command line calls: an environment or a stand-in, and credentials.

use std::env;

use host_test::{Client, Connection, Credentials, Environment, Route, Secret, Tenant};

/// Where calls go.
#[derive(clap::Args)]
pub(super) struct Place {
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

impl Place {
    /// A tenant there; otherwise what is wrong with the arguments.
    pub(super) fn tenant(&self) -> Result<Tenant, String> {
        let environment = if self.live { Environment::Live } else { Environment::Sandbox };
        let route = match &self.base_url {
            None => Route::paypal(environment),
            Some(url) => Route::loopback(environment, url).map_err(|error| format!("--base-url: {error}"))?,
        };
        let client = Client::new();
        Ok(Tenant::new(Connection::new(route, credentials()?, client.clone()), client))
    }
}

/// Never from the arguments, which every process on the machine can read.
fn credentials() -> Result<Credentials, String> {
    let variable = |name: &str| match env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(format!("{name} is not text")),
    };
    if let Some(token) = variable("PAYPAL_ACCESS_TOKEN")? {
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(
                "PAYPAL_ACCESS_TOKEN holds a space, a line break or another character that no token has".to_owned()
            );
        }
        return Ok(Credentials::AccessToken(Secret::new(token)));
    }
    match (variable("PAYPAL_CLIENT_ID")?, variable("PAYPAL_CLIENT_SECRET")?) {
        (Some(id), Some(secret)) => Ok(Credentials::Client { id, secret: Secret::new(secret) }),
        (None, None) => Ok(Credentials::None),
        (Some(_), None) => Err("PAYPAL_CLIENT_ID is set, but PAYPAL_CLIENT_SECRET is not".to_owned()),
        (None, Some(_)) => Err("PAYPAL_CLIENT_SECRET is set, but PAYPAL_CLIENT_ID is not".to_owned()),
    }
}
