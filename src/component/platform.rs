//! The platform, through the component's imports.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{
    call::{NoToken, Platform},
    environment::Environment,
    request::Request,
    response::{Lost, Response},
    token::{Granted, Token},
    transport,
};

use super::bindings::kosha::connector::connection::{self, ConnectionError, EnvironmentKind};

/// The platform that has loaded this component.
pub(super) struct Imported;

impl Platform for Imported {
    fn environment(&self) -> Environment {
        match connection::environment() {
            EnvironmentKind::Sandbox => Environment::Sandbox,
            EnvironmentKind::Live => Environment::Live,
        }
    }

    fn max_attempts(&self) -> u32 {
        connection::max_attempts()
    }

    fn sleep(&self, time: Duration) {
        thread::sleep(time);
    }

    fn token(&self, rejected: Option<&Token>) -> Result<Granted, NoToken> {
        let no_token = |message, passing| NoToken { message, passing };
        match connection::access_token(rejected.map(Token::expose)) {
            Ok(token) => Ok(Granted { token: Token::new(token.value), scopes: token.scopes }),
            Err(ConnectionError::NotConfigured(what)) => {
                Err(no_token(format!("the connection is not set up: {what}"), false))
            }
            Err(ConnectionError::Refused(what)) => {
                Err(no_token(format!("PayPal refused the credentials: {what}"), false))
            }
            Err(ConnectionError::Unreachable(what)) => {
                Err(no_token(format!("no token could be obtained: {what}"), true))
            }
        }
    }

    fn send(&self, request: &Request, token: &Token, deadline: Option<Instant>) -> Result<Response, Lost> {
        transport::send(request, token, deadline)
    }
}
