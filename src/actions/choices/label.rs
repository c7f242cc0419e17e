//! What a person reads for a value.

/// Between the parts of a label.
const BETWEEN: &str = " · ";
/// The longest abbreviation, in characters, that stays in capitals.
const ABBREVIATION: usize = 3;

/// Parts as one label.
pub(super) fn joined<'a>(parts: impl Iterator<Item = std::borrow::Cow<'a, str>>) -> String {
    parts.collect::<Vec<_>>().join(BETWEEN)
}

/// The label of a value of an enumeration: `PARTIALLY_REFUNDED` is `Partially refunded`. What is not written in capitals and
/// underscores is its own label.
pub(super) fn of_value(value: &str) -> String {
    let is_constant = value.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    if !is_constant || value.len() <= ABBREVIATION {
        return value.to_owned();
    }
    let words = value.replace('_', " ").to_lowercase();
    let words = words.trim();
    let (first, rest) = words.split_at(words.len().min(1));
    format!("{}{rest}", first.to_uppercase()).replace("aypal", "ayPal").replace(" payPal", " PayPal")
}

#[cfg(test)]
mod tests {
    use super::of_value;

    #[test]
    fn a_constant_is_read_as_words() {
        for (value, label) in [
            ("PARTIALLY_REFUNDED", "Partially refunded"),
            ("PAYPAL", "PayPal"),
            ("SEND_BY_PAYPAL", "Send by PayPal"),
            ("DHL", "DHL"),
            ("T0006", "T0006"),
            ("PAYMENT.CAPTURE.COMPLETED", "PAYMENT.CAPTURE.COMPLETED"),
            ("items.tax", "items.tax"),
            ("____", ""),
        ] {
            assert_eq!(of_value(value), label);
        }
    }
}
