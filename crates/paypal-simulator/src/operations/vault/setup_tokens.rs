//! Setup tokens: payment methods that are about to be saved.

use serde_json::{Value, json};

use super::{
    payment_tokens,
    source::{Source, named, only},
};
use crate::{
    request::{answer::Answer, call::Call, check, refusal::Refusal},
    world::{
        World,
        card::{Card, authentication::Authentication},
        experience::Experience,
        vault::{
            customer::Given,
            instrument::Method,
            setup_token::{SetupToken, Status, Verification},
        },
    },
};

pub(crate) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let given = Given::read(&call.body["customer"], "/customer")?;
    let (name, document) = only(&call.body, &["card", "paypal", "venmo", "token"])?;
    let field = format!("/payment_source/{name}");
    let (source, authentication) = match Method::named(name) {
        Some(method) => (Source::read(method, document, &field)?, None),
        None => {
            let token = named(world, document, &field)?;
            let SetupToken { instrument, verification, status, saved_on_approval, authentication, .. } = token;
            let (instrument, verification) = (instrument.clone(), *verification);
            let status = if *status == Status::Vaulted { Status::Approved } else { *status };
            (Source { instrument, verification, status, saved_on_approval: *saved_on_approval }, *authentication)
        }
    };
    let Source { instrument, verification, status, saved_on_approval } = source;
    let (id, created) = (world.ids.transaction(), world.now());
    let customer = world.books.vault.enrol(given, &mut world.ids);
    let token = SetupToken {
        id: id.clone(),
        customer,
        status,
        instrument,
        verification,
        authentication,
        saved_on_approval,
        experience: Experience::read(&call.body),
        created,
    };
    world.books.vault.setup_tokens.insert(id.clone(), token);
    Ok(show(world, call, &id).status(201).about(id))
}

/// A setup token as a repeated request shows it.
pub(crate) fn show(world: &World, _: &Call, id: &str) -> Answer {
    world.books.vault.setup_tokens.get(id).map_or_else(Answer::none, |token| Answer::ok(token.document()))
}

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = call.id(0);
    let token = world.books.vault.setup_token(id, world.now()).ok_or_else(|| Refusal::not_found("id", id))?;
    Ok(Answer::ok(token.document()))
}

/// Approves a setup token that waits for it, as the payer does on the page that it links to. `how` may have the `payer`, the result of 3-D Secure, and where
/// the merchant has not sent a card the one that the payer enters, as `payment_source`. Without them a card passes 3-D Secure
/// as PayPal's documents say of its number, and is a Visa card.
pub(crate) fn approve(world: &mut World, id: &str, how: &Value) -> Result<(), Refusal> {
    let (now, payer) = (world.now(), world.payer_named(&how["payer"])?);
    let asked = Authentication::read(how)?;
    let token = world.books.vault.setup_token(id, now).ok_or_else(|| Refusal::not_found("id", id))?;
    let entered = match (&token.instrument.method, &token.instrument.card, &how["payment_source"]) {
        (Method::Card, None, Value::Null) => Some(Card::visa(now)),
        (Method::Card, None, source) => Some(read_entered(source)?),
        _ => None,
    };
    let Some(token) = world.books.vault.setup_tokens.get_mut(id) else { return Ok(()) };
    if entered.is_some() {
        token.instrument.card = entered;
    }
    token.status = Status::Approved;
    if token.instrument.method != Method::Card {
        token.instrument.approved_by(&payer);
    } else if token.verification == Verification::Always {
        let of_card = token.instrument.card.as_ref().and_then(|card| card.three_d_secure);
        let result = asked.or(of_card).unwrap_or(Authentication::SUCCESSFUL);
        token.authentication = Some(result);
        if result.is_unsuccessful() {
            token.status = Status::PayerActionRequired;
        }
    }
    if token.status == Status::Approved && token.saved_on_approval {
        let customer = token.customer.clone();
        payment_tokens::of_setup_token(world, id, customer);
    }
    Ok(())
}

/// Reads the card that a payer enters, which is as in a request of the merchant's.
fn read_entered(source: &Value) -> Result<Card, Refusal> {
    let mut body = json!({"payment_source": source});
    check::body("vault.create-payment-token", &mut body)?;
    let (_, card) = only(&body, &["card"])?;
    Card::read(card, "/payment_source/card")
}
