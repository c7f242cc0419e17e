//! What the connector says of itself, beside its actions.

/// The name that a person reads.
pub(crate) const LABEL: &str = "PayPal";

/// Its icon, an SVG document of our own. It is not PayPal's logo, whose use PayPal grants.
pub(crate) const ICON: &str = include_str!("../../icon.svg");

/// What it is for.
pub(crate) const CATEGORIES: &[&str] = &["payments", "invoicing", "e-commerce", "finance"];

/// PayPal's documentation of the APIs that the actions call: the project has no site of its own.
pub(crate) const DOCUMENTATION: &str = "https://developer.paypal.com/api/rest/";

/// On what terms PayPal's name is used.
pub(crate) const TERMS: &str = "PayPal is a trademark of PayPal, Inc. or its affiliates. The name says which service this \
    connector works with. The connector is an independent project: PayPal has not made, checked or endorsed it. Its icon is \
    its own, and PayPal's logo is not used. Whoever calls PayPal by it needs an account, and is bound by PayPal's agreements.";

/// What has changed in the contract since the last version, out of `CHANGELOG.md`.
pub(crate) const CHANGES: &str = include_str!(concat!(env!("OUT_DIR"), "/changes.md"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icon_is_a_square_that_refers_to_nothing() {
        assert!(ICON.starts_with("<svg ") && ICON.contains("viewBox=\"0 0 64 64\""));
        let address = "http://www.w3.org/2000/svg";
        let others = ICON.replace(address, "");
        for reference in ["http", "href", "url(", "<script", "<image", "<text", "<style"] {
            assert!(!others.contains(reference), "{reference}");
        }
    }

    #[test]
    fn the_changes_are_a_short_list() {
        assert!(CHANGES.starts_with("- ") && CHANGES.len() < 2000, "{CHANGES}");
        assert!(!CHANGES.contains("\n#"), "{CHANGES}");
    }
}
