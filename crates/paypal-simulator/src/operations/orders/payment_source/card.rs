//! A card.

use serde_json::Value;

use super::{
    due::{Asked, Due, Next},
    saving, stored_credential, token,
};
use crate::{
    request::refusal::Refusal,
    world::{
        card::Card,
        payment_source::PaymentSource,
        vault::instrument::{Instrument, Method},
    },
};

/// What may not stand beside a saved card: it is known.
const REDUNDANT: [&str; 3] = ["number", "expiry", "billing_address"];

pub(super) fn read(due: &Due, document: &Value, field: &str) -> Result<(PaymentSource, Next), Refusal> {
    let method = verification(document);
    let mut source = PaymentSource::new("card");
    stored_credential::read(due, document, field, &mut source)?;
    if let Some(id) = document["vault_id"].as_str() {
        let redundant: Vec<_> = REDUNDANT.into_iter().filter(|name| !document[*name].is_null()).collect();
        if !redundant.is_empty() {
            let description = "The card is saved: this is known.";
            let refusal = Refusal::unfit(&format!("{field}/vault_id"), "INCOMPATIBLE_PARAMETER_VALUE", description);
            return Err(redundant.into_iter().fold(refusal, |refusal, name| {
                refusal.and(&format!("{field}/{name}"), "INCOMPATIBLE_PARAMETER_VALUE", description)
            }));
        }
        let saved = token::saved(due, Method::Card, id, &format!("{field}/vault_id"))?;
        source.card = saved.card.as_ref().map(|card| card.presented(document["security_code"].is_string()));
    } else if document["network_token"].is_object() {
        source.card = Some(network_token(due, &source, document, field)?);
    } else if document["number"].is_null() && document["single_use_token"].is_null() {
        return match due.asked {
            // The payer enters it in the merchant's form, which confirms it.
            Asked::Create => {
                source.challenge = matches!(method, Some("SCA_ALWAYS" | "3D_SECURE"));
                source.saving = saving::read(document, field, Instrument::card(None))?;
                Ok((source, Next::Entry))
            }
            Asked::Confirm | Asked::Pay(_) => {
                let description = "A card is needed.";
                Err(Refusal::unfit(&format!("{field}/number"), "CARD_NUMBER_REQUIRED", description))
            }
        };
    } else if !document["number"].is_null() {
        let card = Card::read_paying(document, field, due.world.now())?;
        if card.expiry.is_none() {
            let at = format!("{field}/expiry");
            return Err(match due.asked {
                Asked::Create => Refusal::missing(&at),
                Asked::Confirm | Asked::Pay(_) => Refusal::unfit(&at, "CARD_EXPIRY_REQUIRED", "It is needed."),
            });
        }
        source.card = Some(card);
        source.saving = saving::read(document, field, Instrument::card(source.card.clone()))?;
    }
    // Regulations that the region sets are not simulated: the test cards for 3-D Secure stand for those that require it.
    let is_test = source.card.as_ref().is_some_and(|card| card.three_d_secure.is_some());
    source.challenge = match method {
        Some("SCA_ALWAYS" | "3D_SECURE") => true,
        Some("SCA_WHEN_REQUIRED") => is_test,
        _ => false,
    };
    let next = if source.challenge { Next::Challenge } else { Next::Payment };
    if source.challenge && source.by_merchant {
        let description = "A payment by the merchant has no 3-D Secure.";
        let issue = "MERCHANT_INITIATED_WITH_AUTHENTICATION_RESULTS";
        return Err(Refusal::unfit(&format!("{field}/attributes/verification"), issue, description));
    }
    Ok((source, next))
}

/// Returns how the merchant asks for 3-D Secure.
pub(super) fn verification(document: &Value) -> Option<&str> {
    document["attributes"]["verification"]["method"].as_str()
}

/// Reads a token of the card's network in place of its number.
fn network_token(due: &Due, source: &PaymentSource, document: &Value, field: &str) -> Result<Card, Refusal> {
    let token = &document["network_token"];
    let at = format!("{field}/network_token");
    let card = Card::read_paying(token, &at, due.world.now())?;
    if source.by_merchant {
        let reference = &document["stored_credential"]["previous_network_transaction_reference"];
        if reference.is_null() {
            let description = "A payment by the merchant needs a reference to an earlier one.";
            let at = format!("{field}/stored_credential/previous_network_transaction_reference");
            return Err(Refusal::unfit(&at, "MISSING_PREVIOUS_REFERENCE", description));
        }
    } else if token["cryptogram"].is_null() {
        let description = "A payment by the payer needs it.";
        return Err(Refusal::unfit(&format!("{at}/cryptogram"), "MISSING_CRYPTOGRAM", description));
    }
    Ok(Card { name: document["name"].as_str().map(str::to_owned), ..card }.presented(false))
}
