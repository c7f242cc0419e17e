//! Whether an input has something that must not be stored, such as a card number.

use std::ops::RangeInclusive;

use crate::base::document::Document;

/// Members of PayPal's requests whose values are secrets, or identify a person to an authority.
const SECRETS: [&str; 23] = [
    "account_number",
    "alias_key",
    "auth_code",
    "birth_date",
    "cryptogram",
    "cvv",
    "decrypted_token",
    "emv_data",
    "expiry",
    "iban",
    "network_token",
    "number",
    "online_payment_cryptogram",
    "password",
    "payment_data",
    "pin",
    "routing_number",
    "security_code",
    "single_use_token",
    "tax_id",
    "tax_info",
    "tokenized_card",
    "track_data",
];

/// The payment methods whose members are known. Those of another one may be secrets by names that are not in `SECRETS`.
const METHODS: [&str; 16] = [
    "bancontact",
    "blik",
    "card",
    "crypto",
    "eps",
    "giropay",
    "ideal",
    "mybank",
    "p24",
    "paypal",
    "pix",
    "sofort",
    "swish",
    "token",
    "trustly",
    "venmo",
];

/// How many digits the numbers of cards have that are issued today.
const CARD: RangeInclusive<usize> = 13..=19;

/// Whether a document has a secret, or may have one: by a member's name, by a payment method that is not known, or by a text with
/// the digits of a card number anywhere.
pub(crate) fn is_confidential(document: &Document) -> bool {
    match document {
        Document::Null | Document::Boolean(_) => false,
        Document::Number(number) => has_card_number(number.as_str()),
        Document::Text(text) => has_card_number(text),
        Document::Array(items) => items.iter().any(is_confidential),
        Document::Object(members) => {
            members.iter().any(|(name, value)| is_secret(name, value) || is_confidential(value))
        }
        Document::Unparsed(_) => true,
    }
}

fn is_secret(name: &str, value: &Document) -> bool {
    if name == "payment_source"
        && let Document::Object(methods) = value
    {
        return methods.iter().any(|(method, _)| !METHODS.contains(&&**method));
    }
    *value != Document::Null && SECRETS.iter().any(|secret| is_spelling_of(secret, name))
}

/// Whether a name differs from another one only in case and punctuation, as in `securityCode`: PayPal ignores such a member, and
/// its value is the secret all the same.
fn is_spelling_of(known: &str, name: &str) -> bool {
    let letters = |text: &'_ str| -> String { text.chars().filter(char::is_ascii_alphanumeric).collect() };
    name.len() <= known.len() + 8 && letters(known).eq_ignore_ascii_case(&letters(name))
}

/// Whether a text has a card number: so many digits, perhaps with spaces or hyphens between them, with the right check digit (Luhn).
fn has_card_number(text: &str) -> bool {
    let mut digits = Vec::new();
    let mut separated = false;
    for byte in text.bytes().chain([b'.']) {
        match byte {
            b'0'..=b'9' => {
                digits.push(byte - b'0');
                separated = false;
            }
            b' ' | b'-' if !separated && !digits.is_empty() => separated = true,
            _ => {
                if is_card_number(&digits) {
                    return true;
                }
                digits.clear();
                separated = false;
            }
        }
    }
    false
}

/// The numbers of the networks begin with 3 to 6, or with 2221 to 2720; ids made of a date begin with 20.
fn is_card_number(digits: &[u8]) -> bool {
    let begins = matches!(digits, [3..=6, ..] | [2, 2..=7, ..]);
    begins && CARD.contains(&digits.len()) && luhn(digits)
}

/// The check digit of ISO/IEC 7812-1.
fn luhn(digits: &[u8]) -> bool {
    let value = |(place, digit): (usize, &u8)| match (place % 2, *digit) {
        (0, digit) => u32::from(digit),
        (_, digit @ 0..=4) => u32::from(digit) * 2,
        (_, digit) => u32::from(digit) * 2 - 9,
    };
    digits.iter().rev().enumerate().map(value).sum::<u32>().is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confidential(json: &str) -> bool {
        is_confidential(&Document::parse(json).unwrap())
    }

    #[test]
    fn payments_without_secrets_may_be_stored() {
        for json in [
            "{}",
            r#"{"amount": {"currency_code": "USD", "value": "120.25"}, "invoice_id": "SHOP-2026-0007", "note_to_payer": "Sorry!"}"#,
            r#"{"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "1"}}],
                "payment_source": {"paypal": {"experience_context": {"return_url": "https://shop.example/r"}}}}"#,
            r#"{"payment_source": {"card": {"vault_id": "8kk8451t", "stored_credential": {"usage": "SUBSEQUENT"}}}}"#,
            r#"{"payment_source": {"token": {"id": "4XX12345", "type": "BILLING_AGREEMENT"}}, "payer": {"tax_info": null}}"#,
            r#"{"items": [{"receiver": "ada@shop.example", "sender_item_id": "2026113000000000"}]}"#,
        ] {
            assert!(!confidential(json), "{json}");
        }
    }

    #[test]
    fn secrets_may_not() {
        for json in [
            r#"{"payment_source": {"card": {"number": "x"}}}"#,
            r#"{"payment_source": {"card": {"security_code": "123"}}}"#,
            r#"{"payment_source": {"card": {"network_token": {}}}}"#,
            r#"{"payment_source": {"blik": {"level_0": {"auth_code": "123456"}}}}"#,
            r#"{"payment_source": {"apple_pay": {"id": "1"}}}"#,
            r#"{"payment_source": {"later": {"secret_by_another_name": "1"}}}"#,
            r#"{"subscriber": {"payment_source": {"card": {"Number": "1"}}}}"#,
            r#"{"payment_source": {"card": {"securityCode": "123"}}}"#,
            r#"{"payer": {"birth_date": "1990-01-01"}}"#,
            r#"{"note": "card 4111 1111-1111 1111, thanks"}"#,
            r#"{"new": [{"x": 5555555555554444}]}"#,
            r#"{"x": "378282246310005"}"#,
        ] {
            assert!(confidential(json), "{json}");
        }
        let deep = format!("{}1{}", "[".repeat(1_000), "]".repeat(1_000));
        assert!(confidential(&deep), "what is not looked at may be anything");
    }

    #[test]
    fn digits_of_something_else_are_no_card_number() {
        for text in [
            "4111111111111112",
            "1234567890123",
            "2026113000000001",
            "2026113000000009",
            "0000000000000000",
            "4111 1111",
            "4111--1111111111111",
            "2026-11-30",
        ] {
            assert!(!has_card_number(text), "{text}");
        }
        assert!(has_card_number("4111111111111111") && has_card_number("a4111-1111-1111-1111b"));
    }
}
