//! What PayPal serves to anybody, without a token: the certificates of webhook events, and the check of IPN messages.

use http::{HeaderMap, Method, Uri, header, uri::Scheme};

use crate::bindings::Environment;
use crate::{connection::route::Route, outbound::policy};

/// The path of certificates.
const CERTIFICATES: &str = "/v1/notifications/certs/";

/// The path that IPN messages are posted back to.
const POSTBACK: &str = "/cgi-bin/webscr";

/// The beginning of a postback.
const COMMAND: &[u8] = b"cmd=_notify-validate&";

/// A request that needs no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// It fetches a certificate.
    Certificate,
    /// It posts back an IPN message.
    Postback,
}

impl Open {
    /// Recognises such a request, if the route allows it. PayPal's webhook simulator signs with a key of the live
    /// environment, so a sandbox connection may read certificates there too, but not the other way round.
    pub(super) fn of(method: &Method, uri: &Uri, route: &Route) -> Option<Self> {
        let (host, path) = (uri.authority()?.as_str(), uri.path());
        if uri.scheme() != Some(&Scheme::HTTPS) || uri.query().is_some() {
            return None;
        }
        let sandbox = route.environment() == Environment::Sandbox;
        let is_certificate = path.strip_prefix(CERTIFICATES).is_some_and(|name| {
            (1..=100).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
        match host {
            "api.paypal.com" | "api-m.paypal.com" if method == Method::GET && is_certificate => Some(Self::Certificate),
            "api.sandbox.paypal.com" | "api-m.sandbox.paypal.com"
                if sandbox && method == Method::GET && is_certificate =>
            {
                Some(Self::Certificate)
            }
            "ipnpb.sandbox.paypal.com" if sandbox && method == Method::POST && path == POSTBACK => Some(Self::Postback),
            "ipnpb.paypal.com" if !sandbox && method == Method::POST && path == POSTBACK => Some(Self::Postback),
            _ => None,
        }
    }

    /// Returns whether such a request may have these header fields.
    pub(super) fn allows_headers(self, headers: &HeaderMap) -> bool {
        policy::only(headers, |name| match self {
            Self::Certificate => [header::ACCEPT, header::USER_AGENT].contains(name),
            Self::Postback => {
                [header::ACCEPT, header::USER_AGENT, header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name)
            }
        })
    }

    /// Returns whether such a request may have this body.
    pub(super) fn allows_body(self, body: &[u8]) -> bool {
        match self {
            Self::Certificate => body.is_empty(),
            Self::Postback => body.starts_with(COMMAND),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(environment: Environment, method: Method, uri: &str) -> Option<Open> {
        Open::of(&method, &uri.parse().unwrap(), &Route::paypal(environment))
    }

    #[test]
    fn certificates_are_read_where_paypal_has_them() {
        let path = "/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77";
        let (sandbox, live) = (Environment::Sandbox, Environment::Live);
        for (host, by_sandbox, by_live) in [
            ("api.sandbox.paypal.com", true, false),
            ("api-m.sandbox.paypal.com", true, false),
            ("api.paypal.com", true, true),
            ("api-m.paypal.com", true, true),
            ("www.paypal.com", false, false),
            ("api.paypal.com.evil.example", false, false),
            ("api.paypal.com:8443", false, false),
            ("user@api.paypal.com", false, false),
        ] {
            let uri = format!("https://{host}{path}");
            assert_eq!(of(sandbox, Method::GET, &uri).is_some(), by_sandbox, "{uri}");
            assert_eq!(of(live, Method::GET, &uri).is_some(), by_live, "{uri}");
        }
        for uri in [
            "http://api.paypal.com/v1/notifications/certs/CERT-1",
            "https://api.paypal.com/v1/notifications/certs/",
            "https://api.paypal.com/v1/notifications/certs/CERT-1?x=1",
            "https://api.paypal.com/v1/notifications/certs/../webhooks",
            "https://api.paypal.com/v1/notifications/certs/CERT-1/x",
            "https://api.paypal.com/v1/notifications/webhooks",
        ] {
            assert_eq!(of(live, Method::GET, uri), None, "{uri}");
        }
        assert_eq!(of(live, Method::POST, &format!("https://api.paypal.com{path}")), None);
    }

    #[test]
    fn messages_are_posted_back_to_the_environment_they_are_of() {
        let (sandbox, live) =
            ("https://ipnpb.sandbox.paypal.com/cgi-bin/webscr", "https://ipnpb.paypal.com/cgi-bin/webscr");
        assert_eq!(of(Environment::Sandbox, Method::POST, sandbox), Some(Open::Postback));
        assert_eq!(of(Environment::Live, Method::POST, live), Some(Open::Postback));
        assert_eq!(of(Environment::Sandbox, Method::POST, live), None);
        assert_eq!(of(Environment::Live, Method::POST, sandbox), None);
        assert_eq!(of(Environment::Live, Method::GET, live), None);
        assert_eq!(of(Environment::Live, Method::POST, "https://ipnpb.paypal.com/cgi-bin/other"), None);
    }
}
