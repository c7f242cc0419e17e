//! Amounts of money, which are decimal strings, added exactly, never as floating point.

use super::currency::is_without_decimals;
use crate::base::document::Document;

/// The parts of a breakdown that are added. [`TAKEN_OFF`] are subtracted.
pub(crate) const ADDED: [&str; 5] = ["item_total", "shipping", "handling", "tax_total", "insurance"];
pub(crate) const TAKEN_OFF: [&str; 2] = ["shipping_discount", "discount"];

/// The value of a money object. PayPal also accepts a number in place of the string.
pub(crate) fn value<'a>(money: &'a Document) -> Option<&'a str> {
    decimal_text(money.get("value")?)
}

/// A decimal given as a string, or as a number. It is not known whether PayPal refuses trailing zeros of a number, so
/// they are removed, nor how it reads an exponent.
pub(crate) fn decimal_text<'a>(document: &'a Document) -> Option<&'a str> {
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

/// The sum of a breakdown in hundredths, if all of its parts are valid and in that currency.
pub(crate) fn sum(breakdown: &Document, currency: Option<&str>) -> Option<i128> {
    let part = |name: &&str| match breakdown.given(name) {
        None => Some(0),
        Some(part) => hundredths(part, currency),
    };
    let sum = |names: &[&str]| names.iter().map(part).sum::<Option<i128>>();
    Some(sum(&ADDED)? - sum(&TAKEN_OFF)?)
}

/// The number of digits after the point, or `None` if it is not a decimal number by PayPal's pattern
/// `^((-?[0-9]+)|(-?([0-9]+)?[.][0-9]+))$`.
pub(crate) fn decimals(value: &str) -> Option<usize> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = value.strip_prefix('-').unwrap_or(value);
    match unsigned.split_once('.') {
        Some((whole, fraction)) if digits(whole) && digits(fraction) && !fraction.is_empty() => Some(fraction.len()),
        None if digits(unsigned) && !unsigned.is_empty() => Some(0),
        _ => None,
    }
}

/// A money object's value in hundredths, if it is valid and in that currency.
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
