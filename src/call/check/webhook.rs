//! Rules for webhooks.

use crate::base::document::Document;

use super::{findings::Findings, path::Path};

/// Checks that the URL of a webhook is `https` with a host: PayPal refuses others. `http` passes for the local machine:
/// PayPal refuses it too, but a local simulator accepts it.
/// <https://developer.paypal.com/api/rest/webhooks/>
pub(super) fn check_url(url: &Document, path: &Path, findings: &mut Findings) {
    // The schema has reported other types. The URL is not quoted: it may contain a secret.
    let Some(url) = url.as_text() else { return };
    if !is_address(url) {
        let description = "must be a URL that begins with https:// and names a host".to_owned();
        findings.found(path, "INVALID_PARAMETER_SYNTAX", description);
    }
}

/// Whether it is an `https` URL (RFC 3986: schemes are case-insensitive) with a host, or an `http` one of the local
/// machine. White space and control characters are refused; characters that should be percent-encoded, and whether the
/// host is reachable, are left to PayPal.
fn is_address(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let is_local = || {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        scheme.eq_ignore_ascii_case("http") && ["127.0.0.1", "localhost", "[::1]"].contains(&name)
    };
    (scheme.eq_ignore_ascii_case("https") || is_local())
        && !host.is_empty()
        && !host.starts_with(':')
        && !url.contains(|character: char| character.is_whitespace() || character.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_https_and_a_host() {
        for url in [
            "https://shop.example.com/paypal",
            "HTTPS://shop.example.com",
            "https://shop.example.com:443/hooks?shop=7#x",
            "https://user@shop.example.com",
            "https://[2001:db8::7]/hooks",
            "https://müller.example/höre?q=http://x",
            "http://127.0.0.1:4020/webhooks",
            "http://localhost/",
            "http://[::1]:4020",
        ] {
            assert!(is_address(url), "{url}");
        }
        for url in [
            "http://shop.example.com/paypal",
            "http://127.0.0.1.evil.example/",
            "http://127.0.0.1@evil.example/",
            "shop.example.com/paypal",
            "//shop.example.com/paypal",
            "https:shop.example.com",
            "https:/shop.example.com",
            "https://",
            "https:///paypal",
            "https://?q",
            "https://:443/",
            "https://user@",
            " https://shop.example.com",
            "https://shop.example.com/pay pal",
            "https://shop.example.com/\n",
            "ftp://shop.example.com",
            "httpss://shop.example.com",
            "*",
        ] {
            assert!(!is_address(url), "{url}");
        }
    }
}
