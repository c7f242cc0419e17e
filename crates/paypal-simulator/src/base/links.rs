//! Links as PayPal writes them, always to the older host; and as links to the simulator itself.

use std::{error::Error, fmt, str::FromStr};

use http::{Uri, uri::Scheme};
use serde_json::{Value, json};

/// The host of the links.
pub(crate) const HOST: &str = "https://api.sandbox.paypal.com";

/// The host of the links of PayPal's live system.
pub(crate) const LIVE_HOST: &str = "https://api.paypal.com";

/// The site where payers approve.
pub(crate) const SITE: &str = "https://www.sandbox.paypal.com";

/// The members of an invoice's metadata that are links to pages.
const PAGES: [&str; 2] = ["recipient_view_url", "invoicer_view_url"];

/// A link to a path of the API.
pub(crate) fn link(rel: &str, method: &str, path: &str) -> Value {
    json!({"href": format!("{HOST}{path}"), "rel": rel, "method": method})
}

/// A link to a page for the payer.
pub(crate) fn page(rel: &str, path: &str) -> Value {
    json!({"href": format!("{SITE}{path}"), "rel": rel, "method": "GET"})
}

/// Returns where one of PayPal's links leads at the simulator; `None` for any other text.
pub(crate) fn path(link: &str) -> Option<String> {
    let path = [HOST, SITE].iter().find_map(|host| link.strip_prefix(host)).filter(|path| path.starts_with('/'))?;
    // A browser keeps what follows `#` to itself.
    Some(path.replacen("/invoice/p/#", "/invoice/p/", 1))
}

/// The address that the simulator's links lead to, such as `http://127.0.0.1:4010`: a scheme, a host, and a port or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

/// A [`PublicUrl`] that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicUrlError;

impl fmt::Display for PublicUrlError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("expected http:// or https://, a host, and nothing after it but a port")
    }
}

impl Error for PublicUrlError {}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let uri: Uri = text.parse().map_err(|_| PublicUrlError)?;
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else { return Err(PublicUrlError) };
        let is_web = *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS;
        let is_alone = uri.path() == "/" && uri.query().is_none() && !text.contains('#');
        if !is_web || !is_alone || authority.host().is_empty() || authority.as_str().contains('@') {
            return Err(PublicUrlError);
        }
        Ok(Self(format!("{scheme}://{authority}")))
    }
}

impl PublicUrl {
    /// Returns its host, without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        let (_, authority) = self.0.split_once("://").unwrap_or_default();
        let end = if authority.starts_with('[') { authority.find(']').map(|at| at + 1) } else { authority.find(':') };
        end.and_then(|end| authority.get(..end)).unwrap_or(authority)
    }

    /// Returns the address of one of PayPal's links here; `None` for any other text.
    pub(crate) fn of(&self, link: &str) -> Option<String> {
        path(link).map(|path| format!("{}{path}", self.0))
    }

    /// Makes the links in a document lead here: in lists named `links`, of a document that is itself a link, of an
    /// invoice's metadata, and the address of a payment link. Nothing else is changed, such as a merchant's own text that names PayPal's host.
    pub(crate) fn lead(&self, document: &mut Value) {
        self.lead_link(document);
        self.lead_below(document);
    }

    fn lead_below(&self, document: &mut Value) {
        match document {
            Value::Array(items) => items.iter_mut().for_each(|item| self.lead_below(item)),
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::Array(links) if name == "links" => {
                            links.iter_mut().for_each(|link| self.lead_link(link))
                        }
                        Value::String(_) if name == "payment_link" => self.lead_text(member),
                        Value::Object(metadata) if name == "metadata" => {
                            let pages = metadata.iter_mut().filter(|(name, _)| PAGES.contains(&&***name));
                            pages.for_each(|(_, page)| self.lead_text(page));
                        }
                        _ => self.lead_below(member),
                    }
                }
            }
            _ => {}
        }
    }

    fn lead_link(&self, link: &mut Value) {
        if link["rel"].is_string()
            && let Some(href) = link.get_mut("href")
        {
            self.lead_text(href);
        }
    }

    fn lead_text(&self, text: &mut Value) {
        if let Some(here) = text.as_str().and_then(|text| self.of(text)) {
            *text = here.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_scheme_host_and_port() {
        for (text, host) in [
            ("http://127.0.0.1:4010", "127.0.0.1"),
            ("https://paypal.test/", "paypal.test"),
            ("http://[::1]:80", "[::1]"),
            ("http://host.docker.internal", "host.docker.internal"),
        ] {
            let url: PublicUrl = text.parse().unwrap();
            assert_eq!((url.host(), &*url.0), (host, text.trim_end_matches('/')));
        }
        for text in ["", "127.0.0.1:4010", "ftp://x", "http://", "http://x/y", "http://x?y", "http://x#y", "http://u@x"]
        {
            assert_eq!(text.parse::<PublicUrl>(), Err(PublicUrlError), "{text}");
        }
    }

    #[test]
    fn only_links_lead_here() {
        let url: PublicUrl = "http://127.0.0.1:4010".parse().unwrap();
        let document = |api: &str, site: &str, invoice: &str| {
            json!({
                "href": format!("{api}/v2/invoicing/invoices/I"), "rel": "self",
                "detail": {"metadata": {"recipient_view_url": invoice, "note": format!("{SITE}/x")}, "note": format!("{SITE}/x")},
                "items": [{"links": [{"href": format!("{site}/checkoutnow?token=O"), "rel": "approve"}],
                           "url": format!("{SITE}/x"), "href": format!("{SITE}/x"), "rel": "x"}],
                "links": [
                    {"href": "https://www.sandbox.paypal.com.evil.example/", "rel": "self"},
                    {"href": "https://developer.paypal.com/", "rel": "information_link"},
                    {"text": format!("{HOST}/x"), "rel": "self"},
                    {"href": format!("{HOST}/x")},
                ],
            })
        };
        let mut written = document(HOST, SITE, &format!("{SITE}/invoice/p/#AB"));
        url.lead(&mut written);
        let here = "http://127.0.0.1:4010";
        assert_eq!(written, document(here, here, "http://127.0.0.1:4010/invoice/p/AB"));
    }
}
