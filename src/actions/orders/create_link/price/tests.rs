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
        // A half rounds up, to even and odd, and less than a half rounds down.
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
    // Compared with integer arithmetic: thousandths of minutes times ten-thousandths of a rate.
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
fn an_invalid_price_is_refused_with_its_field() {
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
    // All issues are reported at once.
    assert_eq!(
        refused(&[("minutes", "abc"), ("rate", "-1"), ("currency", "XYZ")]),
        ["/currency INVALID_CURRENCY_CODE", "/minutes INVALID_PARAMETER_SYNTAX", "/rate CANNOT_BE_ZERO_OR_NEGATIVE"]
    );
    for Currency { code: currency, decimals } in CURRENCIES {
        let expected = if decimals == 2 { "7.00" } else { "7" };
        assert_eq!(paid(&[("amount", "7"), ("currency", currency)]), format!("{expected} {currency}"));
    }
}

#[test]
fn contradictions_are_refused() {
    let usd = ("currency", "USD");
    for (members, expected) in [
        (&[usd][..], &["/amount MISSING_REQUIRED_PARAMETER"][..]),
        (&[usd, ("convert", "amount")], &["/amount MISSING_REQUIRED_PARAMETER"]),
        (&[usd, ("convert", "minutes")], &["/minutes MISSING_REQUIRED_PARAMETER", "/rate MISSING_REQUIRED_PARAMETER"]),
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
