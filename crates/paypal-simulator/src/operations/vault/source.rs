//! The payment method in a request to save one.

use serde_json::Value;

use crate::{
    request::{refusal::Refusal, text::choice},
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

const USAGE_PATTERNS: [&str; 12] = [
    "IMMEDIATE",
    "DEFERRED",
    "RECURRING_PREPAID",
    "RECURRING_POSTPAID",
    "THRESHOLD_PREPAID",
    "THRESHOLD_POSTPAID",
    "SUBSCRIPTION_PREPAID",
    "SUBSCRIPTION_POSTPAID",
    "UNSCHEDULED_PREPAID",
    "UNSCHEDULED_POSTPAID",
    "INSTALLMENT_PREPAID",
    "INSTALLMENT_POSTPAID",
];

/// Returns the one method of a request, and its name.
///
/// # Errors
/// If there is not exactly one of those that the operation takes.
pub(super) fn only<'a>(body: &'a Value, takes: &[&'static str]) -> Result<(&'static str, &'a Value), Refusal> {
    let members = match &body["payment_source"] {
        Value::Null => return Err(Refusal::missing("/payment_source")),
        Value::Object(members) => members,
        _ => return Err(Refusal::syntax("/payment_source", "It must be an object.")),
    };
    let mut given = takes.iter().filter_map(|name| Some((*name, members.get(*name).filter(|it| !it.is_null())?)));
    let (Some((name, method)), None) = (given.next(), given.next()) else {
        let description = format!("There must be exactly one of {}.", takes.join(", "));
        return Err(Refusal::form("/payment_source", "EXACTLY_ONE_FIELD_REQUIRED", &description));
    };
    if !method.is_object() {
        return Err(Refusal::syntax(&format!("/payment_source/{name}"), "It must be an object."));
    }
    Ok((name, method))
}

impl Source {
    /// Reads a card or a wallet.
    pub(super) fn read(method: Method, document: &Value, field: &str) -> Result<Self, Refusal> {
        let context = format!("{field}/experience_context");
        let instructions = ["ON_CREATE_PAYMENT_TOKENS", "ON_PAYER_APPROVAL"];
        let instruction = choice(&document["experience_context"], "vault_instruction", &context, &instructions)?;
        let saved_on_approval = instruction == Some("ON_PAYER_APPROVAL");
        if method != Method::Card {
            choice(document, "usage_pattern", field, &USAGE_PATTERNS)?;
            choice(document, "usage_type", field, &["MERCHANT", "PLATFORM"])?;
            choice(document, "customer_type", field, &["CONSUMER", "BUSINESS"])?;
            if method == Method::PayPal {
                require_return(document, &context)?;
            }
            let instrument = Instrument::wallet(method, document);
            let status = Status::PayerActionRequired;
            return Ok(Self { instrument, verification: Verification::None, status, saved_on_approval });
        }
        let method = choice(document, "verification_method", field, &["SCA_WHEN_REQUIRED", "SCA_ALWAYS"])?;
        let verification = match method {
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
    let at = |name: &str| format!("{field}/{name}");
    // PayPal's file lists only the former, and has the latter in its example.
    choice(document, "type", field, &["SETUP_TOKEN", "BILLING_AGREEMENT"])?
        .ok_or_else(|| Refusal::missing(&at("type")))?;
    let id = document["id"].as_str().ok_or_else(|| Refusal::missing(&at("id")))?;
    let found = world.books.vault.setup_token(id, world.now());
    found.ok_or_else(|| Refusal::not_found_in_body(&at("id"), id))
}
