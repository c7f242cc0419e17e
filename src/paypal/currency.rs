//! The currencies that PayPal accepts. They are a subset of ISO 4217, and some have fewer decimals.

/// A currency at PayPal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Currency {
    /// Its code, in upper case.
    pub(crate) code: &'static str,
    /// The number of decimals in its amounts.
    pub(crate) decimals: u32,
}

const fn cents(code: &'static str) -> Currency {
    Currency { code, decimals: 2 }
}

/// ISO 4217 has two decimals for HUF and TWD; PayPal has none.
const fn whole(code: &'static str) -> Currency {
    Currency { code, decimals: 0 }
}

/// <https://developer.paypal.com/docs/api/reference/currency-codes/>; INR is in PayPal's newer lists.
pub(crate) const CURRENCIES: [Currency; 26] = [
    cents("AUD"),
    cents("BRL"),
    cents("CAD"),
    cents("CHF"),
    cents("CNY"),
    cents("CZK"),
    cents("DKK"),
    cents("EUR"),
    cents("GBP"),
    cents("HKD"),
    whole("HUF"),
    cents("ILS"),
    cents("INR"),
    whole("JPY"),
    cents("MXN"),
    cents("MYR"),
    cents("NOK"),
    cents("NZD"),
    cents("PHP"),
    cents("PLN"),
    cents("RUB"),
    cents("SEK"),
    cents("SGD"),
    cents("THB"),
    whole("TWD"),
    cents("USD"),
];

/// Whether PayPal accepts only whole amounts of that currency.
pub(crate) fn is_without_decimals(code: &str) -> bool {
    CURRENCIES.iter().any(|known| known.code == code && known.decimals == 0)
}

impl Currency {
    /// The currency of that code, in any case.
    pub(crate) fn find(code: &str) -> Option<Self> {
        CURRENCIES.into_iter().find(|known| known.code.eq_ignore_ascii_case(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_is_found_by_its_code() {
        for (code, decimals) in
            [("USD", Some(2)), ("inr", Some(2)), ("JPY", Some(0)), ("Huf", Some(0)), ("TWD", Some(0))]
        {
            assert_eq!(Currency::find(code).map(|currency| currency.decimals), decimals, "{code}");
        }
        for code in ["", "US", "USDX", "KRW", "BTC", "XYZ"] {
            assert_eq!(Currency::find(code), None, "{code}");
        }
        assert!(CURRENCIES.is_sorted_by(|one, next| one.code < next.code), "none twice");
    }
}
