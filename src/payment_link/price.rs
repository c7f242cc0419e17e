//! What is to be paid: an amount, or minutes times a rate.

use rust_decimal::{Decimal, RoundingStrategy};

use super::decimal::{self, Fault, MOST_DECIMALS, MOST_DIGITS};
use crate::{
    arguments::Arguments,
    catalogue::Location,
    check::money,
    failure::{Failure, Issue},
    spelling,
};

/// The currencies that PayPal takes, each with whether it has decimals there. Of HUF, JPY and TWD, ISO 4217 gives HUF and TWD
/// two. <https://developer.paypal.com/docs/api/reference/currency-codes/>; INR is in PayPal's newer lists.
const CURRENCIES: [(&str, bool); 26] = [
    ("AUD", true),
    ("BRL", true),
    ("CAD", true),
    ("CHF", true),
    ("CNY", true),
    ("CZK", true),
    ("DKK", true),
    ("EUR", true),
    ("GBP", true),
    ("HKD", true),
    ("HUF", false),
    ("ILS", true),
    ("INR", true),
    ("JPY", false),
    ("MXN", true),
    ("MYR", true),
    ("NOK", true),
    ("NZD", true),
    ("PHP", true),
    ("PLN", true),
    ("RUB", true),
    ("SEK", true),
    ("SGD", true),
    ("THB", true),
    ("TWD", false),
    ("USD", true),
];

/// The most that PayPal takes at once, in hundredths: 9999999.99 (its answer `MAX_VALUE_EXCEEDED`).
const MOST_HUNDREDTHS: i128 = 999_999_999;

/// An amount of money that PayPal takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// The currency's code, in capital letters.
    pub currency: &'static str,
    /// The amount with the decimals of its currency: `120.25`, `1050`.
    pub value: String,
    /// What it was made from, where it was given in minutes.
    pub converted_from: Option<Conversion>,
}

/// Minutes and a rate as they were given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// How many minutes.
    pub minutes: String,
    /// The price of one, in the currency.
    pub rate: String,
}

/// Reads `amount` or `minutes` and `rate`, `currency` and `convert`. Minutes and rate are multiplied exactly, and the product
/// is rounded once, half away from zero, to the decimals of the currency. An amount is not rounded: one with more decimals
/// is refused.
///
/// # Errors
/// `invalid-input` with all that is wrong: a text that is no decimal number, a number below zero or of more than 14 digits or
/// 8 decimals, an unsupported currency, nothing to pay or too much, or what contradicts `convert` or is missing for it.
pub fn price(arguments: &Arguments) -> Result<Price, Failure> {
    let mut issues = Vec::new();
    let currency = currency(arguments, &mut issues);
    let asked = asked(arguments, &mut issues);
    let price = match (asked, currency) {
        (Some(Asked::Amount(amount)), currency) => {
            let hundredths = amount_hundredths(amount, currency, &mut issues);
            hundredths.zip(currency).map(|(hundredths, (currency, _))| to_price(hundredths, currency, None))
        }
        (Some(Asked::Minutes { minutes, rate }), currency) => {
            let minutes_and_rate = factor("/minutes", minutes, &mut issues).zip(factor("/rate", rate, &mut issues));
            minutes_and_rate.zip(currency).and_then(|((many, each), currency)| {
                let conversion = Conversion { minutes: minutes.to_owned(), rate: rate.to_owned() };
                let hundredths = product(many, each, currency, &mut issues)?;
                Some(to_price(hundredths, currency.0, Some(conversion)))
            })
        }
        (None, _) => None,
    };
    price.filter(|_| issues.is_empty()).ok_or_else(|| Failure::invalid_input(issues))
}

fn to_price(hundredths: i128, currency: &'static str, converted_from: Option<Conversion>) -> Price {
    Price { currency, value: money::decimal(hundredths, Some(currency)), converted_from }
}

/// What of the two the call means.
enum Asked<'a> {
    Amount(&'a str),
    Minutes { minutes: &'a str, rate: &'a str },
}

fn asked<'a>(arguments: &'a Arguments, issues: &mut Vec<Issue>) -> Option<Asked<'a>> {
    let [amount, minutes, rate] = ["amount", "minutes", "rate"].map(|name| text(arguments, name));
    let by_minutes = match text(arguments, "convert") {
        Some("amount") => false,
        Some("minutes") => true,
        Some(_) => {
            issues.push(wrong("/convert", "INVALID_PARAMETER_VALUE", "must be `amount` or `minutes`"));
            return None;
        }
        None if amount.is_some() && (minutes.is_some() || rate.is_some()) => {
            let description = "contradicts the minutes or the rate beside it: leave out what is not meant";
            issues.push(wrong("/amount", "INVALID_PARAMETER_VALUE", description));
            return None;
        }
        None => minutes.is_some() || rate.is_some(),
    };
    let unwanted: &[(&str, bool)] = match by_minutes {
        true => &[("/amount", amount.is_some())],
        false => &[("/minutes", minutes.is_some()), ("/rate", rate.is_some())],
    };
    for (field, _) in unwanted.iter().filter(|(_, is_given)| *is_given) {
        issues.push(wrong(field, "INVALID_PARAMETER_VALUE", "contradicts `convert`: leave it out, or change that"));
    }
    let mut needed = |field, value: Option<&'a str>| {
        if value.is_none() {
            issues.push(Issue::missing(field, Location::Body));
        }
        value
    };
    match by_minutes {
        true => match (needed("/minutes", minutes), needed("/rate", rate)) {
            (Some(minutes), Some(rate)) => Some(Asked::Minutes { minutes, rate }),
            _ => None,
        },
        false => needed("/amount", amount).map(Asked::Amount),
    }
}

/// A member that is a string: a number would have been a float on its way.
fn text<'a>(arguments: &'a Arguments, name: &str) -> Option<&'a str> {
    arguments.parameters.iter().find(|(key, _)| key == name)?.1.as_text()
}

fn wrong(field: &str, code: &str, description: &str) -> Issue {
    Issue::found(field, Location::Body, code, description.to_owned())
}

/// The currency, and whether it has decimals.
fn currency(arguments: &Arguments, issues: &mut Vec<Issue>) -> Option<(&'static str, bool)> {
    let Some(code) = text(arguments, "currency") else {
        issues.push(Issue::missing("/currency", Location::Body));
        return None;
    };
    let found = CURRENCIES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(code));
    if found.is_none() {
        let known = CURRENCIES.iter().map(|(known, _)| *known);
        let description = spelling::unknown("currency at PayPal", code, known);
        issues.push(wrong("/currency", "INVALID_CURRENCY_CODE", &description).with_value(code));
    }
    found
}

/// A number, where it is one.
fn number(field: &str, text: &str, issues: &mut Vec<Issue>) -> Option<Decimal> {
    let issue = match decimal::parse(text) {
        Ok(number) => return Some(number),
        Err(Fault::Syntax) => wrong(
            field,
            "INVALID_PARAMETER_SYNTAX",
            "must be a decimal number such as 10.00, without a sign or an exponent",
        ),
        Err(Fault::Negative) => wrong(field, "CANNOT_BE_ZERO_OR_NEGATIVE", "must be more than zero"),
        Err(Fault::TooLong) => {
            let description = format!(
                "must have at most {MOST_DIGITS} digits in all and {MOST_DECIMALS} behind the point, so that it is reckoned \
                 with exactly"
            );
            wrong(field, "INVALID_PARAMETER_VALUE", &description)
        }
    };
    issues.push(issue.with_value(text));
    None
}

/// A number of minutes or a rate: more than zero.
fn factor(field: &str, text: &str, issues: &mut Vec<Issue>) -> Option<Decimal> {
    let number = number(field, text, issues)?;
    if number.is_zero() {
        issues.push(wrong(field, "CANNOT_BE_ZERO_OR_NEGATIVE", "must be more than zero").with_value(text));
        return None;
    }
    Some(number)
}

/// An amount in hundredths, where PayPal would take it.
fn amount_hundredths(text: &str, currency: Option<(&'static str, bool)>, issues: &mut Vec<Issue>) -> Option<i128> {
    let number = number("/amount", text, issues)?;
    let (code, description) = match (number.scale(), currency) {
        (1.., Some((currency, false))) => {
            ("DECIMALS_NOT_SUPPORTED", format!("must be whole: {currency} has no decimals at PayPal"))
        }
        (3.., _) => ("DECIMAL_PRECISION", "has more than two decimals".to_owned()),
        _ => return within("/amount", hundredths(number), issues),
    };
    issues.push(wrong("/amount", code, &description).with_value(text));
    None
}

/// The product in hundredths, rounded to the currency's decimals.
fn product(
    minutes: Decimal,
    rate: Decimal,
    (_, has_decimals): (&'static str, bool),
    issues: &mut Vec<Issue>,
) -> Option<i128> {
    let decimals = if has_decimals { 2 } else { 0 };
    // Two numbers of 14 digits fit: this is never out of range.
    let product = minutes.checked_mul(rate)?;
    let rounded = product.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    within("/minutes", hundredths(rounded), issues)
}

/// A number of at most two decimals in hundredths.
fn hundredths(number: Decimal) -> i128 {
    let scale = number.scale().min(2);
    number.mantissa() * 10_i128.pow(2 - scale)
}

/// What can be paid: more than nothing, and not more than PayPal takes.
fn within(field: &str, hundredths: i128, issues: &mut Vec<Issue>) -> Option<i128> {
    let (code, description) = match hundredths {
        ..=0 => ("CANNOT_BE_ZERO_OR_NEGATIVE", "comes to nothing in this currency; must be more than zero"),
        1..=MOST_HUNDREDTHS => return Some(hundredths),
        _ => ("MAX_VALUE_EXCEEDED", "comes to more than 9999999.99, the most that PayPal takes"),
    };
    issues.push(wrong(field, code, description));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(members: &[(&'static str, &str)]) -> Arguments<'static> {
        members.iter().fold(Arguments::new(None), |arguments, (name, value)| arguments.with(name, (*value).to_owned()))
    }

    fn paid(members: &[(&'static str, &str)]) -> String {
        let price = price(&arguments(members)).unwrap_or_else(|failure| panic!("{members:?}: {}", failure.message));
        format!("{} {}", price.value, price.currency)
    }

    /// Every issue as `field code`.
    fn refused(members: &[(&'static str, &str)]) -> Vec<String> {
        let failure = price(&arguments(members)).expect_err("it is taken");
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        failure.details.iter().map(|it| format!("{} {}", text(&it.field), text(&it.issue))).collect()
    }

    fn minutes(minutes: &str, rate: &str, currency: &str) -> String {
        paid(&[("minutes", minutes), ("rate", rate), ("currency", currency)])
    }

    #[test]
    fn an_amount_gets_the_decimals_of_its_currency() {
        for (amount, currency, expected) in [
            ("120.25", "INR", "120.25 INR"),
            ("10", "USD", "10.00 USD"),
            ("10.5", "eur", "10.50 EUR"),
            (".05", "GBP", "0.05 GBP"),
            ("0010", "CHF", "10.00 CHF"),
            ("1050", "JPY", "1050 JPY"),
            ("1", "HUF", "1 HUF"),
            ("9999999", "TWD", "9999999 TWD"),
            ("9999999.99", "USD", "9999999.99 USD"),
            ("0.01", "USD", "0.01 USD"),
        ] {
            assert_eq!(paid(&[("amount", amount), ("currency", currency)]), expected);
            assert_eq!(paid(&[("amount", amount), ("currency", currency), ("convert", "amount")]), expected);
        }
        assert_eq!(price(&arguments(&[("amount", "1"), ("currency", "USD")])).unwrap().converted_from, None);
    }

    #[test]
    fn minutes_times_rate_is_exact_and_rounded_once() {
        for (many, each, currency, expected) in [
            ("90", "1.50", "USD", "135.00 USD"),
            // As floating point these are 1.00, 2.67 and 8.57.
            ("1", "1.005", "USD", "1.01 USD"),
            ("1", "2.675", "USD", "2.68 USD"),
            ("1", "8.575", "USD", "8.58 USD"),
            ("3", "0.335", "USD", "1.01 USD"),
            ("0.1", "0.05", "USD", "0.01 USD"),
            // A half goes up, below even and odd alike, and less than a half goes down.
            ("1", "0.125", "USD", "0.13 USD"),
            ("1", "0.135", "USD", "0.14 USD"),
            ("1", "0.12499999", "USD", "0.12 USD"),
            // Rounding twice would give 0.13 or 2.
            ("0.1", "1.2449999", "USD", "0.12 USD"),
            ("1", "1.495", "JPY", "1 JPY"),
            ("1", "1.5", "JPY", "2 JPY"),
            ("1", "2.5", "HUF", "3 HUF"),
            ("33", "30.2", "TWD", "997 TWD"),
            ("123456.78901234", "81.00000068", "USD", "9999999.99 USD"),
            ("99999999999999", "0.00000001", "USD", "1000000.00 USD"),
            ("0.00000001", "99999999999999", "JPY", "1000000 JPY"),
        ] {
            assert_eq!(minutes(many, each, currency), expected, "{many} x {each}");
        }
        let price = price(&arguments(&[("minutes", "090"), ("rate", "1.50"), ("currency", "usd")])).unwrap();
        let conversion = Conversion { minutes: "090".into(), rate: "1.50".into() };
        assert_eq!((price.converted_from, price.value.as_str()), (Some(conversion), "135.00"));
    }

    #[test]
    fn every_hundredth_comes_out_as_by_whole_numbers() {
        // Against a reckoning of its own: thousandths of minutes times ten-thousandths of a rate.
        for n in 0..2_000_u64 {
            let (many, each) = (1 + n * 7_919 % 99_991, 1 + n * 104_729 % 99_989);
            let exact = many * each;
            let hundredths = (exact + 50_000) / 100_000;
            let many = format!("{}.{:03}", many / 1_000, many % 1_000);
            let each = format!("{}.{:04}", each / 10_000, each % 10_000);
            if hundredths > 0 {
                let expected = format!("{}.{:02} USD", hundredths / 100, hundredths % 100);
                assert_eq!(minutes(&many, &each, "USD"), expected, "{many} x {each}");
            }
            let whole = (exact + 5_000_000) / 10_000_000;
            if whole > 0 {
                assert_eq!(minutes(&many, &each, "JPY"), format!("{whole} JPY"), "{many} x {each}");
            }
        }
    }

    #[test]
    fn what_is_no_price_is_refused_by_its_field() {
        let long = "9".repeat(10_000);
        for (value, code) in [
            ("abc", "INVALID_PARAMETER_SYNTAX"),
            ("", "INVALID_PARAMETER_SYNTAX"),
            ("1e3", "INVALID_PARAMETER_SYNTAX"),
            ("+5", "INVALID_PARAMETER_SYNTAX"),
            (" 5", "INVALID_PARAMETER_SYNTAX"),
            ("٥", "INVALID_PARAMETER_SYNTAX"),
            ("1,50", "INVALID_PARAMETER_SYNTAX"),
            ("-5", "CANNOT_BE_ZERO_OR_NEGATIVE"),
            ("-0", "CANNOT_BE_ZERO_OR_NEGATIVE"),
            ("0", "CANNOT_BE_ZERO_OR_NEGATIVE"),
            ("0.00", "CANNOT_BE_ZERO_OR_NEGATIVE"),
            (&long, "INVALID_PARAMETER_VALUE"),
            ("0.000000001", "INVALID_PARAMETER_VALUE"),
        ] {
            assert_eq!(refused(&[("amount", value), ("currency", "USD")]), [format!("/amount {code}")], "{value}");
            let rate = [("minutes", "1"), ("rate", value), ("currency", "USD")];
            assert_eq!(refused(&rate), [format!("/rate {code}")], "{value}");
            let minutes = [("minutes", value), ("rate", "1"), ("currency", "USD")];
            assert_eq!(refused(&minutes), [format!("/minutes {code}")], "{value}");
        }
        for (amount, currency, code) in [
            ("10.005", "USD", "DECIMAL_PRECISION"),
            ("10.000", "USD", "DECIMAL_PRECISION"),
            ("10.5", "JPY", "DECIMALS_NOT_SUPPORTED"),
            ("10.00", "HUF", "DECIMALS_NOT_SUPPORTED"),
            ("10.0", "twd", "DECIMALS_NOT_SUPPORTED"),
            ("10000000", "USD", "MAX_VALUE_EXCEEDED"),
            ("10000000", "JPY", "MAX_VALUE_EXCEEDED"),
        ] {
            let refusals = refused(&[("amount", amount), ("currency", currency)]);
            assert_eq!(refusals, [format!("/amount {code}")], "{amount} {currency}");
        }
    }

    #[test]
    fn a_product_of_nothing_or_of_too_much_is_refused() {
        for (many, each, currency, code) in [
            ("0.1", "0.04999999", "USD", "CANNOT_BE_ZERO_OR_NEGATIVE"),
            ("1", "0.49", "JPY", "CANNOT_BE_ZERO_OR_NEGATIVE"),
            ("1", "9999999.995", "USD", "MAX_VALUE_EXCEEDED"),
            ("99999999999999", "99999999999999", "USD", "MAX_VALUE_EXCEEDED"),
            ("99999999999999", "99999999999999", "JPY", "MAX_VALUE_EXCEEDED"),
        ] {
            let refusals = refused(&[("minutes", many), ("rate", each), ("currency", currency)]);
            assert_eq!(refusals, [format!("/minutes {code}")], "{many} x {each}");
        }
    }

    #[test]
    fn a_currency_is_one_of_paypal_s() {
        for currency in ["XYZ", "", "US", "USDX", "BTC", "KRW", "ÄÖÜ"] {
            assert_eq!(refused(&[("amount", "1"), ("currency", currency)]), ["/currency INVALID_CURRENCY_CODE"]);
        }
        assert_eq!(refused(&[("amount", "1")]), ["/currency MISSING_REQUIRED_PARAMETER"]);
        // All that is wrong is said at once.
        assert_eq!(
            refused(&[("minutes", "abc"), ("rate", "-1"), ("currency", "XYZ")]),
            [
                "/currency INVALID_CURRENCY_CODE",
                "/minutes INVALID_PARAMETER_SYNTAX",
                "/rate CANNOT_BE_ZERO_OR_NEGATIVE"
            ]
        );
        for (currency, has_decimals) in CURRENCIES {
            let expected = if has_decimals { "7.00" } else { "7" };
            assert_eq!(paid(&[("amount", "7"), ("currency", currency)]), format!("{expected} {currency}"));
        }
    }

    #[test]
    fn contradictions_are_refused() {
        let usd = ("currency", "USD");
        for (members, expected) in [
            (&[usd][..], &["/amount MISSING_REQUIRED_PARAMETER"][..]),
            (&[usd, ("convert", "amount")], &["/amount MISSING_REQUIRED_PARAMETER"]),
            (
                &[usd, ("convert", "minutes")],
                &["/minutes MISSING_REQUIRED_PARAMETER", "/rate MISSING_REQUIRED_PARAMETER"],
            ),
            (&[usd, ("minutes", "1")], &["/rate MISSING_REQUIRED_PARAMETER"]),
            (&[usd, ("rate", "1")], &["/minutes MISSING_REQUIRED_PARAMETER"]),
            (&[usd, ("amount", "1"), ("rate", "1")], &["/amount INVALID_PARAMETER_VALUE"]),
            (&[usd, ("amount", "1"), ("minutes", "1"), ("rate", "1")], &["/amount INVALID_PARAMETER_VALUE"]),
            (
                &[usd, ("amount", "1"), ("minutes", "1"), ("rate", "1"), ("convert", "amount")],
                &["/minutes INVALID_PARAMETER_VALUE", "/rate INVALID_PARAMETER_VALUE"],
            ),
            (
                &[usd, ("amount", "1"), ("minutes", "1"), ("rate", "1"), ("convert", "minutes")],
                &["/amount INVALID_PARAMETER_VALUE"],
            ),
            (&[usd, ("amount", "1"), ("convert", "hours")], &["/convert INVALID_PARAMETER_VALUE"]),
        ] {
            assert_eq!(refused(members), expected, "{members:?}");
        }
    }
}
