//! Requests for other hosts and from pages of other sites are refused.

use std::net::IpAddr;

use http::Request;

use crate::server::source::Hosts;

const ALLOWED: &str = "host.docker.internal";

/// The input is `Host`, `Origin` and `Sec-Fetch-Site`, each on a line.
pub(super) fn run(input: &[u8]) {
    let mut lines = input.splitn(3, |byte| *byte == b'\n');
    let (host, origin, site) = (lines.next().unwrap_or_default(), lines.next(), lines.next());
    let request = |method: &str| {
        let mut request = Request::builder().method(method).uri("/simulator/clock").header("host", host);
        for (name, value) in [("origin", origin), ("sec-fetch-site", site)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        request.body(()).ok().map(|request| request.into_parts().0)
    };
    let (Some(read), Some(write)) = (request("GET"), request("POST")) else { return };
    let hosts = Hosts::new([ALLOWED.to_owned()]);
    let is_ours = std::str::from_utf8(host).ok().is_some_and(is_ours);
    assert_eq!(hosts.check(&read).is_ok(), is_ours);
    if hosts.check(&write).is_ok() {
        assert!(is_ours, "another's host");
        assert!(site.is_none_or(|site| matches!(site, b"same-origin" | b"none")), "another site");
        let host = String::from_utf8_lossy(host).to_lowercase();
        let own = [format!("http://{host}"), format!("https://{host}")];
        let origin = origin.map(|origin| String::from_utf8_lossy(origin).to_lowercase());
        assert!(origin.is_none_or(|origin| own.contains(&origin)), "another origin");
    }
}

/// Whether a `Host` names this machine, with or without a port. Parsed by hand.
fn is_ours(host: &str) -> bool {
    let port_at = host
        .rfind(':')
        .filter(|at| host[at + 1..].bytes().all(|byte| byte.is_ascii_digit()) && !host[..*at].is_empty());
    let name = match port_at {
        Some(at) if !host.starts_with('[') || host[..at].ends_with(']') => &host[..at],
        _ => host,
    };
    let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let plain = inner.is_none().then(|| name.strip_suffix('.').unwrap_or(name));
    let address = inner.map_or_else(|| plain.and_then(|it| it.parse().ok()), |it| it.parse().ok());
    let fits = |address: IpAddr| address.is_loopback() && address.is_ipv6() == inner.is_some();
    address.is_some_and(fits)
        || plain.is_some_and(|name| name.eq_ignore_ascii_case("localhost") || name.eq_ignore_ascii_case(ALLOWED))
}
