//! The price: an amount, or minutes times a rate.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::base::decimal::{self, MAX_DECIMALS, MAX_DIGITS, ParseError};
use crate::{
    base::spelling,
    call::arguments::Arguments,
    paypal::{
        currency::{CURRENCIES, Currency},
        money,
        resource::Amount,
    },
    platform::failure::{Failure, Issue, Location},
};

/// The largest amount that PayPal accepts, in hundredths: 9999999.99 (its issue `MAX_VALUE_EXCEEDED`).
const MAX_HUNDREDTHS: i128 = 999_999_999;

/// An amount of money that PayPal accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Price {
    /// The currency's code, in upper case.
    pub currency: &'static str,
    /// The amount with the decimals of its currency: `120.25`, `1050`.
    pub value: String,
    /// The minutes and rate that it was converted from, if any.
    pub converted_from: Option<Conversion>,
}

impl Price {
    /// Whether PayPal's amount equals this one, however it is written.
    #[must_use]
    pub(crate) fn is(&self, amount: &Amount) -> bool {
        let number = |text: &str| text.parse::<Decimal>().ok();
        amount.currency_code == self.currency && number(amount.value).is_some_and(|it| Some(it) == number(&self.value))
    }
}

/// Minutes and a rate as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conversion {
    /// How many minutes.
    pub minutes: String,
    /// The price of one minute, in the currency.
    pub rate: String,
}

/// Reads `amount` or `minutes` and `rate`, `currency` and `convert`. Minutes and rate are multiplied exactly, and the
/// product is rounded once, half away from zero, to the decimals of the currency. An amount is not rounded: one with
/// more decimals is refused.
///
/// # Errors
/// `invalid-input` with all issues: a text that is not a decimal number, a negative number or one with more than 14
/// digits or 8 decimals, an unsupported currency, a price of zero or above PayPal's limit, or members that contradict
/// `convert` or are missing for it.
pub(crate) fn price(arguments: &Arguments) -> Result<Price, Failure> {
    let mut issues = Vec::new();
    let currency = currency(arguments, &mut issues);
    let choice = choice(arguments, &mut issues);
    let price = match (choice, currency) {
        (Some(Choice::Amount(amount)), currency) => {
            let hundredths = amount_hundredths(amount, currency, &mut issues);
            hundredths.zip(currency).map(|(hundredths, currency)| to_price(hundredths, currency, None))
        }
        (Some(Choice::Minutes { minutes, rate }), currency) => {
            let minutes_and_rate = factor("/minutes", minutes, &mut issues).zip(factor("/rate", rate, &mut issues));
            minutes_and_rate.zip(currency).and_then(|((many, each), currency)| {
                let conversion = Conversion { minutes: minutes.to_owned(), rate: rate.to_owned() };
                let hundredths = product(many, each, currency, &mut issues)?;
                Some(to_price(hundredths, currency, Some(conversion)))
            })
        }
        (None, _) => None,
    };
    price.filter(|_| issues.is_empty()).ok_or_else(|| Failure::invalid_input(issues))
}

fn to_price(hundredths: i128, currency: Currency, converted_from: Option<Conversion>) -> Price {
    Price { currency: currency.code, value: money::decimal(hundredths, Some(currency.code)), converted_from }
}

/// Which of the two the call gives.
enum Choice<'a> {
    Amount(&'a str),
    Minutes { minutes: &'a str, rate: &'a str },
}

fn choice<'a>(arguments: &'a Arguments, issues: &mut Vec<Issue>) -> Option<Choice<'a>> {
    let [amount, minutes, rate] = ["amount", "minutes", "rate"].map(|name| text(arguments, name));
    let by_minutes = match text(arguments, "convert") {
        Some("amount") => false,
        Some("minutes") => true,
        Some(_) => {
            issues.push(wrong("/convert", "INVALID_PARAMETER_VALUE", "must be `amount` or `minutes`"));
            return None;
        }
        None if amount.is_some() && (minutes.is_some() || rate.is_some()) => {
            let description = "contradicts the minutes or the rate: give either an amount, or minutes and a rate";
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
            (Some(minutes), Some(rate)) => Some(Choice::Minutes { minutes, rate }),
            _ => None,
        },
        false => needed("/amount", amount).map(Choice::Amount),
    }
}

/// The text of a member. Numbers are not accepted, since they may have been floats on the way.
fn text<'a>(arguments: &'a Arguments, name: &str) -> Option<&'a str> {
    arguments.value(name)?.as_text()
}

fn wrong(field: &str, code: &str, description: &str) -> Issue {
    Issue::found(field, Location::Body, code, description.to_owned())
}

/// The currency, if PayPal accepts it.
fn currency(arguments: &Arguments, issues: &mut Vec<Issue>) -> Option<Currency> {
    let Some(code) = text(arguments, "currency") else {
        issues.push(Issue::missing("/currency", Location::Body));
        return None;
    };
    let found = Currency::find(code);
    if found.is_none() {
        let known = CURRENCIES.iter().map(|known| known.code);
        let description = spelling::unknown("currency at PayPal", code, known);
        issues.push(wrong("/currency", "INVALID_CURRENCY_CODE", &description).with_value(code));
    }
    found
}

/// Parses a number.
fn number(field: &str, text: &str, issues: &mut Vec<Issue>) -> Option<Decimal> {
    let issue = match decimal::parse(text) {
        Ok(number) => return Some(number),
        Err(ParseError::Syntax) => wrong(
            field,
            "INVALID_PARAMETER_SYNTAX",
            "must be a decimal number such as 10.00, without a sign or an exponent",
        ),
        Err(ParseError::Negative) => wrong(field, "CANNOT_BE_ZERO_OR_NEGATIVE", "must be more than zero"),
        Err(ParseError::TooLong) => {
            let description = format!(
                "must have at most {MAX_DIGITS} digits and {MAX_DECIMALS} decimals, so that it is calculated exactly"
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

/// An amount in hundredths, if PayPal accepts it.
fn amount_hundredths(text: &str, currency: Option<Currency>, issues: &mut Vec<Issue>) -> Option<i128> {
    let number = number("/amount", text, issues)?;
    let (code, description) = match (number.scale(), currency) {
        (1.., Some(Currency { code, decimals: 0 })) => {
            ("DECIMALS_NOT_SUPPORTED", format!("must be whole: {code} has no decimals at PayPal"))
        }
        (3.., _) => ("DECIMAL_PRECISION", "has more than two decimals".to_owned()),
        _ => return within("/amount", hundredths(number), issues),
    };
    issues.push(wrong("/amount", code, &description).with_value(text));
    None
}

/// The product in hundredths, rounded to the currency's decimals.
fn product(minutes: Decimal, rate: Decimal, currency: Currency, issues: &mut Vec<Issue>) -> Option<i128> {
    // The product of two 14-digit numbers fits, so this never fails.
    let product = minutes.checked_mul(rate)?;
    let rounded = product.round_dp_with_strategy(currency.decimals, RoundingStrategy::MidpointAwayFromZero);
    within("/minutes", hundredths(rounded), issues)
}

/// A number of at most two decimals in hundredths.
fn hundredths(number: Decimal) -> i128 {
    let scale = number.scale().min(2);
    number.mantissa() * 10_i128.pow(2 - scale)
}

/// Checks that an amount is more than zero and not more than PayPal accepts.
fn within(field: &str, hundredths: i128, issues: &mut Vec<Issue>) -> Option<i128> {
    let (code, description) = match hundredths {
        ..=0 => ("CANNOT_BE_ZERO_OR_NEGATIVE", "is zero in this currency; must be more than zero"),
        1..=MAX_HUNDREDTHS => return Some(hundredths),
        _ => ("MAX_VALUE_EXCEEDED", "comes to more than 9999999.99, the most that PayPal takes"),
    };
    issues.push(wrong(field, code, description));
    None
}

#[cfg(test)]
mod tests;
