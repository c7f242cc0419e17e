//! Captures: money that is taken (Payments v2).

use std::time::Duration;

use serde_json::Value;

use crate::{
    base::scopes,
    operations::{
        disputes,
        needs::Subject,
        operation::{Control, DAY, Operation, control, operation},
        referenced_payouts, refunds,
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
        capture::{Capture, Details, fee},
        ledger::{self, Entry},
        money::Money,
        pending::{Outcome, Pending},
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

/// What payers, banks and the merchant do with captures whose money is not there yet.
pub(crate) static CONTROLS: &[Control] = &[
    control("captures/pending", next_pending)
        .titled("Let the next capture be pending")
        .may_have(|_, _| settlement::example()),
    control("captures/*/settle", |world, call| SETTLEMENT.now(world, call))
        .needs(&SUBJECT, settlement::PENDING, |world, id| SETTLEMENT.is_pending(&world.books, id))
        .takes(&[Field { name: "outcome", kind: Kind::OneOf(&["COMPLETED", "DECLINED"]) }]),
];

static SUBJECT: Subject = Subject {
    name: "capture",
    field: "capture_id",
    has: |books, id| books.captures.contains_key(id),
    state: |world, id| world.books.captures.get(id).map(|capture| capture.status().to_owned()),
};

static SETTLEMENT: Settlement = Settlement {
    outcomes: &[("COMPLETED", Outcome::Completed), ("DECLINED", Outcome::Failed)],
    pending: |books, id| books.captures.get(id).map(|capture| capture.pending),
    settle,
};

/// How long a capture can be refunded.
const REFUNDABLE: Duration = Duration::from_secs(180 * 86_400);

/// Adds a capture.
pub(crate) fn make(world: &mut World, details: Details) -> String {
    let (id, now) = (world.ids.transaction(), world.now());
    if let Some(unit) = world.books.orders.get_mut(&details.order).and_then(|order| order.units.get_mut(details.unit)) {
        unit.captures.push(id.clone());
    }
    let pending = if details.declined { None } else { world.next_capture.take() };
    let capture = Capture {
        id: id.clone(),
        details,
        pending,
        denied: None,
        refunded: 0,
        refunding: 0,
        held: 0,
        created: now,
        updated: now,
    };
    let (document, declined) = (capture.document(), capture.details.declined);
    if !declined {
        let payer = world.books.payer_of(&capture.details.order);
        world.books.ledger.record(movement(&capture, payer));
    }
    world.books.add_capture(capture);
    referenced_payouts::hold(world, &id);
    if let Some(after) = pending.and_then(|pending| pending.after) {
        world.schedule(now.after(after), |world, id| SETTLEMENT.in_time(world, id), &id);
    }
    let event = match pending {
        _ if declined => "PAYMENT.CAPTURE.DECLINED",
        Some(_) => "PAYMENT.CAPTURE.PENDING",
        None => "PAYMENT.CAPTURE.COMPLETED",
    };
    world.emit(event, "capture", document);
    id
}

/// Lets the next capture be pending: `reason`, `outcome`, and after how many `seconds` it comes.
fn next_pending(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    world.next_capture = Some(Pending::read(&call.body, SETTLEMENT.outcomes)?);
    Ok(Answer::none())
}

fn settle(world: &mut World, id: &str, outcome: Outcome) {
    let now = world.now();
    let Some(capture) = world.books.captures.get_mut(id) else { return };
    let Some(pending) = capture.pending.take() else { return };
    capture.updated = now;
    let completed = outcome == Outcome::Completed;
    if !completed {
        capture.denied = Some(pending.reason);
    }
    let (document, amount) = (capture.document(), capture.details.amount.minor);
    let authorization = capture.details.authorization.clone().filter(|_| !completed);
    if let Some(authorization) = authorization.and_then(|id| world.books.authorizations.get_mut(&id)) {
        authorization.give_back(amount, now);
    }
    let event = if completed { "PAYMENT.CAPTURE.COMPLETED" } else { "PAYMENT.CAPTURE.DENIED" };
    world.books.ledger.settle(id, ledger::Status::ended(completed), now);
    referenced_payouts::hold(world, id);
    world.emit(event, "capture", document);
}

/// A capture as a movement of the merchant's money.
fn movement(capture: &Capture, payer: Option<String>) -> Entry {
    let Details { order, amount, invoice_id, custom_id, note, .. } = &capture.details;
    Entry {
        status: ledger::Status::begun(capture.pending.is_some()),
        fee: -fee(*amount).minor,
        reference: Some((order.clone(), "ODR")),
        payer,
        invoice_id: invoice_id.clone(),
        custom_id: custom_id.clone(),
        note: note.clone(),
        ..Entry::new(&capture.id, "T0006", *amount, capture.created)
    }
}

/// Refuses an invoice id that has been paid.
pub(crate) fn refuse_duplicate(world: &World, invoice_id: &str) -> Result<(), Refusal> {
    let paid = |capture: &Capture| capture.is_completed() || capture.pending.is_some();
    if world.books.captures_with(invoice_id).any(paid) {
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
    let left = total.minor - capture.refunded - capture.refunding;
    if capture.pending.is_some() {
        return Err(Refusal::business("PENDING_CAPTURE", "The money of the capture is not there yet."));
    }
    if !capture.is_completed() {
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
    if let Some(invoice_id) = text("invoice_id") {
        refunds::refuse_duplicate(world, &invoice_id)?;
    }
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use crate::Simulator;

    #[test]
    fn the_balance_changes_when_money_is_there() {
        let simulator = Simulator::new(3);
        let balance = || simulator.world().books.ledger.balance("USD").available() - 10_000_000;
        let pay = || {
            let unit = json!({"amount": {"currency_code": "USD", "value": "100.00"}});
            let order = simulator.post("/v2/checkout/orders", &json!({"intent": "CAPTURE", "purchase_units": [unit]}));
            let order = order["id"].as_str().unwrap();
            assert!(simulator.approve_order(order));
            let paid = simulator.post(&format!("/v2/checkout/orders/{order}/capture"), &json!({}));
            paid["purchase_units"][0]["payments"]["captures"][0]["id"].as_str().unwrap().to_owned()
        };
        simulator.post("/simulator/captures/pending", &json!({"seconds": 5}));
        let id = pay();
        simulator.post("/simulator/captures/pending", &json!({"seconds": 5, "outcome": "DECLINED"}));
        pay();
        assert_eq!(balance(), 0);
        simulator.advance(Duration::from_secs(5));
        // 3.49 % and 0.49 are the fee.
        assert_eq!(balance(), 9602);
        let refund = |value: &str| {
            let body = json!({"amount": {"currency_code": "USD", "value": value}});
            simulator.post(&format!("/v2/payments/captures/{id}/refund"), &body)
        };
        let balance = || simulator.world().books.ledger.balance("USD").total - 10_000_000;
        for (outcome, expected) in [("FAILED", 9602), ("CANCELLED", 9602), ("COMPLETED", 8602)] {
            let before = balance();
            simulator.post("/simulator/refunds/pending", &json!({"seconds": 5, "outcome": outcome}));
            assert_eq!(refund("10.00")["status"], "PENDING");
            assert_eq!(balance(), before);
            simulator.advance(Duration::from_secs(5));
            assert_eq!(balance(), expected, "{outcome}");
        }
    }
}
