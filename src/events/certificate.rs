//! URLs of PayPal's certificates.

use crate::platform::environment::Environment;

/// The path under which PayPal serves them.
const PATH: &str = "/v1/notifications/certs/";

/// The prefix of the last path segment.
const NAME: &str = "CERT-";

/// The longest name after that, in characters. PayPal's have 26.
const MAX_NAME: usize = 100;

/// PayPal's API hosts, and the environment of each.
const HOSTS: [(&str, Environment); 4] = [
    ("api.paypal.com", Environment::Live),
    ("api-m.paypal.com", Environment::Live),
    ("api.sandbox.paypal.com", Environment::Sandbox),
    ("api-m.sandbox.paypal.com", Environment::Sandbox),
];

/// The URL of a certificate at PayPal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CertificateUrl<'a> {
    /// The environment that signs with its key.
    pub environment: Environment,
    /// The host, in lower case.
    pub authority: &'static str,
    /// The path. Nothing in it needs encoding.
    pub path: &'a str,
}

impl<'a> CertificateUrl<'a> {
    /// Parses the URL of a delivery, which is untrusted. It is compared with the only form that PayPal's have, not
    /// parsed as a general URL: two URL parsers can find two hosts in the same text.
    ///
    /// Returns `None` unless it is exactly https, one of PayPal's API hosts, and the path of a certificate.
    #[must_use]
    pub(crate) fn parse(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (host, _) = rest.split_once('/')?;
        let path = &rest[host.len()..];
        let name = path.strip_prefix(PATH)?.strip_prefix(NAME)?;
        let is_name = (1..=MAX_NAME).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let (authority, environment) = HOSTS.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(host))?;
        (scheme.eq_ignore_ascii_case("https") && is_name).then_some(Self { environment, authority, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paypal_s_own_are_read() {
        let path = "/v1/notifications/certs/CERT-360caa42-fca2a594-1a5f47cb";
        for (host, authority, environment) in [
            ("https://api.paypal.com", "api.paypal.com", Environment::Live),
            ("HTTPS://API-M.PayPal.com", "api-m.paypal.com", Environment::Live),
            ("https://api.sandbox.paypal.com", "api.sandbox.paypal.com", Environment::Sandbox),
            ("https://api-m.sandbox.paypal.com", "api-m.sandbox.paypal.com", Environment::Sandbox),
        ] {
            let url = format!("{host}{path}");
            assert_eq!(CertificateUrl::parse(&url), Some(CertificateUrl { environment, authority, path }), "{url}");
        }
        let longest = format!("https://api.paypal.com{PATH}{NAME}{}", "a".repeat(MAX_NAME));
        assert!(CertificateUrl::parse(&longest).is_some());
        assert!(CertificateUrl::parse(&(longest + "a")).is_none());
    }

    #[test]
    fn no_other_url_is() {
        for url in [
            "",
            "://",
            "https://",
            "https://api.paypal.com",
            "api.paypal.com/v1/notifications/certs/CERT-1",
            "//api.paypal.com/v1/notifications/certs/CERT-1",
            "http://api.paypal.com/v1/notifications/certs/CERT-1",
            "ftp://api.paypal.com/v1/notifications/certs/CERT-1",
            "file:///v1/notifications/certs/CERT-1",
            "data:application/x-pem-file,x://api.paypal.com/v1/notifications/certs/CERT-1",
            " https://api.paypal.com/v1/notifications/certs/CERT-1",
            "https:///v1/notifications/certs/CERT-1",
            "https:/api.paypal.com/v1/notifications/certs/CERT-1",
            "https:\\\\api.paypal.com/v1/notifications/certs/CERT-1",
            // Another host.
            "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
            "https://evil.example/v1/notifications/certs/CERT-1",
            "https://evil.example/https://api.paypal.com/v1/notifications/certs/CERT-1",
            "https://evil.example\\api.paypal.com/v1/notifications/certs/CERT-1",
            "https://evil.example#api.paypal.com/v1/notifications/certs/CERT-1",
            "https://evil.example?api.paypal.com/v1/notifications/certs/CERT-1",
            "https://evilapi.paypal.com/v1/notifications/certs/CERT-1",
            "https://api-paypal.com/v1/notifications/certs/CERT-1",
            "https://www.paypal.com/v1/notifications/certs/CERT-1",
            "https://paypal.com/v1/notifications/certs/CERT-1",
            "https://api.paypal.com./v1/notifications/certs/CERT-1",
            "https://api.paypa\u{4c0}.com/v1/notifications/certs/CERT-1",
            "https://api.p\u{430}ypal.com/v1/notifications/certs/CERT-1",
            "https://api%2Epaypal.com/v1/notifications/certs/CERT-1",
            "https://api.paypal.com\0.evil.example/v1/notifications/certs/CERT-1",
            "https://127.0.0.1/v1/notifications/certs/CERT-1",
            "https://[::1]/v1/notifications/certs/CERT-1",
            "https://2130706433/v1/notifications/certs/CERT-1",
            // A port, a user name.
            "https://api.paypal.com:443/v1/notifications/certs/CERT-1",
            "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
            "https://api.paypal.com:/v1/notifications/certs/CERT-1",
            "https://user@api.paypal.com/v1/notifications/certs/CERT-1",
            "https://user:secret@api.paypal.com/v1/notifications/certs/CERT-1",
            "https://@api.paypal.com/v1/notifications/certs/CERT-1",
            "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
            // Another path.
            "https://api.paypal.com/",
            "https://api.paypal.com/CERT-1",
            "https://api.paypal.com/v1/notifications/certs/",
            "https://api.paypal.com/v1/notifications/certs/CERT-",
            "https://api.paypal.com/v1/notifications/certs/cert-1",
            "https://api.paypal.com/V1/notifications/certs/CERT-1",
            "https://api.paypal.com/v1/notifications/certs/CERT_1",
            "https://api.paypal.com/v1/notifications/certs/CERT-1/",
            "https://api.paypal.com/v1/notifications/certs/CERT-1/x",
            "https://api.paypal.com/v1/notifications/certs/CERT-1.pem",
            "https://api.paypal.com/v1/notifications/certs/CERT-1;x",
            "https://api.paypal.com/v1/notifications/certs/../certs/CERT-1",
            "https://api.paypal.com/v1/notifications/certs/CERT-..",
            "https://api.paypal.com/v1/notifications/certs/CERT-1/../CERT-2",
            "https://api.paypal.com/v1/notifications/certs/./CERT-1",
            "https://api.paypal.com/v1/notifications//certs/CERT-1",
            "https://api.paypal.com//v1/notifications/certs/CERT-1",
            "https://api.paypal.com/x/v1/notifications/certs/CERT-1",
            "https://api.paypal.com/v1/notifications/certs/CERT-%31",
            "https://api.paypal.com/v1/notifications/certs%2FCERT-1",
            "https://api.paypal.com/v1/notifications/certs\\CERT-1",
            "https://api.paypal.com\\v1\\notifications\\certs\\CERT-1",
            "https://api.paypal.com/v1/notifications/certs/CERT-1 ",
            "https://api.paypal.com/v1/notifications/certs/CERT- 1",
            "https://api.paypal.com/v1/notifications/certs/CERT-1\r\nhost: evil.example",
            "https://api.paypal.com/v1/notifications/certs/CERT-\u{661}",
            "https://api.paypal.com/v1/notifications/certs/CERT-1?x=1",
            "https://api.paypal.com/v1/notifications/certs/CERT-1?",
            "https://api.paypal.com/v1/notifications/certs/CERT-1#x",
            "https://api.paypal.com/v1/notifications/certs/CERT-1#",
        ] {
            assert_eq!(CertificateUrl::parse(url), None, "{url:?}");
        }
    }
}
