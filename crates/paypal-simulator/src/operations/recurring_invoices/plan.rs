//! When the invoices of a series are made.

use serde_json::Value;

use crate::{
    base::clock::Moment,
    operations::invoices::days,
    request::refusal::Refusal,
    world::{calendar::Interval, recurring_invoice::Plan},
};

const FIELD: &str = "/plan_detail";

/// The largest number of units from one invoice to the next here. PayPal names none.
const MOST: u64 = 999;

/// Reads a plan. What the simulator adds to one is not read.
pub(super) fn read(given: &Value) -> Result<Plan, Refusal> {
    days::check(given, FIELD)?;
    let (unit, count) = (&given["frequency"]["interval_unit"], &given["frequency"]["interval_count"]);
    let length = count.as_u64().filter(|count| (1..=MOST).contains(count));
    let interval = length.zip(unit.as_str()).and_then(|(count, unit)| Interval::new(unit, count));
    let interval = interval.ok_or_else(|| {
        let (field, description) = (format!("{FIELD}/frequency/interval_count"), "It must be a number from 1 to 999.");
        Refusal::invalid(&field, count.clone(), "INVALID_PARAMETER_VALUE", description)
    })?;
    let total = match &given["total_cycles"] {
        Value::Null => None,
        total => Some(total.as_u64().filter(|total| *total > 0).ok_or_else(|| {
            let (field, description) = (format!("{FIELD}/total_cycles"), "It must be at least 1.");
            Refusal::invalid(&field, total.clone(), "INVALID_PARAMETER_VALUE", description)
        })?),
    };
    let start = given["start_series_date"].as_str().and_then(|day| Moment::parse(&format!("{day}T00:00:00Z")));
    let mut document = given.clone();
    for derived in ["next_occurrence_date", "completed_cycles"] {
        if let Value::Object(members) = &mut document {
            members.remove(derived);
        }
    }
    Ok(Plan { document, interval, total, start })
}
