//! The price of a billing cycle: fixed, or by quantity in tiers.

use serde_json::Value;

use crate::{request::refusal::Refusal, world::money::Money};

/// What a cycle costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Price {
    /// A free trial.
    Free,
    /// Per unit.
    Fixed(Money),
    /// Per unit, by the tier that the quantity is in.
    Volume(Vec<Tier>),
    /// Each unit by the tier that it is in itself.
    Tiered(Vec<Tier>),
}

/// The price per unit from one quantity to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tier {
    from: i64,
    /// Without an end if it is the last one.
    to: Option<i64>,
    amount: Money,
}

impl Price {
    /// Reads the pricing scheme at `field`.
    pub(crate) fn read(scheme: &Value, trial: bool, field: &str) -> Result<Self, Refusal> {
        let (fixed, model) = (&scheme["fixed_price"], &scheme["pricing_model"]);
        if model.is_null() && scheme["tiers"].is_null() {
            return match fixed {
                Value::Null if trial => Ok(Self::Free),
                Value::Null => Err(Refusal::missing(&format!("{field}/fixed_price"))),
                fixed => Money::read(fixed, &format!("{field}/fixed_price")).map(Self::Fixed),
            };
        }
        let at = format!("{field}/pricing_model");
        let Some(name) = model.as_str() else { return Err(Refusal::missing(&at)) };
        let make: fn(Vec<Tier>) -> Self = match name {
            "VOLUME" => Self::Volume,
            "TIERED" => Self::Tiered,
            _ => return Err(Refusal::invalid(&at, name, "INVALID_PARAMETER_VALUE", "It must be VOLUME or TIERED.")),
        };
        if trial {
            return Err(Refusal::business_at(&at, name, "INVALID_PRICING_MODEL", "A trial has a fixed price."));
        }
        if !fixed.is_null() {
            let at = format!("{field}/fixed_price");
            return Err(Refusal::business_at(&at, fixed.clone(), "FIXED_PRICE_NOT_SUPPORTED", "There are tiers."));
        }
        Ok(make(tiers(&scheme["tiers"], &format!("{field}/tiers"))?))
    }

    /// Whether it has tiers.
    pub(crate) fn by_quantity(&self) -> bool {
        matches!(self, Self::Volume(_) | Self::Tiered(_))
    }

    /// The currency, unless it is free.
    pub(crate) fn currency(&self) -> Option<&'static str> {
        match self {
            Self::Free => None,
            Self::Fixed(amount) => Some(amount.currency),
            Self::Volume(tiers) | Self::Tiered(tiers) => tiers.first().map(|tier| tier.amount.currency),
        }
    }

    /// The price of a quantity, in minor units.
    pub(crate) fn of(&self, quantity: i64) -> i64 {
        match self {
            Self::Free => 0,
            Self::Fixed(amount) => amount.minor.saturating_mul(quantity),
            Self::Volume(tiers) => {
                let tier = tiers.iter().rev().find(|tier| tier.from <= quantity);
                tier.or(tiers.first()).map_or(0, |tier| tier.amount.minor.saturating_mul(quantity))
            }
            Self::Tiered(tiers) => {
                let last = tiers.len().saturating_sub(1);
                let part = |(index, tier): (usize, &Tier)| {
                    // What is beyond the last tier costs what the last tier costs.
                    let to = tier.to.filter(|_| index < last).unwrap_or(i64::MAX).min(quantity);
                    let from = if index == 0 { 1 } else { tier.from };
                    tier.amount.minor.saturating_mul((to - from + 1).max(0))
                };
                tiers.iter().enumerate().map(part).fold(0, i64::saturating_add)
            }
        }
    }
}

/// Reads tiers. They must be in order, without gaps, from the first unit on.
fn tiers(document: &Value, field: &str) -> Result<Vec<Tier>, Refusal> {
    let Some(list) = document.as_array().filter(|list| !list.is_empty()) else { return Err(Refusal::missing(field)) };
    let mut tiers = Vec::<Tier>::new();
    for (index, tier) in list.iter().enumerate() {
        let at = |name: &str| format!("{field}/{index}/{name}");
        let quantity = |name: &str| match &tier[name] {
            Value::Null => Ok(None),
            Value::String(text) if text.parse::<i64>().is_ok_and(|it| it >= 0) => Ok(text.parse::<i64>().ok()),
            other => {
                let description = "It must be a whole number, as a string.";
                Err(Refusal::invalid(&at(name), other.clone(), "INVALID_PARAMETER_SYNTAX", description))
            }
        };
        let from = quantity("starting_quantity")?.ok_or_else(|| Refusal::missing(&at("starting_quantity")))?;
        let to = quantity("ending_quantity")?;
        let amount = Money::read(&tier["amount"], &at("amount"))?;
        let refuse = |name: &str, issue, description| {
            Err(Refusal::business_at(&at(name), tier[name].clone(), issue, description))
        };
        if amount.minor == 0 {
            return refuse("amount", "INVALID_PRICING_TIER_AMOUNT", "A tier cannot be free.");
        }
        if to.is_some_and(|to| to < from) {
            return refuse("ending_quantity", "INVALID_PRICING_TIER_QUANTITY", "A tier ends after its start.");
        }
        match tiers.last() {
            None if from > 1 => {
                return refuse("starting_quantity", "MISSING_PRICING_SCHEME_TIERS", "The first unit is in no tier.");
            }
            Some(last) if last.to.is_none_or(|to| from <= to) => {
                return refuse("starting_quantity", "OVERLAPPING_PRICING_SCHEME_TIERS", "It is in two tiers.");
            }
            Some(last) if last.to.is_some_and(|to| from - 1 > to) => {
                return refuse(
                    "starting_quantity",
                    "MISSING_PRICING_SCHEME_TIERS",
                    "Quantities before it are in no tier.",
                );
            }
            Some(last) if last.amount.currency != amount.currency => {
                return refuse("amount", "CURRENCY_MISMATCH", "All amounts must have one currency.");
            }
            _ => tiers.push(Tier { from, to, amount }),
        }
    }
    Ok(tiers)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scheme(model: &str, tiers: &[(&str, Option<&str>, &str)]) -> Value {
        let tier = |(from, to, value): &(&str, Option<&str>, &str)| {
            let amount = json!({"currency_code": "USD", "value": value});
            match to {
                Some(to) => json!({"starting_quantity": from, "ending_quantity": to, "amount": amount}),
                None => json!({"starting_quantity": from, "amount": amount}),
            }
        };
        json!({"pricing_model": model, "tiers": tiers.iter().map(tier).collect::<Vec<_>>()})
    }

    #[test]
    fn volume_takes_one_tier_and_tiered_each_unit_s_own() {
        let tiers = [("1", Some("10"), "3.00"), ("11", Some("20"), "2.00"), ("21", None, "1.00")];
        let of = |model: &str| Price::read(&scheme(model, &tiers), false, "").unwrap();
        let (volume, tiered) = (of("VOLUME"), of("TIERED"));
        for (quantity, by_volume, by_tier) in [
            (1, 300, 300),
            (10, 3000, 3000),
            (11, 2200, 3200),
            (20, 4000, 5000),
            (21, 2100, 5100),
            (100, 10_000, 13_000),
        ] {
            assert_eq!((volume.of(quantity), tiered.of(quantity)), (by_volume, by_tier), "{quantity}");
        }
        assert_eq!(Price::Fixed(Money { currency: "USD", minor: 250 }).of(4), 1000);
        // The last tier goes on.
        let ended = scheme("TIERED", &[("1", Some("10"), "3.00")]);
        assert_eq!(Price::read(&ended, false, "").unwrap().of(12), 3600);
    }

    #[test]
    fn tiers_with_gaps_or_overlaps_are_refused() {
        for (tiers, issue) in [
            (vec![("2", None, "1.00")], "MISSING_PRICING_SCHEME_TIERS"),
            (vec![("1", Some("5"), "1.00"), ("7", None, "1.00")], "MISSING_PRICING_SCHEME_TIERS"),
            (vec![("1", Some("5"), "1.00"), ("5", None, "1.00")], "OVERLAPPING_PRICING_SCHEME_TIERS"),
            (vec![("1", None, "1.00"), ("5", None, "1.00")], "OVERLAPPING_PRICING_SCHEME_TIERS"),
            (vec![("1", Some("5"), "0.00")], "INVALID_PRICING_TIER_AMOUNT"),
            (vec![("1", Some("0"), "1.00")], "INVALID_PRICING_TIER_QUANTITY"),
            (vec![("one", None, "1.00")], "INVALID_PARAMETER_SYNTAX"),
            (vec![], "MISSING_REQUIRED_PARAMETER"),
        ] {
            let refusal = Price::read(&scheme("VOLUME", &tiers), false, "").unwrap_err();
            assert_eq!(refusal.issues[0].issue, issue, "{tiers:?}");
        }
        let one = scheme("VOLUME", &[("1", None, "1.00")]);
        assert_eq!(Price::read(&one, true, "").unwrap_err().issues[0].issue, "INVALID_PRICING_MODEL");
        let mut both = one;
        both["fixed_price"] = json!({"currency_code": "USD", "value": "1.00"});
        assert_eq!(Price::read(&both, false, "").unwrap_err().issues[0].issue, "FIXED_PRICE_NOT_SUPPORTED");
    }
}
