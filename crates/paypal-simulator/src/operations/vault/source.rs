//! The payment method in a request to save one.

use serde_json::Value;

use crate::{
    request::refusal::Refusal,
    world::{
        World,
        card::Card,
        vault::{
            instrument::{Instrument, Method},
            setup_token::{SetupToken, Status, Verification},
        },
    },
};

/// A payment method that is to be saved.
pub(super) struct Source {
    pub(super) instrument: Instrument,
    pub(super) verification: Verification,
    pub(super) status: Status,
    pub(super) saved_on_approval: bool,
}

/// Returns the one method of a request, and its name.
///
/// # Errors
/// If there is not exactly one of those that the operation takes.
pub(super) fn only<'a>(body: &'a Value, takes: &[&'static str]) -> Result<(&'static str, &'a Value), Refusal> {
    let all = takes.iter().map(|name| (*name, &body["payment_source"][*name]));
    let mut given = all.filter(|(_, method)| method.is_object());
    let (Some((name, method)), None) = (given.next(), given.next()) else {
        let description = format!("There must be exactly one of {}.", takes.join(", "));
        return Err(Refusal::form("/payment_source", "EXACTLY_ONE_FIELD_REQUIRED", &description));
    };
    Ok((name, method))
}

impl Source {
    /// Reads a card or a wallet.
    pub(super) fn read(method: Method, document: &Value, field: &str) -> Result<Self, Refusal> {
        let context = format!("{field}/experience_context");
        let saved_on_approval = document["experience_context"]["vault_instruction"] == "ON_PAYER_APPROVAL";
        if method != Method::Card {
            if method == Method::PayPal {
                require_return(document, &context)?;
            }
            let instrument = Instrument::wallet(method, document);
            let status = Status::PayerActionRequired;
            return Ok(Self { instrument, verification: Verification::None, status, saved_on_approval });
        }
        let verification = match document["verification_method"].as_str() {
            Some("SCA_ALWAYS") => Verification::Always,
            Some(_) => Verification::WhenRequired,
            None => Verification::None,
        };
        if verification == Verification::Always {
            require_return(document, &context)?;
        }
        let card = if document["number"].is_null() { None } else { Some(Card::read(document, field)?) };
        let status = match (&card, verification) {
            (None, _) => Status::Created,
            (_, Verification::Always) => Status::PayerActionRequired,
            _ => Status::Approved,
        };
        Ok(Self { instrument: Instrument::card(card), verification, status, saved_on_approval })
    }
}

/// Refuses a flow with the payer that does not say where to return to.
fn require_return(document: &Value, context: &str) -> Result<(), Refusal> {
    for name in ["return_url", "cancel_url"] {
        if document["experience_context"][name].as_str().is_none_or(str::is_empty) {
            return Err(Refusal::missing(&format!("{context}/{name}")));
        }
    }
    Ok(())
}

/// Returns the setup token that `document` at `field` names.
pub(super) fn named<'a>(world: &'a World, document: &Value, field: &str) -> Result<&'a SetupToken, Refusal> {
    let id = document["id"].as_str().unwrap_or_default();
    let found = world.books.vault.setup_token(id, world.now());
    found.ok_or_else(|| Refusal::not_found_in_body(&format!("{field}/id"), id))
}
