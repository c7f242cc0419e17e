//! Reads when reminders are to be sent. The types of the members are checked before.

use serde_json::Value;

use crate::{
    request::refusal::Refusal,
    world::reminder::{Kind, Terms},
};

/// Reads several reminders, of different types.
pub(super) fn read_all(given: &Value) -> Result<Vec<(Kind, Terms)>, Refusal> {
    let mut read_so_far = Vec::<(Kind, Terms)>::new();
    for (index, one) in given.as_array().into_iter().flatten().enumerate() {
        let field = format!("/configurations/{index}");
        let (kind, terms) = read(one, &field)?;
        if read_so_far.iter().any(|(before, _)| *before == kind) {
            let (field, description) = (format!("{field}/type"), "There is one of this type already.");
            return Err(Refusal::invalid(&field, kind.name(), "INVALID_PARAMETER_VALUE", description));
        }
        read_so_far.push((kind, terms));
    }
    Ok(read_so_far)
}

/// Reads a reminder that is at `field`.
pub(super) fn read(given: &Value, field: &str) -> Result<(Kind, Terms), Refusal> {
    let kind = match given["type"].as_str() {
        Some("BEFORE_DUE") => Kind::BeforeDue,
        _ => Kind::AfterDue,
    };
    let most = if kind == Kind::BeforeDue { 1 } else { u64::MAX };
    let repetition = given["repetition"].as_u64().filter(|times| (1..=most).contains(times)).ok_or_else(|| {
        let (at, value) = (format!("{field}/repetition"), given["repetition"].clone());
        let description = "It must be at least 1, and 1 before the due date.";
        Refusal::invalid(&at, value, "INVALID_PARAMETER_VALUE", description)
    })?;
    let days = given["interval"]["value"].as_u64().unwrap_or(1);
    let send_to_invoicer = given["notification"]["send_to_invoicer"] == true;
    Ok((kind, Terms { days, repetition, send_to_invoicer }))
}
