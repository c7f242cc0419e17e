//! `/agreements/approve?approval_session_id=ID`: a customer who lets a merchant save a payment method.

use maud::{Markup, html};
use serde_json::json;

use super::{
    back, challenge, deed,
    layout::{message, missing, payer as page},
    payer,
    purchase::text,
    visit::Visit,
};
use crate::{
    request::answer::Answer,
    world::{
        World,
        vault::{
            instrument::Method,
            setup_token::{SetupToken, Verification},
        },
    },
};

pub(super) fn answer(world: &mut World, visit: &Visit) -> Answer {
    let (id, now) = (visit.query("approval_session_id"), world.now());
    world.enter_where(|books| books.vault.setup_tokens.contains_key(id));
    let Some(token) = world.books.vault.setup_tokens.get(id) else { return missing("payment method to save") };
    if token.is_expired(now) {
        return message(410, "This has expired", "Go back to the shop, and begin again.");
    }
    if visit.form.is_none() {
        return page("Save", &show(world, token, &html! {}));
    }
    match visit.field("do") {
        "cancel" => match back::address(token.experience.cancel_url.as_deref(), &[]) {
            Some(address) => Answer::see_other(address),
            None => message(200, "You have cancelled", "Nothing is saved. Go back to the shop."),
        },
        "approve" | "authenticate" if token.waits_for_approval() => {
            let mut how = challenge::result(visit);
            if how.is_null() {
                how = json!({});
            }
            how["payer"] = visit.payer();
            if let Err(refusal) = deed::run(world, &["setup-tokens", id, "approve"], &how) {
                let token = world.books.vault.setup_token(id, now);
                let shown = token.map(|token| show(world, token, &deed::refused(&refusal)));
                return page("Save", &shown.unwrap_or_default()).status(refusal.status);
            }
            match world.books.vault.setup_token(id, now).and_then(to_shop) {
                Some(address) => Answer::see_other(address),
                None => message(200, "You have agreed", "Go back to the shop, which saves the payment method."),
            }
        }
        _ => page("Save", &show(world, token, &html! {})).status(409),
    }
}

fn to_shop(token: &SetupToken) -> Option<String> {
    let id = &token.id;
    back::address(token.experience.return_url.as_deref(), &[("approval_token_id", id), ("approval_session_id", id)])
}

fn show(world: &World, token: &SetupToken, notice: &Markup) -> Markup {
    let merchant = token.experience.brand_name.as_deref().unwrap_or(&world.merchant().name);
    let method = match token.instrument.method {
        Method::Card => "card",
        Method::PayPal => "PayPal account",
        Method::Venmo => "Venmo account",
        Method::ApplePay => "Apple Pay card",
    };
    let document = token.instrument.document();
    let shown = &document[token.instrument.method.name()];
    html! {
        h1 { "Let " (merchant) " save your " (method) }
        (notice)
        @let about = text(shown, "description");
        @if !about.is_empty() { p { (about) } }
        @let digits = text(shown, "last_digits");
        @if !digits.is_empty() { p { (text(shown, "brand")) " …" (digits) } }
        p { "The shop can then take money from it without asking you each time." }
        @if token.authentication.is_some() && token.waits_for_approval() {
            p .notice role="alert" { "3-D Secure has failed. You can try again." }
        }
        @if !token.waits_for_approval() {
            p .notice { "You have agreed." }
            @if let Some(address) = to_shop(token) { p { a href=(address) { "Back to the shop" } } }
        } @else if token.verification == Verification::Always {
            (challenge::form())
        } @else {
            (payer::form(world, &[("approve", "Agree and save"), ("cancel", "Cancel")]))
        }
        p .more { a href={ "/simulator/resources/setup-tokens/" (token.id) } { "Setup token " (token.id) } }
    }
}
