//! The payment source in a request about an order.

mod bank;
mod card;
mod due;
mod saving;
mod stored_credential;
mod token;
mod wallet;

use serde_json::Value;

use crate::{request::refusal::Refusal, world::payment_source::PaymentSource};

pub(crate) use due::{Asked, Due, Next};

/// Reads `payment_source`; `None` if the payer picks one when approving.
///
/// # Errors
/// If it is not one method, or has a mistake.
pub(crate) fn read(due: &Due, source: &Value) -> Result<Option<(PaymentSource, Next)>, Refusal> {
    let methods = match source {
        Value::Null => return Ok(None),
        Value::Object(methods) => methods,
        _ => {
            let description = "It must be an object.";
            return Err(Refusal::invalid("/payment_source", "", "INVALID_PARAMETER_SYNTAX", description));
        }
    };
    let mut methods = methods.iter();
    let Some((name, method)) = methods.next() else { return Ok(None) };
    if methods.next().is_some() {
        let description = "There must be only one method.";
        return Err(match due.asked {
            Asked::Confirm => Refusal::unfit("/payment_source", "ONLY_ONE_PAYMENT_SOURCE_ALLOWED", description),
            _ => Refusal::invalid("/payment_source", "", "INVALID_PARAMETER_SYNTAX", description),
        });
    }
    let field = format!("/payment_source/{name}");
    if !method.is_object() {
        return Err(Refusal::syntax(&field, "It must be an object."));
    }
    if due.complete && is_known(name) {
        let description = "This payment source is not completed on approval.";
        return Err(Refusal::unfit("/processing_instruction", "UNSUPPORTED_PROCESSING_INSTRUCTION", description));
    }
    match &**name {
        "card" => card::read(due, method, &field),
        "token" => token::read(due, method, &field),
        "paypal" | "venmo" => wallet::read_account(due, name, method, &field),
        "apple_pay" => wallet::read_apple_pay(due, method, &field),
        "google_pay" => wallet::read_google_pay(due, method, &field),
        _ => bank::read(due, name, method, &field),
    }
    .map(Some)
}

/// Whether a method is a bank's, which can only be captured.
pub(crate) fn is_bank(method: &str) -> bool {
    bank::BANKS.iter().any(|bank| bank.name == method)
}

/// Whether it is one of the methods that are no banks.
fn is_known(name: &str) -> bool {
    ["card", "token", "paypal", "venmo", "apple_pay", "google_pay"].contains(&name)
}
