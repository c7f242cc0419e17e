//! `/invoice/p/ID`: the recipient of an invoice. PayPal's links have the id after `#`, which a browser does not send.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    deed,
    layout::{message, missing, payer as page},
    payer,
    purchase::{money, shipping, table, text},
    row,
    visit::Visit,
};
use crate::{
    request::answer::Answer,
    world::{World, invoice::Invoice},
};

pub(super) fn answer(world: &mut World, visit: &Visit, key: &str) -> Answer {
    let is_it = |it: &&Invoice| it.key() == key;
    world.enter_where(|books| books.invoices.values().any(|it| is_it(&it)));
    let Some(invoice) = world.books.invoices.values().find(is_it) else { return missing("invoice") };
    if visit.form.is_none() {
        return page("Invoice", &show(world, invoice, &html! {}));
    }
    let id = invoice.id.clone();
    match visit.field("do") {
        "pay" if invoice.is_payable() => {
            match deed::run(world, &["invoices", &id, "pay"], &json!({"payer": visit.payer()})) {
                Ok(()) => message(200, "You have paid the invoice", "The merchant has the money."),
                Err(refusal) => {
                    let shown = world.books.invoices.get(&id).map(|it| show(world, it, &deed::refused(&refusal)));
                    page("Invoice", &shown.unwrap_or_default()).status(refusal.status)
                }
            }
        }
        _ => page("Invoice", &show(world, invoice, &html! {})).status(409),
    }
}

/// The invoices that can be paid, for those who come without an id.
pub(super) fn list(world: &mut World) -> Answer {
    let mut open = Vec::new();
    for merchant in 0..world.merchants.len() {
        world.enter(merchant);
        open.extend(world.books.invoices.values().filter(|it| it.is_payable()).map(|invoice| {
            let due = invoice.amounts.total.with(invoice.due() - invoice.offered(world.now())).document();
            (invoice.key(), invoice.number().to_owned(), due, world.merchant().name.clone())
        }));
    }
    open.truncate(row::MOST);
    let main = html! {
        h1 { "Invoices to pay" }
        @if open.is_empty() { p { "There are none." } }
        ul {
            @for (key, number, due, merchant) in &open {
                li id=(key) { a href={ "/invoice/p/" (key) } { "Invoice " (number) } " from " (merchant) ": " (money(due)) }
            }
        }
    };
    page("Invoices", &main)
}

fn show(world: &World, invoice: &Invoice, notice: &Markup) -> Markup {
    let document = invoice.document();
    let name = text(&document["invoicer"], "business_name");
    let merchant = if name.is_empty() { &world.merchant().name } else { name };
    let items = document["items"].as_array().map_or(&[][..], Vec::as_slice);
    let detail = &document["detail"];
    let due = invoice.amounts.total.with(invoice.due() - invoice.offered(world.now())).document();
    html! {
        h1 { "Invoice " (invoice.number()) " from " (merchant) }
        (notice)
        p { (text(detail, "note")) }
        (table(items, &parts(&document["amount"]["breakdown"]), &document["amount"]))
        (shipping(&document["primary_recipients"][0]["shipping_info"]))
        p .sum { strong { "Due " } (money(&due)) }
        @if invoice.is_payable() {
            (payer::form(world, &[("pay", "Pay")]))
        } @else {
            p .notice { "There is nothing to pay: the invoice is " (invoice.status()) "." }
        }
        p .more { a href={ "/simulator/resources/invoices/" (invoice.id) } { "Invoice " (invoice.id) } }
    }
}

/// The parts of an invoice's amount.
fn parts(breakdown: &Value) -> [(&'static str, &Value); 6] {
    [
        ("Items", &breakdown["item_total"]),
        ("Discounts on items", &breakdown["discount"]["item_discount"]),
        ("Discount", &breakdown["discount"]["invoice_discount"]["amount"]),
        ("Tax", &breakdown["tax_total"]),
        ("Shipping", &breakdown["shipping"]["amount"]),
        ("Other", &breakdown["custom"]["amount"]),
    ]
}
