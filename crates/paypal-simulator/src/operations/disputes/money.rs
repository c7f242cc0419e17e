//! The money of disputes: held, taken for the buyer, given back to the merchant, and PayPal's fee.

use serde_json::json;

use crate::{
    operations::{disputes::change::change, invoices::change as invoices, refunds},
    world::{
        World, dispute_fee,
        disputed::{self, Kind},
        invoice,
        ledger::Entry,
        money::Money,
        refund,
    },
};

/// Why money goes back to the buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The merchant gives it.
    Agreed,
    /// PayPal takes it.
    Decided,
    /// The card's issuer takes it.
    Chargeback,
}

impl Cause {
    /// PayPal's transaction event code.
    fn code(self) -> &'static str {
        match self {
            Self::Agreed => "T1107",
            Self::Decided => "T1106",
            Self::Chargeback => "T1201",
        }
    }
}

/// Records a movement that belongs to the transaction of a dispute.
fn record(world: &mut World, dispute: &str, code: &'static str, minor: i64) {
    let Some(dispute) = world.books.disputes.get(dispute) else { return };
    let (amount, transaction) = (dispute.amount.with(minor), dispute.transaction.clone());
    let payer = disputed::find(&world.books, &transaction).and_then(|found| found.payer);
    let (id, now) = (world.ids.transaction(), world.now());
    let movement = Entry {
        reference: Some((transaction, "TXN")),
        payer: payer.map(|payer| payer.id.clone()),
        ..Entry::new(&id, code, amount, now)
    };
    world.books.ledger.record(movement);
}

/// Adds to what the document says of the money.
fn show(world: &mut World, id: &str, party: &str, kind: &str, minor: i64, reason: &str) {
    let time = world.now().rfc3339_millis();
    change(world, id, |dispute| {
        let amount = dispute.amount.with(minor).document();
        let movement =
            json!({"party": party, "amount": amount, "initiated_time": time, "type": kind, "reason": reason});
        dispute.add("fund_movements", movement);
    });
}

/// Holds the disputed amount. The document does not show holds: PayPal's schema has no reason for them.
pub(super) fn hold(world: &mut World, id: &str) {
    let Some(minor) = world.books.disputes.get(id).map(|dispute| dispute.amount.minor) else { return };
    record(world, id, "T1110", -minor);
    change(world, id, |dispute| dispute.held = minor);
}

/// Releases what is held.
pub(super) fn release(world: &mut World, id: &str) {
    let held = world.books.disputes.get(id).map_or(0, |dispute| dispute.held);
    if held > 0 {
        record(world, id, "T1111", held);
        change(world, id, |dispute| dispute.held = 0);
    }
}

/// Takes money from the merchant for the buyer: at most what is left of the transaction. Returns how many minor
/// units that is.
pub(super) fn take(world: &mut World, id: &str, wanted: i64, cause: Cause, invoice_id: Option<String>) -> i64 {
    let Some(dispute) = world.books.disputes.get(id) else { return 0 };
    let (transaction, amount) = (dispute.transaction.clone(), dispute.amount);
    let Some(found) = disputed::find(&world.books, &transaction) else { return 0 };
    let amount = amount.with(wanted.min(found.left));
    if amount.minor <= 0 {
        return 0;
    }
    change(world, id, |dispute| {
        dispute.taken += amount.minor;
        dispute.is_reversed = cause != Cause::Agreed;
    });
    let invoice_id = invoice_id.or(found.invoice_id);
    match found.kind {
        Kind::Capture => {
            let now = world.now();
            if let Some(capture) = world.books.captures.get_mut(&transaction) {
                capture.refunded += amount.minor;
                capture.updated = now;
            }
            let custom_id = found.custom_id;
            let details = refund::Details { capture: transaction, amount, invoice_id, custom_id, note: None };
            let agreed = cause == Cause::Agreed;
            let event = if agreed { "PAYMENT.CAPTURE.REFUNDED" } else { "PAYMENT.CAPTURE.REVERSED" };
            refunds::add(world, details, None, cause.code(), event);
        }
        Kind::Sale => {
            record(world, id, cause.code(), -amount.minor);
            take_sale(world, &transaction, amount, cause);
        }
        Kind::Invoice(invoice) => {
            record(world, id, cause.code(), -amount.minor);
            take_invoice(world, &invoice, amount);
        }
    }
    show(world, id, "SELLER", "DEBIT", amount.minor, "DISPUTE_SETTLEMENT");
    show(world, id, "BUYER", "CREDIT", amount.minor, "DISPUTE_SETTLEMENT");
    amount.minor
}

fn take_sale(world: &mut World, id: &str, amount: Money, cause: Cause) {
    let (refund, now) = (world.ids.transaction(), world.now());
    let Some(payment) = world.books.payments.get_mut(id) else { return };
    payment.given_back += amount.minor;
    let sale = payment.sale();
    if cause != Cause::Agreed {
        world.emit("PAYMENT.SALE.REVERSED", "sale", sale);
        return;
    }
    let document = json!({
        "id": refund,
        "sale_id": id,
        "state": "completed",
        "amount": {"total": amount.value(), "currency": amount.currency},
        "create_time": now.rfc3339(),
        "update_time": now.rfc3339(),
    });
    world.emit("PAYMENT.SALE.REFUNDED", "refund", document);
}

fn take_invoice(world: &mut World, invoice: &str, amount: Money) {
    let (id, time) = (world.ids.transaction(), world.now());
    let document = json!({
        "type": "PAYPAL",
        "refund_id": id,
        "refund_date": time.date(),
        "method": "PAYPAL",
        "amount": amount.document(),
    });
    let refund = invoice::Transaction { id, amount: amount.minor, by_paypal: true, time, document };
    invoices::change(world, invoice, |invoice| invoice.refunds.push(refund));
    invoices::emit(world, invoice, "INVOICING.INVOICE.REFUNDED");
}

/// Charges PayPal's fee, unless it is waived: for a buyer who told PayPal of a payment that was not authorized, and for a small
/// payment.
pub(super) fn charge_fee(world: &mut World, id: &str) {
    let Some(dispute) = world.books.disputes.get(id) else { return };
    let is_waived = dispute.reason == "UNAUTHORISED" && !dispute.is_external;
    let gross = disputed::find(&world.books, &dispute.transaction).map_or(dispute.amount, |found| found.gross);
    let fee = if is_waived { 0 } else { dispute_fee::of(gross).minor };
    if fee > 0 {
        record(world, id, "T0114", -fee);
        change(world, id, |dispute| dispute.fee = fee);
        show(world, id, "SELLER", "DEBIT", fee, "DISPUTE_FEE");
    }
}

/// Pays the merchant what was taken, and the fee: an appeal is won. The buyer keeps the money.
pub(super) fn reimburse(world: &mut World, id: &str) {
    let Some(dispute) = world.books.disputes.get(id) else { return };
    let (back, fee) = (dispute.taken - dispute.reimbursed, dispute.fee);
    let code = if dispute.is_external { "T1202" } else { "T1205" };
    if back > 0 {
        record(world, id, code, back);
        change(world, id, |dispute| dispute.reimbursed += back);
        show(world, id, "SELLER", "CREDIT", back, "DISPUTE_SETTLEMENT");
    }
    if fee > 0 {
        record(world, id, "T1108", fee);
        change(world, id, |dispute| dispute.fee = 0);
        show(world, id, "SELLER", "CREDIT", fee, "DISPUTE_FEE");
    }
}
