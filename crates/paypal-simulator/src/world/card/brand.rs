//! Brands of cards, by the first digits of their numbers (ISO/IEC 7812).

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Brand {
    Visa,
    Mastercard,
    Amex,
    Discover,
    Jcb,
    Diners,
    Maestro,
    UnionPay,
    Unknown,
}

/// The first and the last of the first six digits.
const RANGES: &[(u32, u32, Brand)] = &[
    (222_100, 272_099, Brand::Mastercard),
    (300_000, 305_999, Brand::Diners),
    (340_000, 349_999, Brand::Amex),
    (352_800, 358_999, Brand::Jcb),
    (360_000, 369_999, Brand::Diners),
    (370_000, 379_999, Brand::Amex),
    (380_000, 399_999, Brand::Diners),
    (400_000, 499_999, Brand::Visa),
    (500_000, 509_999, Brand::Maestro),
    (510_000, 559_999, Brand::Mastercard),
    (560_000, 589_999, Brand::Maestro),
    (601_100, 601_199, Brand::Discover),
    (620_000, 629_999, Brand::UnionPay),
    (630_400, 630_499, Brand::Maestro),
    (644_000, 659_999, Brand::Discover),
    (670_000, 679_999, Brand::Maestro),
];

impl Brand {
    /// Returns the brand of a number.
    pub(crate) fn of(number: &str) -> Self {
        let head = number.get(..6).and_then(|head| head.parse::<u32>().ok());
        let range = head.and_then(|head| RANGES.iter().find(|(first, last, _)| (*first..=*last).contains(&head)));
        range.map_or(Self::Unknown, |(.., brand)| *brand)
    }

    /// As it stands in documents.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Visa => "VISA",
            Self::Mastercard => "MASTERCARD",
            Self::Amex => "AMEX",
            Self::Discover => "DISCOVER",
            Self::Jcb => "JCB",
            Self::Diners => "DINERS",
            Self::Maestro => "MAESTRO",
            Self::UnionPay => "CHINA_UNION_PAY",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// The type of card. A number does not tell it, except of Maestro, which has debit cards only.
    pub(crate) fn kind(self) -> &'static str {
        if self == Self::Maestro { "DEBIT" } else { "CREDIT" }
    }

    /// The length of the security code, if it is known.
    pub(crate) fn security_code(self) -> Option<usize> {
        match self {
            Self::Amex => Some(4),
            Self::Unknown => None,
            _ => Some(3),
        }
    }
}

/// Whether the last digit of a number is the check digit of the others (Luhn's algorithm, ISO/IEC 7812-1, annex B).
pub(crate) fn has_check_digit(number: &str) -> bool {
    let digits = number.bytes().rev().map(|digit| u32::from(digit.saturating_sub(b'0')));
    let sum: u32 =
        digits.enumerate().map(|(place, digit)| if place % 2 == 0 { digit } else { digit * 2 % 10 + digit / 5 }).sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PayPal's test cards (<https://developer.paypal.com/tools/sandbox/card-testing/>).
    #[test]
    fn paypal_s_test_numbers_are_valid_and_of_their_brands() {
        for (number, brand) in [
            ("371449635398431", "AMEX"),
            ("376680816376961", "AMEX"),
            ("36259600000004", "DINERS"),
            ("6304000000000000", "MAESTRO"),
            ("5063516945005047", "MAESTRO"),
            ("2223000048400011", "MASTERCARD"),
            ("5329879707824603", "MASTERCARD"),
            ("4005519200000004", "VISA"),
            ("4012000033330026", "VISA"),
            ("4012000077777777", "VISA"),
            ("4012888888881881", "VISA"),
            ("4217651111111119", "VISA"),
            ("4500600000000061", "VISA"),
            ("4772129056533503", "VISA"),
            ("4915805038587737", "VISA"),
            ("6507720016523241", "DISCOVER"),
            ("3566632400173084", "JCB"),
        ] {
            assert_eq!((Brand::of(number).name(), has_check_digit(number)), (brand, true), "{number}");
        }
        assert_eq!(Brand::of("9999999999999"), Brand::Unknown);
        assert!(!has_check_digit("4012888888881882"));
    }
}
