//! What is bought, and for how much, out of the documents of orders, plans and invoices.

use maud::{Markup, html};
use serde_json::Value;

/// An amount, such as `10.00 USD`; nothing if the document is none.
pub(super) fn money(document: &Value) -> Markup {
    let text = |name: &str| document[name].as_str();
    let (value, currency) =
        (text("value").or_else(|| text("total")), text("currency_code").or_else(|| text("currency")));
    html! { @if let (Some(value), Some(currency)) = (value, currency) { span .money { (value) " " (currency) } } }
}

/// The text of a member; empty if it is none.
pub(super) fn text<'a>(document: &'a Value, name: &str) -> &'a str {
    document[name].as_str().unwrap_or_default()
}

/// A table of items, with what each costs and, below them, what is added and taken off.
pub(super) fn table(items: &[Value], parts: &[(&str, &Value)], total: &Value) -> Markup {
    html! {
        table .purchase {
            caption { "What you buy" }
            @if !items.is_empty() {
                thead { tr { th scope="col" { "Item" } th scope="col" .amount { "Price of one" } } }
            }
            tbody {
                @for item in items {
                    tr {
                        td {
                            (text(item, "name"))
                            @let quantity = &item["quantity"];
                            @if let Some(quantity) = quantity.as_str().filter(|it| *it != "1") { " × " (quantity) }
                            @let about = text(item, "description");
                            @if !about.is_empty() { p .about { (about) } }
                        }
                        td .amount { (money(&item["unit_amount"])) }
                    }
                }
            }
            tfoot {
                @for (name, amount) in parts.iter().filter(|(_, amount)| amount.is_object()) {
                    tr { th scope="row" { (name) } td .amount { (money(amount)) } }
                }
                tr .total { th scope="row" { "Total" } td .amount { (money(total)) } }
            }
        }
    }
}

/// The parts of an amount's breakdown, in the order in which they are added up.
pub(super) fn parts(breakdown: &Value) -> Vec<(&'static str, &Value)> {
    [
        ("Items", "item_total"),
        ("Discount, taken off", "discount"),
        ("Tax", "tax_total"),
        ("Shipping", "shipping"),
        ("Discount on shipping, taken off", "shipping_discount"),
        ("Handling", "handling"),
        ("Insurance", "insurance"),
    ]
    .into_iter()
    .map(|(title, name)| (title, &breakdown[name]))
    .collect()
}

/// An address, with the name of the person who gets it.
pub(super) fn shipping(shipping: &Value) -> Markup {
    let address = &shipping["address"];
    let lines = ["address_line_1", "address_line_2", "admin_area_2", "admin_area_1", "postal_code", "country_code"];
    let shown: Vec<_> = [text(&shipping["name"], "full_name")]
        .into_iter()
        .chain(lines.into_iter().map(|line| text(address, line)))
        .filter(|line| !line.is_empty())
        .collect();
    html! { @if !shown.is_empty() { p { strong { "Ship to " } (shown.join(", ")) } } }
}
