//! Payments and refunds of invoices.

use serde_json::{Value, json};

use crate::{
    base::scopes,
    operations::{
        accounts,
        invoices::{
            change::{change, emit, find},
            days,
        },
        needs::Subject,
        operation::{Control, Operation, control, operation},
    },
    request::{
        answer::Answer,
        call::Call,
        refusal::{Issue, Refusal},
    },
    world::{
        World,
        accounts::Payer,
        capture::fee,
        conditional_rule::Kind,
        invoice::{Invoice, Stage, Transaction, sum},
        ledger::Entry,
        money::Money,
    },
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("invoices.record-payment", "POST", "/v2/invoicing/invoices/*/payments", scopes::INVOICES, record_payment)
        .restating(|refusal| of_method(refusal, "INVALID_PAYMENT_METHOD")),
    operation(
        "invoices.delete-payment",
        "DELETE",
        "/v2/invoicing/invoices/*/payments/*",
        scopes::INVOICES,
        delete_payment,
    ),
    operation("invoices.record-refund", "POST", "/v2/invoicing/invoices/*/refunds", scopes::INVOICES, record_refund)
        .restating(|refusal| of_method(refusal, "INVALID_REFUND_METHOD")),
    operation(
        "invoices.delete-refund",
        "DELETE",
        "/v2/invoicing/invoices/*/refunds/*",
        scopes::INVOICES,
        delete_refund,
    ),
];

/// What payers do.
pub(crate) static CONTROLS: &[Control] = &[control("invoices/*/pay", |world, call| {
    let payer = world.payer_named(&call.body["payer"])?;
    pay_by_paypal(world, call.id(0), &payer).map(|()| Answer::none())
})
.needs(&SUBJECT, &["SENT", "PARTIALLY_PAID"], |world, id| world.books.invoices.get(id).is_some_and(Invoice::is_payable))
.may_have(|world, _| accounts::payer_example(world))];

static SUBJECT: Subject = Subject {
    name: "invoice",
    field: "invoice_id",
    has: |books, id| books.invoices.contains_key(id),
    state: |world, id| world.books.invoices.get(id).map(|invoice| invoice.status().to_owned()),
};

/// The methods of payments and refunds outside PayPal.
const METHODS: [&str; 10] = [
    "BANK_TRANSFER",
    "CASH",
    "CHECK",
    "CREDIT_CARD",
    "DEBIT_CARD",
    "PAYPAL",
    "WIRE_TRANSFER",
    "OTHER",
    "ACH_TRANSFER",
    "GIFT_CARD",
];

/// Returns the amount of a payment or a refund: the body's, or all.
fn amount(body: &Value, all: Money) -> Result<Money, Refusal> {
    let amount = match &body["amount"] {
        Value::Null => all,
        document => Money::read(document, "/amount").map_err(of_invoicing)?,
    };
    if amount.currency != all.currency {
        let field = "/amount/currency_code";
        return Err(Refusal::business_at(field, amount.currency, "CURRENCY_MISMATCH", "It must be the invoice's."));
    }
    if amount.minor == 0 {
        let description = "The amount must be more than zero.";
        return Err(Refusal::invalid("/amount/value", amount.value(), "VALUE_CANNOT_BE_ZERO", description));
    }
    Ok(amount)
}

/// Gives an unknown method the issue that is for it.
fn of_method(mut refusal: Refusal, issue: &str) -> Refusal {
    let is_method = |it: &&mut Issue| it.field.as_deref() == Some("/method") && it.issue == "INVALID_PARAMETER_VALUE";
    refusal.issues.iter_mut().filter(is_method).for_each(|it| issue.clone_into(&mut it.issue));
    refusal
}

/// Returns a refusal of an amount as Invoicing names it: always 400.
fn of_invoicing(refusal: Refusal) -> Refusal {
    let Some(issue) = refusal.issues.into_iter().next() else { return Refusal::missing("/amount") };
    let name = match &*issue.issue {
        "INVALID_CURRENCY_CODE" if issue.value.as_ref().and_then(Value::as_str).is_some_and(|it| it.len() != 3) => {
            "INVALID_STRING_LENGTH"
        }
        "INVALID_CURRENCY_CODE" => "NOT_SUPPORTED",
        "DECIMALS_NOT_SUPPORTED" => "INVALID_INTEGER_VALUE",
        "DECIMAL_PRECISION" | "MAX_VALUE_EXCEEDED" | "CANNOT_BE_NEGATIVE" => "INVALID_DECIMAL_VALUE",
        other => other,
    };
    Refusal::invalid(&issue.field.unwrap_or_default(), issue.value.unwrap_or_default(), name, &issue.description)
}

fn method(body: &Value, issue: &str) -> Result<String, Refusal> {
    match body["method"].as_str() {
        Some(method) if METHODS.contains(&method) => Ok(method.to_owned()),
        Some(method) => Err(Refusal::invalid("/method", method, issue, "There is no such method.")),
        None => Err(Refusal::missing("/method")),
    }
}

/// Records a payment that was made outside PayPal.
pub(crate) fn record_payment(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let invoice = find(world, call)?;
    let method = method(&call.body, "INVALID_PAYMENT_METHOD")?;
    days::check(&call.body, "")?;
    if !invoice.is_payable() {
        return Err(Refusal::business("CANNOT_PROCESS_PAYMENTS", "The invoice takes no payments."));
    }
    let amount = amount(&call.body, invoice.amounts.total.with(invoice.due()))?;
    if amount.minor > invoice.due() {
        let issue = "PAYMENT_AMOUNT_GREATER_THAN_AMOUNT_DUE";
        return Err(Refusal::business(issue, "It is more than what is due."));
    }
    let invoice = invoice.id.clone();
    let id = pay(world, &invoice, amount, &method, call.body["payment_date"].clone(), false);
    Ok(Answer::ok(json!({"payment_id": id})).about(id))
}

/// Adds a payment to an invoice.
fn pay(world: &mut World, invoice: &str, amount: Money, method: &str, date: Value, by_paypal: bool) -> String {
    let text = world.ids.transaction();
    let id = if by_paypal { text } else { format!("EXTR-{text}") };
    let date = if date.is_null() { world.now().date().into() } else { date };
    let document = json!({
        "type": if by_paypal { "PAYPAL" } else { "EXTERNAL" },
        "payment_id": id,
        "payment_date": date,
        "method": method,
        "amount": amount.document(),
    });
    let payment = Transaction { id: id.clone(), amount: amount.minor, by_paypal, time: world.now(), document };
    change(world, invoice, |invoice| invoice.payments.push(payment));
    emit(world, invoice, "INVOICING.INVOICE.PAID");
    id
}

/// Pays what is due, less the discount for who pays early, as the recipient does on the page that the invoice links to.
pub(crate) fn pay_by_paypal(world: &mut World, id: &str, payer: &Payer) -> Result<(), Refusal> {
    let invoice = world.books.invoices.get(id).ok_or_else(|| Refusal::not_found("invoice_id", id))?;
    let rebate = invoice.offered(world.now());
    let amount = invoice.amounts.total.with(invoice.due() - rebate);
    let number = invoice.number().to_owned();
    if rebate > 0 {
        change(world, id, |invoice| {
            invoice.rebate = rebate;
            invoice.apply(Kind::EarlyPaymentDiscount);
        });
    }
    let payment = pay(world, id, amount, "PAYPAL", Value::Null, true);
    let movement = Entry {
        fee: -fee(amount).minor,
        payer: Some(payer.id.clone()),
        invoice_id: Some(number),
        ..Entry::new(&payment, "T0006", amount, world.now())
    };
    world.books.ledger.record(movement);
    Ok(())
}

pub(crate) fn delete_payment(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (invoice, transaction) = (find(world, call)?, call.id(1).to_owned());
    let Some(payment) = invoice.payments.iter().find(|payment| payment.id == transaction) else {
        return Err(Refusal::not_found("transaction_id", &transaction));
    };
    if payment.by_paypal || sum(&invoice.payments) - payment.amount < sum(&invoice.refunds) {
        let description = "More would be refunded than was paid, or it was paid through PayPal.";
        return Err(Refusal::business("CANNOT_DELETE_EXTERNAL_PAYMENT", description));
    }
    let id = invoice.id.clone();
    change(world, &id, |invoice| invoice.payments.retain(|payment| payment.id != transaction));
    Ok(Answer::none().about(call.id(1)))
}

/// Records a refund that was made outside PayPal.
pub(crate) fn record_refund(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let invoice = find(world, call)?;
    let method = method(&call.body, "INVALID_REFUND_METHOD")?;
    days::check(&call.body, "")?;
    let left = sum(&invoice.payments) - sum(&invoice.refunds);
    if invoice.stage != Stage::Sent || left <= 0 {
        return Err(Refusal::business("CANNOT_PROCESS_REFUNDS", "The invoice takes no refunds."));
    }
    let amount = amount(&call.body, invoice.amounts.total.with(left))?;
    if amount.minor > left {
        return Err(Refusal::business("INVALID_REFUND_AMOUNT", "It is more than was paid."));
    }
    let invoice = invoice.id.clone();
    let id = format!("EXTR-{}", world.ids.transaction());
    let date = match &call.body["refund_date"] {
        Value::Null => world.now().date().into(),
        date => date.clone(),
    };
    let document = json!({
        "type": "EXTERNAL",
        "refund_id": id,
        "refund_date": date,
        "method": method,
        "amount": amount.document(),
    });
    let time = world.now();
    let refund = Transaction { id: id.clone(), amount: amount.minor, by_paypal: false, time, document };
    change(world, &invoice, |invoice| invoice.refunds.push(refund));
    emit(world, &invoice, "INVOICING.INVOICE.REFUNDED");
    Ok(Answer::ok(json!({"refund_id": id})).about(id))
}

pub(crate) fn delete_refund(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (invoice, transaction) = (find(world, call)?, call.id(1).to_owned());
    if !invoice.refunds.iter().any(|refund| refund.id == transaction) {
        return Err(Refusal::not_found("transaction_id", &transaction));
    }
    let id = invoice.id.clone();
    change(world, &id, |invoice| invoice.refunds.retain(|refund| refund.id != transaction));
    Ok(Answer::none().about(call.id(1)))
}
