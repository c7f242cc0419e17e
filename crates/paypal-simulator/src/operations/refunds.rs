//! Refunds: money that is given back (Payments v2).

use crate::{
    base::scopes,
    operations::{
        needs::Subject,
        operation::{Control, Operation, control, operation},
        referenced_payouts,
        settlement::{self, Settlement},
    },
    request::{
        answer::Answer,
        call::Call,
        field::{Field, Kind},
        refusal::Refusal,
    },
    world::{
        World,
        ledger::{self, Entry},
        pending::{Outcome, Pending},
        refund::{Details, Refund, Status},
    },
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] =
    &[operation("payments.get-refund", "GET", "/v2/payments/refunds/*", scopes::REFUNDS, get)];

/// What banks do with refunds that are not completed yet.
pub(crate) static CONTROLS: &[Control] = &[
    control("refunds/pending", next_pending)
        .titled("Let the next refund be pending")
        .may_have(|_, _| settlement::example()),
    control("refunds/*/settle", |world, call| SETTLEMENT.now(world, call))
        .needs(&SUBJECT, settlement::PENDING, |world, id| SETTLEMENT.is_pending(&world.books, id))
        .takes(&[Field { name: "outcome", kind: Kind::OneOf(&["COMPLETED", "FAILED", "CANCELLED"]) }]),
];

static SUBJECT: Subject = Subject {
    name: "refund",
    field: "refund_id",
    has: |books, id| books.refunds.contains_key(id),
    state: |world, id| world.books.refunds.get(id).map(|refund| refund.status.name().to_owned()),
};

static SETTLEMENT: Settlement = Settlement {
    outcomes: &[("COMPLETED", Outcome::Completed), ("FAILED", Outcome::Failed), ("CANCELLED", Outcome::Cancelled)],
    pending: |books, id| {
        let status = books.refunds.get(id)?.status;
        Some(if let Status::Pending(pending) = status { Some(pending) } else { None })
    },
    settle,
};

/// Refuses an invoice id that another refund was given. One that a refund has from its capture does not count.
pub(crate) fn refuse_duplicate(world: &World, invoice_id: &str) -> Result<(), Refusal> {
    let of_capture = |refund: &Refund| world.books.captures.get(&refund.details.capture)?.details.invoice_id.as_deref();
    if world.books.refunds_with(invoice_id).any(|refund| of_capture(refund) != Some(invoice_id)) {
        let description = "Another refund has this invoice id.";
        return Err(Refusal::business_at("/invoice_id", invoice_id, "DUPLICATE_INVOICE_ID", description));
    }
    Ok(())
}

/// Adds a refund by the merchant, whose amount its capture has counted already. It is pending if that was asked for.
pub(crate) fn make(world: &mut World, details: Details) -> String {
    let pending = world.next_refund.take();
    add(world, details, pending, "T1107", "PAYMENT.CAPTURE.REFUNDED")
}

/// Adds a refund: PayPal's transaction event code and the event say who has made it.
pub(crate) fn add(
    world: &mut World,
    details: Details,
    pending: Option<Pending>,
    code: &'static str,
    event: &str,
) -> String {
    // What goes back is not held any more.
    referenced_payouts::release(world, &details.capture, details.amount.minor);
    let (id, created) = (world.ids.transaction(), world.now());
    let mut so_far = details.amount.minor;
    if let Some(capture) = world.books.captures.get_mut(&details.capture) {
        if pending.is_some() {
            capture.refunded -= details.amount.minor;
            capture.refunding += details.amount.minor;
        }
        so_far = capture.refunded + capture.refunding;
    }
    let status = pending.map_or(Status::Completed, Status::Pending);
    let refund = Refund { id: id.clone(), status, details, so_far, created, updated: created };
    let document = refund.document();
    let Details { capture, amount, invoice_id, custom_id, note } = &refund.details;
    let movement = Entry {
        status: ledger::Status::begun(pending.is_some()),
        reference: Some((capture.clone(), "TXN")),
        payer: world.books.captures.get(capture).and_then(|it| world.books.payer_of(&it.details.order)),
        invoice_id: invoice_id.clone(),
        custom_id: custom_id.clone(),
        note: note.clone(),
        ..Entry::new(&id, code, amount.with(-amount.minor), created)
    };
    world.books.ledger.record(movement);
    world.books.add_refund(refund);
    if let Some(after) = pending.and_then(|pending| pending.after) {
        world.schedule(created.after(after), |world, id| SETTLEMENT.in_time(world, id), &id);
    }
    world.emit(if pending.is_some() { "PAYMENT.REFUND.PENDING" } else { event }, "refund", document);
    id
}

/// Lets the next refund be pending for an eCheck: `outcome`, and after how many `seconds` it comes.
fn next_pending(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let pending = Pending::read(&call.body, SETTLEMENT.outcomes)?;
    // PayPal knows no other reason.
    if pending.reason != "ECHECK" {
        let (value, description) = (call.body["reason"].clone(), "Refunds are pending for ECHECK only.");
        return Err(Refusal::invalid("/reason", value, "INVALID_PARAMETER_VALUE", description));
    }
    world.next_refund = Some(pending);
    Ok(Answer::none())
}

fn settle(world: &mut World, id: &str, outcome: Outcome) {
    let now = world.now();
    let Some(refund) = world.books.refunds.get_mut(id) else { return };
    let Status::Pending(Pending { reason, .. }) = refund.status else { return };
    let (status, event) = match outcome {
        Outcome::Completed => (Status::Completed, "PAYMENT.CAPTURE.REFUNDED"),
        Outcome::Failed => (Status::Failed(reason), "PAYMENT.REFUND.FAILED"),
        Outcome::Cancelled => (Status::Cancelled, "PAYMENT.REFUND.CANCELLED"),
    };
    (refund.status, refund.updated) = (status, now);
    let (document, amount) = (refund.document(), refund.details.amount.minor);
    let completed = status == Status::Completed;
    if let Some(capture) = world.books.captures.get_mut(&refund.details.capture) {
        capture.refunding -= amount;
        capture.refunded += if completed { amount } else { 0 };
        capture.updated = now;
    }
    world.books.ledger.settle(id, ledger::Status::ended(completed), now);
    world.emit(event, "refund", document);
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
