//! Refuses requests for other hosts, and those that browsers send for pages of other sites.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::{HeaderMap, Method, header, request::Parts, uri::Authority};

use crate::request::refusal::Refusal;

/// The host names that are answered besides those of the loopback interface.
#[derive(Default)]
pub(crate) struct Hosts(Vec<String>);

impl Hosts {
    pub(crate) fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().collect())
    }

    /// Errors if the request is for another host, as after DNS rebinding, or if it changes something for a page of another
    /// site.
    pub(crate) fn check(&self, head: &Parts) -> Result<(), Refusal> {
        let mut fields = head.headers.get_all(header::HOST).iter();
        let named = match (fields.next().map(|value| value.to_str()), fields.next()) {
            (Some(Ok(named)), None) => named,
            _ => return Err(Refusal::misdirected(None)),
        };
        let target = head.uri.authority().map(Authority::as_str);
        if let Some(other) = [Some(named), target].into_iter().flatten().find(|it| !self.is_ours(it)) {
            return Err(Refusal::misdirected(Some(other)));
        }
        if changes(head) { refuse_other_sites(&head.headers, named) } else { Ok(()) }
    }

    fn is_ours(&self, authority: &str) -> bool {
        let Ok(parsed) = authority.parse::<Authority>() else { return false };
        let host = parsed.host();
        let is_port = |rest: &str| {
            rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.bytes().all(|it| it.is_ascii_digit()))
        };
        // Anything else, such as a user's name, is not valid in `Host` (RFC 9110 section 7.2).
        if !authority.strip_prefix(host).is_some_and(is_port) {
            return false;
        }
        let name = host.strip_suffix('.').unwrap_or(host);
        let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        name.eq_ignore_ascii_case("localhost")
            || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || inner.and_then(|inner| inner.parse::<Ipv6Addr>().ok()).is_some_and(|address| address.is_loopback())
            || self.0.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
    }
}

/// Whether a request may change something. A payer comes from a shop's page by `GET`, which changes nothing.
fn changes(head: &Parts) -> bool {
    ![Method::GET, Method::HEAD, Method::OPTIONS].contains(&head.method)
}

/// <https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header>; older browsers send `Origin` alone.
fn refuse_other_sites(headers: &HeaderMap, host: &str) -> Result<(), Refusal> {
    let refused = |name: &str, is_own: &dyn Fn(&str) -> bool| {
        let mut values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        match values.find(|value| !is_own(value)) {
            Some(value) => Err(Refusal::cross_site(name, &value)),
            None => Ok(()),
        }
    };
    refused("sec-fetch-site", &|site| matches!(site, "same-origin" | "none"))?;
    refused("origin", &|origin| {
        let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
    })
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn check(method: &str, target: &str, headers: &[(&str, &str)]) -> Option<u16> {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        Hosts::new(["host.docker.internal".to_owned()]).check(&head).err().map(|refusal| refusal.status)
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in [
            "localhost",
            "LocalHost:4010",
            "localhost.:4010",
            "127.0.0.1",
            "127.255.3.4:80",
            "[::1]",
            "[::1]:4010",
            "[0:0:0:0:0:0:0:1]",
            "host.docker.internal",
            "Host.Docker.Internal:4010",
        ] {
            assert_eq!(check("GET", "/", &[("host", host)]), None, "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:4010",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "127.0.0.1@evil.example",
            "evil@127.0.0.1",
            "128.0.0.1",
            "0.0.0.0",
            "127.1",
            "2130706433",
            "[::]",
            "[::1]0",
            "[::ffff:10.0.0.1]",
            "::1",
            "localhost:x",
            "localhost evil",
            "docker.internal",
        ] {
            assert_eq!(check("GET", "/", &[("host", host)]), Some(421), "{host}");
        }
        assert_eq!(check("GET", "/", &[]), Some(421));
        assert_eq!(check("GET", "/", &[("host", "localhost"), ("host", "localhost")]), Some(421));
        assert_eq!(check("GET", "http://evil.example/", &[("host", "localhost")]), Some(421));
        assert_eq!(check("GET", "http://localhost:4010/", &[("host", "localhost:4010")]), None);
    }

    #[test]
    fn pages_of_other_sites_change_nothing() {
        let host = ("host", "127.0.0.1:4010");
        for (name, value, expected) in [
            ("origin", "http://127.0.0.1:4010", None),
            ("origin", "http://127.0.0.1:4011", Some(403)),
            ("origin", "http://evil.example", Some(403)),
            ("origin", "null", Some(403)),
            ("sec-fetch-site", "same-origin", None),
            ("sec-fetch-site", "none", None),
            ("sec-fetch-site", "same-site", Some(403)),
            ("sec-fetch-site", "cross-site", Some(403)),
            ("sec-fetch-site", "else", Some(403)),
        ] {
            for method in ["POST", "PUT", "PATCH", "DELETE", "PURGE"] {
                assert_eq!(check(method, "/", &[host, (name, value)]), expected, "{method} {name}: {value}");
            }
            for method in ["GET", "HEAD", "OPTIONS"] {
                assert_eq!(check(method, "/", &[host, (name, value)]), None, "{method} {name}: {value}");
            }
        }
    }
}
