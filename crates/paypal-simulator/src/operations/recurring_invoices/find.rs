//! Finds a series.

use crate::{
    request::{call::Call, refusal::Refusal},
    world::{World, recurring_invoice::RecurringInvoice},
};

pub(crate) fn find<'a>(world: &'a World, call: &Call) -> Result<&'a RecurringInvoice, Refusal> {
    let id = call.id(0);
    world.books.recurring_invoices.get(id).ok_or_else(|| unknown(world, id))
}

pub(crate) fn find_mut<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut RecurringInvoice, Refusal> {
    find(world, call)?;
    let id = call.id(0);
    world.books.recurring_invoices.get_mut(id).ok_or_else(|| Refusal::not_found("id", id))
}

fn unknown(world: &World, id: &str) -> Refusal {
    if world.is_another_s(|books| books.recurring_invoices.contains_key(id)) {
        return Refusal::not_permitted("The series belongs to another account.");
    }
    Refusal::not_found("id", id)
}
