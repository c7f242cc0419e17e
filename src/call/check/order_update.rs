//! Rules about the shop's answer to PayPal's order-update callback. The codes are those with which PayPal refuses the
//! same in an order.

use crate::{
    base::{document::Document, spelling},
    paypal::order_update::{AMOUNTS, MEMBERS, Update, is_selected, members},
};

use super::{findings::Findings, path::Path};
use crate::paypal::money;

/// Checks that there are options or a refusal, that the options are distinct, and that the new total can be computed.
pub(super) fn check_update(document: &Document, path: &Path, findings: &mut Findings) {
    let update = Update(document);
    check_names(document, path, findings);
    match (document.get("shipping_options"), document.get("refusal")) {
        (None, None) => {
            let description = "one of `shipping_options` and `refusal` is required".to_owned();
            findings.found(path, "ONE_OF_PARAMETERS_REQUIRED", description);
        }
        (Some(_), Some(_)) => {
            let description =
                "cannot be combined with `shipping_options`: an address is either refused or not".to_owned();
            findings.found(&Path::Member(path, "refusal"), "INCOMPATIBLE_PARAMETER_VALUE", description);
        }
        (Some(_), None) => {
            check_options(update, path, findings);
            check_total(update, path, findings);
        }
        (None, Some(refusal)) => {
            let is_code = |code: &str| code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
            if refusal.as_text().is_some_and(|code| !is_code(code)) {
                let description = "must be a code of PayPal's such as COUNTRY_ERROR".to_owned();
                findings.found(&Path::Member(path, "refusal"), "INVALID_PARAMETER_SYNTAX", description);
            }
        }
    }
}

/// The connector defines this document, not PayPal, so an unknown name is a mistake that could change what the payer
/// pays.
fn check_names(document: &Document, path: &Path, findings: &mut Findings) {
    let mut unknown = |path: &Path, name: &str, description: String| {
        findings.found(&Path::Member(path, name), "INVALID_PARAMETER_VALUE", description);
    };
    for (name, _) in members(Some(document)) {
        if !MEMBERS.contains(&&**name) {
            unknown(path, name, spelling::unknown("member", name, MEMBERS.into_iter()));
        }
    }
    let amounts = Path::Member(path, "amounts");
    for (name, _) in members(document.get("amounts")) {
        if name == "shipping" {
            unknown(&amounts, name, "cannot be given here: it is the amount of the selected option".to_owned());
        } else if !AMOUNTS.contains(&&**name) {
            unknown(&amounts, name, spelling::unknown("amount", name, AMOUNTS.into_iter()));
        }
    }
}

fn check_options(update: Update, path: &Path, findings: &mut Findings) {
    let options = update.options();
    let options_path = Path::Member(path, "shipping_options");
    for (index, option) in options.iter().enumerate() {
        let (before, option_path) = (&options[..index], Path::Item(&options_path, index));
        if option.get("id").is_some_and(|id| before.iter().any(|other| other.get("id") == Some(id))) {
            let description = "is that of another option".to_owned();
            findings.found(&Path::Member(&option_path, "id"), "DUPLICATE_SHIPPING_OPTION_ID", description);
        }
        if is_selected(option) && before.iter().any(is_selected) {
            let description = "must not be true: another option is selected".to_owned();
            findings.found(&Path::Member(&option_path, "selected"), "MULTIPLE_SHIPPING_OPTION_SELECTED", description);
        }
        if let Some(amount) = option.get("amount") {
            check_amount(amount, &Path::Member(&option_path, "amount"), update.currency(), findings);
        }
    }
    let amounts_path = Path::Member(path, "amounts");
    for (name, amount) in members(update.0.get("amounts")) {
        check_amount(amount, &Path::Member(&amounts_path, name), update.currency(), findings);
    }
}

/// Checks that the shop's amount is in the order's currency and not negative. The schema checks the rest.
fn check_amount(amount: &Document, path: &Path, currency: Option<&str>, findings: &mut Findings) {
    let text = |name| amount.get(name).and_then(Document::as_text);
    if let (Some(own), Some(currency)) = (text("currency_code"), currency)
        && own.len() == 3
        && own != currency
    {
        let description = format!("must be {currency}, the order's currency");
        findings.found_in(&Path::Member(path, "currency_code"), "MULTI_CURRENCY_ORDER", description, own);
    }
    if let Some(value) = text("value")
        && money::hundredths(amount, text("currency_code")).is_some_and(|value| value < 0)
    {
        findings.found_in(&Path::Member(path, "value"), "CANNOT_BE_NEGATIVE", "is negative".to_owned(), value);
    }
}

/// Checks that all parts of the new total are known.
fn check_total(update: Update, path: &Path, findings: &mut Findings) {
    let (Some(unit), currency) = (update.unit(), update.currency()) else { return };
    let amounts_path = Path::Member(path, "amounts");
    if !update.is_itemized() {
        let description = "is required and missing: the callback's amount has no breakdown that shows its shipping";
        let field = Path::Member(&amounts_path, "item_total");
        findings.found(&field, "MISSING_REQUIRED_PARAMETER", description.to_owned());
        return;
    }
    let callback_path = Path::Member(path, "callback");
    let units_path = Path::Member(&callback_path, "purchase_units");
    let unit_path = Path::Item(&units_path, 0);
    let amount_path = Path::Member(&unit_path, "amount");
    let breakdown_path = Path::Member(&amount_path, "breakdown");
    for (name, part) in members(unit.get("amount").and_then(|amount| amount.get("breakdown"))) {
        let counts = money::ADDED.iter().chain(&money::TAKEN_OFF).any(|known| known == name);
        if counts && money::hundredths(part, currency).is_none() {
            let description = "is not an amount in the order's currency".to_owned();
            findings.found(&Path::Member(&breakdown_path, name), "INVALID_PARAMETER_SYNTAX", description);
        }
    }
    let option = update.selected().map(|index| &update.options()[index]);
    let total = option.and_then(|option| money::sum(&update.breakdown(option), currency));
    if let Some(total) = total.filter(|total| *total < 0) {
        let description =
            format!("make a total of {}: more is subtracted than is to be paid", money::decimal(total, currency));
        findings.found(&amounts_path, "CANNOT_BE_NEGATIVE", description);
    }
}

#[cfg(test)]
mod tests {
    use crate::call::check::tests::violations;

    const ITEMIZED: &str = r#"{"currency_code": "USD", "value": "100.00",
        "breakdown": {"item_total": {"currency_code": "USD", "value": "100.00"}}}"#;
    const FREE: &str = r#"{"id": "1", "label": "Free", "amount": {"currency_code": "USD", "value": "0.00"}}"#;
    const FAST: &str = r#"{"id": "2", "label": "Fast", "amount": {"currency_code": "USD", "value": "7.00"}}"#;

    fn of(amount: &str, rest: &str) -> Vec<String> {
        violations(
            "orders.handle-update-callback",
            &format!(
                r#"{{"body": {{"callback": {{"id": "5O190127TN364715T", "shipping_address": {{"country_code": "US"}},
                    "purchase_units": [{{"reference_id": "default", "amount": {amount}}}]}}{rest}}}}}"#
            ),
        )
    }

    fn offer(options: &[&str], rest: &str) -> Vec<String> {
        of(ITEMIZED, &format!(r#", "shipping_options": [{}]{rest}"#, options.join(",")))
    }

    #[test]
    fn there_are_options_or_a_refusal() {
        assert_eq!(offer(&[FREE, FAST], ""), [""; 0]);
        for code in ["COUNTRY_ERROR", "A_CODE_OF_TOMORROW"] {
            assert_eq!(of(ITEMIZED, &format!(r#", "refusal": "{code}""#)), [""; 0]);
        }
        assert_eq!(of(ITEMIZED, ""), ["body : ONE_OF_PARAMETERS_REQUIRED"]);
        assert_eq!(offer(&[FREE], r#", "refusal": "ZIP_ERROR""#), ["body /refusal: INCOMPATIBLE_PARAMETER_VALUE"]);
        assert_eq!(of(ITEMIZED, r#", "refusal": "no""#), ["body /refusal: INVALID_PARAMETER_SYNTAX"]);
        assert_eq!(offer(&[], ""), ["body /shipping_options: INVALID_ARRAY_MIN_ITEMS"]);
    }

    #[test]
    fn options_are_told_apart_and_one_is_selected() {
        let selected = |option: &str| option.replace(r#""label""#, r#""selected": true, "label""#);
        assert_eq!(offer(&[FREE, &selected(FAST)], ""), [""; 0]);
        assert_eq!(
            offer(&[&selected(FREE), &selected(FAST), FAST], ""),
            [
                "body /shipping_options/1/selected: MULTIPLE_SHIPPING_OPTION_SELECTED",
                "body /shipping_options/2/id: DUPLICATE_SHIPPING_OPTION_ID",
            ]
        );
        let eleven: Vec<String> = (0..11).map(|id| FREE.replace("\"1\"", &format!("\"{id}\""))).collect();
        let eleven: Vec<&str> = eleven.iter().map(String::as_str).collect();
        assert_eq!(offer(&eleven, ""), ["body /shipping_options: INVALID_ARRAY_MAX_ITEMS"]);
        assert_eq!(offer(&eleven[..10], ""), [""; 0]);
    }

    #[test]
    fn amounts_are_in_the_order_s_currency_and_not_negative() {
        assert_eq!(
            offer(
                &[&FAST.replace("USD", "EUR")],
                r#", "amounts": {"discount": {"currency_code": "USD", "value": "-1.00"}}"#
            ),
            [
                "body /shipping_options/0/amount/currency_code: MULTI_CURRENCY_ORDER",
                "body /amounts/discount/value: CANNOT_BE_NEGATIVE",
            ]
        );
        let discount = |value: &str| {
            offer(&[FAST], &format!(r#", "amounts": {{"discount": {{"currency_code": "USD", "value": "{value}"}}}}"#))
        };
        assert_eq!(discount("107.00"), [""; 0]);
        assert_eq!(discount("107.01"), ["body /amounts: CANNOT_BE_NEGATIVE"]);
        assert_eq!(discount("1.001"), ["body /amounts/discount/value: DECIMAL_PRECISION"]);
    }

    #[test]
    fn a_name_that_does_not_exist_is_a_mistake() {
        let amount = r#"{"currency_code": "USD", "value": "1.00"}"#;
        assert_eq!(
            offer(&[FREE], &format!(r#", "amount": {{}}, "amounts": {{"shipping": {amount}, "tax": {amount}}}"#)),
            [
                "body /amount: INVALID_PARAMETER_VALUE",
                "body /amounts/shipping: INVALID_PARAMETER_VALUE",
                "body /amounts/tax: INVALID_PARAMETER_VALUE",
            ]
        );
    }

    #[test]
    fn the_callback_tells_what_of_its_total_is_shipping() {
        let bare = r#"{"currency_code": "USD", "value": "100.00"}"#;
        let options = format!(r#", "shipping_options": [{FREE}]"#);
        assert_eq!(of(bare, &options), ["body /amounts/item_total: MISSING_REQUIRED_PARAMETER"]);
        assert_eq!(of(bare, &format!(r#"{options}, "amounts": {{"item_total": {bare}}}"#)), [""; 0]);
        assert_eq!(of(bare, r#", "refusal": "COUNTRY_ERROR""#), [""; 0]);
        let amount = "body /callback/purchase_units/0/amount";
        assert_eq!(
            of(&ITEMIZED.replacen("100.00", "99.00", 1), &options),
            [format!("{amount}/value: AMOUNT_MISMATCH")]
        );
        let broken = ITEMIZED.replace(r#"value": "100.00"}}"#, r#"value": "?"}}"#);
        assert_eq!(of(&broken, &options), [format!("{amount}/breakdown/item_total: INVALID_PARAMETER_SYNTAX")]);
    }
}
