//! Amounts: a value in hundredths equals its digits, or there is none.

use super::input::{first_line, text};
use rust_decimal::Decimal;

use crate::{
    base::document::Document,
    paypal::{
        currency::{CURRENCIES, Currency, is_without_decimals},
        money::{decimal, hundredths},
    },
};

/// A currency, and then a value.
pub(super) fn run(input: &[u8]) {
    let (currency, value) = first_line(input);
    let (Some(currency), Some(value)) = (text(currency), text(value)) else { return };
    let money = |value: Document<'static>| {
        Document::Object(vec![("currency_code".into(), currency.to_owned().into()), ("value".into(), value)])
    };
    let found = hundredths(&money(value.to_owned().into()), Some(currency));
    let expected = is_decimal(value).then(|| value.parse::<Decimal>().ok()).flatten().filter(|_| value.len() <= 26);
    match found {
        Some(found) => {
            assert!(is_decimal(value), "{value} is no number");
            if let Some(expected) = expected {
                assert_eq!(expected.checked_mul(Decimal::ONE_HUNDRED), Some(Decimal::from(found)), "{value}");
            }
            for code in [None, Some(currency), Some("USD"), Some("JPY")] {
                let written = decimal(found, code);
                let again = hundredths(&money(written.clone().into()), Some(currency));
                assert!(again == Some(found) || written.len() > 32, "{value} is written as {written}");
                assert!(!written.contains('.') || written.split('.').next_back().is_some_and(|it| it.len() == 2));
            }
        }
        None => {
            let decimals = value.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            assert!(!is_decimal(value) || decimals > 2 || value.len() > 32, "{value} is not read");
        }
    }
    assert_eq!(hundredths(&money(value.to_owned().into()), Some("another currency")), None);
    match Currency::find(currency) {
        Some(known) => {
            assert!(known.code.eq_ignore_ascii_case(currency) && CURRENCIES.contains(&known));
            assert_eq!(is_without_decimals(known.code), known.decimals == 0);
        }
        None => assert!(!is_without_decimals(currency)),
    }
}

/// A minus sign, digits, a point, digits. Without a point there are digits, and after a point too.
fn is_decimal(value: &str) -> bool {
    let (mut digits, mut point) = (0, false);
    for (index, byte) in value.bytes().enumerate() {
        match byte {
            b'-' if index == 0 => {}
            b'0'..=b'9' => digits += 1,
            b'.' if !point => (digits, point) = (0, true),
            _ => return false,
        }
    }
    digits > 0
}
