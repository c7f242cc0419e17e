//! Where a request goes.

use crate::Origin;

/// PayPal's hosts that the connector sends requests to: its API, with a token; without one, the certificates of webhook events,
/// which are also served under the API's older names, and the check of IPN messages.
const HOSTS: [&str; 6] = [
    "api-m.paypal.com",
    "api-m.sandbox.paypal.com",
    "api.paypal.com",
    "api.sandbox.paypal.com",
    "ipnpb.paypal.com",
    "ipnpb.sandbox.paypal.com",
];

/// Where requests to PayPal go.
#[derive(Debug)]
pub struct Route(Option<Origin>);

impl Route {
    /// To PayPal, or to the simulator at a base URL if there is one. None if that is no origin on this machine.
    #[must_use]
    pub fn new(base_url: Option<&str>) -> Option<Self> {
        match base_url {
            None => Some(Self(None)),
            Some(base_url) => Origin::parse(base_url).map(|origin| Self(Some(origin))),
        }
    }

    /// Returns the simulator that a request goes to in place of PayPal, if there is one; or none if the request is denied.
    #[must_use]
    #[allow(clippy::option_option, reason = "whether it goes, and where else")]
    pub fn of(self, https: bool, authority: &str) -> Option<Option<Origin>> {
        (https && HOSTS.contains(&authority)).then_some(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_go_to_paypal_by_https_and_nowhere_else() {
        let of = |https, authority| Route::new(None).unwrap().of(https, authority);
        for host in HOSTS {
            assert_eq!(of(true, host), Some(None), "{host}");
            assert_eq!(of(false, host), None, "{host}");
        }
        for authority in [
            "",
            "paypal.com",
            "www.paypal.com",
            "API-M.PAYPAL.COM",
            "api-m.paypal.com.",
            "api-m.paypal.com:443",
            "api-m.paypal.com.evil.example",
            "user@api-m.paypal.com",
            "api-m.paypal.com@evil.example",
            "127.0.0.1:4010",
        ] {
            assert_eq!(of(true, authority), None, "{authority}");
        }
    }

    #[test]
    fn a_simulator_gets_what_paypal_would_and_no_more() {
        let of = |https, authority| Route::new(Some("http://127.0.0.1:4010")).unwrap().of(https, authority);
        let simulator = Origin { https: false, authority: "127.0.0.1:4010".to_owned() };
        assert_eq!(of(true, "api-m.sandbox.paypal.com"), Some(Some(simulator)));
        assert_eq!(of(false, "api-m.sandbox.paypal.com"), None);
        assert_eq!(of(true, "127.0.0.1:4010"), None);
    }

    #[test]
    fn a_base_url_elsewhere_is_no_route() {
        assert!(Route::new(Some("https://evil.example")).is_none());
        assert!(Route::new(Some("")).is_none());
    }
}
