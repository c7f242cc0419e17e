//! Who starts a payment by a payment method that is kept.

use serde_json::Value;

use super::due::Due;
use crate::{request::refusal::Refusal, world::payment_source::PaymentSource};

/// Reads `stored_credential` of a card.
///
/// # Errors
/// If it does not go with the rest of a payment that the merchant starts.
pub(super) fn read(due: &Due, document: &Value, field: &str, source: &mut PaymentSource) -> Result<(), Refusal> {
    let credential = &document["stored_credential"];
    if credential.is_null() {
        return Ok(());
    }
    source.by_merchant = credential["payment_initiator"] == "MERCHANT";
    if source.by_merchant && !document["security_code"].is_null() {
        let description = "A payment by the merchant has no security code.";
        let at = format!("{field}/security_code");
        return Err(Refusal::unfit(&at, "MERCHANT_INITIATED_WITH_SECURITY_CODE", description));
    }
    if source.by_merchant && !due.is_single() {
        let description = "A payment by the merchant has one purchase unit.";
        return Err(Refusal::unfit("/purchase_units", "MERCHANT_INITIATED_WITH_MULTIPLE_PURCHASE_UNITS", description));
    }
    source.members.insert("stored_credential".to_owned(), credential.clone());
    Ok(())
}

/// Reads `stored_credential` of a PayPal account.
pub(super) fn read_account(document: &Value, source: &mut PaymentSource) {
    let credential = &document["stored_credential"];
    if !credential.is_null() {
        source.by_merchant = credential["payment_initiator"] == "MERCHANT";
        source.members.insert("stored_credential".to_owned(), credential.clone());
    }
}
