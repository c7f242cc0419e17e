//! Exchange rates (Currency Exchange v2). They stand still, so that a test knows them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    base::scopes,
    operations::operation::{Operation, operation},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{World, money::Money},
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] =
    &[operation("exchange-rates.quote", "POST", "/v2/pricing/quote-exchange-rates", scopes::EXCHANGE_RATES, quote)];

/// How many of a currency one dollar is, in ten-thousandths. Made up, near those of 2025.
const RATES: [(&str, i128); 26] = [
    ("AUD", 15_300),
    ("BRL", 54_500),
    ("CAD", 13_700),
    ("CHF", 8_000),
    ("CNY", 71_700),
    ("CZK", 211_000),
    ("DKK", 64_100),
    ("EUR", 8_600),
    ("GBP", 7_400),
    ("HKD", 78_000),
    ("HUF", 3_430_000),
    ("ILS", 34_000),
    ("INR", 870_000),
    ("JPY", 1_480_000),
    ("MXN", 188_000),
    ("MYR", 42_300),
    ("NOK", 101_500),
    ("NZD", 16_800),
    ("PHP", 571_000),
    ("PLN", 36_700),
    ("RUB", 800_000),
    ("SEK", 95_600),
    ("SGD", 12_900),
    ("THB", 324_000),
    ("TWD", 300_000),
    ("USD", 10_000),
];

/// Rates have that many decimals.
const DECIMALS: usize = 10;
const ONE: i128 = 10_i128.pow(DECIMALS as u32);

/// How long a quote holds, and when there is a newer one.
const EXPIRY: Duration = Duration::from_secs(3600);
const REFRESH: Duration = Duration::from_secs(1800);

fn quote(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let Some(items) = call.body["quote_items"].as_array().filter(|items| !items.is_empty()) else {
        return Err(Refusal::missing("/quote_items"));
    };
    let mut quotes = Vec::new();
    for (index, item) in items.iter().enumerate() {
        quotes.push(quote_one(world, item, &format!("/quote_items/{index}"))?);
    }
    Ok(Answer::ok(json!({"exchange_rate_quotes": quotes})))
}

fn quote_one(world: &mut World, item: &Value, field: &str) -> Result<Value, Refusal> {
    let (base, quoted) = (rate(item, field, "base_currency")?, rate(item, field, "quote_currency")?);
    let value = item["base_amount"].as_str().unwrap_or("1");
    let document = json!({"currency_code": item["base_currency"], "value": value});
    let amount = Money::read_positive(&document, &format!("{field}/base_amount"))?;
    let rate = rounded(quoted * (ONE + markup(item, field)?), base);
    let currency = item["quote_currency"].as_str().and_then(Money::currency).unwrap_or(amount.currency);
    // From the minor units of the one to those of the other.
    let units = |currency| Money { currency, minor: 1 }.with_units(1).minor;
    let minor = rounded(
        i128::from(amount.minor) * rate * i128::from(units(currency)),
        ONE * i128::from(units(amount.currency)),
    );
    let quote_amount = Money { currency, minor: i64::try_from(minor).unwrap_or(i64::MAX) };
    let (now, id) = (world.now(), world.ids.passing(36));
    Ok(json!({
        "base_amount": amount.document(),
        "quote_amount": quote_amount.document(),
        "exchange_rate": format!("{}.{:010}", rate / ONE, rate % ONE),
        "fx_id": id,
        "expiry_time": now.after(EXPIRY).rfc3339(),
        "rate_refresh_time": now.after(REFRESH).rfc3339(),
    }))
}

/// Returns what a dollar is in a currency.
fn rate(item: &Value, field: &str, name: &str) -> Result<i128, Refusal> {
    let at = format!("{field}/{name}");
    let code = item[name].as_str().ok_or_else(|| Refusal::missing(&at))?;
    let found = RATES.iter().find(|(currency, _)| *currency == code).map(|(_, rate)| *rate);
    found.ok_or_else(|| Refusal::business_at(&at, code, "INVALID_CURRENCY_CODE", "There is no such currency."))
}

/// Returns the markup as a share of the rate, in the units of [`ONE`]: 2.5 per cent is 0.025.
fn markup(item: &Value, field: &str) -> Result<i128, Refusal> {
    let Some(text) = item["markup_percent"].as_str() else { return Ok(0) };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| (1..=DECIMALS - 2).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    let share =
        (digits(whole) && digits(fraction)).then(|| format!("{whole}{fraction:0<width$}", width = DECIMALS - 2));
    let share = share.and_then(|text| text.parse().ok()).filter(|share| *share <= ONE);
    share.ok_or_else(|| {
        let description = "It must be a percentage from 0 to 100.";
        Refusal::invalid(&format!("{field}/markup_percent"), text, "INVALID_PARAMETER_VALUE", description)
    })
}

/// Divides, to the nearest.
fn rounded(dividend: i128, divisor: i128) -> i128 {
    (dividend + divisor / 2) / divisor
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::money;

    fn one(item: &Value) -> Result<Value, Refusal> {
        quote_one(&mut World::new(1), item, "/quote_items/0")
    }

    #[test]
    fn every_currency_has_a_rate() {
        assert!(RATES.iter().all(|(currency, _)| money::is_currency(currency)));
        let yen = json!({"base_currency": "EUR", "base_amount": "10.00", "quote_currency": "JPY"});
        let quoted = one(&yen).unwrap();
        // 148 / 0.86, and yen have no decimals.
        assert_eq!(quoted["exchange_rate"], "172.0930232558");
        assert_eq!(quoted["quote_amount"], json!({"currency_code": "JPY", "value": "1721"}));
        let back = json!({"base_currency": "JPY", "base_amount": "1721", "quote_currency": "EUR"});
        assert_eq!(one(&back).unwrap()["quote_amount"]["value"], "10.00");
        let rate_only = one(&json!({"base_currency": "USD", "quote_currency": "GBP"})).unwrap();
        assert_eq!(
            (&rate_only["exchange_rate"], &rate_only["base_amount"]["value"]),
            (&json!("0.7400000000"), &json!("1.00"))
        );
    }

    #[test]
    fn a_markup_is_part_of_the_rate() {
        let item = |markup: &str| json!({"base_currency": "USD", "base_amount": "100.00", "quote_currency": "EUR", "markup_percent": markup});
        assert_eq!(one(&item("2.5")).unwrap()["exchange_rate"], "0.8815000000");
        assert_eq!(one(&item("0")).unwrap()["quote_amount"]["value"], "86.00");
        assert_eq!(one(&item("100")).unwrap()["quote_amount"]["value"], "172.00");
        for bad in ["", "-1", "100.1", "1e2", "1.", "123456789"] {
            assert_eq!(
                one(&item(bad)).unwrap_err().issues[0].field.as_deref(),
                Some("/quote_items/0/markup_percent"),
                "{bad}"
            );
        }
    }
}
