//! Rules for payment sources, which have one payment method.

use crate::{
    base::document::Document,
    catalogue::{Schema, Shape},
};

use super::{findings::Findings, path::Path};

/// PayPal's codes for an empty payment source, and for one with several methods if it refuses them.
pub(super) struct Codes {
    none: &'static str,
    several: Option<&'static str>,
}

/// orders.create. Whether it refuses two methods is not published.
pub(super) const ORDER: Codes = Codes { none: "NO_PAYMENT_SOURCE_PROVIDED", several: None };
/// orders.confirm-payment-source.
pub(super) const CONFIRMATION: Codes =
    Codes { none: "NO_PAYMENT_SOURCE_PROVIDED", several: Some("ONLY_ONE_PAYMENT_SOURCE_ALLOWED") };
/// Payment tokens and setup tokens.
/// <https://developer.paypal.com/api/payment-tokens/v3/errors/exactly_one_field_required>
pub(super) const VAULT: Codes =
    Codes { none: "EXACTLY_ONE_FIELD_REQUIRED", several: Some("EXACTLY_ONE_FIELD_REQUIRED") };

/// Checks that a payment source names exactly one method.
pub(super) fn check_source(schema: &Schema, source: &Document, path: &Path, codes: &Codes, findings: &mut Findings) {
    let Document::Object(members) = source else { return };
    if members.is_empty() {
        findings.found(path, codes.none, "is empty: it names the payment method".to_owned());
    }
    // An unknown member need not be a method.
    let given = members.iter().filter(|(_, method)| *method != Document::Null);
    let methods: Vec<&str> = given.map(|(name, _)| &**name).filter(|name| knows(schema, name)).collect();
    if let (Some(code), [_, _, ..]) = (codes.several, &methods[..]) {
        findings.found(path, code, format!("holds {}: one payment method is allowed", methods.join(" and ")));
    }
}

/// Whether the schema has a property of that name.
fn knows(schema: &Schema, name: &str) -> bool {
    match &schema.shape {
        Shape::All(schemas) | Shape::Any(schemas) => schemas.iter().any(|schema| knows(schema, name)),
        Shape::Object { properties, .. } => properties.iter().any(|(property, _)| *property == name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::call::check::tests::violations;

    const CARD: &str = r#""card": {"number": "4111111111111111", "expiry": "2030-12"}"#;
    const PAYPAL: &str =
        r#""paypal": {"experience_context": {"return_url": "https://a.example/", "cancel_url": "https://a.example/"}}"#;

    #[test]
    fn a_confirmation_has_one_method() {
        let confirm = |source: &str| {
            let input = format!(r#"{{"id": "5O190127TN364715T", "body": {{"payment_source": {{{source}}}}}}}"#);
            violations("orders.confirm-payment-source", &input)
        };
        assert_eq!(confirm(CARD), [""; 0]);
        assert_eq!(confirm(&format!(r#"{CARD}, "later": {{}}"#)), [""; 0]);
        assert_eq!(confirm(r#""later": {}"#), [""; 0]);
        assert_eq!(confirm(&format!("{CARD}, {PAYPAL}")), ["body /payment_source: ONLY_ONE_PAYMENT_SOURCE_ALLOWED"]);
        assert_eq!(confirm(""), ["body /payment_source: NO_PAYMENT_SOURCE_PROVIDED"]);
    }

    #[test]
    fn an_order_may_do_without_a_source_but_not_with_an_empty_one() {
        let create = |source: &str| {
            let units = r#""purchase_units": [{"amount": {"currency_code": "USD", "value": "1"}}]"#;
            violations("orders.create", &format!(r#"{{"body": {{"intent": "CAPTURE", {units}{source}}}}}"#))
        };
        assert_eq!(create(""), [""; 0]);
        assert_eq!(create(&format!(r#", "payment_source": {{{CARD}, {PAYPAL}}}"#)), [""; 0]);
        assert_eq!(create(r#", "payment_source": {}"#), ["body /payment_source: NO_PAYMENT_SOURCE_PROVIDED"]);
    }

    #[test]
    fn a_token_is_of_one_method() {
        let line = "body /payment_source: EXACTLY_ONE_FIELD_REQUIRED";
        let token = r#""token": {"id": "5C991763VB2781612", "type": "SETUP_TOKEN"}"#;
        for action in ["vault.create-payment-token", "vault.create-setup-token"] {
            let save = |source: &str| violations(action, &format!(r#"{{"body": {{"payment_source": {{{source}}}}}}}"#));
            assert_eq!(save(CARD), [""; 0], "{action}");
            assert_eq!(save(&format!("{CARD}, {token}")), [line], "{action}");
            assert_eq!(save(""), [line], "{action}");
        }
        // Nothing of a card is quoted.
        let input = format!(r#"{{"body": {{"payment_source": {{{CARD}, {token}}}}}}}"#);
        assert_eq!(violations("vault.create-setup-token", &input).join("").find("4111"), None);
    }
}
