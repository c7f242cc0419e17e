//! Links as PayPal writes them: always to the older host.

use serde_json::{Value, json};

/// The host of the links.
pub(crate) const HOST: &str = "https://api.sandbox.paypal.com";

/// The host of the links of PayPal's live system.
pub(crate) const LIVE_HOST: &str = "https://api.paypal.com";

/// The site where payers approve.
pub(crate) const SITE: &str = "https://www.sandbox.paypal.com";

/// A link to a path of the API.
pub(crate) fn link(rel: &str, method: &str, path: &str) -> Value {
    json!({"href": format!("{HOST}{path}"), "rel": rel, "method": method})
}

/// A link to a page for the payer.
pub(crate) fn page(rel: &str, path: &str) -> Value {
    json!({"href": format!("{SITE}{path}"), "rel": rel, "method": "GET"})
}
