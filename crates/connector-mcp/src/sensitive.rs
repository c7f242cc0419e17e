//! Values in arguments that are not repeated: card numbers, security codes, passwords.

use serde_json::{Map, Value};

/// The members that are secret whatever they hold.
const SECRET: [&str; 5] = ["security_code", "cvv", "password", "client_secret", "access_token"];

/// What is shown in their place.
const MASK: &str = "•••";

/// Returns arguments with the values masked that are not to be shown, and whether there were any.
pub(crate) fn masked(arguments: &Map<String, Value>) -> (Value, bool) {
    let mut shown = Value::Object(arguments.clone());
    let found = mask(&mut shown, false);
    (shown, found)
}

/// Masks them all, and returns whether there were any. `of_card` tells that the value is below a member `card`.
fn mask(value: &mut Value, of_card: bool) -> bool {
    let mut found = false;
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let is_number = of_card && name == "number" && has_digits_of_a_card(member);
                if is_number || SECRET.contains(&name.as_str()) && !member.is_null() {
                    *member = MASK.into();
                    found = true;
                }
                found |= mask(member, of_card || name == "card");
            }
            found
        }
        Value::Array(items) => {
            for item in items {
                found |= mask(item, of_card);
            }
            found
        }
        Value::String(text) if is_card_number(text) => {
            *text = MASK.to_owned();
            true
        }
        Value::Number(number) if is_card_number(&number.to_string()) => {
            *value = MASK.into();
            true
        }
        _ => false,
    }
}

/// Whether a text or a number has 13 digits or more, whatever is between them: of a card it is the number, also one that is
/// mistyped, so that its check digit is wrong.
fn has_digits_of_a_card(value: &Value) -> bool {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    match value {
        Value::String(text) => digits(text) >= 13,
        Value::Number(number) => digits(&number.to_string()) >= 13,
        _ => false,
    }
}

/// Whether a text is 13 to 19 digits, perhaps in groups, with a card number's check digit (ISO/IEC 7812-1).
fn is_card_number(text: &str) -> bool {
    let digits = || text.bytes().filter(u8::is_ascii_digit);
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ' || byte == b'-');
    if !is_plain || !(13..=19).contains(&digits().count()) {
        return false;
    }
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let given: Vec<u32> = digits().map(|byte| u32::from(byte - b'0')).collect();
    let sum =
        given.iter().rev().enumerate().map(|(index, digit)| if index % 2 == 1 { doubled(*digit) } else { *digit });
    sum.sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn cards_and_codes_are_masked_and_nothing_else() {
        let Value::Object(arguments) = json!({
            "id": "5O190127TN364715T",
            "body": {"card": {"number": "4111 1111 1111 1111", "security_code": "123", "expiry": "2031-02"}, "numbers": [4111111111111111u64]},
            "phone": "4111111111111112",
        }) else {
            panic!()
        };
        let (shown, found) = masked(&arguments);
        assert!(found);
        assert_eq!(
            shown,
            json!({
                "id": "5O190127TN364715T",
                "body": {"card": {"number": "•••", "security_code": "•••", "expiry": "2031-02"}, "numbers": ["•••"]},
                "phone": "4111111111111112",
            })
        );
        let Value::Object(mistyped) = json!({
            "card": {"number": "4111-1111-1111-1112", "billing": {"number": 12}},
            "sources": [{"card": {"tokens": [{"number": 4111111111111112u64}, {"number": "x4111111111111112"}]}}],
            "number": "4111111111111112",
        }) else {
            panic!()
        };
        let expected = json!({
            "card": {"number": "•••", "billing": {"number": 12}},
            "sources": [{"card": {"tokens": [{"number": "•••"}, {"number": "•••"}]}}],
            "number": "4111111111111112",
        });
        assert_eq!(masked(&mistyped), (expected, true), "a `number` below a `card` is one even if it is mistyped");
        let Value::Object(plain) = json!({"id": "1", "security_code": null}) else { panic!() };
        assert_eq!(masked(&plain), (Value::Object(plain), false));
    }
}
