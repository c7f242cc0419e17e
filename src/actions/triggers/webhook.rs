//! The app's webhooks, as returned by `webhooks.list`.

use crate::base::document::Document;

/// The event type that stands for all, including future ones.
pub(in crate::actions) const ALL: &str = "*";

/// A URL of the app, and the event types that are sent to it.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::actions) struct Webhook {
    /// PayPal's id for it.
    pub(in crate::actions) id: String,
    /// Its URL, as returned by PayPal.
    pub(in crate::actions) url: String,
    /// The names of its types in PayPal's order, including unknown ones.
    pub(in crate::actions) event_types: Vec<String>,
}

impl Webhook {
    /// Reads a webhook. Returns `None` if it has no id or URL, or a type without a name: a change would lose what
    /// cannot be read.
    pub(in crate::actions) fn read(webhook: &Document) -> Option<Self> {
        let name = |event_type: &Document| Some(event_type.get("name")?.as_text()?.to_owned());
        let id = webhook.get("id")?.as_text().filter(|id| !id.is_empty())?.to_owned();
        let url = webhook.get("url")?.as_text()?.to_owned();
        let Document::Array(event_types) = webhook.get("event_types")? else { return None };
        Some(Self { id, url, event_types: event_types.iter().map(name).collect::<Option<_>>()? })
    }

    /// Whether it has all types.
    pub(in crate::actions) fn has_all(&self) -> bool {
        self.event_types.iter().any(|name| name == ALL)
    }

    /// The wanted types that it does not have yet.
    pub(in crate::actions) fn lacks(&self, wanted: &[String]) -> Vec<String> {
        if self.has_all() {
            return Vec::new();
        }
        wanted.iter().filter(|name| !self.event_types.contains(name)).cloned().collect()
    }

    /// Its types that another state of it does not have.
    pub(in crate::actions) fn more_than(&self, other: Option<&Self>) -> Vec<String> {
        let has = |name: &String| other.is_some_and(|other| other.event_types.contains(name));
        self.event_types.iter().filter(|name| !has(name)).cloned().collect()
    }

    /// Its types without the unwanted ones, and the unwanted ones that it has.
    pub(in crate::actions) fn without(&self, unwanted: &[String]) -> (Vec<String>, Vec<String>) {
        self.event_types.iter().cloned().partition(|name| !unwanted.contains(name))
    }
}

/// The webhook in a list with that URL: if several match by [`is_same`], the one with exactly the same URL.
pub(in crate::actions) fn find<'a>(webhooks: &'a [Document<'a>], url: &str) -> Option<&'a Document<'a>> {
    let of = |webhook: &'a Document<'a>| webhook.get("url").and_then(Document::as_text);
    let exact = webhooks.iter().find(|webhook| of(webhook) == Some(url));
    exact.or_else(|| webhooks.iter().find(|webhook| of(webhook).is_some_and(|other| is_same(other, url))))
}

/// Whether two URLs are equivalent: scheme and host are case-insensitive, and an empty path is `/` (RFC 3986 sections
/// 6.2.2.1 and 6.2.3). All else must be identical: PayPal keeps URLs as given.
pub(in crate::actions) fn is_same(one: &str, other: &str) -> bool {
    match (Parts::of(one), Parts::of(other)) {
        (Some(one), Some(other)) => {
            one.scheme.eq_ignore_ascii_case(other.scheme)
                && one.user == other.user
                && one.host.eq_ignore_ascii_case(other.host)
                && one.path() == other.path()
                && one.after_path == other.after_path
        }
        _ => one == other,
    }
}

/// The parts of a URL.
struct Parts<'a> {
    scheme: &'a str,
    user: Option<&'a str>,
    /// With the port.
    host: &'a str,
    path: &'a str,
    /// Query and fragment, with their delimiters.
    after_path: &'a str,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (path, after_path) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        Some(Self { scheme, user, host, path, after_path })
    }

    fn path(&self) -> &'a str {
        if self.path.is_empty() { "/" } else { self.path }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_few_spellings() {
        for (one, other) in [
            ("https://shop.example.com/hooks", "HTTPS://Shop.Example.COM/hooks"),
            ("https://shop.example.com", "https://shop.example.com/"),
            ("https://shop.example.com?a=/", "https://SHOP.example.com/?a=/"),
            ("https://shop.example.com#x", "https://shop.example.com/#x"),
            ("https://shop.example.com:443/", "https://shop.example.com:443"),
            ("https://User@shop.example.com/", "https://User@SHOP.example.com"),
            ("no URL", "no URL"),
        ] {
            assert!(is_same(one, other) && is_same(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("https://shop.example.com/hooks", "https://shop.example.com/Hooks"),
            ("https://shop.example.com/hooks", "https://shop.example.com/hooks/"),
            ("https://shop.example.com/hooks", "https://shop.example.com/hooks?"),
            ("https://shop.example.com/hooks?a=B", "https://shop.example.com/hooks?a=b"),
            ("https://shop.example.com/%7e", "https://shop.example.com/%7E"),
            ("https://shop.example.com", "https://shop.example.com:443"),
            ("https://shop.example.com", "http://shop.example.com"),
            ("https://User@shop.example.com", "https://user@shop.example.com"),
            ("https://shop.example.com", "https://user@shop.example.com"),
            ("https://shop.example.com", "https://shop.example.com.evil.example"),
            ("no URL", "NO URL"),
        ] {
            assert!(!is_same(one, other) && !is_same(other, one), "{one} {other}");
        }
    }

    #[test]
    fn the_address_to_the_letter_comes_first() {
        let list = r#"[{"id": "A", "url": "https://Shop.example.com"}, {"id": "B", "url": "https://shop.example.com/"},
                       {"id": "C", "url": 7}, {"id": "D"}]"#;
        let list = Document::parse(list).unwrap();
        let id = |url| find(list.items(), url).and_then(|it| it.get("id")).and_then(Document::as_text);
        assert_eq!(id("https://shop.example.com/"), Some("B"));
        assert_eq!(id("https://SHOP.example.com/"), Some("A"));
        assert_eq!(id("https://books.example.com/"), None);
    }

    #[test]
    fn what_cannot_be_read_is_not_read_in_part() {
        let read = |text: &str| Webhook::read(&Document::parse(text).unwrap());
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(
            read(
                r#"{"id": "A", "url": "u", "event_types": [{"name": "RISK.DISPUTE.CREATED", "status": "DEPRECATED"}, {"name": "x y"}]}"#
            ),
            Some(Webhook { id: "A".into(), url: "u".into(), event_types: names(&["RISK.DISPUTE.CREATED", "x y"]) })
        );
        for text in [
            r#"{"url": "u", "event_types": []}"#,
            r#"{"id": "", "url": "u", "event_types": []}"#,
            r#"{"id": "A", "event_types": []}"#,
            r#"{"id": "A", "url": "u"}"#,
            r#"{"id": "A", "url": "u", "event_types": {}}"#,
            r#"{"id": "A", "url": "u", "event_types": [{"name": "X"}, {}]}"#,
            r#"{"id": "A", "url": "u", "event_types": ["X"]}"#,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
