//! One line about a resource, out of its document.

use maud::{Markup, html};
use serde_json::Value;

use super::{purchase::money, resources::Resource, table};

/// How many lines a list has at most.
pub(super) const MOST: usize = 100;

/// Where documents have what a line shows; the first that is there counts.
const STATUS: &[&str] = &[
    "/status",
    "/state",
    "/dispute_state",
    "/batch_header/batch_status",
    "/transaction_status",
    "/processing_state/status",
    "/event_type",
];
const AMOUNT: &[&str] = &[
    "/amount",
    "/purchase_units/0/amount",
    "/amount_with_breakdown/gross_amount",
    "/dispute_amount",
    "/batch_header/amount",
    "/payout_item/amount",
    "/billing_info/last_payment/amount",
    "/resource/amount",
];
const TIME: &[&str] = &["/create_time", "/time", "/batch_header/time_created", "/detail/metadata/create_time"];
const ABOUT: &[&str] = &[
    "/detail/invoice_number",
    "/name",
    "/url",
    "/resource/id",
    "/resource/dispute_id",
    "/reason",
    "/purchase_units/0/description",
    "/purchase_units/0/reference_id",
    "/plan_id",
    "/tracking_number",
    "/payment_source/card/last_digits",
    "/invoice_id",
    "/payer_email",
];

/// Returns the first of these members that is a text; empty if none is.
pub(super) fn first<'a>(document: &'a Value, pointers: &[&str]) -> &'a str {
    pointers.iter().find_map(|pointer| document.pointer(pointer)?.as_str()).unwrap_or_default()
}

/// A table of resources with their merchants. It shows the merchants only if there are several.
pub(super) fn table(resource: &Resource, rows: &[(String, Value, String)], several: bool) -> Markup {
    let has = |pointers: &[&str]| {
        rows.iter().any(|(_, document, _)| pointers.iter().any(|it| document.pointer(it).is_some()))
    };
    let (state, amount, about, time) = (has(STATUS), has(AMOUNT), has(ABOUT), has(TIME));
    let columns = [
        ("Id", true),
        ("State", state),
        (table::AMOUNT, amount),
        ("About", about),
        ("Merchant", several),
        ("Since", time),
    ];
    let heads: Vec<_> = columns.into_iter().filter(|(_, shown)| *shown).map(|(head, _)| head).collect();
    let rows = html! {
        @for (id, document, merchant) in rows {
            tr {
                td { a href=(path(resource, id)) { (id) } }
                @if state { td { (first(document, STATUS)) } }
                @if amount { td .amount { @if let Some(amount) = AMOUNT.iter().find_map(|it| document.pointer(it)) { (money(amount)) } } }
                @if about { td { (first(document, ABOUT)) } }
                @if several { td { (merchant) } }
                @if time { td { (seconds(first(document, TIME))) } }
            }
        }
    };
    table::table(resource.name, &heads, &rows)
}

/// Returns a time without the fraction of its second.
fn seconds(time: &str) -> String {
    time.split_once('.').map_or_else(|| time.to_owned(), |(before, _)| format!("{before}Z"))
}

/// Returns the state that a document shows; empty if it shows none.
pub(super) fn state(document: &Value) -> &str {
    first(document, STATUS)
}

/// The path of a resource's page.
pub(super) fn path(resource: &Resource, id: &str) -> String {
    format!("/simulator/resources/{}/{}", resource.slug, crate::base::uri::encode(id))
}

/// Whether a resource has a text in its id or in what a line shows of it.
pub(super) fn fits(id: &str, document: &Value, text: &str) -> bool {
    let text = text.to_lowercase();
    [id, first(document, STATUS), first(document, ABOUT)].iter().any(|it| it.to_lowercase().contains(&text))
}
