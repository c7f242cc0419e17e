//! What a payer pays at a payment link.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{request::refusal::Refusal, world::money::Money};

/// What a payer has chosen.
pub(crate) struct Choice {
    quantity: i64,
    /// The labels of options, by the names of their dimensions. Of a dimension that is not named it is the first one.
    options: BTreeMap<String, String>,
}

/// An item with its price.
pub(crate) struct Priced {
    name: String,
    /// The options that were chosen.
    description: String,
    quantity: i64,
    each: Money,
    tax: Money,
    shipping: Money,
}

impl Choice {
    /// Reads `{"quantity"?, "options"?: {"Colour": "Red"}}`.
    pub(crate) fn read(document: &Value) -> Result<Self, Refusal> {
        let quantity = match &document["quantity"] {
            Value::Null => 1,
            value => value.as_i64().filter(|quantity| (1..=1_000).contains(quantity)).ok_or_else(|| {
                Refusal::invalid("/quantity", value.clone(), "INVALID_PARAMETER_VALUE", "It must be from 1 to 1000.")
            })?,
        };
        let given = document["options"].as_object().into_iter().flatten();
        let options = given.filter_map(|(name, label)| Some((name.clone(), label.as_str()?.to_owned()))).collect();
        Ok(Self { quantity, options })
    }
}

/// Prices an item as a payer has chosen it.
///
/// # Errors
/// If the payer may not choose so, or the item has no price that can be paid.
pub(crate) fn price(item: &Value, choice: &Choice) -> Result<Priced, Refusal> {
    let most = item["adjustable_quantity"]["maximum"].as_i64().unwrap_or(1);
    if choice.quantity > most {
        let description = "It is more than the payer can buy at once.";
        return Err(Refusal::business_at("/quantity", choice.quantity, "MAX_VALUE_EXCEEDED", description));
    }
    let (mut amount, mut at) = (&item["unit_amount"], "/line_items/0/unit_amount".to_owned());
    let mut chosen = Vec::new();
    for (index, dimension) in item["variants"]["dimensions"].as_array().into_iter().flatten().enumerate() {
        let options = dimension["options"].as_array().map_or(&[][..], Vec::as_slice);
        let position = match choice.options.get(dimension["name"].as_str().unwrap_or_default()) {
            None => Some(0),
            Some(label) => options.iter().position(|option| option["label"] == **label),
        };
        let option = position.and_then(|position| options.get(position));
        let option = option.ok_or_else(|| {
            let field = format!("/options/{}", dimension["name"].as_str().unwrap_or_default());
            Refusal::invalid(&field, Value::Null, "INVALID_PARAMETER_VALUE", "There is no such option.")
        })?;
        chosen.extend(option["label"].as_str());
        if !option["unit_amount"].is_null() {
            amount = &option["unit_amount"];
            at = format!(
                "/line_items/0/variants/dimensions/{index}/options/{}/unit_amount",
                position.unwrap_or_default()
            );
        }
    }
    if amount.is_null() {
        return Err(Refusal::missing(&at));
    }
    let each = Money::read_positive(amount, &at)?;
    let total = each.with(each.minor.saturating_mul(choice.quantity));
    Ok(Priced {
        name: item["name"].as_str().unwrap_or_default().to_owned(),
        description: chosen.join(", "),
        quantity: choice.quantity,
        each,
        tax: tax(item, total)?,
        shipping: shipping(item, each)?,
    })
}

/// The taxes on an amount, each to the nearest minor unit. What the merchant has set at PayPal is nothing here.
fn tax(item: &Value, total: Money) -> Result<Money, Refusal> {
    let mut sum = 0_i64;
    for (index, tax) in item["taxes"].as_array().into_iter().flatten().enumerate() {
        if tax["type"] != "PERCENTAGE" {
            continue;
        }
        let text = tax["value"].as_str().unwrap_or_default();
        let at = format!("/line_items/0/taxes/{index}/value");
        let refuse =
            || Refusal::invalid(&at, text, "INVALID_PARAMETER_VALUE", "It must be a percentage from 0 to 100.");
        let share = percentage(text).ok_or_else(refuse)?;
        let part = (i128::from(total.minor) * share + PERCENT * 50) / (PERCENT * 100);
        sum = sum.saturating_add(i64::try_from(part).unwrap_or(i64::MAX));
    }
    Ok(total.with(sum))
}

/// A percentage in millionths of one per cent.
const PERCENT: i128 = 1_000_000;

fn percentage(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| (1..=6).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    let share: i128 =
        (digits(whole) && digits(fraction)).then(|| format!("{whole}{fraction:0<6}").parse().ok()).flatten()?;
    (share <= PERCENT * 100).then_some(share)
}

fn shipping(item: &Value, each: Money) -> Result<Money, Refusal> {
    let mut sum = 0_i64;
    for (index, cost) in item["shipping"].as_array().into_iter().flatten().enumerate() {
        if cost["type"] == "FLAT" {
            let document = json!({"currency_code": each.currency, "value": cost["value"]});
            sum = sum.saturating_add(Money::read(&document, &format!("/line_items/0/shipping/{index}"))?.minor);
        }
    }
    Ok(each.with(sum))
}

impl Priced {
    /// Returns what is paid in all.
    pub(crate) fn total(&self) -> Money {
        let items = self.each.minor.saturating_mul(self.quantity);
        self.each.with(items.saturating_add(self.tax.minor).saturating_add(self.shipping.minor))
    }

    /// What is bought, in the order's words.
    pub(crate) fn lines(&self) -> Vec<(&'static str, Money)> {
        let lines = [("Tax", self.tax), ("Shipping", self.shipping)];
        lines.into_iter().filter(|(_, amount)| amount.minor > 0).collect()
    }

    /// Returns the order for it.
    pub(crate) fn order(&self) -> Value {
        let items = self.each.with(self.each.minor.saturating_mul(self.quantity));
        let mut item =
            json!({"name": self.name, "quantity": self.quantity.to_string(), "unit_amount": self.each.document()});
        if !self.description.is_empty() {
            item["description"] = self.description.as_str().into();
        }
        let mut amount = self.total().document();
        amount["breakdown"] = json!({
            "item_total": items.document(),
            "tax_total": self.tax.document(),
            "shipping": self.shipping.document(),
        });
        json!({"intent": "CAPTURE", "purchase_units": [{"amount": amount, "items": [item]}]})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(value: &str) -> Value {
        json!({"currency_code": "USD", "value": value})
    }

    fn of(item: &Value, choice: &Value) -> Result<String, Refusal> {
        Ok(price(item, &Choice::read(choice)?)?.total().value())
    }

    #[test]
    fn tax_and_shipping_are_added_exactly() {
        let mut item = json!({"name": "Tea", "unit_amount": usd("10.01"), "adjustable_quantity": {"maximum": 3}});
        assert_eq!(of(&item, &json!({"quantity": 3})).unwrap(), "30.03");
        item["taxes"] = json!([{"type": "PERCENTAGE", "value": "8.25"}, {"type": "PREFERENCE", "value": "PROFILE"}]);
        item["shipping"] = json!([{"type": "FLAT", "value": "4.90"}]);
        // 2.477475 is 2.48.
        assert_eq!(of(&item, &json!({"quantity": 3})).unwrap(), "37.41");
        assert_eq!(of(&item, &json!({"quantity": 4})).unwrap_err().issue(), "MAX_VALUE_EXCEEDED");
        assert_eq!(of(&item, &json!({"quantity": 0})).unwrap_err().issue(), "INVALID_PARAMETER_VALUE");
        for bad in ["", "-1", "101", "1e1", "1."] {
            item["taxes"][0]["value"] = bad.into();
            assert_eq!(
                of(&item, &Value::Null).unwrap_err().issues[0].field.as_deref(),
                Some("/line_items/0/taxes/0/value")
            );
        }
    }

    #[test]
    fn an_option_of_the_primary_dimension_has_its_own_price() {
        let options = json!([{"label": "Assam", "unit_amount": usd("18.00")}, {"label": "Darjeeling", "unit_amount": usd("22.00")}]);
        let dimensions = json!([{"name": "Kind", "primary": true, "options": options}, {"name": "Tin", "options": [{"label": "Red"}]}]);
        let item = json!({"name": "Tea", "variants": {"dimensions": dimensions}});
        assert_eq!(of(&item, &Value::Null).unwrap(), "18.00");
        let priced = price(&item, &Choice::read(&json!({"options": {"Kind": "Darjeeling"}})).unwrap()).unwrap();
        let order = priced.order();
        assert_eq!(order["purchase_units"][0]["amount"]["value"], "22.00");
        assert_eq!(order["purchase_units"][0]["items"][0]["description"], "Darjeeling, Red");
        let refused = of(&item, &json!({"options": {"Kind": "Mate"}})).unwrap_err();
        assert_eq!(refused.issues[0].field.as_deref(), Some("/options/Kind"));
        assert_eq!(of(&json!({"name": "Tea"}), &Value::Null).unwrap_err().issue(), "MISSING_REQUIRED_PARAMETER");
    }
}
