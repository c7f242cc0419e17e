//! The payment source in a request about an order.

mod bank;
mod card;
mod saving;
mod stored_credential;
mod token;
mod wallet;

use serde_json::Value;

use crate::{
    request::refusal::Refusal,
    world::{World, order::Unit, payment_source::PaymentSource},
};

/// What follows from a payment source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The payer has not entered the card yet.
    Entry,
    /// The payer has to approve.
    Approval,
    /// The payer has to pass 3-D Secure.
    Challenge,
    /// It pays at once.
    Payment,
}

/// The request that has the payment source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Create,
    Confirm,
    /// Capture or authorize.
    Pay,
}

/// The order that is to be paid.
pub(crate) struct Due<'a> {
    pub(crate) world: &'a World,
    pub(crate) asked: Asked,
    pub(crate) units: &'a [Unit],
    /// Whether it is to be completed when the payer approves.
    pub(crate) complete: bool,
}

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

impl Due<'_> {
    /// Whether a payment has one purchase unit.
    fn is_single(&self) -> bool {
        self.units.len() <= 1
    }
}
