//! `test-connection`: whether a connection works, and what it may do.

use std::time::{Duration, Instant};

use crate::{
    base::date::OffsetDateTime,
    call::{arguments::Arguments, run::call},
    catalogue::{ACTIONS, Action, webhooks::LIST_EVENT_TYPES},
    platform::{
        delegation::Delegation,
        entry::{Entry, JournalError},
        environment::Environment,
        failure::{Failure, Kind},
        interface::{Platform, TokenError},
        request::Request,
        response::{Response, SendError},
        token::{Granted, Token},
    },
};

/// See `kosha:connector/actions.connection-report`.
#[derive(Debug)]
pub(crate) struct Report {
    /// The environment of the connection.
    pub environment: Environment,
    /// PayPal's verdict on the token.
    pub verdict: Verdict,
    /// The verdict, as a sentence.
    pub message: String,
    /// The scopes that the token was granted with, if the platform knows them.
    pub scopes: Option<Vec<String>>,
    /// The actions that the scopes do not cover.
    pub uncovered: Vec<&'static Action>,
    /// PayPal's id of the exchange.
    pub debug_id: Option<String>,
}

/// PayPal's verdict on a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It accepts it.
    Accepted,
    /// It refuses it.
    Refused,
    /// It refuses it, but its other environment accepts it.
    OtherEnvironment,
}

/// Tries the token with a cheap read that needs no scope and is the same for everyone. If PayPal refuses it, tries the
/// same read in the other environment.
///
/// # Errors
/// If the platform has no token, or PayPal could not be asked.
pub(crate) fn test(platform: &dyn Platform) -> Result<Report, Failure> {
    let environment = platform.environment();
    let granted = platform.token(None).map_err(TokenError::into_failure)?;
    let (verdict, message, debug_id) = match call(platform, LIST_EVENT_TYPES, &Arguments::new(None)) {
        Ok(reply) => (Verdict::Accepted, "PayPal accepts the access token".to_owned(), reply.debug_id),
        // PayPal knows a token to which it forbids the read.
        Err(failure) if failure.kind == Kind::Forbidden => {
            (Verdict::Accepted, format!("PayPal knows the access token: {}", failure.message), failure.debug_id)
        }
        Err(failure) if failure.kind == Kind::Unauthorized => {
            let other = environment.other();
            match call(&WithEnvironment(platform, other), LIST_EVENT_TYPES, &Arguments::new(None)) {
                Ok(_) => {
                    let message =
                        format!("the access token is for PayPal's {other}, but the connection is for {environment}");
                    (Verdict::OtherEnvironment, message, failure.debug_id)
                }
                Err(_) => (Verdict::Refused, failure.message, failure.debug_id),
            }
        }
        Err(failure) => return Err(failure),
    };
    let uncovered = match (&granted.scopes, verdict) {
        (Some(scopes), Verdict::Accepted) => ACTIONS.iter().filter(|action| !is_covered(action, scopes)).collect(),
        _ => Vec::new(),
    };
    Ok(Report { environment, verdict, message, scopes: granted.scopes, uncovered, debug_id })
}

/// Whether the token has one of the scopes that PayPal names for an action, if it names any.
fn is_covered(action: &Action, granted: &[String]) -> bool {
    action.scopes.is_empty() || action.scopes.iter().any(|scope| granted.iter().any(|it| it == scope))
}

/// The same platform with the other environment, for a single attempt.
struct WithEnvironment<'a>(&'a dyn Platform, Environment);

impl Platform for WithEnvironment<'_> {
    fn environment(&self) -> Environment {
        self.1
    }

    fn on_behalf_of(&self) -> Option<Delegation> {
        self.0.on_behalf_of()
    }

    fn token(&self, rejected: Option<&Token>) -> Result<Granted, TokenError> {
        match rejected {
            None => self.0.token(None),
            // A refusal here too is the result.
            Some(_) => Err(TokenError { message: "the other environment refuses it too".to_owned(), transient: false }),
        }
    }

    fn max_attempts(&self) -> u32 {
        1
    }

    fn sleep(&self, time: Duration) {
        self.0.sleep(time);
    }

    fn now(&self) -> OffsetDateTime {
        self.0.now()
    }

    fn authorities(&self) -> Vec<String> {
        self.0.authorities()
    }

    fn records_calls(&self) -> bool {
        self.0.records_calls()
    }

    fn append(&self, subject: &str, entry: Entry) -> Result<bool, JournalError> {
        self.0.append(subject, entry)
    }

    fn entries(&self, subject: &str) -> Result<Vec<Entry>, JournalError> {
        self.0.entries(subject)
    }

    fn send(&self, request: &Request, token: Option<&Token>, deadline: Option<Instant>) -> Result<Response, SendError> {
        self.0.send(request, token, deadline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::webhooks;

    /// A mock of PayPal with one token, valid in one environment.
    struct PayPal {
        connection: Environment,
        good_in: Option<Environment>,
        scopes: Option<Vec<String>>,
        reachable: bool,
    }

    impl Platform for PayPal {
        fn environment(&self) -> Environment {
            self.connection
        }

        fn token(&self, rejected: Option<&Token>) -> Result<Granted, TokenError> {
            match rejected {
                None => Ok(Granted { token: Token::new("t".to_owned()), scopes: self.scopes.clone() }),
                Some(_) => Err(TokenError { message: "none".to_owned(), transient: false }),
            }
        }

        fn max_attempts(&self) -> u32 {
            4
        }

        fn sleep(&self, _: Duration) {}

        fn send(&self, request: &Request, _: Option<&Token>, _: Option<Instant>) -> Result<Response, SendError> {
            assert_eq!(request.path_and_query, "/v1/notifications/webhooks-event-types");
            if !self.reachable {
                return Err(SendError {
                    cause: crate::platform::response::Cause::Unreachable,
                    sent: false,
                    reason: "gone".to_owned(),
                });
            }
            let good = self.good_in.is_some_and(|environment| environment.authority() == request.authority);
            let (status, body) = match good {
                true => (200, r#"{"event_types": []}"#),
                false => {
                    (401, r#"{"error": "invalid_token", "error_description": "Token signature verification failed"}"#)
                }
            };
            Ok(Response { status, headers: Vec::new(), body: Ok(body.as_bytes().to_vec()) })
        }
    }

    const ACCEPTED: PayPal =
        PayPal { connection: Environment::Live, good_in: Some(Environment::Live), scopes: None, reachable: true };

    #[test]
    fn a_token_is_accepted_refused_or_of_the_other_environment() {
        for (connection, good_in, expected) in [
            (Environment::Live, Some(Environment::Live), Verdict::Accepted),
            (Environment::Live, Some(Environment::Sandbox), Verdict::OtherEnvironment),
            (Environment::Sandbox, Some(Environment::Live), Verdict::OtherEnvironment),
            (Environment::Sandbox, None, Verdict::Refused),
        ] {
            let report = test(&PayPal { connection, good_in, ..ACCEPTED }).unwrap();
            assert_eq!((report.environment, report.verdict), (connection, expected));
            assert!(report.uncovered.is_empty() && report.scopes.is_none());
        }
        let report = test(&PayPal { good_in: Some(Environment::Sandbox), ..ACCEPTED }).unwrap();
        assert_eq!(report.message, "the access token is for PayPal's sandbox, but the connection is for live");
    }

    #[test]
    fn actions_without_their_scope_are_named() {
        let scopes =
            Some(vec!["https://uri.paypal.com/services/invoicing".to_owned(), webhooks::CREATE.scopes[0].to_owned()]);
        let report = test(&PayPal { scopes, ..ACCEPTED }).unwrap();
        let uncovered: Vec<_> = report.uncovered.iter().map(|action| action.id).collect();
        assert!(uncovered.contains(&"invoices.create") && uncovered.contains(&"orders.create"));
        assert!(!uncovered.contains(&"webhooks.create") && !uncovered.contains(&"webhooks.list-event-types"));
    }

    #[test]
    fn paypal_that_cannot_be_asked_is_a_failure() {
        assert_eq!(test(&PayPal { reachable: false, ..ACCEPTED }).unwrap_err().kind, Kind::Unreachable);
    }
}
