//! Rules about amounts of money.

use crate::{
    base::document::Document,
    paypal::{
        currency::is_without_decimals,
        money::{ADDED, TAKEN_OFF, decimal, decimal_text, decimals, hundredths, sum, value},
    },
};

use super::{findings::Findings, path::Path};

/// Checks that the value of a money object is a decimal string with no more decimals than its currency has.
pub(super) fn check_money(money: &Document, path: &Path, findings: &mut Findings) {
    let Some(value) = value(money) else { return };
    // Version 1 of the APIs says `currency`.
    let currency = money.get("currency_code").or_else(|| money.get("currency"));
    let currency = currency.and_then(Document::as_text).unwrap_or_default();
    let (code, description) = match decimals(value) {
        // The schema checks its length.
        _ if value.len() > 32 => return,
        None => ("INVALID_PARAMETER_SYNTAX", "must be a decimal number such as 10.00".to_owned()),
        Some(1..) if is_without_decimals(currency) => {
            ("DECIMALS_NOT_SUPPORTED", format!("must be whole: {currency} has no decimals at PayPal"))
        }
        Some(3..) => ("DECIMAL_PRECISION", "has more than two decimals".to_owned()),
        Some(_) => return,
    };
    findings.found_in(&Path::Member(path, "value"), code, description, value);
}

/// Checks that an amount is the sum of its breakdown.
pub(super) fn check_breakdown(amount: &Document, path: &Path, findings: &mut Findings) {
    let Some(breakdown) = amount.given("breakdown") else { return };
    // Whether a breakdown may be empty is left to PayPal.
    if ADDED.iter().chain(&TAKEN_OFF).all(|part| breakdown.given(part).is_none()) {
        return;
    }
    let currency = amount.get("currency_code").and_then(Document::as_text);
    // An invalid part, which has been reported, leaves no sum to compare.
    let (Some(total), Some(sum)) = (hundredths(amount, currency), sum(breakdown, currency)) else { return };
    if total != sum {
        let description = format!("must equal its breakdown, which comes to {}", decimal(sum, currency));
        report(findings, &Path::Member(path, "value"), "AMOUNT_MISMATCH", description, amount);
    }
}

/// Checks that the totals of a purchase unit's breakdown are the sums over its items.
pub(super) fn check_items(unit: &Document, path: &Path, findings: &mut Findings) {
    let (Some(amount), Some(items)) = (unit.get("amount"), unit.get("items")) else { return };
    let Some(breakdown) = amount.given("breakdown") else { return };
    let currency = amount.get("currency_code").and_then(Document::as_text);
    for (total, of_item, code) in
        [("item_total", "unit_amount", "ITEM_TOTAL_MISMATCH"), ("tax_total", "tax", "TAX_TOTAL_MISMATCH")]
    {
        // Items may omit their tax although the unit has one; then there is nothing to compare.
        if items.items().iter().all(|item| item.given(of_item).is_none()) {
            continue;
        }
        let line = |item: &Document| {
            let quantity = decimal_text(item.get("quantity")?)?.parse::<i128>().ok()?;
            match item.given(of_item) {
                None => Some(0),
                Some(money) => hundredths(money, currency)?.checked_mul(quantity),
            }
        };
        let sum = items.items().iter().try_fold(0_i128, |sum, item| sum.checked_add(line(item)?));
        let (Some(stated), Some(sum)) = (breakdown.given(total), sum) else { continue };
        if hundredths(stated, currency).is_some_and(|stated| stated != sum) {
            let amount_path = Path::Member(path, "amount");
            let breakdown_path = Path::Member(&amount_path, "breakdown");
            let total_path = Path::Member(&breakdown_path, total);
            let description = format!("must equal the sum over the items, which comes to {}", decimal(sum, currency));
            report(findings, &Path::Member(&total_path, "value"), code, description, stated);
        }
    }
}

fn report(findings: &mut Findings, path: &Path, code: &str, description: String, money: &Document) {
    match value(money) {
        Some(value) => findings.found_in(path, code, description, value),
        None => findings.found(path, code, description),
    }
}
