//! Reads the purchase units of an order.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    request::refusal::Refusal,
    world::{money::Money, order::Unit},
};

/// Texts that PayPal takes and cuts, in characters.
const CUT: [(&str, usize); 2] = [("description", 127), ("soft_descriptor", 22)];

pub(crate) fn read_units(document: &Value) -> Result<Vec<Unit>, Refusal> {
    let units = match document {
        Value::Array(units) => units,
        Value::Null => return Err(Refusal::missing("/purchase_units")),
        _ => {
            let description = "It must be a list.";
            return Err(Refusal::invalid("/purchase_units", "", "INVALID_PARAMETER_SYNTAX", description));
        }
    };
    if units.is_empty() {
        let description = "There must be at least one.";
        return Err(Refusal::invalid("/purchase_units", document.clone(), "INVALID_ARRAY_MIN_ITEMS", description));
    }
    if units.len() > 10 {
        let description = "There can be at most ten.";
        return Err(Refusal::invalid("/purchase_units", "", "INVALID_ARRAY_MAX_ITEMS", description));
    }
    let mut names = BTreeSet::new();
    let mut read = Vec::<Unit>::new();
    for (index, unit) in units.iter().enumerate() {
        let field = format!("/purchase_units/{index}");
        let amount = read_amount(&unit["amount"], &format!("{field}/amount"))?;
        if read.first().is_some_and(|first| first.amount.currency != amount.currency) {
            return Err(Refusal::business("MULTI_CURRENCY_ORDER", "All amounts must have one currency."));
        }
        check_items(unit, &field)?;
        let mut document = unit.clone();
        let name = match unit["reference_id"].as_str() {
            Some(name) => name.to_owned(),
            None if units.len() == 1 => "default".to_owned(),
            None => {
                let at = format!("{field}/reference_id");
                let description = "Several units must each have one.";
                return Err(Refusal::business_at(&at, Value::Null, "REFERENCE_ID_REQUIRED", description));
            }
        };
        document["reference_id"] = name.as_str().into();
        document["amount"]["value"] = amount.value().into();
        for (name, longest) in CUT {
            if let Some((end, _)) = document[name].as_str().and_then(|text| text.char_indices().nth(longest)) {
                document[name] = document[name].as_str().and_then(|text| text.get(..end)).into();
            }
        }
        if !names.insert(name.clone()) {
            let at = format!("{field}/reference_id");
            return Err(Refusal::business_at(&at, name, "DUPLICATE_REFERENCE_ID", "Another unit has it."));
        }
        read.push(Unit::new(&document, amount));
    }
    Ok(read)
}

/// Refuses items that are not what the breakdown of the amount says.
fn check_items(unit: &Value, field: &str) -> Result<(), Refusal> {
    let Some(items) = unit["items"].as_array().filter(|items| !items.is_empty()) else { return Ok(()) };
    let parts = [("unit_amount", "item_total", "ITEM_TOTAL"), ("tax", "tax_total", "TAX_TOTAL")];
    for (member, total, issue) in parts {
        if items.iter().all(|item| item[member].is_null()) {
            continue;
        }
        let mut sum = 0_i64;
        for (index, item) in items.iter().enumerate() {
            // A quantity that is no whole number is left to PayPal.
            let Some(quantity) = item["quantity"].as_str().and_then(|text| text.parse::<i64>().ok()) else {
                return Ok(());
            };
            if !item[member].is_null() {
                let each = Money::read(&item[member], &format!("{field}/items/{index}/{member}"))?.minor;
                sum = sum.saturating_add(each.saturating_mul(quantity));
            }
        }
        let at = format!("{field}/amount/breakdown/{total}");
        let given = &unit["amount"]["breakdown"][total];
        if given.is_null() {
            let issue = format!("{issue}_REQUIRED");
            return Err(Refusal::business_at(&at, Value::Null, &issue, "The breakdown must have it if items do."));
        }
        let given = Money::read(given, &at)?;
        if given.minor != sum {
            let (at, issue) = (format!("{at}/value"), format!("{issue}_MISMATCH"));
            return Err(Refusal::business_at(&at, given.value(), &issue, "It is not the sum of the items."));
        }
    }
    Ok(())
}

/// Reads an amount. Errors if it is not the sum of its breakdown.
pub(crate) fn read_amount(document: &Value, field: &str) -> Result<Money, Refusal> {
    if document.is_null() {
        return Err(Refusal::missing(field));
    }
    let amount = Money::read_positive(document, field)?;
    if let Value::Object(parts) = &document["breakdown"] {
        let mut sum = 0;
        for (name, part) in parts {
            let part = Money::read(part, &format!("{field}/breakdown/{name}"))?;
            sum += if matches!(&**name, "discount" | "shipping_discount") { -part.minor } else { part.minor };
        }
        if sum != amount.minor {
            let at = format!("{field}/value");
            let description = "It is not the sum of its breakdown.";
            return Err(Refusal::business_at(&at, amount.value(), "AMOUNT_MISMATCH", description));
        }
    }
    Ok(amount)
}
