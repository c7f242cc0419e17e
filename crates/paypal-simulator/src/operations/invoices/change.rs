//! Finds an invoice, changes it, and emits its events.

use serde_json::json;

use crate::{
    request::{call::Call, refusal::Refusal},
    world::{World, invoice::Invoice},
};

pub(crate) fn emit(world: &mut World, id: &str, event: &str) {
    if let Some(document) = world.books.invoices.get(id).map(Invoice::document) {
        world.emit(event, "invoices", json!({"id": id, "invoice": document}));
    }
}

pub(crate) fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Invoice, Refusal> {
    let id = call.id(0);
    world.books.invoices.get(id).ok_or_else(|| {
        if world.is_another_s(|books| books.invoices.contains_key(id)) {
            return Refusal::not_permitted("The invoice belongs to another account.");
        }
        Refusal::not_found("invoice_id", id)
    })
}

pub(crate) fn change(world: &mut World, id: &str, how: impl FnOnce(&mut Invoice)) {
    let now = world.now();
    if let Some(invoice) = world.books.invoices.get_mut(id) {
        how(invoice);
        invoice.updated = now;
    }
}
