//! For which hosts requests may be, and from which pages.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::{HeaderMap, Method, header, request::Parts, uri::Authority};

use crate::serve::forms::{
    authority,
    problem::{Kind, Problem},
};

/// The names that are answered besides those of the loopback interface, so that no page of another site reaches the service by
/// DNS rebinding.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hosts {
    names: Vec<String>,
    is_secure: bool,
}

impl Hosts {
    /// Answers for these names too, with any port. `is_secure` says whether browsers come by https.
    pub(crate) fn new(names: impl IntoIterator<Item = String>, is_secure: bool) -> Self {
        Self { names: names.into_iter().map(|it| it.to_ascii_lowercase()).collect(), is_secure }
    }

    /// Whether browsers come by https.
    pub(crate) fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Checks where a request is for, and that no page of another site has sent it. A link on another site may lead to a page here,
    /// and a delivery may be for any host.
    pub(super) fn check(&self, head: &Parts, is_delivery: bool) -> Result<(), Problem> {
        let host = single(&head.headers, header::HOST.as_str())?;
        let Some(host) = host else { return Err(Problem::new(Kind::HOST_REFUSED, "the header field Host is missing")) };
        let target = head.uri.authority().map(Authority::as_str);
        if !is_delivery && [Some(host), target].into_iter().flatten().any(|it| !self.is_ours(it)) {
            let detail = "the host is not served here; `--host NAME` adds one";
            return Err(Problem::new(Kind::HOST_REFUSED, detail));
        }
        if let Some(origin) = single(&head.headers, header::ORIGIN.as_str())? {
            let scheme = if self.is_secure { "https://" } else { "http://" };
            if !origin.strip_prefix(scheme).is_some_and(|it| it.eq_ignore_ascii_case(host)) {
                return Err(Problem::new(
                    Kind::ORIGIN_REFUSED,
                    "the page that has sent the request is of another origin",
                ));
            }
        }
        // <https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header>
        match single(&head.headers, "sec-fetch-site")? {
            None | Some("same-origin" | "none") => Ok(()),
            Some(_) if is_visit(head) => Ok(()),
            Some(_) => Err(Problem::new(Kind::ORIGIN_REFUSED, "the request comes from another site (Sec-Fetch-Site)")),
        }
    }

    fn is_ours(&self, named: &str) -> bool {
        let Some(host) = authority::read(named, &[]) else { return false };
        // `authority` has checked the port, which may be any.
        let host = host.parse::<Authority>().map(|it| it.host().to_owned()).unwrap_or_default();
        let name = host.strip_suffix('.').unwrap_or(&host);
        let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        name == "localhost"
            || name.parse::<Ipv4Addr>().is_ok_and(|it| it.is_loopback())
            || inner.and_then(|it| it.parse::<Ipv6Addr>().ok()).is_some_and(|it| it.is_loopback())
            || self.names.iter().any(|it| it == name)
    }
}

/// Whether a person follows a link to a page. The API has no pages.
fn is_visit(head: &Parts) -> bool {
    let is = |name: &str, value: &str| head.headers.get(name).is_some_and(|it| it == value);
    head.method == Method::GET
        && !head.uri.path().starts_with("/v1/")
        && is("sec-fetch-mode", "navigate")
        && is("sec-fetch-dest", "document")
}

/// Returns the value of a header field that occurs at most once.
pub(super) fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => match value.to_str() {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(Problem::new(Kind::MALFORMED, format!("the header field {name} is not ASCII"))),
        },
        (Some(_), Some(_)) => Err(Problem::new(Kind::MALFORMED, format!("the header field {name} occurs twice"))),
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn check(method: &str, target: &str, fields: &[(&str, &str)]) -> Option<u16> {
        let request = Request::builder().method(method).uri(target);
        let request = fields.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let (head, ()) = request.body(()).unwrap().into_parts();
        Hosts::new(["Pay.example".to_owned()], false).check(&head, false).err().map(|it| it.status.as_u16())
    }

    #[test]
    fn only_names_of_this_machine_and_given_ones_are_answered() {
        let hosts =
            ["localhost", "LocalHost:4030", "localhost.", "127.0.0.1:4030", "127.9.9.9", "[::1]:4030", "PAY.example:1"];
        for host in hosts {
            assert_eq!(check("GET", "/", &[("host", host)]), None, "{host}");
        }
        let foreign = [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil@127.0.0.1",
            "127.0.0.1@evil.example",
            "0.0.0.0",
            "127.1",
            "2130706433",
            "[::]",
            "[::ffff:127.0.0.1]",
            "localhost:x",
            "localhost:0",
            "*",
            "example",
        ];
        for host in foreign {
            assert_eq!(check("GET", "/", &[("host", host)]), Some(421), "{host}");
        }
        assert_eq!(check("GET", "/", &[]), Some(421));
        assert_eq!(check("GET", "/", &[("host", "localhost"), ("host", "localhost")]), Some(400));
        assert_eq!(check("GET", "http://evil.example/", &[("host", "localhost")]), Some(421));
    }

    #[test]
    fn pages_of_other_sites_get_nothing_and_send_nothing() {
        let host = ("host", "127.0.0.1:4030");
        let foreign = [
            ("origin", "http://127.0.0.1:4031"),
            ("origin", "https://127.0.0.1:4030"),
            ("origin", "http://localhost:4030"),
            ("origin", "http://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ];
        for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS"] {
            for field in foreign {
                assert_eq!(check(method, "/v1/actions", &[host, field]), Some(403), "{method} {field:?}");
            }
            for field in
                [("origin", "http://127.0.0.1:4030"), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "none")]
            {
                assert_eq!(check(method, "/v1/actions", &[host, field]), None, "{method} {field:?}");
            }
        }
    }

    #[test]
    fn a_link_of_another_site_leads_to_pages_only() {
        let visit = [
            ("host", "localhost"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        assert_eq!(check("GET", "/connections", &visit), None);
        assert_eq!(check("GET", "/v1/connections", &visit), Some(403));
        assert_eq!(check("POST", "/connections", &visit), Some(403));
        // A frame, or `fetch`.
        for (at, value) in [(2, "no-cors"), (3, "iframe"), (3, "script")] {
            let mut fields = visit;
            fields[at].1 = value;
            assert_eq!(check("GET", "/connections", &fields), Some(403), "{value}");
        }
    }
}
