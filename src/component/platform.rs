//! The platform, through the component's imports.

use std::time::{Duration, Instant};

use crate::{
    component::transport,
    platform::{
        delegation::Delegation,
        entry::{Entry, JournalError},
        environment::Environment,
        interface::{Platform, TokenError},
        request::Request,
        response::{Response, SendError},
        token::{Granted, Token},
    },
};

use super::bindings::kosha::connector::{
    connection::{self, ConnectionError, EnvironmentKind},
    journal,
};

/// The platform that has loaded this component.
pub(super) struct Imported;

impl Platform for Imported {
    fn environment(&self) -> Environment {
        match connection::environment() {
            EnvironmentKind::Sandbox => Environment::Sandbox,
            EnvironmentKind::Live => Environment::Live,
        }
    }

    fn on_behalf_of(&self) -> Option<Delegation> {
        let connection::Delegation { client_id, account_id } = connection::on_behalf_of()?;
        Some(Delegation { client_id, account_id })
    }

    fn max_attempts(&self) -> u32 {
        connection::max_attempts()
    }

    fn sleep(&self, time: Duration) {
        transport::sleep(time);
    }

    fn token(&self, rejected: Option<&Token>) -> Result<Granted, TokenError> {
        let token_error = |message, transient| TokenError { message, transient };
        match connection::access_token(rejected.map(Token::expose)) {
            Ok(token) => Ok(Granted { token: Token::new(token.value), scopes: token.scopes }),
            Err(ConnectionError::NotConfigured(what)) => {
                Err(token_error(format!("the connection is not set up: {what}"), false))
            }
            Err(ConnectionError::Refused(what)) => {
                Err(token_error(format!("PayPal refused the credentials: {what}"), false))
            }
            Err(ConnectionError::Unreachable(what)) => {
                Err(token_error(format!("no token could be obtained: {what}"), true))
            }
        }
    }

    fn send(&self, request: &Request, token: Option<&Token>, deadline: Option<Instant>) -> Result<Response, SendError> {
        transport::send(request, token, deadline)
    }

    fn authorities(&self) -> Vec<String> {
        connection::certificate_authorities()
    }

    fn records_calls(&self) -> bool {
        journal::records_calls()
    }

    fn append(&self, subject: &str, entry: Entry) -> Result<bool, JournalError> {
        let Entry { id, time, event, status, details } = entry;
        journal::append(subject, &journal::Entry { id, time, event, status, details }).map_err(JournalError)
    }

    fn entries(&self, subject: &str) -> Result<Vec<Entry>, JournalError> {
        let core = |entry: journal::Entry| {
            let journal::Entry { id, time, event, status, details } = entry;
            Entry { id, time, event, status, details }
        };
        Ok(journal::entries(subject).map_err(JournalError)?.into_iter().map(core).collect())
    }
}
