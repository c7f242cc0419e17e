//! Rules about amounts of money, which are decimal strings: they are added up exactly, never as floating point.

use crate::{currency::is_without_decimals, document::Document};

use super::schema::{Place, Walk, given};

/// What of a breakdown is added and what is taken off.
pub(crate) const ADDED: [&str; 5] = ["item_total", "shipping", "handling", "tax_total", "insurance"];
pub(crate) const TAKEN_OFF: [&str; 2] = ["shipping_discount", "discount"];

/// The value of a money object is a decimal string with no more decimals than its currency has.
pub(super) fn check_money(money: &Document, place: &Place, walk: &mut Walk) {
    let Some(value) = value(money) else { return };
    // Version 1 of the APIs says `currency`.
    let currency = money.get("currency_code").or_else(|| money.get("currency"));
    let currency = currency.and_then(Document::as_text).unwrap_or_default();
    let (code, description) = match decimals(value) {
        // Its length is the schema's to judge.
        _ if value.len() > 32 => return,
        None => ("INVALID_PARAMETER_SYNTAX", "must be a decimal number such as 10.00".to_owned()),
        Some(1..) if is_without_decimals(currency) => {
            ("DECIMALS_NOT_SUPPORTED", format!("must be whole: {currency} has no decimals at PayPal"))
        }
        Some(3..) => ("DECIMAL_PRECISION", "has more than two decimals".to_owned()),
        Some(_) => return,
    };
    if let Some(issue) = walk.found(&Place::Member(place, "value"), code, description) {
        *issue = std::mem::take(issue).with_value(value);
    }
}

/// The value of a money object. PayPal takes a number in place of the string.
fn value<'a>(money: &'a Document) -> Option<&'a str> {
    decimal_text(money.get("value")?)
}

/// A decimal given as a string, or as a number. Whether PayPal minds a number's zeros at the end is not known, so they are
/// taken off, and how it reads one with an exponent is not known either.
fn decimal_text<'a>(document: &'a Document) -> Option<&'a str> {
    match document {
        Document::Text(text) => Some(text),
        Document::Number(number) => {
            let text = number.as_str();
            let without_zeros = || text.trim_end_matches('0').trim_end_matches('.');
            (!text.contains(['e', 'E'])).then(|| if text.contains('.') { without_zeros() } else { text })
        }
        _ => None,
    }
}

/// An amount with a breakdown is the sum of it.
pub(super) fn check_breakdown(amount: &Document, place: &Place, walk: &mut Walk) {
    let Some(breakdown) = given(amount, "breakdown") else { return };
    // Whether a breakdown may be empty is for PayPal to say.
    if ADDED.iter().chain(&TAKEN_OFF).all(|part| given(breakdown, part).is_none()) {
        return;
    }
    let currency = amount.get("currency_code").and_then(Document::as_text);
    // Where a part is wrong in itself there is no sum to compare: that has been reported.
    let (Some(total), Some(sum)) = (hundredths(amount, currency), sum(breakdown, currency)) else { return };
    if total != sum {
        let description = format!("must equal its breakdown, which comes to {}", decimal(sum, currency));
        report(walk, &Place::Member(place, "value"), "AMOUNT_MISMATCH", description, amount);
    }
}

/// What a breakdown comes to in hundredths, where all of its parts are good and in that currency.
pub(crate) fn sum(breakdown: &Document, currency: Option<&str>) -> Option<i128> {
    let part = |name: &&str| match given(breakdown, name) {
        None => Some(0),
        Some(part) => hundredths(part, currency),
    };
    let sum = |names: &[&str]| names.iter().map(part).sum::<Option<i128>>();
    Some(sum(&ADDED)? - sum(&TAKEN_OFF)?)
}

/// The totals of a purchase unit's breakdown are the sums over its items.
pub(super) fn check_items(unit: &Document, place: &Place, walk: &mut Walk) {
    let (Some(amount), Some(items)) = (unit.get("amount"), unit.get("items")) else { return };
    let Some(breakdown) = given(amount, "breakdown") else { return };
    let currency = amount.get("currency_code").and_then(Document::as_text);
    for (total, of_item, code) in
        [("item_total", "unit_amount", "ITEM_TOTAL_MISMATCH"), ("tax_total", "tax", "TAX_TOTAL_MISMATCH")]
    {
        // Items may go without tax although the unit has some; then there is nothing to compare.
        if items.items().iter().all(|item| given(item, of_item).is_none()) {
            continue;
        }
        let line = |item: &Document| {
            let quantity = decimal_text(item.get("quantity")?)?.parse::<i128>().ok()?;
            match given(item, of_item) {
                None => Some(0),
                Some(money) => hundredths(money, currency)?.checked_mul(quantity),
            }
        };
        let sum = items.items().iter().try_fold(0_i128, |sum, item| sum.checked_add(line(item)?));
        let (Some(stated), Some(sum)) = (given(breakdown, total), sum) else { continue };
        if hundredths(stated, currency).is_some_and(|stated| stated != sum) {
            let amount_place = Place::Member(place, "amount");
            let breakdown_place = Place::Member(&amount_place, "breakdown");
            let total_place = Place::Member(&breakdown_place, total);
            let description = format!("must equal the sum over the items, which comes to {}", decimal(sum, currency));
            report(walk, &Place::Member(&total_place, "value"), code, description, stated);
        }
    }
}

fn report(walk: &mut Walk, place: &Place, code: &str, description: String, money: &Document) {
    if let (Some(issue), Some(value)) = (walk.found(place, code, description), value(money)) {
        *issue = std::mem::take(issue).with_value(value);
    }
}

/// How many digits stand behind the point, or nothing where it is no decimal number: PayPal's pattern
/// `^((-?[0-9]+)|(-?([0-9]+)?[.][0-9]+))$`.
fn decimals(value: &str) -> Option<usize> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = value.strip_prefix('-').unwrap_or(value);
    match unsigned.split_once('.') {
        Some((whole, fraction)) if digits(whole) && digits(fraction) && !fraction.is_empty() => Some(fraction.len()),
        None if digits(unsigned) && !unsigned.is_empty() => Some(0),
        _ => None,
    }
}

/// A money object's value in hundredths, where it is good and in the currency asked for.
pub(crate) fn hundredths(money: &Document, currency: Option<&str>) -> Option<i128> {
    let value = value(money)?;
    let same_currency = money.get("currency_code").and_then(Document::as_text) == currency;
    // 32 characters at most: the digits and two zeros fit 128 bits.
    if !same_currency || value.len() > 32 || decimals(value)? > 2 {
        return None;
    }
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    format!("{whole}{fraction:0<2}").parse().ok()
}

/// Hundredths as a decimal string of that currency.
pub(crate) fn decimal(hundredths: i128, currency: Option<&str>) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let magnitude = hundredths.unsigned_abs();
    let (whole, fraction) = (magnitude / 100, magnitude % 100);
    if fraction == 0 && currency.is_some_and(is_without_decimals) {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{fraction:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_follow_paypal_s_pattern() {
        for (value, expected) in
            [("0", Some(0)), ("-7", Some(0)), ("7.5", Some(1)), (".005", Some(3)), ("-.5", Some(1))]
        {
            assert_eq!(decimals(value), expected, "{value}");
        }
        for value in ["", "-", ".", "1.", "--1", "+1", "1.2.3", "1 ", "0x1", "NaN", "1,0", "１"] {
            assert_eq!(decimals(value), None, "{value}");
        }
    }

    #[test]
    fn hundredths_are_exact() {
        let of = |value: &str| {
            let money = Document::Object(vec![("value".into(), value.to_owned().into())]);
            hundredths(&money, None)
        };
        assert_eq!(of("0.1").zip(of("0.2")).map(|(a, b)| a + b), of("0.3"));
        assert_eq!(of("-1.05"), Some(-105));
        assert_eq!(of("-.5"), Some(-50));
        assert_eq!(of("99999999999999999999999999999999"), Some(9_999_999_999_999_999_999_999_999_999_999_900));
        assert_eq!(of("1.005"), None);
    }

    #[test]
    fn a_decimal_is_written_back() {
        assert_eq!(decimal(12025, Some("INR")), "120.25");
        assert_eq!(decimal(-5, None), "-0.05");
        assert_eq!(decimal(0, Some("USD")), "0.00");
        assert_eq!(decimal(105_000, Some("JPY")), "1050");
    }
}
