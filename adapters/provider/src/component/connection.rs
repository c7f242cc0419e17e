//! The export `kosha:connector/connection`.

use super::{
    bindings::{
        Provider,
        exports::kosha::connector::connection::{ConnectionError, Delegation, EnvironmentKind, Guest, Token},
    },
    http,
    instance::{self, Instance},
};
use crate::{
    configuration::{self, Credentials, Environment, Settings, Unusable},
    endpoint::{App, origin},
    obtain::obtain,
    token::{self, TokenError},
};

impl Guest for Provider {
    fn max_attempts() -> u32 {
        instance::with(|instance| instance.settings().map_or(1, |settings| settings.max_attempts))
    }

    fn environment() -> EnvironmentKind {
        instance::with(|instance| match instance.settings() {
            Ok(settings) => kind(settings.environment),
            // There is no token then. Were it the sandbox, events about play money would be taken for real ones.
            Err(_) => EnvironmentKind::Live,
        })
    }

    fn on_behalf_of() -> Option<Delegation> {
        instance::with(|instance| match instance.settings() {
            Ok(Settings { credentials: Credentials::App { id, .. }, merchant: Some(merchant), .. }) => {
                Some(Delegation { client_id: id.clone(), account_id: merchant.clone() })
            }
            // Without settings there is no token either.
            _ => None,
        })
    }

    fn access_token(rejected: Option<String>) -> Result<Token, ConnectionError> {
        let outcome = instance::with(|instance| access_token(instance, rejected.as_deref()));
        match outcome {
            Ok(token) => Ok(Token { value: token.value.expose().to_owned(), scopes: token.scopes }),
            Err(TokenError::NotConfigured(words)) => Err(ConnectionError::NotConfigured(words)),
            Err(TokenError::Refused(words)) => Err(ConnectionError::Refused(words)),
            Err(TokenError::Unreachable { reason, .. }) => Err(ConnectionError::Unreachable(reason)),
        }
    }

    fn certificate_authorities() -> Vec<String> {
        instance::with(|instance| instance.configuration.authorities.clone())
    }
}

/// Returns an environment as the contract has it.
pub(super) fn kind(environment: Environment) -> EnvironmentKind {
    match environment {
        Environment::Sandbox => EnvironmentKind::Sandbox,
        Environment::Live => EnvironmentKind::Live,
    }
}

fn access_token(instance: &mut Instance, rejected: Option<&str>) -> Result<token::Token, TokenError> {
    let name = instance.name().to_owned();
    let settings = instance.settings().map_err(|unusable| {
        TokenError::NotConfigured(match unusable {
            Unusable::Unknown => configuration::missing(&name),
            Unusable::Misconfigured(problem) => problem,
        })
    })?;
    let environment = settings.environment;
    match settings.credentials.clone() {
        Credentials::Token(value) if rejected == Some(value.expose()) => {
            Err(TokenError::Refused("PayPal refused the access token, and it cannot be renewed here".to_owned()))
        }
        Credentials::Token(value) => Ok(token::Token { value, scopes: None }),
        Credentials::App { id, secret, refresh_token } => {
            let app = App { id: &id, secret: &secret, refresh_token: refresh_token.as_ref() };
            let origin = origin(environment, instance.configuration.simulator.as_ref());
            let mut book = instance.store.book(&name, &app, &origin);
            obtain(&mut book, rejected, |patience| http::request(&origin, &app, patience))
        }
    }
}
