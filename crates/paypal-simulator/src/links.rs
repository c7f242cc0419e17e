//! Links as PayPal writes them: they name the older host, whichever was called.

use serde_json::{Value, json};

/// The host of the links.
pub(super) const HOST: &str = "https://api.sandbox.paypal.com";

/// The same of PayPal's live system.
pub(super) const LIVE_HOST: &str = "https://api.paypal.com";

/// The site where payers approve.
pub(super) const SITE: &str = "https://www.sandbox.paypal.com";

/// A link to a path of the API.
pub(super) fn link(rel: &str, method: &str, path: &str) -> Value {
    json!({"href": format!("{HOST}{path}"), "rel": rel, "method": method})
}

/// A link to a page for the payer.
pub(super) fn page(rel: &str, path: &str) -> Value {
    json!({"href": format!("{SITE}{path}"), "rel": rel, "method": "GET"})
}
