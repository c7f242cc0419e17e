//! The address of a simulator.

use std::net::IpAddr;

/// The origin of a server on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Whether it is served by https.
    pub https: bool,
    /// Host and port.
    pub authority: String,
}

impl Origin {
    /// Reads `http://` or `https://`, a loopback host, and a port if there is one. Anything else is none.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let https = match scheme {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        is_loopback(host(authority)?).then(|| Self { https, authority: authority.to_owned() })
    }
}

/// Returns the host of an authority that is a host alone or a host with a port.
fn host(authority: &str) -> Option<&str> {
    // An IPv6 address has colons of its own, and stands in brackets.
    let end = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, rest) = authority.split_at(end);
    let port = rest.strip_prefix(':');
    let valid =
        rest.is_empty() || port.is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit()) && it.parse::<u16>().is_ok());
    valid.then_some(host)
}

fn is_loopback(host: &str) -> bool {
    let v6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let address = v6.unwrap_or(host).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|it| it.is_loopback() && it.is_ipv6() == v6.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulator_is_on_this_machine() {
        for (url, https, authority) in [
            ("http://127.0.0.1:4010", false, "127.0.0.1:4010"),
            ("http://127.0.0.1:4010/", false, "127.0.0.1:4010"),
            ("http://127.8.9.1", false, "127.8.9.1"),
            ("https://localhost:8443", true, "localhost:8443"),
            ("http://[::1]:80", false, "[::1]:80"),
        ] {
            assert_eq!(Origin::parse(url), Some(Origin { https, authority: authority.to_owned() }), "{url}");
        }
    }

    #[test]
    fn anything_else_is_none() {
        for url in [
            "",
            "127.0.0.1:4010",
            "ftp://127.0.0.1",
            "https://evil.example",
            "http://10.0.0.1",
            "http://0.0.0.0:80",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://user:password@127.0.0.1:4010",
            "http://127.0.0.1:4010@evil.example",
            "http://[::1]evil.example",
            "http://[::1",
            "http://::1",
            "http://[127.0.0.1]",
            "http://127.0.0.1:",
            "http://127.0.0.1:+80",
            "http://127.0.0.1:99999",
            "http://127.0.0.1:4010/v2",
            "http://127.0.0.1:4010?x",
            "http://127.0.0.1:4010#x",
            "http://127.0.0.1\\@evil.example",
            "https://api-m.paypal.com",
        ] {
            assert_eq!(Origin::parse(url), None, "{url}");
        }
    }
}
