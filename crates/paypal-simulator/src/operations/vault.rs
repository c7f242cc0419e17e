//! Saved payment methods (Payment Method Tokens v3).

pub(crate) mod payment_tokens;
pub(crate) mod setup_tokens;
mod source;

use crate::{
    base::scopes,
    operations::{
        needs::Subject,
        operation::{Control, HOUR, Operation, control, operation},
    },
    request::answer::Answer,
    world::{card::authentication, vault::setup_token::SetupToken},
};

/// The operations. Keys are remembered for 3 hours, as PayPal's API reference says.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("vault.create-setup-token", "POST", "/v3/vault/setup-tokens", scopes::SETUP_TOKENS, setup_tokens::create)
        .remembered(3 * HOUR, setup_tokens::show),
    operation("vault.get-setup-token", "GET", "/v3/vault/setup-tokens/*", scopes::SETUP_TOKENS, setup_tokens::get),
    operation(
        "vault.create-payment-token",
        "POST",
        "/v3/vault/payment-tokens",
        scopes::PAYMENT_TOKENS,
        payment_tokens::create,
    )
    .remembered(3 * HOUR, payment_tokens::show),
    operation(
        "vault.list-payment-tokens",
        "GET",
        "/v3/vault/payment-tokens",
        scopes::PAYMENT_TOKENS,
        payment_tokens::list,
    ),
    operation(
        "vault.get-payment-token",
        "GET",
        "/v3/vault/payment-tokens/*",
        scopes::PAYMENT_TOKENS,
        payment_tokens::get,
    ),
    operation(
        "vault.delete-payment-token",
        "DELETE",
        "/v3/vault/payment-tokens/*",
        scopes::PAYMENT_TOKENS,
        payment_tokens::delete,
    ),
];

/// What payers do.
pub(crate) static CONTROLS: &[Control] = &[control("setup-tokens/*/approve", |world, call| {
    setup_tokens::approve(world, call.id(0), &call.body).map(|()| Answer::none())
})
.needs(&SUBJECT, &["CREATED", "PAYER_ACTION_REQUIRED"], |world, id| {
    world.books.vault.setup_token(id, world.now()).is_some_and(SetupToken::waits_for_approval)
})
.takes(&authentication::FIELDS)];

static SUBJECT: Subject = Subject {
    name: "setup token",
    field: "id",
    has: |books, id| books.vault.setup_tokens.contains_key(id),
    state: |world, id| {
        let token = world.books.vault.setup_token(id, world.now())?;
        Some(token.status.name().to_owned())
    },
};
