//! Invoices: none of their writes has a key.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Call, Part, Pick, index, part};
use crate::{
    book::{Book, Currency, Invoice, Stage},
    changes::{describe, mails},
};

#[derive(Clone, Debug)]
pub(crate) enum InvoiceAct {
    Create { currency: Currency, amount: u32 },
    Get(Pick),
    Send(Pick),
    Cancel(Pick),
    Delete(Pick),
    RecordPayment { invoice: Pick, part: Part },
    RecordRefund { invoice: Pick, part: Part },
}

pub(crate) fn act() -> impl Strategy<Value = InvoiceAct> {
    let pick = any::<Pick>;
    let currency = prop_oneof![Just(Currency::Usd), Just(Currency::Jpy)];
    prop_oneof![
        3 => (currency, 1..100_000_u32).prop_map(|(currency, amount)| InvoiceAct::Create { currency, amount }),
        1 => pick().prop_map(InvoiceAct::Get),
        4 => pick().prop_map(InvoiceAct::Send),
        1 => pick().prop_map(InvoiceAct::Cancel),
        1 => pick().prop_map(InvoiceAct::Delete),
        4 => (pick(), part()).prop_map(|(invoice, part)| InvoiceAct::RecordPayment { invoice, part }),
        2 => (pick(), part()).prop_map(|(invoice, part)| InvoiceAct::RecordRefund { invoice, part }),
    ]
}

impl InvoiceAct {
    /// Returns the call, unless there is nothing to act on.
    pub(crate) fn call(&self, book: &Book) -> Option<Call> {
        let at = |pick| index(pick, book.invoices.len());
        Some(match *self {
            Self::Create { currency, amount } => create(book, currency, amount.into()),
            Self::Get(pick) => {
                let invoice = &book.invoices[at(pick)?];
                let (status, due) = (invoice.status(), amount_of(invoice.currency, invoice.total - invoice.paid));
                Call::read("invoices.get", json!({"invoice_id": invoice.id}), move |shown| {
                    shown["status"] == status && shown["due_amount"] == due
                })
            }
            Self::Send(pick) => turn(book, at(pick)?, "invoices.send", Stage::Draft, Stage::Sent),
            Self::Cancel(pick) => turn(book, at(pick)?, "invoices.cancel", Stage::Sent, Stage::Cancelled),
            Self::Delete(pick) => {
                let at = at(pick)?;
                let invoice = &book.invoices[at];
                let input = json!({"invoice_id": invoice.id});
                let effect = vec!["no invoice".to_owned()];
                Call::write("invoices.delete", input.clone(), invoice.stage == Stage::Draft, effect)
                    .looked_up(input, Value::is_null)
                    .then(move |book, _| drop(book.invoices.remove(at)))
            }
            Self::RecordPayment { invoice, part } => pay(book, at(invoice)?, part),
            Self::RecordRefund { invoice, part } => refund(book, at(invoice)?, part),
        })
    }
}

fn amount_of(currency: Currency, minor: i64) -> Value {
    json!({"currency_code": currency.code(), "value": currency.value(minor)})
}

fn create(book: &Book, currency: Currency, amount: i64) -> Call {
    let number = format!("EXAMPLE-{}", book.changes);
    let body = json!({
        "detail": {"currency_code": currency.code(), "invoice_number": number},
        "primary_recipients": [{"billing_info": {"email_address": "payer@example.com"}}],
        "items": [{"name": "Example", "quantity": "1", "unit_amount": amount_of(currency, amount)}],
    });
    Call::write("invoices.create", json!({"body": body}), true, vec!["invoice DRAFT".to_owned()])
        .looked_up(json!({"body": {"invoice_number": number}}), |found| {
            found["items"].as_array().is_some_and(|items| !items.is_empty())
        })
        .then(move |book, changes| {
            book.changes += 1;
            book.invoices.push(Invoice {
                id: changes.id("invoices.create").unwrap(),
                currency,
                total: amount,
                stage: Stage::Draft,
                paid: 0,
                refunded: 0,
                payments: 0,
                refunds: 0,
            });
        })
}

fn turn(book: &Book, at: usize, action: &'static str, from: Stage, to: Stage) -> Call {
    let invoice = &book.invoices[at];
    let allowed = invoice.stage == from && invoice.payments == 0 && invoice.refunds == 0;
    let status = Invoice { stage: to, ..invoice.clone() }.status();
    let effect = vec![format!("invoice {status}"), mails(1, &invoice.id)];
    Call::write(action, json!({"invoice_id": invoice.id, "body": {}}), allowed, effect)
        .looked_up(json!({"invoice_id": invoice.id}), move |shown| shown["status"] == status)
        .then(move |book, _| book.invoices[at].stage = to)
}

/// Returns how many payments or refunds an invoice shows.
fn count(invoice: &Value, name: &str) -> usize {
    invoice[name]["transactions"].as_array().map_or(0, Vec::len)
}

/// Returns the new status, if it changes.
fn new_status(before: &Invoice, after: &Invoice) -> Option<String> {
    (before.status() != after.status()).then(|| format!("invoice {}", after.status()))
}

fn input(invoice: &Invoice, amount: Option<i64>) -> Value {
    let mut input = json!({"invoice_id": invoice.id, "body": {"method": "CASH"}});
    if let Some(amount) = amount {
        input["body"]["amount"] = amount_of(invoice.currency, amount);
    }
    input
}

fn pay(book: &Book, at: usize, part: Part) -> Call {
    let invoice = &book.invoices[at];
    let due = invoice.total - invoice.paid;
    let said = part.of(due);
    let paid = said.unwrap_or(due);
    let after = Invoice { paid: invoice.paid + paid, payments: invoice.payments + 1, ..invoice.clone() };
    let mut effect = vec![describe("invoice payment", invoice.currency.code(), paid, &invoice.id)];
    effect.extend(new_status(invoice, &after));
    let (payments, allowed) = (after.payments, invoice.stage == Stage::Sent && due > 0 && paid <= due);
    Call::write("invoices.record-payment", input(invoice, said), allowed, effect)
        .looked_up(json!({"invoice_id": invoice.id}), move |shown| count(shown, "payments") == payments)
        .then(move |book, _| book.invoices[at] = after)
}

fn refund(book: &Book, at: usize, part: Part) -> Call {
    let invoice = &book.invoices[at];
    let left = invoice.paid - invoice.refunded;
    let said = part.of(left);
    let returned = said.unwrap_or(left);
    let after = Invoice { refunded: invoice.refunded + returned, refunds: invoice.refunds + 1, ..invoice.clone() };
    let mut effect = vec![describe("invoice refund", invoice.currency.code(), returned, &invoice.id)];
    effect.extend(new_status(invoice, &after));
    let (refunds, allowed) = (after.refunds, invoice.stage == Stage::Sent && left > 0 && returned <= left);
    Call::write("invoices.record-refund", input(invoice, said), allowed, effect)
        .looked_up(json!({"invoice_id": invoice.id}), move |shown| count(shown, "refunds") == refunds)
        .then(move |book, _| book.invoices[at] = after)
}
