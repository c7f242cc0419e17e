//! The proxy of a connection.

use std::ffi::OsString;

use http::{Uri, uri::Scheme};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::error::ClientError;
use crate::connection::route::is_loopback;

/// A proxy, and the hosts to reach without it. It has no `Debug`: its address can hold credentials.
pub(super) struct Proxy(Matcher);

/// The name in errors of a proxy that was given by the program.
const GIVEN: &str = "the proxy";

impl Proxy {
    /// Creates a proxy from its address, such as `http://user:password@proxy.example:3128`, and the hosts to reach
    /// without it, as in `NO_PROXY`.
    pub(super) fn new(address: &str, without: &str) -> Result<Self, ClientError> {
        Self::named(GIVEN, address, without)
    }

    fn named(name: &'static str, address: &str, without: &str) -> Result<Self, ClientError> {
        let wrong = |reason| ClientError::Proxy { name, reason };
        // The matcher ignores an invalid address: requests would bypass the proxy.
        let all = Matcher::builder().https(address).build();
        let found = all.intercept(&Uri::from_static("https://server.example/"));
        // `name:password` without an `@` is a host with an invalid port.
        let has_port =
            |uri: &Uri| uri.authority().map(http::uri::Authority::as_str) == uri.host() || uri.port_u16().is_some();
        let found = found.filter(|found| has_port(found.uri()));
        let found = found.ok_or_else(|| wrong("is not a URL such as http://proxy.example:3128"))?;
        if ![Some(&Scheme::HTTP), Some(&Scheme::HTTPS)].contains(&found.uri().scheme()) {
            return Err(wrong("must begin with http:// or https://; SOCKS is not supported"));
        }
        Ok(Self(Matcher::builder().https(address).no(without).build()))
    }

    /// Returns the proxy from the environment, if it names one: the first of `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY`
    /// and `all_proxy` that is set, and `NO_PROXY` or `no_proxy`.
    pub(super) fn from_environment(variable: impl Fn(&str) -> Option<OsString>) -> Result<Option<Self>, ClientError> {
        let first = |names: &[&'static str]| {
            let found = names.iter().find_map(|name| Some((*name, variable(name)?)));
            let (name, value) = found.unwrap_or_default();
            let value = value.into_string().map_err(|_| ClientError::Proxy { name, reason: "is not text" })?;
            Ok((name, value))
        };
        let (name, address) = first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])?;
        let (_, without) = first(&["NO_PROXY", "no_proxy"])?;
        if address.is_empty() {
            return Ok(None);
        }
        Self::named(name, &address, &without).map(Some)
    }

    /// Returns the proxy for a connection to a server, if it uses one. Unencrypted connections and those to this
    /// machine do not.
    pub(super) fn on_the_way_to(&self, server: &Uri) -> Option<Intercept> {
        let remote = server.scheme() == Some(&Scheme::HTTPS) && !server.host().is_none_or(is_loopback);
        remote.then(|| self.0.intercept(server)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> Result<Option<Proxy>, ClientError> {
        let of = |name: &str| variables.iter().find(|(it, _)| *it == name).map(|(_, value)| OsString::from(value));
        Proxy::from_environment(of)
    }

    fn way(proxy: &Proxy, server: &'static str) -> Option<String> {
        proxy.on_the_way_to(&Uri::from_static(server)).map(|found| found.uri().to_string())
    }

    #[test]
    fn the_environment_names_the_proxy() {
        let paypal = "https://api-m.paypal.com";
        for variables in [
            &[("HTTPS_PROXY", "http://proxy.example:3128"), ("https_proxy", "http://other.example")][..],
            &[("https_proxy", "proxy.example:3128")],
            &[("ALL_PROXY", "http://name:secret@proxy.example:3128/")],
        ] {
            let proxy = from(variables).unwrap().unwrap();
            assert_eq!(way(&proxy, paypal).as_deref(), Some("http://proxy.example:3128/"), "{variables:?}");
        }
        for none in [&[][..], &[("HTTPS_PROXY", "")], &[("HTTP_PROXY", "http://proxy.example")]] {
            assert!(from(none).unwrap().is_none(), "{none:?}");
        }
    }

    #[test]
    fn credentials_go_to_the_proxy() {
        let proxy = Proxy::new("http://name:p%40ss@proxy.example:3128", "").unwrap();
        let found = proxy.on_the_way_to(&Uri::from_static("https://api-m.paypal.com")).unwrap();
        let credentials = found.basic_auth().unwrap();
        assert_eq!((credentials.as_bytes(), credentials.is_sensitive()), (&b"Basic bmFtZTpwQHNz"[..], true));
    }

    #[test]
    fn some_servers_are_reached_without_it() {
        let proxy = Proxy::new("http://proxy.example:3128", "internal.example, 10.0.0.0/8").unwrap();
        for without in [
            "https://internal.example",
            "https://a.internal.example:8443",
            "https://10.1.2.3",
            "https://127.0.0.1:4010",
            "https://localhost:4010",
            "https://[::1]:4010",
            "http://api-m.paypal.com",
        ] {
            assert_eq!(way(&proxy, without), None, "{without}");
        }
        assert!(way(&proxy, "https://notinternal.example").is_some());
        assert_eq!(way(&Proxy::new("http://proxy.example", "*").unwrap(), "https://api-m.paypal.com"), None);
    }

    #[test]
    fn an_address_that_is_not_understood_is_an_error_that_does_not_repeat_it() {
        for (address, reason) in [
            ("http://name:hunter2@", "not a URL"),
            ("name:hunter2", "not a URL"),
            ("ftp://name:hunter2@proxy.example", "not a URL"),
            ("socks5://name:hunter2@proxy.example", "SOCKS"),
        ] {
            let Err(error) = from(&[("HTTPS_PROXY", address)]) else { panic!("{address}") };
            let text = format!("{error} {error:?}");
            assert!(text.contains("HTTPS_PROXY") && text.contains(reason), "{address}: {text}");
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
