//! Decimal numbers as people and programs write them, read exactly.

use rust_decimal::Decimal;

/// The most digits of a number. The product of two has 28 at most, which [`Decimal`] holds without rounding.
pub(crate) const MAX_DIGITS: usize = 14;

/// The most digits after the point.
pub(crate) const MAX_DECIMALS: usize = 8;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParseError {
    /// It is not digits with at most one point, which is PayPal's pattern for money.
    Syntax,
    /// It has a minus sign.
    Negative,
    /// It has more than [`MAX_DIGITS`] digits, or more than [`MAX_DECIMALS`] after the point.
    TooLong,
}

/// Parses a number without a sign, such as `90`, `0.125` or `.5`, in ASCII digits.
pub(crate) fn parse(text: &str) -> Result<Decimal, ParseError> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = match unsigned.split_once('.') {
        Some((_, "")) => return Err(ParseError::Syntax),
        Some(parts) => parts,
        None => (unsigned, ""),
    };
    let digits = || whole.bytes().chain(decimals.bytes());
    if digits().next().is_none() || !digits().all(|byte| byte.is_ascii_digit()) {
        return Err(ParseError::Syntax);
    }
    if unsigned.len() < text.len() {
        return Err(ParseError::Negative);
    }
    if whole.len() + decimals.len() > MAX_DIGITS || decimals.len() > MAX_DECIMALS {
        return Err(ParseError::TooLong);
    }
    let number = digits().fold(0, |number, byte| number * 10 + i64::from(byte - b'0'));
    // At most 8.
    Ok(Decimal::new(number, decimals.len() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_exactly() {
        for (text, number, scale) in [
            ("0", 0, 0),
            ("90", 90, 0),
            ("0.125", 125, 3),
            (".5", 5, 1),
            ("007.50", 750, 2),
            ("99999999999999", 99_999_999_999_999, 0),
            ("999999.99999999", 99_999_999_999_999, 8),
        ] {
            let read = parse(text).unwrap();
            assert_eq!((read.mantissa(), read.scale()), (number, scale), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_number() {
        for text in [
            "", "-", ".", "1.", "-.", "abc", "1e3", "1E3", "0x1", "+1", " 1", "1 ", "1\n", "1,5", "1.2.3", "--1", "1-",
            "٣", "１", "NaN", "inf", "1_000", "-abc",
        ] {
            assert_eq!(parse(text), Err(ParseError::Syntax), "{text}");
        }
        for text in ["-1", "-0", "-0.5", "-.5", "-999999999999999999"] {
            assert_eq!(parse(text), Err(ParseError::Negative), "{text}");
        }
        for text in ["100000000000000", "0.123456789", "1234567.12345678", "000000000000001", &"9".repeat(10_000)] {
            assert_eq!(parse(text), Err(ParseError::TooLong), "{text}");
        }
    }
}
