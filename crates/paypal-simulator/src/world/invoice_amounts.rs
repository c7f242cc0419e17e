//! The amount of an invoice: items, discounts, taxes and shipping, computed exactly.

use serde_json::{Value, json};

use crate::{request::refusal::Refusal, world::money::Money};

/// The parts of an invoice's amount, in minor units.
pub(crate) struct Amounts {
    pub(crate) total: Money,
    items: i64,
    item_discounts: i64,
    invoice_discount: i64,
    taxes: i64,
    shipping: i64,
    /// The merchant's custom amount, with its label.
    custom: Option<(String, i64)>,
}

impl Amounts {
    /// Computes the amounts of an invoice.
    pub(crate) fn of(invoice: &Value) -> Result<Self, Refusal> {
        let code = invoice["detail"]["currency_code"].clone();
        let nothing = Money::read(&json!({"currency_code": code, "value": "0"}), "/detail")?;
        let money = |document: &Value, field: &str| match document {
            Value::Null => Ok(0),
            document => {
                let money = Money::read(document, field)?;
                if money.currency == nothing.currency {
                    return Ok(money.minor);
                }
                Err(Refusal::business_at(
                    field,
                    money.currency,
                    "CURRENCY_MISMATCH",
                    "All amounts must have one currency.",
                ))
            }
        };
        let (mut items, mut item_discounts, mut taxes) = (0, 0, 0);
        for (index, item) in invoice["items"].as_array().into_iter().flatten().enumerate() {
            let field = format!("/items/{index}");
            let unit = money(&item["unit_amount"], &format!("{field}/unit_amount"))?;
            let quantity = Decimal::read(&item["quantity"], &format!("{field}/quantity"))?;
            let price = quantity.unwrap_or(Decimal::ONE).times(unit);
            let discount = reduction(&item["discount"], price, &format!("{field}/discount"), money)?;
            items += price;
            item_discounts += discount;
            if let Some(rate) = Decimal::read(&item["tax"]["percent"], &format!("{field}/tax/percent"))? {
                taxes += rate.percent_of(price - discount);
            }
        }
        let breakdown = &invoice["amount"]["breakdown"];
        let at = |name: &str| format!("/amount/breakdown/{name}");
        let base = items - item_discounts;
        let discount = &breakdown["discount"]["invoice_discount"];
        let invoice_discount = reduction(discount, base, &at("discount/invoice_discount"), money)?;
        let shipping = money(&breakdown["shipping"]["amount"], &at("shipping/amount"))?;
        if let Some(rate) = Decimal::read(&breakdown["shipping"]["tax"]["percent"], &at("shipping/tax/percent"))? {
            taxes += rate.percent_of(shipping);
        }
        let custom = match breakdown["custom"]["label"].as_str() {
            Some(label) => Some((label.to_owned(), money(&breakdown["custom"]["amount"], &at("custom/amount"))?)),
            None if breakdown["custom"].is_object() => return Err(Refusal::missing(&at("custom/label"))),
            None => None,
        };
        let own = custom.as_ref().map_or(0, |(_, amount)| *amount);
        let total = nothing.with(base - invoice_discount + taxes + shipping + own);
        Ok(Self { total, items, item_discounts, invoice_discount, taxes, shipping, custom })
    }

    /// Returns what a discount takes off the total: a percentage, or an amount.
    pub(crate) fn off(&self, discount: &Value, field: &str) -> Result<i64, Refusal> {
        match Decimal::read(&discount["percent"], field)? {
            Some(rate) => Ok(rate.percent_of(self.total.minor)),
            None => Money::read(&discount["amount"], field).map(|amount| amount.minor),
        }
    }

    /// As an invoice shows it.
    pub(crate) fn document(&self) -> Value {
        let money = |minor: i64| self.total.with(minor).document();
        let mut document = json!({
            "currency_code": self.total.currency,
            "value": self.total.value(),
            "breakdown": {
                "item_total": money(self.items),
                "discount": {
                    "invoice_discount": {"amount": money(-self.invoice_discount)},
                    "item_discount": money(-self.item_discounts),
                },
                "tax_total": money(self.taxes),
                "shipping": {"amount": money(self.shipping)},
            },
        });
        if let Some((label, amount)) = &self.custom {
            document["breakdown"]["custom"] = json!({"label": label, "amount": money(*amount)});
        }
        document
    }
}

/// Returns a discount in minor units: a percentage of an amount, or a fixed amount.
fn reduction(
    discount: &Value,
    of: i64,
    field: &str,
    money: impl Fn(&Value, &str) -> Result<i64, Refusal>,
) -> Result<i64, Refusal> {
    let field_of_rate = format!("{field}/percent");
    match Decimal::read(&discount["percent"], &field_of_rate)? {
        Some(rate) if rate.0 > 100 * Decimal::ONE.0 => {
            let description = "It must not be more than 100.";
            Err(Refusal::invalid(&field_of_rate, discount["percent"].clone(), "INVALID_PARAMETER_VALUE", description))
        }
        Some(rate) => Ok(rate.percent_of(of)),
        None => money(&discount["amount"], &format!("{field}/amount")),
    }
}

/// A number with up to six decimals, in millionths.
#[derive(Clone, Copy)]
struct Decimal(i64);

impl Decimal {
    const ONE: Self = Self(1_000_000);

    /// Reads a decimal number in a string; `None` if there is none.
    fn read(document: &Value, field: &str) -> Result<Option<Self>, Refusal> {
        let text = match document {
            Value::Null => return Ok(None),
            Value::String(text) => text,
            other => {
                let description = "This must be a string.";
                return Err(Refusal::invalid(field, other.clone(), "INVALID_PARAMETER_SYNTAX", description));
            }
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let refuse = || {
            Refusal::invalid(
                field,
                text.as_str(),
                "INVALID_DECIMAL_VALUE",
                "It must be a decimal number with at most 6 digits before and after the point.",
            )
        };
        if !digits(whole) || !digits(fraction) || fraction.len() > 6 || whole.len() > 6 || text.is_empty() {
            return Err(refuse());
        }
        format!("{whole}{fraction:0<6}").parse().map(|millionths| Some(Self(millionths))).map_err(|_| refuse())
    }

    /// Multiplies an amount, rounded to the nearest minor unit, halves away from zero.
    fn times(self, minor: i64) -> i64 {
        rounded(i128::from(self.0) * i128::from(minor), 1_000_000)
    }

    /// Returns this percentage of an amount, rounded the same way.
    fn percent_of(self, minor: i64) -> i64 {
        rounded(i128::from(self.0) * i128::from(minor), 100_000_000)
    }
}

fn rounded(number: i128, unit: i128) -> i64 {
    let half = if number < 0 { -unit / 2 } else { unit / 2 };
    i64::try_from((number + half) / unit).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invoice_is_added_up_to_the_cent() {
        let usd = |value: &str| json!({"currency_code": "USD", "value": value});
        let invoice = json!({
            "detail": {"currency_code": "USD"},
            "items": [
                {"name": "Tea", "quantity": "3", "unit_amount": usd("19.99"), "tax": {"name": "VAT", "percent": "7.25"}},
                {"name": "Hours", "quantity": "1.5", "unit_amount": usd("33.33"), "discount": {"percent": "10"}},
            ],
            "amount": {"breakdown": {
                "discount": {"invoice_discount": {"amount": usd("5.00")}},
                "shipping": {"amount": usd("4.50")},
                "custom": {"label": "Packing", "amount": usd("1.00")},
            }},
        });
        // 59.97 + 50.00 (49.995) - 5.00 (10 %) + 4.35 (4.347825) - 5.00 + 4.50 + 1.00
        let amounts = Amounts::of(&invoice).unwrap();
        assert_eq!(amounts.total.value(), "109.82");
        assert_eq!(amounts.document()["breakdown"]["tax_total"]["value"], "4.35");
        assert_eq!(amounts.document()["breakdown"]["discount"]["item_discount"]["value"], "-5.00");
        let rate = |percent: &str| {
            let item = json!({"quantity": "1", "unit_amount": usd("10.00"), "discount": {"percent": percent}});
            Amounts::of(&json!({"detail": {"currency_code": "USD"}, "items": [item]}))
        };
        assert_eq!(rate("100").unwrap().total.value(), "0.00");
        assert_eq!(rate("100.01").err().unwrap().issues[0].field.as_deref(), Some("/items/0/discount/percent"));
        let mixed = json!({"detail": {"currency_code": "USD"}, "items": [{"unit_amount": {"currency_code": "EUR", "value": "1.00"}}]});
        assert_eq!(Amounts::of(&mixed).err().unwrap().issues[0].issue, "CURRENCY_MISMATCH");
    }
}
