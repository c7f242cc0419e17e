//! Captures: money that is taken (Payments v2).

use std::time::Duration;

use serde_json::Value;

use crate::{
    base::scopes,
    operations::operation::{DAY, Operation, operation},
    operations::{disputes, refunds},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        capture::{Capture, Details, fee},
        ledger::Entry,
        money::Money,
        refund,
    },
};

/// The operations. Keys are remembered as long as PayPal's API reference says
/// (<https://developer.paypal.com/api/rest/reference/idempotency/>).
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("payments.get-capture", "GET", "/v2/payments/captures/*", scopes::PAYMENTS, get),
    operation("payments.refund-capture", "POST", "/v2/payments/captures/*/refund", scopes::REFUNDS, refund)
        .remembered(45 * DAY, refunds::show),
];

/// How long a capture can be refunded.
const REFUNDABLE: Duration = Duration::from_secs(180 * 86_400);

/// Adds a capture.
pub(crate) fn make(world: &mut World, details: Details) -> String {
    let (id, now) = (world.ids.transaction(), world.now());
    if let Some(unit) = world.books.orders.get_mut(&details.order).and_then(|order| order.units.get_mut(details.unit)) {
        unit.captures.push(id.clone());
    }
    let capture = Capture { id: id.clone(), details, refunded: 0, created: now, updated: now };
    let (document, declined) = (capture.document(), capture.details.declined);
    if !declined {
        world.books.ledger.record(movement(&capture, world.payer().id.clone()));
    }
    world.books.captures.insert(id.clone(), capture);
    let event = if declined { "PAYMENT.CAPTURE.DECLINED" } else { "PAYMENT.CAPTURE.COMPLETED" };
    world.emit(event, "capture", document);
    id
}

/// A capture as a movement of the merchant's money.
fn movement(capture: &Capture, payer: String) -> Entry {
    let Details { order, amount, invoice_id, custom_id, note, .. } = &capture.details;
    Entry {
        fee: -fee(*amount).minor,
        reference: Some((order.clone(), "ODR")),
        payer: Some(payer),
        invoice_id: invoice_id.clone(),
        custom_id: custom_id.clone(),
        note: note.clone(),
        ..Entry::new(&capture.id, "T0006", *amount, capture.created)
    }
}

/// Refuses an invoice id that has been paid.
pub(crate) fn refuse_duplicate(world: &World, invoice_id: &str) -> Result<(), Refusal> {
    let paid =
        |capture: &Capture| !capture.details.declined && capture.details.invoice_id.as_deref() == Some(invoice_id);
    if world.books.captures.values().any(paid) {
        let description = "An invoice with this id has been paid already.";
        return Err(Refusal::business("DUPLICATE_INVOICE_ID", description));
    }
    Ok(())
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Capture, Refusal> {
    let id = call.id(0);
    world.books.captures.get(id).ok_or_else(|| Refusal::not_found("capture_id", id))
}

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

/// Refunds all or part of a capture.
pub(crate) fn refund(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let capture = find(world, call)?;
    let total = capture.details.amount;
    let left = total.minor - capture.refunded;
    if capture.details.declined {
        return Err(Refusal::business("REFUND_NOT_ALLOWED", "The capture was declined."));
    }
    if left == 0 {
        return Err(Refusal::business("CAPTURE_FULLY_REFUNDED", "All of it has been refunded."));
    }
    if world.now().since(capture.created) >= REFUNDABLE {
        return Err(Refusal::business("REFUND_TIME_LIMIT_EXCEEDED", "It can be refunded for 180 days."));
    }
    let amount = match &call.body["amount"] {
        Value::Null => total.with(left),
        document => Money::read_positive(document, "/amount")?,
    };
    if amount.currency != total.currency {
        let description = "The currency must be the capture's.";
        return Err(Refusal::business("REFUND_CAPTURE_CURRENCY_MISMATCH", description));
    }
    if amount.minor > left {
        return Err(Refusal::business("REFUND_AMOUNT_EXCEEDED", "It is more than what is left of the capture."));
    }
    if let Some(dispute) = world.books.holding_dispute(&capture.id) {
        if dispute.is_external {
            let (issue, description) =
                ("REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK", "The buyer's bank has it in dispute.");
            return Err(Refusal::business(issue, description));
        }
        if amount.minor < left {
            let description = "It is in dispute: all that is left can be refunded, but not a part.";
            return Err(Refusal::business("TRANSACTION_DISPUTED", description));
        }
    }
    let text = |name: &str| call.body[name].as_str().map(str::to_owned);
    let (id, now) = (capture.id.clone(), world.now());
    let details = refund::Details {
        capture: id.clone(),
        amount,
        invoice_id: text("invoice_id").or_else(|| capture.details.invoice_id.clone()),
        custom_id: text("custom_id").or_else(|| capture.details.custom_id.clone()),
        note: text("note_to_payer"),
    };
    if let Some(capture) = world.books.captures.get_mut(&id) {
        capture.refunded += amount.minor;
        capture.updated = now;
    }
    let refund = refunds::make(world, details);
    disputes::resolve::refunded_beside(world, &id, amount);
    Ok(refunds::show(world, call, &refund).status(201).about(refund))
}

/// A capture as a write shows it.
pub(crate) fn show(world: &World, call: &Call, id: &str) -> Answer {
    let Some(capture) = world.books.captures.get(id) else { return Answer::none() };
    Answer::ok(call.represent(capture.document(), &["id", "status", "links"]))
}
