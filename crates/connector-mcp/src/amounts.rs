//! The amounts in arguments, for a person who is asked whether they may be paid.

use serde_json::{Map, Value};

/// The most that are listed.
const MOST: usize = 10;

/// Returns the amounts, each with its place: `10.00 USD (body.amount)`. An amount is an object with a value and a currency.
pub(crate) fn of(arguments: &Map<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in arguments {
        collect(value, name, &mut found);
    }
    let more = found.len().saturating_sub(MOST);
    found.truncate(MOST);
    if more > 0 {
        found.push(format!("and {more} more"));
    }
    found
}

fn collect(value: &Value, place: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str);
            let amount = text("value").or_else(|| text("total"));
            if let (Some(amount), Some(currency)) = (amount, text("currency_code").or_else(|| text("currency"))) {
                found.push(format!("{amount} {currency} ({place})"));
            }
            for (name, member) in members {
                collect(member, &format!("{place}.{name}"), found);
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_amount_has_its_place() {
        let amount = |value: &str| json!({"amount": {"currency_code": "EUR", "value": value}});
        let payout = json!({"recipient": "a@example.com", "amount": {"currency": "USD", "value": "3.50"}});
        let Value::Object(arguments) =
            json!({"id": "1", "body": {"purchase_units": [amount("10.00"), amount("2.00")], "items": [payout]}})
        else {
            panic!()
        };
        let places = [
            "10.00 EUR (body.purchase_units[0].amount)",
            "2.00 EUR (body.purchase_units[1].amount)",
            "3.50 USD (body.items[0].amount)",
        ];
        assert_eq!(of(&arguments), places);
        let Value::Object(many) = json!({"items": vec![amount("1.00"); 12]}) else { panic!() };
        assert_eq!(of(&many).last().map(String::as_str), Some("and 2 more"));
    }
}
