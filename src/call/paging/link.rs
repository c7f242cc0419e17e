//! PayPal's own link to a page, followed unchanged: the option `page_link`.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::{
    base::pointer,
    call::{arguments::Arguments, path::path},
    catalogue::{Action, Paging},
    platform::failure::{Issue, Location},
};

/// The characters that a URI cannot contain (RFC 3986). They are encoded, all others are kept.
const NOT_IN_A_URI: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// The hosts of PayPal's REST API, old names included. The link is followed at the host of the connection.
const HOSTS: [&str; 4] = ["api-m.paypal.com", "api.paypal.com", "api-m.sandbox.paypal.com", "api.sandbox.paypal.com"];

/// The placeholder for a link to its own page (RFC 3986 section 4.4). It is refused.
pub(super) const ITSELF: &str = "#";

/// Path and query of a link, if it is PayPal's.
fn path_and_query(href: &str) -> Result<&str, &'static str> {
    let href = href.split('#').next().unwrap_or_default();
    let path = match href.split_once("://") {
        None => href,
        Some((scheme, rest)) => {
            let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
            let host = host.strip_suffix(":443").unwrap_or(host);
            if !scheme.eq_ignore_ascii_case("https") || !HOSTS.iter().any(|it| it.eq_ignore_ascii_case(host)) {
                return Err("it does not lead to PayPal's API");
            }
            path
        }
    };
    if path.starts_with('/') { Ok(path) } else { Err("it has no path") }
}

/// The query of a link to the path of a call, with any host; `None` for another path.
pub(super) fn query<'a>(action: &'static Action, arguments: &Arguments, href: &'a str) -> Option<&'a str> {
    let href = href.split('#').next()?;
    let target = href.split_once("://").map_or(href, |(_, rest)| &rest[rest.find(['/', '?']).unwrap_or(rest.len())..]);
    let (there, query) = target.split_once('?').unwrap_or((target, ""));
    let own = path(action, arguments);
    (there.trim_end_matches('/') == own.trim_end_matches('/')).then_some(query)
}

/// Whether a link leads to the page that the call itself requests by link.
pub(super) fn is_own_page(arguments: &Arguments, href: &str) -> bool {
    let here = arguments.options.page_link.as_deref().map(path_and_query);
    here.is_some_and(|here| here.is_ok() && here == path_and_query(href))
}

/// The path and the query to send for a link.
#[must_use]
pub(crate) fn target(href: &str) -> Option<String> {
    path_and_query(href).ok().map(|target| utf8_percent_encode(target, NOT_IN_A_URI).to_string())
}

/// Checks the link of a call: it must not lead to another host or another path than the action's.
#[must_use]
pub(crate) fn check(action: &'static Action, href: &str) -> Option<Issue> {
    let why = match path_and_query(href) {
        _ if action.paging != Some(Paging::NextLink) => "the action's pages are not linked",
        _ if href == ITSELF => "it leads to its own page",
        Err(why) => why,
        Ok(target) if !is_of(action, target) => "it leads to another path",
        Ok(_) => return None,
    };
    let description = format!("cannot be followed to a next page: {why}; the list is truncated");
    let field = format!("/options{}", pointer::member("page_link"));
    Some(Issue::found(&field, Location::Header, "INVALID_PARAMETER_VALUE", description))
}

/// Whether a target is below the fixed part of the action's path.
fn is_of(action: &'static Action, target: &str) -> bool {
    let (path, _) = target.split_once('?').unwrap_or((target, ""));
    let fixed = action.path.split('{').next().unwrap_or_default().trim_end_matches('/');
    let rest = path.strip_prefix(fixed);
    let escapes = || path.split('/').skip(1).any(is_dots) || path.contains("//") || path.contains('\\');
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) && !escapes()
}

/// Whether a path segment leads out of the path, literally or encoded.
fn is_dots(step: &str) -> bool {
    let step = step.to_ascii_lowercase().replace("%2e", ".");
    step == "." || step == ".." || step.contains("%2f") || step.contains("%5c")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{PLAIN, plans, subscriptions};

    fn refused(action: &'static Action, href: &str) -> Option<String> {
        check(action, href)?.description
    }

    #[test]
    fn a_link_of_paypal_s_is_followed_at_the_connection_s_host() {
        for (href, expected) in [
            ("https://api.paypal.com/v1/billing/plans?cursor=a%2Bb+c", "/v1/billing/plans?cursor=a%2Bb+c"),
            (
                "HTTPS://API-M.sandbox.paypal.com:443/v1/billing/plans/?a=[1 TO 2]#x",
                "/v1/billing/plans/?a=[1%20TO%202]",
            ),
            ("/v1/billing/plans/page/2", "/v1/billing/plans/page/2"),
        ] {
            assert_eq!(refused(plans::LIST, href), None, "{href}");
            assert_eq!(target(href).as_deref(), Some(expected));
        }
        assert_eq!(refused(subscriptions::LIST, "/v1/billing/subscriptions?cursor=x"), None);
    }

    #[test]
    fn a_link_elsewhere_is_refused() {
        for href in [
            "",
            "?cursor=x",
            "v1/billing/plans",
            "https://evil.example/v1/billing/plans",
            "https://api.paypal.com.evil.example/v1/billing/plans",
            "https://api.paypal.com@evil.example/v1/billing/plans",
            "https://evil.example#@api.paypal.com/v1/billing/plans",
            "http://api.paypal.com/v1/billing/plans",
            "//evil.example/v1/billing/plans",
            "/v1/oauth2/token",
            "/v1/billing/plansx",
            "/v1/billing/plans/../../oauth2/token",
            "/v1/billing/plans/%2e%2E/token",
            "/v1/billing/plans/..%2f..%2foauth2",
            "/v1/billing/plans//x",
            "/v1/billing/plans\\x",
        ] {
            let why = refused(plans::LIST, href).unwrap_or_else(|| panic!("{href}"));
            assert!(why.ends_with("; the list is truncated"), "{why}");
        }
        assert!(refused(&PLAIN, "/v1/things?cursor=x").is_some(), "an action without linked pages");
    }
}
