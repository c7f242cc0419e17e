//! Where requests go: to PayPal, or to a simulator on this machine.

use std::{fmt, net::IpAddr};

use http::{
    Method, Uri,
    uri::{Authority, PathAndQuery, Scheme},
};

use crate::bindings::Environment;

/// The list of event types, which is the same for everybody.
const PROBE: &str = "/v1/notifications/webhooks-event-types";

/// Maps the host that the guest names to the server that answers.
#[derive(Clone, Debug)]
pub struct Route {
    environment: Environment,
    scheme: Scheme,
    to: Authority,
}

/// Why a base URL is refused.
#[derive(Debug, PartialEq, Eq)]
pub enum BaseUrlError {
    /// It is not an absolute http or https URL.
    NotAUrl,
    /// It contains a user name or a password.
    UserInfo,
    /// It has a path, a query or a fragment.
    NotAnOrigin,
    /// Its host is neither PayPal's nor on this machine.
    Foreign,
    /// It names PayPal's own host; use [`Route::paypal`].
    PayPal,
}

impl fmt::Display for BaseUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAUrl => "it is not an http or https URL such as http://127.0.0.1:4010",
            Self::UserInfo => {
                "it must not hold a user name or password; credentials come from the environment variables"
            }
            Self::NotAnOrigin => "it must end after the host and port",
            Self::Foreign => "its host must be on this machine: 127.0.0.0/8, [::1] or localhost",
            Self::PayPal => "for PayPal itself use --sandbox or --live",
        })
    }
}

impl std::error::Error for BaseUrlError {}

impl Route {
    /// Routes to PayPal, over https.
    #[must_use]
    pub fn paypal(environment: Environment) -> Self {
        Self { environment, scheme: Scheme::HTTPS, to: Authority::from_static(host(environment)) }
    }

    /// Routes to a server on this machine instead of PayPal.
    ///
    /// # Errors
    /// If the base URL is anything but `http://` or `https://`, a loopback host and a port.
    pub fn loopback(environment: Environment, base_url: &str) -> Result<Self, BaseUrlError> {
        if base_url.contains('#') {
            return Err(BaseUrlError::NotAnOrigin);
        }
        let uri: Uri = base_url.parse().map_err(|_| BaseUrlError::NotAUrl)?;
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(BaseUrlError::NotAUrl);
        };
        if *scheme != Scheme::HTTP && *scheme != Scheme::HTTPS {
            return Err(BaseUrlError::NotAUrl);
        }
        if authority.as_str().contains('@') {
            return Err(BaseUrlError::UserInfo);
        }
        if uri.path() != "/" || uri.query().is_some() {
            return Err(BaseUrlError::NotAnOrigin);
        }
        if [Environment::Sandbox, Environment::Live].map(host).contains(&authority.host()) {
            return Err(BaseUrlError::PayPal);
        }
        if !is_loopback(authority.host()) {
            return Err(BaseUrlError::Foreign);
        }
        Ok(Self { environment, scheme: scheme.clone(), to: authority.clone() })
    }

    /// Returns the environment whose host the guest names.
    #[must_use]
    pub fn environment(&self) -> Environment {
        self.environment
    }

    /// Returns scheme and authority of the server, such as `https://api-m.sandbox.paypal.com`.
    #[must_use]
    pub fn destination(&self) -> String {
        format!("{}://{}", self.scheme, self.to)
    }

    /// Returns the URI at the server, or `None` if the guest names another host than that of the environment.
    ///
    /// One read may go to PayPal's other environment: `test-connection` uses it to recognise a token that belongs
    /// there.
    pub(crate) fn apply(&self, method: &Method, uri: &Uri) -> Option<Uri> {
        let asked = uri.authority()?.as_str();
        if uri.scheme() != Some(&Scheme::HTTPS) {
            return None;
        }
        let path_and_query = uri.path_and_query()?.clone();
        if asked == host(other(self.environment)) && self.to.as_str() == host(self.environment) {
            return (method == Method::GET && path_and_query.as_str() == PROBE).then(|| uri.clone());
        }
        if asked != host(self.environment) {
            return None;
        }
        self.to(path_and_query)
    }

    /// Returns the URI of what PayPal serves without a token, on any of its hosts. A simulator stands for all of them.
    pub(crate) fn open(&self, uri: &Uri) -> Option<Uri> {
        if self.to.as_str() == host(self.environment) {
            return Some(uri.clone());
        }
        self.to(uri.path_and_query()?.clone())
    }

    fn to(&self, path_and_query: PathAndQuery) -> Option<Uri> {
        let origin = Uri::builder().scheme(self.scheme.clone()).authority(self.to.clone());
        origin.path_and_query(path_and_query).build().ok()
    }
}

fn other(environment: Environment) -> Environment {
    match environment {
        Environment::Sandbox => Environment::Live,
        Environment::Live => Environment::Sandbox,
    }
}

/// PayPal's REST hosts. The older names without `-m` serve the same API; the connector does not use them.
fn host(environment: Environment) -> &'static str {
    match environment {
        Environment::Sandbox => "api-m.sandbox.paypal.com",
        Environment::Live => "api-m.paypal.com",
    }
}

/// Returns whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulator_is_on_this_machine() {
        let loopback = |url| Route::loopback(Environment::Sandbox, url).map(|route| route.destination());
        for url in ["http://127.0.0.1:4010", "https://localhost:8443", "http://[::1]:80", "http://127.8.9.1"] {
            assert_eq!(loopback(url).as_deref(), Ok(url));
        }
        assert_eq!(loopback("http://127.0.0.1:4010/").as_deref(), Ok("http://127.0.0.1:4010"));
        for (url, expected) in [
            ("https://evil.example", BaseUrlError::Foreign),
            ("http://10.0.0.1", BaseUrlError::Foreign),
            ("http://127.0.0.1.evil.example", BaseUrlError::Foreign),
            ("http://localhost.evil.example", BaseUrlError::Foreign),
            ("http://0.0.0.0:80", BaseUrlError::Foreign),
            ("http://user:password@127.0.0.1:4010", BaseUrlError::UserInfo),
            ("http://127.0.0.1:4010@evil.example", BaseUrlError::UserInfo),
            ("http://127.0.0.1:4010/v2", BaseUrlError::NotAnOrigin),
            ("http://127.0.0.1:4010/?x", BaseUrlError::NotAnOrigin),
            ("http://127.0.0.1:4010#x", BaseUrlError::NotAnOrigin),
            ("https://api-m.paypal.com", BaseUrlError::PayPal),
            ("ftp://127.0.0.1", BaseUrlError::NotAUrl),
            ("127.0.0.1:4010", BaseUrlError::NotAUrl),
            ("", BaseUrlError::NotAUrl),
        ] {
            assert_eq!(loopback(url), Err(expected), "{url}");
        }
    }

    #[test]
    fn a_guest_reaches_its_environment_and_nothing_else() {
        let route = Route::paypal(Environment::Sandbox);
        let applied = |uri: &str| route.apply(&Method::GET, &uri.parse().unwrap()).map(|uri| uri.to_string());
        let good = "https://api-m.sandbox.paypal.com/v2/checkout/orders/1?fields=x";
        assert_eq!(applied(good).as_deref(), Some(good));
        for uri in [
            "http://api-m.sandbox.paypal.com/v2",
            "https://api-m.paypal.com/v2",
            "https://api-m.sandbox.paypal.com:8443/v2",
            "https://api-m.sandbox.paypal.com.evil.example/v2",
            "https://user@api-m.sandbox.paypal.com/v2",
            "https://127.0.0.1/v2",
        ] {
            assert_eq!(applied(uri), None, "{uri}");
        }
    }

    #[test]
    fn one_read_may_go_to_the_other_environment() {
        let probe = "https://api-m.paypal.com/v1/notifications/webhooks-event-types".parse().unwrap();
        let apply = |route: &Route, method| route.apply(&method, &probe).is_some();
        let route = Route::paypal(Environment::Sandbox);
        assert!(apply(&route, Method::GET) && !apply(&route, Method::POST));
        let longer = "https://api-m.paypal.com/v1/notifications/webhooks-event-types?x=1".parse().unwrap();
        assert_eq!(route.apply(&Method::GET, &longer), None);
        // A simulator has no other environment.
        let simulator = Route::loopback(Environment::Sandbox, "http://127.0.0.1:4010").unwrap();
        assert!(!apply(&simulator, Method::GET));
    }

    #[test]
    fn a_simulator_gets_the_requests_for_paypal() {
        let route = Route::loopback(Environment::Live, "http://127.0.0.1:4010").unwrap();
        let uri = route.apply(&Method::GET, &"https://api-m.paypal.com/v2/x?y=%20".parse().unwrap());
        assert_eq!(uri.unwrap().to_string(), "http://127.0.0.1:4010/v2/x?y=%20");
    }
}
