//! What a payment link can be made of.

use serde_json::{Value, json};

use super::price::{Choice, price};
use crate::request::refusal::Refusal;

/// How many dimensions an item can have, and how many options each of them
/// (<https://docs.paypal.ai/payments/methods/pay-links-buttons-api>).
const DIMENSIONS: usize = 5;
const OPTIONS: usize = 10;

/// Refuses a link that nobody could pay.
pub(super) fn check(body: &Value) -> Result<(), Refusal> {
    let item = match body["line_items"].as_array().map(Vec::as_slice) {
        None | Some([]) => return Err(Refusal::missing("/line_items")),
        Some([item]) => item,
        Some(_) => return Err(too_many("/line_items", "A link sells one item.")),
    };
    if item["name"].as_str().is_none_or(str::is_empty) {
        return Err(Refusal::missing("/line_items/0/name"));
    }
    let dimensions = item["variants"]["dimensions"].as_array().map_or(&[][..], Vec::as_slice);
    let at = "/line_items/0/variants/dimensions";
    if dimensions.len() > DIMENSIONS {
        return Err(too_many(at, "There can be 5 dimensions."));
    }
    if dimensions.iter().filter(|dimension| dimension["primary"] == true).count() > 1 {
        let description = "Only one dimension is the primary one.";
        return Err(Refusal::invalid(at, Value::Null, "INVALID_PARAMETER_VALUE", description));
    }
    for (index, dimension) in dimensions.iter().enumerate() {
        let at = format!("{at}/{index}/options");
        match dimension["options"].as_array().map(Vec::len) {
            None | Some(0) => return Err(Refusal::missing(&at)),
            Some(count) if count > OPTIONS => return Err(too_many(&at, "There can be 10 options.")),
            Some(_) => {}
        }
    }
    every_choice(dimensions).iter().try_for_each(|choice| price(item, choice).map(|_| ()))
}

fn too_many(field: &str, description: &str) -> Refusal {
    Refusal::invalid(field, Value::Null, "INVALID_ARRAY_MAX_ITEMS", description)
}

/// Each option of the primary dimension, with the first ones of the others; only they have prices.
fn every_choice(dimensions: &[Value]) -> Vec<Choice> {
    let choice = |priced: usize| {
        let option = |dimension: &Value| {
            let index = if dimension["primary"] == true { priced } else { 0 };
            let label = dimension["options"][index]["label"].clone();
            Some((dimension["name"].as_str().unwrap_or_default().to_owned(), label))
        };
        let options: serde_json::Map<_, _> = dimensions.iter().filter_map(option).collect();
        Choice::read(&json!({"options": options})).ok()
    };
    let priced = dimensions.iter().find(|dimension| dimension["primary"] == true);
    let count = priced.and_then(|dimension| dimension["options"].as_array()).map_or(1, Vec::len);
    (0..count).filter_map(choice).collect()
}
