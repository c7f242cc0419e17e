//! Minutes times a rate: exact, and rounded once.

use super::input::text;
use crate::{
    actions::orders::create_link::price::price, base::document::quoted, call::arguments::Arguments,
    paypal::currency::Currency, platform::failure::Kind,
};

/// Minutes, a rate, and a currency, on a line each.
pub(super) fn run(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let mut lines = text.splitn(3, '\n');
    let (Some(minutes), Some(rate), Some(code)) = (lines.next(), lines.next(), lines.next()) else { return };
    let json = format!(r#"{{"minutes":{},"rate":{},"currency":{}}}"#, quoted(minutes), quoted(rate), quoted(code));
    let Ok(arguments) = Arguments::parse(&json) else { panic!("{json}") };
    let expected = Currency::find(code).zip(factor(minutes).zip(factor(rate))).and_then(|(currency, (many, each))| {
        let (product, scale) = (many.0 * each.0, many.1 + each.1);
        let unit = 10_u128.pow(scale);
        let scaled = product * 10_u128.pow(currency.decimals);
        // Half of a unit is rounded away from zero.
        let rounded = (scaled * 2 + unit) / (unit * 2);
        let hundredths = rounded * 10_u128.pow(2 - currency.decimals);
        (1..=999_999_999).contains(&hundredths).then_some((currency, rounded))
    });
    match price(&arguments) {
        Ok(price) => {
            let Some((currency, rounded)) = expected else { panic!("{minutes} x {rate} {code} is {}", price.value) };
            let value = match currency.decimals {
                0 => rounded.to_string(),
                _ => format!("{}.{:02}", rounded / 100, rounded % 100),
            };
            assert_eq!((price.currency, &*price.value), (currency.code, &*value), "{minutes} x {rate}");
        }
        Err(failure) => {
            assert_eq!(failure.kind, Kind::InvalidInput);
            assert!(!failure.details.is_empty() && !failure.request_sent);
            assert!(expected.is_none(), "{minutes} x {rate} {code} is refused: {failure:?}");
        }
    }
}

/// A number without its point, and the number of digits after the point.
fn factor(text: &str) -> Option<(u128, u32)> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = [whole, decimals].concat();
    let is_written = text.ends_with(|it: char| it.is_ascii_digit()) && digits.bytes().all(|it| it.is_ascii_digit());
    let fits = digits.len() <= 14 && decimals.len() <= 8;
    (is_written && fits).then(|| digits.parse().ok()).flatten().zip(u32::try_from(decimals.len()).ok())
}
