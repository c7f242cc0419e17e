//! The wish to save a payment method when it has paid: `attributes.vault`.

use serde_json::Value;

use crate::{
    request::{refusal::Refusal, text::choice},
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
pub(super) fn read(document: &Value, field: &str, mut instrument: Instrument) -> Result<Option<Saving>, Refusal> {
    let attributes = &document["attributes"];
    let customer = Given::read(&attributes["customer"], &format!("{field}/attributes/customer"))?;
    let vault = &attributes["vault"];
    if vault.is_null() {
        return Ok(None);
    }
    let at = format!("{field}/attributes/vault");
    if choice(vault, "store_in_vault", &at, &["ON_SUCCESS"])?.is_none() {
        let description = "It must be ON_SUCCESS.";
        return Err(Refusal::unfit(&format!("{at}/store_in_vault"), "VAULT_INSTRUCTION_REQUIRED", description));
    }
    if matches!(instrument.method, Method::PayPal | Method::Venmo) {
        let usage = choice(vault, "usage_type", &at, &["MERCHANT", "PLATFORM"])?;
        usage.ok_or_else(|| Refusal::missing(&format!("{at}/usage_type")))?;
        choice(vault, "customer_type", &at, &["CONSUMER", "BUSINESS"])?;
        instrument = Instrument::wallet(instrument.method, vault);
    }
    Ok(Some(Saving { customer, instrument }))
}
