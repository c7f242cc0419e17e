//! PayPal's fee for disputes that it decides for the buyer.

use crate::world::money::Money;

/// The standard dispute fees, in whole units (PayPal's table of merchant fees). They are charged in the currency of the
/// transaction; there is none for the others.
const FEES: [(&str, i64); 25] = [
    ("AUD", 25),
    ("BRL", 65),
    ("CAD", 20),
    ("CHF", 15),
    ("CZK", 350),
    ("DKK", 100),
    ("EUR", 14),
    ("GBP", 12),
    ("HKD", 115),
    ("HUF", 4585),
    ("ILS", 55),
    ("INR", 1080),
    ("JPY", 1630),
    ("MXN", 300),
    ("MYR", 65),
    ("NOK", 140),
    ("NZD", 25),
    ("PHP", 760),
    ("PLN", 60),
    ("RUB", 1125),
    ("SEK", 145),
    ("SGD", 20),
    ("THB", 465),
    ("TWD", 455),
    ("USD", 15),
];

/// Returns the fee for a transaction of this amount: zero for less than twice the fee.
pub(crate) fn of(gross: Money) -> Money {
    let units = FEES.into_iter().find(|(currency, _)| *currency == gross.currency).map_or(0, |(_, units)| units);
    let fee = gross.with_units(units);
    if gross.minor < 2 * fee.minor { gross.with(0) } else { fee }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fee_is_waived_for_less_than_twice_of_it() {
        let fee = |currency, minor| of(Money { currency, minor }).minor;
        assert_eq!([fee("USD", 2999), fee("USD", 3000), fee("USD", 999_999_999)], [0, 1500, 1500]);
        assert_eq!([fee("JPY", 3259), fee("JPY", 3260)], [0, 1630]);
        assert_eq!([fee("HUF", 9170), fee("CNY", 999_999_999)], [4585, 0]);
    }
}
