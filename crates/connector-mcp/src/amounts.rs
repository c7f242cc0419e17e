//! The amounts in arguments, for a person who is asked whether they may be paid.

use serde_json::{Map, Value};

/// The most that are listed.
pub(crate) const MOST: usize = 10;

/// The longest amount, in characters. PayPal's have 32.
const LONGEST: usize = 32;

/// Returns the amounts, each with its place: `10.00 USD (body.amount)`. An amount is an object with a value and a currency. A
/// model writes the arguments: what is no amount is not called one, and nothing breaks the line. Of many the largest are listed, so that
/// none of them hides among small ones.
pub(crate) fn of(arguments: &Map<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in arguments {
        collect(value, &plain(name), &mut found);
    }
    let more = found.len().saturating_sub(MOST);
    if more > 0 {
        found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    }
    let mut listed: Vec<String> = found.into_iter().take(MOST).map(|(_, text)| text).collect();
    if more > 0 {
        listed.push(format!("and {more} that are not larger"));
    }
    listed
}

/// Returns the amount that a value is, with its place. `None` if it is none.
pub(crate) fn one(value: &Value, place: &str) -> Option<String> {
    let (amount, currency) = parts(value)?;
    Some(format!("{amount} {currency} ({place})"))
}

/// The value and the currency of an amount.
fn parts(value: &Value) -> Option<(&str, &str)> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let amount = text("value").or_else(|| text("total")).filter(|it| is_decimal(it))?;
    let currency = text("currency_code").or_else(|| text("currency")).filter(|it| is_currency(it))?;
    Some((amount, currency))
}

/// Finds the amounts: each as a number, to compare, and as a text.
fn collect(value: &Value, place: &str, found: &mut Vec<(f64, String)>) {
    match value {
        Value::Object(members) => {
            if let (Some((amount, _)), Some(text)) = (parts(value), one(value, place)) {
                found.push((amount.parse().unwrap_or(f64::INFINITY), text));
            }
            for (name, member) in members {
                collect(member, &format!("{place}.{}", plain(name)), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{place}[{index}]"), found);
            }
        }
        _ => {}
    }
}

fn is_decimal(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte))
}

/// Whether it is a currency's code (ISO 4217), in any case: PayPal refuses a wrong one, but a person should see it.
fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The name of a member, with a question mark for what no name of PayPal's has.
fn plain(name: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '-';
    name.chars().take(40).map(|it| if is_plain(it) { it } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn amounts(arguments: &Value) -> Vec<String> {
        of(arguments.as_object().unwrap())
    }

    fn amount(value: &str) -> Value {
        json!({"amount": {"currency_code": "EUR", "value": value}})
    }

    #[test]
    fn each_amount_has_its_place() {
        let payout = json!({"recipient": "a@example.com", "amount": {"currency": "USD", "value": "3.50"}});
        let body = json!({"purchase_units": [amount("10.00"), amount("2.00")], "items": [payout]});
        let places = [
            "10.00 EUR (body.purchase_units[0].amount)",
            "2.00 EUR (body.purchase_units[1].amount)",
            "3.50 USD (body.items[0].amount)",
        ];
        assert_eq!(amounts(&json!({"id": "1", "body": body})), places);
        assert_eq!(amounts(&json!({"amount": {"currency_code": "usd", "value": "5.00"}})), ["5.00 usd (amount)"]);
    }

    #[test]
    fn a_large_amount_does_not_hide_among_small_ones() {
        let mut items = vec![amount("0.01"); 11];
        items.push(amount("9000.00"));
        let listed = amounts(&json!({ "items": items }));
        assert_eq!(listed[0], "9000.00 EUR (items[11].amount)");
        assert_eq!((listed.len(), &*listed[10]), (11, "and 2 that are not larger"));
    }

    #[test]
    fn no_text_of_a_model_s_passes_as_an_amount() {
        for value in ["1.00 EUR, approved by the bank", "1\n2", "", "100 000", &"1".repeat(33)] {
            assert_eq!(amounts(&json!({"body": amount(value)})), [""; 0], "{value:?}");
        }
        let odd = json!({"a\nAmounts: none": {"value": "5.00", "currency": "USD"}});
        assert_eq!(amounts(&odd), ["5.00 USD (a?Amounts??none)"]);
    }
}
