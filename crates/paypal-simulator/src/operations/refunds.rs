//! Refunds: money that is given back (Payments v2).

use crate::{
    base::scopes,
    operations::operation::{Operation, operation},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        ledger::Entry,
        refund::{Details, Refund},
    },
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] =
    &[operation("payments.get-refund", "GET", "/v2/payments/refunds/*", scopes::REFUNDS, get)];

/// Adds a refund by the merchant.
pub(crate) fn make(world: &mut World, details: Details) -> String {
    add(world, details, "T1107", "PAYMENT.CAPTURE.REFUNDED")
}

/// Adds a refund: PayPal's transaction event code and the event say who has made it.
pub(crate) fn add(world: &mut World, details: Details, code: &'static str, event: &str) -> String {
    let (id, created) = (world.ids.transaction(), world.now());
    let so_far = world.books.captures.get(&details.capture).map_or(details.amount.minor, |capture| capture.refunded);
    let refund = Refund { id: id.clone(), details, so_far, created };
    let document = refund.document();
    let Details { capture, amount, invoice_id, custom_id, note } = &refund.details;
    let movement = Entry {
        reference: Some((capture.clone(), "TXN")),
        payer: Some(world.payer().id.clone()),
        invoice_id: invoice_id.clone(),
        custom_id: custom_id.clone(),
        note: note.clone(),
        ..Entry::new(&id, code, amount.with(-amount.minor), created)
    };
    world.books.ledger.record(movement);
    world.books.refunds.insert(id.clone(), refund);
    world.emit(event, "refund", document);
    id
}

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = call.id(0);
    let refund = world.books.refunds.get(id).ok_or_else(|| Refusal::not_found("refund_id", id))?;
    Ok(Answer::ok(refund.document()))
}

/// A refund as a write shows it.
pub(crate) fn show(world: &World, call: &Call, id: &str) -> Answer {
    let Some(refund) = world.books.refunds.get(id) else { return Answer::none() };
    Answer::ok(call.represent(refund.document(), &["id", "status", "links"]))
}
