//! Payment methods that were saved before.

use serde_json::Value;

use super::due::{Due, Next};
use crate::{
    request::refusal::Refusal,
    world::{
        payment_source::PaymentSource,
        vault::{
            instrument::{Instrument, Method},
            setup_token::Status,
        },
    },
};

/// Returns the saved payment method that `vault_id` at `field` names.
///
/// # Errors
/// If this merchant has no such payment token, it is of another method, or its card has expired.
pub(super) fn saved<'a>(due: &'a Due, method: Method, id: &str, field: &str) -> Result<&'a Instrument, Refusal> {
    let Some(token) = due.world.books.vault.payment_token(id) else {
        return Err(Refusal::unfit(field, "INVALID_VAULT_ID", "There is no such payment token."));
    };
    if token.instrument.method != method {
        let description = "The payment token is of another kind of payment method.";
        return Err(Refusal::unfit(field, "MISMATCHED_VAULT_ID_TO_PAYMENT_SOURCE", description));
    }
    refuse_expired(due, &token.instrument, field)?;
    Ok(&token.instrument)
}

/// Reads the method `token`: a payment token, an approved setup token, or a billing agreement, which all that exist in the
/// older API pass for.
pub(super) fn read(due: &Due, document: &Value, field: &str) -> Result<(PaymentSource, Next), Refusal> {
    let at = |name: &str| format!("{field}/{name}");
    let id = document["id"].as_str().unwrap_or_default();
    let vault = &due.world.books.vault;
    let instrument = match document["type"].as_str() {
        Some("PAYMENT_METHOD_TOKEN") => {
            let issue = due.asked.issue("INVALID_VAULT_ID", "TOKEN_ID_NOT_FOUND", "TOKEN_ID_NOT_FOUND");
            let token = vault.payment_token(id);
            &token.ok_or_else(|| Refusal::unfit(&at("id"), issue, "There is no such payment token."))?.instrument
        }
        Some("SETUP_TOKEN") => {
            let unknown = due.asked.issue("INVALID_VAULT_ID", "TOKEN_ID_NOT_FOUND", "INVALID_VAULT_SETUP_TOKEN");
            let token = vault.setup_tokens.get(id);
            let token = token.ok_or_else(|| Refusal::unfit(&at("id"), unknown, "There is no such setup token."))?;
            if token.is_expired(due.world.now()) {
                let issue = due.asked.issue("TOKEN_EXPIRED", "TOKEN_EXPIRED", unknown);
                return Err(Refusal::unfit(&at("id"), issue, "The setup token has expired."));
            }
            if matches!(token.status, Status::Created | Status::PayerActionRequired) {
                let needed = "PAYER_ACTION_REQUIRED";
                let issue = due.asked.issue("PAYMENT_SOURCE_CANNOT_BE_USED", needed, needed);
                return Err(Refusal::unfit(&at("id"), issue, "The payer must approve the setup token first."));
            }
            &token.instrument
        }
        _ => {
            let mut source = PaymentSource::new("paypal");
            source.approved_by(&due.world.payer());
            return Ok((source, Next::Payment));
        }
    };
    refuse_expired(due, instrument, &at("id"))?;
    let mut source = PaymentSource::new(instrument.method.name());
    source.card = instrument.card.as_ref().map(|card| card.presented(false));
    if source.has_account() {
        source.approved_by(&due.world.payer());
    }
    Ok((source, Next::Payment))
}

fn refuse_expired(due: &Due, instrument: &Instrument, field: &str) -> Result<(), Refusal> {
    let expired = instrument.card.as_ref().is_some_and(|card| card.is_expired(due.world.now()));
    let referenced = "REFERENCED_CARD_EXPIRED";
    let issue = due.asked.issue("CARD_EXPIRED", referenced, referenced);
    if expired { Err(Refusal::unfit(field, issue, "The saved card has expired.")) } else { Ok(()) }
}
