//! The wish to save a payment method when it has paid: `attributes.vault`.

use serde_json::Value;

use crate::{
    request::refusal::Refusal,
    world::{
        payment_source::Saving,
        vault::{
            customer::Given,
            instrument::{Instrument, Method},
        },
    },
};

/// Reads it from the method at `field`; `None` if it is missing.
///
/// # Errors
/// If it is incomplete.
pub(super) fn read(document: &Value, field: &str, mut instrument: Instrument) -> Result<Option<Box<Saving>>, Refusal> {
    let attributes = &document["attributes"];
    let customer = Given::read(&attributes["customer"], &format!("{field}/attributes/customer"))?;
    let vault = &attributes["vault"];
    if vault.is_null() {
        return Ok(None);
    }
    if vault["store_in_vault"].is_null() {
        let at = format!("{field}/attributes/vault/store_in_vault");
        return Err(Refusal::unfit(&at, "VAULT_INSTRUCTION_REQUIRED", "It must be ON_SUCCESS."));
    }
    // The instruction of the API before.
    if !vault["confirm_payment_token"].is_null() {
        let at = format!("{field}/attributes/vault/confirm_payment_token");
        return Err(Refusal::unfit(&at, "VAULT_INSTRUCTION_DUPLICATED", "There must be one instruction only."));
    }
    if matches!(instrument.method, Method::PayPal | Method::Venmo) {
        instrument = Instrument::wallet(instrument.method, vault);
    }
    Ok(Some(Box::new(Saving { customer, instrument })))
}
