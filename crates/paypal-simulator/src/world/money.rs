//! Exact amounts of money.

use serde_json::{Value, json};

use crate::{request::refusal::Refusal, world::effects::Moved};

/// The currencies that PayPal supports, and those that have no decimals there.
const CURRENCIES: [&str; 26] = [
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "INR", "JPY", "MXN", "MYR",
    "NOK", "NZD", "PHP", "PLN", "RUB", "SEK", "SGD", "THB", "TWD", "USD",
];
const WITHOUT_DECIMALS: [&str; 3] = ["HUF", "JPY", "TWD"];

/// The maximum of a payment, in minor units: 9,999,999.99.
const MAX: i64 = 999_999_999;

/// An amount in the minor units of its currency: cents, or whole yen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Money {
    pub(crate) currency: &'static str,
    pub(crate) minor: i64,
}

/// Whether PayPal supports a currency.
pub(crate) fn is_currency(code: &str) -> bool {
    CURRENCIES.contains(&code)
}

impl Money {
    /// Returns a currency that PayPal supports.
    pub(crate) fn currency(code: &str) -> Option<&'static str> {
        CURRENCIES.into_iter().find(|it| *it == code)
    }

    /// Reads `{"currency_code": "USD", "value": "10.00"}`, the document at `field`. It may be zero, but not negative.
    pub(crate) fn read(document: &Value, field: &str) -> Result<Self, Refusal> {
        let member = |name: &str| {
            let at = format!("{field}/{name}");
            match &document[name] {
                Value::String(text) => Ok((text.as_str(), at)),
                Value::Null => Err(Refusal::missing(&at)),
                other => {
                    Err(Refusal::invalid(&at, other.clone(), "INVALID_PARAMETER_SYNTAX", "This must be a string."))
                }
            }
        };
        let (code, code_at) = member("currency_code")?;
        let (text, at) = member("value")?;
        let refuse = |issue, description| Err(Refusal::business_at(&at, text, issue, description));
        let Some(currency) = Self::currency(code) else {
            return Err(Refusal::business_at(&code_at, code, "INVALID_CURRENCY_CODE", "There is no such currency."));
        };
        let decimals = decimals(currency);
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole)
            || !fraction.is_none_or(|it| is_number(it) && !it.is_empty())
            || digits.is_empty()
            || text.len() > 32
        {
            return Err(Refusal::invalid(&at, text, "INVALID_PARAMETER_SYNTAX", "This is not a decimal number."));
        }
        let fraction = fraction.unwrap_or_default();
        if decimals == 0 && !fraction.is_empty() {
            return refuse("DECIMALS_NOT_SUPPORTED", "This currency has no decimals.");
        }
        if fraction.len() > decimals {
            return refuse("DECIMAL_PRECISION", "There are too many decimals.");
        }
        let minor = format!("{whole}{fraction:0<decimals$}").parse::<i64>().unwrap_or(i64::MAX);
        if sign < 0 && minor > 0 {
            return refuse("CANNOT_BE_NEGATIVE", "It must not be less than zero.");
        }
        if minor > MAX {
            return refuse("MAX_VALUE_EXCEEDED", "It must not be more than 9999999.99.");
        }
        Ok(Self { currency, minor })
    }

    /// Does the same. Errors if the amount is zero.
    pub(crate) fn read_positive(document: &Value, field: &str) -> Result<Self, Refusal> {
        let money = Self::read(document, field)?;
        if money.minor > 0 {
            return Ok(money);
        }
        let at = format!("{field}/value");
        let description = "It must be more than zero.";
        Err(Refusal::business_at(&at, &*money.value(), "CANNOT_BE_ZERO_OR_NEGATIVE", description))
    }

    /// Returns that many minor units of the same currency.
    pub(crate) fn with(self, minor: i64) -> Self {
        Self { minor, ..self }
    }

    /// Returns that many whole units of the same currency.
    pub(crate) fn with_units(self, units: i64) -> Self {
        self.with(units.saturating_mul(10_i64.pow(decimals(self.currency) as u32)))
    }

    /// Returns it as money that moved from a resource, for [`Effects`](crate::Effects).
    pub(crate) fn moved(self, of: &str) -> Moved {
        Moved { of: of.to_owned(), currency: self.currency.to_owned(), minor_units: self.minor }
    }

    /// As PayPal writes it.
    pub(crate) fn document(self) -> Value {
        json!({"currency_code": self.currency, "value": self.value()})
    }

    /// As version 1 of PayPal's APIs writes it.
    pub(crate) fn old_document(self) -> Value {
        json!({"currency": self.currency, "value": self.value()})
    }

    /// Returns the number alone, with the decimals of its currency.
    pub(crate) fn value(self) -> String {
        let decimals = decimals(self.currency);
        let unit = 10_u64.pow(decimals as u32);
        let (sign, size) = (if self.minor < 0 { "-" } else { "" }, self.minor.unsigned_abs());
        match decimals {
            0 => format!("{sign}{size}"),
            _ => format!("{sign}{}.{:0decimals$}", size / unit, size % unit),
        }
    }
}

fn decimals(currency: &str) -> usize {
    if WITHOUT_DECIMALS.contains(&currency) { 0 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_and_written_exactly() {
        for (currency, value, minor, written) in [
            ("USD", "10.00", 1000, "10.00"),
            ("USD", "10", 1000, "10.00"),
            ("EUR", "0.1", 10, "0.10"),
            ("EUR", ".07", 7, "0.07"),
            ("USD", "9999999.99", 999_999_999, "9999999.99"),
            ("JPY", "1500", 1500, "1500"),
        ] {
            let money = Money::read(&json!({"currency_code": currency, "value": value}), "").unwrap();
            assert_eq!((money.minor, &*money.value()), (minor, written));
        }
    }

    #[test]
    fn invalid_amounts_are_refused_with_paypal_s_codes() {
        for (currency, value, issue) in [
            ("USD", json!("10.001"), "DECIMAL_PRECISION"),
            ("JPY", json!("10.00"), "DECIMALS_NOT_SUPPORTED"),
            ("USD", json!("-1.00"), "CANNOT_BE_NEGATIVE"),
            ("USD", json!("10000000.00"), "MAX_VALUE_EXCEEDED"),
            ("USD", json!("99999999999999999999999"), "MAX_VALUE_EXCEEDED"),
            ("XXX", json!("1.00"), "INVALID_CURRENCY_CODE"),
            ("USD", json!("1,00"), "INVALID_PARAMETER_SYNTAX"),
            ("USD", json!("1."), "INVALID_PARAMETER_SYNTAX"),
            ("USD", json!(""), "INVALID_PARAMETER_SYNTAX"),
            ("USD", json!(1.0), "INVALID_PARAMETER_SYNTAX"),
            ("USD", Value::Null, "MISSING_REQUIRED_PARAMETER"),
        ] {
            let refusal = Money::read(&json!({"currency_code": currency, "value": value}), "").unwrap_err();
            assert_eq!(refusal.issues[0].issue, issue, "{value}");
        }
        let zero = json!({"currency_code": "USD", "value": "0.00"});
        assert_eq!(Money::read(&zero, "").unwrap().minor, 0);
        assert_eq!(Money::read_positive(&zero, "").unwrap_err().issues[0].issue, "CANNOT_BE_ZERO_OR_NEGATIVE");
    }
}
