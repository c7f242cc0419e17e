//! `/checkoutnow?token=ID`: the payer of an order.

use maud::{Markup, html};
use serde_json::json;

use super::{
    back, challenge, deed,
    layout::{message, missing, payer as page},
    payer,
    purchase::{money, parts, shipping, table, text},
    visit::Visit,
};
use crate::{
    request::answer::Answer,
    world::{
        World,
        order::{Order, Status, Unit},
    },
};

pub(super) fn answer(world: &mut World, visit: &Visit) -> Answer {
    let id = visit.query("token");
    world.enter_where(|books| books.orders.contains_key(id));
    let Some(order) = world.books.orders.get(id) else { return missing("order") };
    if visit.form.is_none() {
        return page("Pay", &show(world, order, &html! {}));
    }
    let shop = order.experience.cancel_url.as_deref();
    match visit.field("do") {
        "cancel" => match back::address(shop, &[("token", id)]) {
            Some(address) => Answer::see_other(address),
            None => message(200, "You have cancelled", "You have not paid. Go back to the shop."),
        },
        deed @ ("approve" | "authenticate" | "decline") if order.is_payable() => {
            let how = match deed {
                "authenticate" => challenge::result(visit),
                _ => json!({"payer": visit.payer()}),
            };
            if let Err(refusal) = deed::run(world, &["orders", id, deed], &how) {
                let order = world.books.orders.get(id);
                let shown = order.map(|order| show(world, order, &deed::refused(&refusal)));
                return page("Pay", &shown.unwrap_or_default()).status(refusal.status);
            }
            match world.books.orders.get(id).and_then(|order| to_shop(world, order)) {
                Some(address) => Answer::see_other(address),
                None => message(200, "You have approved the payment", "Go back to the shop, which takes the money."),
            }
        }
        _ => page("Pay", &show(world, order, &html! {})).status(409),
    }
}

/// Whether the payer's bank asks, rather than PayPal.
fn is_challenged(order: &Order) -> bool {
    order.source.as_ref().is_some_and(|source| source.challenge)
}

/// Where the payer goes once an order is approved.
fn to_shop(world: &World, order: &Order) -> Option<String> {
    let document = order.document(world);
    if is_challenged(order) {
        let result = &document["payment_source"][&*order.source.as_ref()?.method]["authentication_result"];
        // PayPal names no order here.
        let parameters =
            [("state", "undefined"), ("code", "undefined"), ("liability_shift", text(result, "liability_shift"))];
        return back::address(order.experience.return_url.as_deref(), &parameters);
    }
    let payer = text(&document["payer"], "payer_id");
    back::address(order.experience.return_url.as_deref(), &[("token", &order.id), ("PayerID", payer)])
}

fn show(world: &World, order: &Order, notice: &Markup) -> Markup {
    let merchant = order.experience.brand_name.as_deref().unwrap_or(&world.merchant().name);
    html! {
        h1 { "Pay " (merchant) }
        (notice)
        @for unit in &order.units { (bought(unit, order.units.len() > 1)) }
        @if let [first, _, ..] = &*order.units {
            @let sum = order.units.iter().fold(0_i64, |sum, unit| sum.saturating_add(unit.amount.minor));
            p .sum { strong { "All together " } (money(&first.amount.with(sum).document())) }
        }
        @if order.is_payable() {
            @if order.declined {
                p .notice role="alert" { "What you chose to pay with was declined. Choose again." }
            }
            @if is_challenged(order) { (challenge::form()) } @else {
            @let pay = if order.experience.pay_now { "Pay now" } else { "Agree and continue" };
            (payer::form(world, &[("approve", pay), ("decline", "Pay, but be declined"), ("cancel", "Cancel")]))
            }
        } @else {
            @match order.status {
                Status::Completed => p .notice { "This order is paid." },
                Status::Approved => p .notice { "You have approved this order. The shop takes the money." },
                _ => p .notice { "This order cannot be paid any more." },
            }
            @if let Some(address) = to_shop(world, order) { p { a href=(address) { "Back to the shop" } } }
        }
        p .more { a href={ "/simulator/resources/orders/" (order.id) } { "Order " (order.id) } }
    }
}

/// One purchase unit.
fn bought(unit: &Unit, is_one_of_several: bool) -> Markup {
    let document = &unit.document();
    let items = document["items"].as_array().map_or(&[][..], Vec::as_slice);
    html! {
        section {
            @if is_one_of_several { h2 { (text(document, "reference_id")) } }
            @let about = text(document, "description");
            @if !about.is_empty() { p { (about) } }
            (table(items, &parts(&document["amount"]["breakdown"]), &unit.amount.document()))
            (shipping(&document["shipping"]))
        }
    }
}
