//! Addresses on this machine.

use http::Uri;

/// Whether a URL is plain HTTP to this machine. The simulator posts to no other.
pub(crate) fn is_local(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    uri.scheme_str() == Some("http") && ["127.0.0.1", "localhost", "[::1]"].contains(&uri.host().unwrap_or_default())
}
