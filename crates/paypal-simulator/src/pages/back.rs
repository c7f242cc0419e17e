//! The way back to the shop.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::base::uri::encode;

/// What a URI cannot contain (RFC 3986). It is encoded, all else is kept.
const NOT_IN_A_URI: AsciiSet =
    CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// Adds parameters to the address that a shop has given. Returns `None` if it has given none, or none of the web: a browser
/// must not be sent to `javascript:`.
pub(super) fn address(shop: Option<&str>, parameters: &[(&str, &str)]) -> Option<String> {
    let shop = shop?.trim();
    let scheme = ["http://", "https://"]
        .into_iter()
        .find(|it| shop.get(..it.len()).is_some_and(|start| start.eq_ignore_ascii_case(it)))?;
    let rest = shop.get(scheme.len()..).filter(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#']))?;
    let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, fragment)| (rest, Some(fragment)));
    let mut address = format!("{scheme}{rest}");
    let mut mark = match rest.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    for (name, value) in parameters {
        address += &format!("{mark}{name}={}", encode(value));
        mark = "&";
    }
    if let Some(fragment) = fragment {
        address += &format!("#{fragment}");
    }
    Some(utf8_percent_encode(&address, &NOT_IN_A_URI).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_added_to_an_address_of_the_web() {
        let of = |shop: &str| address(Some(shop), &[("token", "5O1"), ("PayerID", "a b")]);
        for (shop, expected) in [
            ("https://shop.example/done", "https://shop.example/done?token=5O1&PayerID=a%20b"),
            ("HTTP://shop.example", "http://shop.example?token=5O1&PayerID=a%20b"),
            ("http://127.0.0.1:80/?id=7#top", "http://127.0.0.1:80/?id=7&token=5O1&PayerID=a%20b#top"),
            ("http://s/?", "http://s/?token=5O1&PayerID=a%20b"),
            ("http://s/ü <a>", "http://s/%C3%BC%20%3Ca%3E?token=5O1&PayerID=a%20b"),
            ("http://s/a\r\nx: y", "http://s/a%0D%0Ax:%20y?token=5O1&PayerID=a%20b"),
        ] {
            assert_eq!(of(shop).as_deref(), Some(expected));
        }
        for shop in
            ["", "javascript:alert(1)", "data:text/html,x", "//evil.example", "/x", "http://", "https:///x", "http:x"]
        {
            assert_eq!(of(shop), None, "{shop}");
        }
        assert_eq!(address(None, &[]), None);
        assert_eq!(address(Some("http://s/"), &[]).as_deref(), Some("http://s/"));
    }
}
