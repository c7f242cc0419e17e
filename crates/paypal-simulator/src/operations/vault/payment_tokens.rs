//! Payment tokens: saved payment methods.

use serde_json::{Value, json};

use super::source::{named, only};
use crate::{
    base::links::link,
    request::{answer::Answer, call::Call, paging::Page, refusal::Refusal},
    world::{
        World,
        card::Card,
        vault::{
            customer::{Customer, Given},
            instrument::{Instrument, Method},
            payment_token::{PATH, PaymentToken, encoded},
            setup_token::Status,
        },
    },
};

/// The maximum number of payment tokens on a page, and of pages.
const PAGE: usize = 5;
const PAGES: usize = 10;

/// Saves a payment method. Returns the id of the payment token.
pub(crate) fn make(world: &mut World, customer: Customer, instrument: Instrument, order: Option<&str>) -> String {
    let id = world.ids.payment_token();
    let number = world.books.vault.payment_tokens.len();
    let token = PaymentToken { id: id.clone(), customer, instrument, setup_token: None, number, deleted: false };
    let mut resource = resource(world, &token);
    if let Some(order) = order {
        resource["metadata"] = json!({"order_id": order});
    }
    world.books.vault.payment_tokens.insert(id.clone(), token);
    world.emit("VAULT.PAYMENT-TOKEN.CREATED", "payment_token", resource);
    id
}

/// Saves the payment method of an approved setup token. Returns the id of the payment token, or `None` if there is no such
/// setup token.
pub(super) fn of_setup_token(world: &mut World, setup_token: &str, customer: Customer) -> Option<String> {
    let token = world.books.vault.setup_tokens.get_mut(setup_token)?;
    token.status = Status::Vaulted;
    let instrument = token.instrument.clone();
    let id = make(world, customer, instrument, None);
    if let Some(token) = world.books.vault.payment_tokens.get_mut(&id) {
        token.setup_token = Some(setup_token.to_owned());
    }
    Some(id)
}

/// The resource of an event.
fn resource(world: &World, token: &PaymentToken) -> Value {
    let mut document = token.document();
    document["time_created"] = world.now().rfc3339_millis().into();
    document
}

pub(crate) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let mut given = Given::read(&call.body["customer"], "/customer")?;
    let (name, document) = only(&call.body, &["card", "token"])?;
    let field = format!("/payment_source/{name}");
    let id = if name == "card" {
        let card = Card::read(document, &field)?;
        let customer = world.books.vault.enrol(given, &mut world.ids);
        make(world, customer, Instrument::card(Some(card)), None)
    } else {
        let token = named(world, document, &field)?;
        match token.status {
            Status::Approved => {}
            Status::Created | Status::PayerActionRequired => {
                return Err(Refusal::business(
                    "PAYER_ACTION_REQUIRED",
                    "The payer must approve the setup token first.",
                ));
            }
            Status::Vaulted => {
                let description = "A payment token was made of this setup token before.";
                return Err(Refusal::business("SETUP_TOKEN_ALREADY_TOKENIZED", description));
            }
        }
        let setup_token = token.id.clone();
        given.id.get_or_insert_with(|| token.customer.id.clone());
        let customer = world.books.vault.enrol(given, &mut world.ids);
        let made = of_setup_token(world, &setup_token, customer);
        made.ok_or_else(|| Refusal::not_found_in_body(&format!("{field}/id"), &setup_token))?
    };
    Ok(show(world, call, &id).status(201).about(id))
}

/// A payment token as a repeated request shows it.
pub(crate) fn show(world: &World, _: &Call, id: &str) -> Answer {
    world.books.vault.payment_tokens.get(id).map_or_else(Answer::none, |token| Answer::ok(token.document()))
}

/// Returns a payment token by its id, or by that of the setup token that it was made of.
pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (id, vault) = (call.id(0), &world.books.vault);
    let made_of = |token: &&PaymentToken| !token.deleted && token.setup_token.as_deref() == Some(id);
    if let Some(token) = vault.payment_token(id).or_else(|| vault.payment_tokens.values().find(made_of)) {
        return Ok(Answer::ok(token.document()));
    }
    if vault.setup_token(id, world.now()).is_some_and(|token| token.status != Status::Vaulted) {
        let description = "No payment token was made of this setup token.";
        return Err(Refusal::business("SETUP_TOKEN_NOT_TOKENIZED", description));
    }
    Err(Refusal::not_found("id", id))
}

pub(crate) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = call.parameter("customer_id").unwrap_or_default();
    // The catalogue has no upper limit for it.
    if let Some(size) = call.parameter("page_size").filter(|size| size.parse().is_ok_and(|size: usize| size > PAGE)) {
        let description = format!("It must be at most {PAGE}.");
        return Err(Refusal::query("page_size", size, "INVALID_INTEGER_MAX_VALUE", &description));
    }
    let page = Page::read(call, PAGE, PAGE, PAGES)?;
    let vault = &world.books.vault;
    let customer = vault.customer(id);
    let customer = customer.ok_or_else(|| Refusal::not_found_in_query("customer_id", id, "CUSTOMER_ID_NOT_FOUND"))?;
    let tokens: Vec<_> = vault.of_customer(id).into_iter().map(PaymentToken::document).collect();
    let none = tokens.is_empty();
    let mut document = page.document(call, "GET", PATH, "payment_tokens", tokens);
    if document["payment_tokens"].is_null() {
        document["payment_tokens"] = json!([]);
    }
    document["customer"] = customer.document();
    if let (true, Some(members)) = (none, document.as_object_mut()) {
        // By PayPal's schema a total is at least 1.
        members.remove("total_items");
        members.remove("total_pages");
    }
    let first = page.first(call, PATH);
    let links = document["links"].as_array_mut().into_iter().flat_map(std::mem::take);
    document["links"] = links.chain([link("first", "GET", &first)]).map(encoded).collect();
    Ok(Answer::ok(document))
}

/// Deletes a payment token. Of a PayPal account also an event tells that it was asked for.
pub(crate) fn delete(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = call.id(0).to_owned();
    let token = world.books.vault.payment_token(&id).ok_or_else(|| Refusal::not_found("id", &id))?;
    let (document, method) = (resource(world, token), token.instrument.method);
    if let Some(token) = world.books.vault.payment_tokens.get_mut(&id) {
        token.deleted = true;
    }
    if method == Method::PayPal {
        world.emit("VAULT.PAYMENT-TOKEN.DELETION-INITIATED", "payment_token", document.clone());
    }
    world.emit("VAULT.PAYMENT-TOKEN.DELETED", "payment_token", document);
    Ok(Answer::none().about(id))
}
