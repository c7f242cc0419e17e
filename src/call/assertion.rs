//! `PayPal-Auth-Assertion`: on whose behalf a request is made.
//! <https://developer.paypal.com/api/rest/requests/#paypal-auth-assertion>

use std::borrow::Cow;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::{
    base::document::quoted,
    call::options::CallOptions,
    catalogue::Action,
    platform::{
        delegation::Delegation,
        failure::{Failure, Kind},
        interface::Platform,
    },
};

/// The header of a JWT without a signature (RFC 7519 section 6.1). The token of the request proves who the app is.
const UNSIGNED: &str = r#"{"alg":"none"}"#;

/// The assertion of a request: the caller's, or else the connection's if PayPal takes one for the action; `None` if the request
/// is for the account that the token is for.
///
/// # Errors
/// `connection-unavailable` if the connection does not say for whom it acts: without an assertion, the request would act for
/// another account than is meant.
pub(super) fn of<'a>(
    platform: &dyn Platform,
    action: &'static Action,
    options: &'a CallOptions,
) -> Result<Option<Cow<'a, str>>, Failure> {
    if let Some(assertion) = &options.auth_assertion {
        return Ok(Some(assertion.into()));
    }
    if !action.on_behalf {
        return Ok(None);
    }
    match platform.on_behalf_of() {
        None => Ok(None),
        Some(delegation) if delegation.client_id.is_empty() || delegation.account_id.is_empty() => {
            let message =
                "the connection acts for another account, and lacks its merchant id or the client id of the app";
            Err(Failure::unsent(Kind::ConnectionUnavailable, message))
        }
        Some(delegation) => Ok(Some(unsigned(&delegation).into())),
    }
}

/// The JWT of an app that acts for an account.
fn unsigned(Delegation { client_id, account_id }: &Delegation) -> String {
    let claims = format!(r#"{{"iss":{},"payer_id":{}}}"#, quoted(client_id), quoted(account_id));
    let part = |json: &str| BASE64_URL_SAFE_NO_PAD.encode(json);
    format!("{}.{}.", part(UNSIGNED), part(&claims))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        call::{arguments::Arguments, run::call},
        catalogue::{ACTIONS, orders, subscriptions, webhooks},
        platform::scripted::{Scripted, answer},
    };

    /// Its header is `{"alg":"none"}`, its claims `{"iss":"fixture-client-id","payer_id":"K7BNP2D5XWR9S"}`.
    const ASSERTION: &str =
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJmaXh0dXJlLWNsaWVudC1pZCIsInBheWVyX2lkIjoiSzdCTlAyRDVYV1I5UyJ9.";

    fn delegation(client_id: &str, account_id: &str) -> Option<Delegation> {
        Some(Delegation { client_id: client_id.to_owned(), account_id: account_id.to_owned() })
    }

    fn partner() -> Option<Delegation> {
        delegation("fixture-client-id", "K7BNP2D5XWR9S")
    }

    /// The assertion of the request that a call sends.
    fn sent(on_behalf_of: Option<Delegation>, action: &'static Action, input: &str) -> Option<String> {
        let platform = Scripted { on_behalf_of, ..Scripted::new(vec![answer(200, r#"{"id": "5O19"}"#)]) };
        call(&platform, action, &Arguments::parse(input).unwrap_or_default()).unwrap();
        platform.sent.borrow()[0].header("paypal-auth-assertion").map(str::to_owned)
    }

    #[test]
    fn a_request_is_made_on_behalf_of_whom_the_connection_says() {
        assert_eq!(sent(partner(), orders::GET, r#"{"id": "5O19"}"#).as_deref(), Some(ASSERTION));
        assert_eq!(sent(None, orders::GET, r#"{"id": "5O19"}"#), None);
    }

    #[test]
    fn the_caller_s_own_assertion_wins() {
        let input = r#"{"id": "5O19", "options": {"auth_assertion": "e30.e30."}}"#;
        assert_eq!(sent(partner(), orders::GET, input).as_deref(), Some("e30.e30."));
    }

    #[test]
    fn what_takes_no_assertion_gets_none() {
        assert_eq!(sent(partner(), subscriptions::GET, r#"{"id": "5O19"}"#), None);
        let take = |group| ACTIONS.iter().filter(move |action| action.group == group && !action.composed);
        assert!(take("disputes").all(|action| action.on_behalf) && take("invoices").all(|action| action.on_behalf));
        for group in ["merchant-integrations", "partner-referrals", "payouts", "transactions", "identity"] {
            assert!(take(group).all(|action| !action.on_behalf), "{group}");
        }
        assert!(webhooks::CREATE_LOOKUP.on_behalf && !webhooks::CREATE.on_behalf);
    }

    #[test]
    fn ids_are_quoted() {
        let assertion = unsigned(&delegation("a\"b", "\u{e9}\n").unwrap());
        let claims = BASE64_URL_SAFE_NO_PAD.decode(assertion.split('.').nth(1).unwrap()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims, serde_json::json!({"iss": "a\"b", "payer_id": "\u{e9}\n"}));
    }

    #[test]
    fn without_an_id_nothing_is_sent() {
        for nobody in [delegation("", "K7BNP2D5XWR9S"), delegation("fixture-client-id", "")] {
            let platform = Scripted { on_behalf_of: nobody, ..Scripted::new(Vec::new()) };
            let failure =
                call(&platform, orders::CAPTURE, &Arguments::parse(r#"{"id": "5O19"}"#).unwrap()).unwrap_err();
            assert_eq!((failure.kind, failure.request_sent), (Kind::ConnectionUnavailable, false));
            assert!(failure.message.contains("merchant id") && platform.lines().is_empty());
        }
    }
}
