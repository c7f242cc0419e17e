//! `/ncp/payment/ID`: somebody who buys by a payment link.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    back, deed,
    layout::{message, missing, payer as page},
    payer,
    purchase::{money, text},
    visit::Visit,
};
use crate::{
    operations::payment_links::{Choice, price},
    request::{answer::Answer, refusal::Refusal},
    world::{World, payment_link::PaymentLink},
};

pub(super) fn answer(world: &mut World, visit: &Visit, id: &str) -> Answer {
    world.enter_where(|books| books.payment_links.contains_key(id));
    let Some(link) = world.books.payment_links.get(id) else { return missing("payment link") };
    if visit.form.is_none() {
        return page("Buy", &show(world, link, &html! {}));
    }
    let shop = link.members["return_url"].as_str().map(str::to_owned);
    if let Err(refusal) = chosen(link, visit).and_then(|body| deed::run(world, &["payment-links", id, "pay"], &body)) {
        let link = world.books.payment_links.get(id);
        let shown = link.map(|link| show(world, link, &deed::refused(&refusal)));
        return page("Buy", &shown.unwrap_or_default()).status(refusal.status);
    }
    match back::address(shop.as_deref(), &[]) {
        Some(address) => Answer::see_other(address),
        None => message(200, "You have paid", "The shop has the money, and knows what you have bought."),
    }
}

/// What the form says, as the control takes it.
fn chosen(link: &PaymentLink, visit: &Visit) -> Result<Value, Refusal> {
    let name = |index: usize| format!("option-{index}");
    let options: serde_json::Map<_, _> = dimensions(link)
        .enumerate()
        .filter(|(index, _)| !visit.field(&name(*index)).is_empty())
        .map(|(index, dimension)| (text(dimension, "name").to_owned(), visit.field(&name(index)).into()))
        .collect();
    let mut body = json!({"payer": visit.payer(), "options": options});
    let quantity = visit.field("quantity");
    if !quantity.is_empty() {
        body["quantity"] = quantity.parse::<i64>().map_or_else(|_| quantity.into(), Value::from);
    }
    Choice::read(&body).map(|_| body)
}

fn dimensions(link: &PaymentLink) -> impl Iterator<Item = &Value> {
    link.item()["variants"]["dimensions"].as_array().into_iter().flatten()
}

fn show(world: &World, link: &PaymentLink, notice: &Markup) -> Markup {
    let item = link.item();
    let most = item["adjustable_quantity"]["maximum"].as_i64().unwrap_or(1);
    // As nothing was chosen yet.
    let priced = Choice::read(&Value::Null).and_then(|choice| price(item, &choice));
    html! {
        h1 { (text(item, "name")) }
        (notice)
        p { "From " (world.merchant().name) }
        @let about = text(item, "description");
        @if !about.is_empty() { p { (about) } }
        @match priced {
            Ok(priced) => {
                @for (line, amount) in priced.lines() { p { (line) " " (money(&amount.document())) } }
                p .sum { strong { "Together " } (money(&priced.total().document())) }
            }
            Err(refusal) => (deed::refused(&refusal)),
        }
        form method="post" {
            (payer::choice(world))
            @for (index, dimension) in dimensions(link).enumerate() {
                @let id = format!("option-{index}");
                label for=(id) { (text(dimension, "name")) }
                select id=(id) name=(id) {
                    @for option in dimension["options"].as_array().into_iter().flatten() {
                        option value=(text(option, "label")) {
                            (text(option, "label"))
                            @if !option["unit_amount"].is_null() { " · " (money(&option["unit_amount"])) }
                        }
                    }
                }
            }
            @if most > 1 {
                label for="quantity" { "How many" }
                input type="number" min="1" max=(most) id="quantity" name="quantity" value="1";
            }
            button name="do" value="pay" { "Pay now" }
        }
        p .more { a href={ "/simulator/resources/payment-links/" (link.id) } { "Payment link " (link.id) } }
    }
}
