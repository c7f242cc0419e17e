//! Rules for the purchase units of an order. The codes are those of PayPal's answer 422 to orders.create.

use crate::base::document::Document;

use super::{currency, findings::Findings, path::Path};

/// Checks that several purchase units each have a `reference_id`, and all have the same currency.
pub(super) fn check_units(units: &Document, path: &Path, findings: &mut Findings) {
    check_references(units.items(), path, findings);
    check_currency(units.items(), path, findings);
}

fn check_references(units: &[Document], path: &Path, findings: &mut Findings) {
    if units.len() < 2 {
        return;
    }
    for (index, unit) in units.iter().enumerate() {
        let unit_path = Path::Item(path, index);
        let field = Path::Member(&unit_path, "reference_id");
        match unit.given("reference_id") {
            None => {
                let description = "is required and missing: there are several purchase units".to_owned();
                findings.found(&field, "REFERENCE_ID_REQUIRED", description);
            }
            // Equal ids are reported once, at the second.
            Some(id) if units[..index].iter().any(|other| other.get("reference_id") == Some(id)) => {
                let description = "is that of another purchase unit".to_owned();
                findings.found(&field, "DUPLICATE_REFERENCE_ID", description);
            }
            Some(_) => {}
        }
    }
}

/// PayPal's rule is for the whole order. Only amounts and items are checked: PayPal has not been seen to compare the
/// rest.
fn check_currency(units: &[Document], path: &Path, findings: &mut Findings) {
    let mut first = None;
    for (index, unit) in units.iter().enumerate() {
        let unit_path = Path::Item(path, index);
        for name in ["amount", "items"] {
            let Some(part) = unit.get(name) else { continue };
            if !currency::compare(part, &Path::Member(&unit_path, name), "MULTI_CURRENCY_ORDER", &mut first, findings) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::call::check::tests::violations;

    fn order(units: &[(&str, &str)]) -> Vec<String> {
        let unit = |(reference, currency): &(&str, &str)| {
            let reference = if reference.is_empty() { "null".to_owned() } else { format!("{reference:?}") };
            format!(r#"{{"reference_id": {reference}, "amount": {{"currency_code": "{currency}", "value": "1"}}}}"#)
        };
        let units: Vec<String> = units.iter().map(unit).collect();
        let units = units.join(",").replace(r#""reference_id": null, "#, "");
        violations("orders.create", &format!(r#"{{"body": {{"intent": "CAPTURE", "purchase_units": [{units}]}}}}"#))
    }

    #[test]
    fn several_units_are_told_apart() {
        assert_eq!(order(&[("", "USD")]), [""; 0]);
        assert_eq!(order(&[("a", "USD"), ("b", "USD")]), [""; 0]);
        let field = |index| format!("body /purchase_units/{index}/reference_id");
        assert_eq!(order(&[("a", "USD"), ("", "USD")]), [format!("{}: REFERENCE_ID_REQUIRED", field(1))]);
        assert_eq!(
            order(&[("", "USD"), ("", "USD")]),
            [format!("{}: REFERENCE_ID_REQUIRED", field(0)), format!("{}: REFERENCE_ID_REQUIRED", field(1))]
        );
        assert_eq!(
            order(&[("a", "USD"), ("b", "USD"), ("a", "USD")]),
            [format!("{}: DUPLICATE_REFERENCE_ID", field(2))]
        );
    }

    #[test]
    fn an_order_has_one_currency() {
        assert_eq!(
            order(&[("a", "USD"), ("b", "EUR"), ("c", "GBP")]),
            ["body /purchase_units/1/amount/currency_code: MULTI_CURRENCY_ORDER"]
        );
        let input = r#"{"body": {"intent": "CAPTURE", "purchase_units": [{
            "amount": {"currency_code": "USD", "value": "5"},
            "items": [{"name": "Cup", "quantity": "1", "unit_amount": {"currency_code": "EUR", "value": "5"}}]}]}}"#;
        assert_eq!(
            violations("orders.create", input),
            ["body /purchase_units/0/items/0/unit_amount/currency_code: MULTI_CURRENCY_ORDER"]
        );
    }
}
