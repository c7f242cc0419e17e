//! Who starts a payment by a payment method that is kept.

use serde_json::Value;

use super::Due;
use crate::{
    request::{refusal::Refusal, text::choice},
    world::payment_source::PaymentSource,
};

/// Reads `stored_credential` of a card.
///
/// # Errors
/// If it has a mistake, or does not go with the rest of a payment that the merchant starts.
pub(super) fn read(due: &Due, document: &Value, field: &str, source: &mut PaymentSource) -> Result<(), Refusal> {
    let credential = &document["stored_credential"];
    if credential.is_null() {
        return Ok(());
    }
    let at = format!("{field}/stored_credential");
    let missing = |name: &str| Refusal::missing(&format!("{at}/{name}"));
    let initiator = choice(credential, "payment_initiator", &at, &["CUSTOMER", "MERCHANT"])?;
    let initiator = initiator.ok_or_else(|| missing("payment_initiator"))?;
    let kind = choice(credential, "payment_type", &at, &["ONE_TIME", "RECURRING", "UNSCHEDULED"])?;
    kind.ok_or_else(|| missing("payment_type"))?;
    choice(credential, "usage", &at, &["FIRST", "SUBSEQUENT", "DERIVED"])?;
    source.by_merchant = initiator == "MERCHANT";
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
///
/// # Errors
/// If it has a mistake.
pub(super) fn read_account(document: &Value, field: &str, source: &mut PaymentSource) -> Result<(), Refusal> {
    let credential = &document["stored_credential"];
    if credential.is_null() {
        return Ok(());
    }
    let at = format!("{field}/stored_credential");
    let initiator = choice(credential, "payment_initiator", &at, &["CUSTOMER", "MERCHANT"])?;
    let initiator = initiator.ok_or_else(|| Refusal::missing(&format!("{at}/payment_initiator")))?;
    choice(credential, "usage", &at, &["FIRST", "SUBSEQUENT", "DERIVED"])?;
    source.by_merchant = initiator == "MERCHANT";
    source.members.insert("stored_credential".to_owned(), credential.clone());
    Ok(())
}
