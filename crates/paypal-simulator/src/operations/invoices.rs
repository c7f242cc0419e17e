//! Invoices (Invoicing v2).

pub(crate) mod change;
pub(crate) mod days;
pub(crate) mod expiry;
pub(crate) mod members;
mod number;
pub(crate) mod payments;
pub(crate) mod qr_code;
pub(crate) mod search;

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    base::links::link,
    base::scopes,
    operations::invoices::change::{change, emit, find},
    operations::operation::{Operation, operation},
    request::{answer::Answer, call::Call, paging::Page, refusal::Refusal},
    world::{
        World,
        invoice::{Invoice, PATH, Stage},
        invoice_amounts::Amounts,
    },
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("invoices.create", "POST", "/v2/invoicing/invoices", scopes::INVOICES, create),
    operation("invoices.list", "GET", "/v2/invoicing/invoices", scopes::INVOICES_READ, list),
    operation("invoices.get", "GET", "/v2/invoicing/invoices/*", scopes::INVOICES_READ, get),
    operation("invoices.update", "PUT", "/v2/invoicing/invoices/*", scopes::INVOICES, update),
    operation("invoices.delete", "DELETE", "/v2/invoicing/invoices/*", scopes::INVOICES, delete),
    operation("invoices.send", "POST", "/v2/invoicing/invoices/*/send", scopes::INVOICES, send),
    operation("invoices.remind", "POST", "/v2/invoicing/invoices/*/remind", scopes::INVOICES, remind),
    operation("invoices.cancel", "POST", "/v2/invoicing/invoices/*/cancel", scopes::INVOICES, cancel),
    operation(
        "invoices.generate-number",
        "POST",
        "/v2/invoicing/generate-next-invoice-number",
        scopes::INVOICES,
        generate_number,
    ),
];

const DAY: Duration = Duration::from_secs(86_400);

/// The maximum number of reminders a day.
const MAX_REMINDERS: usize = 2;

/// Reads an invoice's members, with a number that no other invoice has.
fn read(world: &World, body: &Value, except: &str) -> Result<(Value, Amounts), Refusal> {
    if !body["detail"].is_object() {
        return Err(Refusal::missing("/detail"));
    }
    if body["detail"]["currency_code"].is_null() {
        return Err(Refusal::missing("/detail/currency_code"));
    }
    days::check(body, "")?;
    let amounts = Amounts::of(body)?;
    let mut members = body.clone();
    for derived in ["id", "status", "payments", "refunds", "due_amount", "links", "amount"] {
        if let Value::Object(members) = &mut members {
            members.remove(derived);
        }
    }
    // The breakdown is an input as well: the amounts follow from it whenever the invoice is replaced.
    if let Some(amount) = body.get("amount") {
        members["amount"] = amount.clone();
    }
    match members["detail"]["invoice_number"].as_str() {
        Some(number) if world.books.invoices.values().any(|it| it.number() == number && it.id != except) => {
            let field = "/detail/invoice_number";
            let description = "Another invoice has this number.";
            return Err(Refusal::business_at(field, number, "DUPLICATE_INVOICE_NUMBER", description));
        }
        Some(_) => {}
        None => members["detail"]["invoice_number"] = number::next(world).into(),
    }
    if members["detail"]["invoice_date"].is_null() {
        members["detail"]["invoice_date"] = world.now().date().into();
    }
    Ok((members, amounts))
}

pub(crate) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = draft(world, &call.body)?;
    Ok(show(world, call, &id).status(201).about(id))
}

/// Makes a draft, and returns its id.
pub(crate) fn draft(world: &mut World, body: &Value) -> Result<String, Refusal> {
    let (mut members, amounts) = read(world, body, "")?;
    let (id, now) = (world.ids.invoice(), world.now());
    members::complete(world, &mut members);
    let invoice = Invoice {
        id: id.clone(),
        stage: Stage::Draft,
        members,
        amounts,
        payments: Vec::new(),
        refunds: Vec::new(),
        reminders: Vec::new(),
        is_reminded: true,
        rules: Vec::new(),
        rebate: 0,
        created: now,
        updated: now,
        sent: None,
        options: Value::Null,
    };
    invoice.number().clone_into(&mut world.books.last_invoice_number);
    world.books.invoices.insert(id.clone(), invoice);
    emit(world, &id, "INVOICING.INVOICE.CREATED");
    Ok(id)
}

/// An invoice as a write shows it: only a link, unless the whole resource is asked for.
fn show(world: &World, call: &Call, id: &str) -> Answer {
    match world.books.invoices.get(id).filter(|_| call.representation) {
        Some(invoice) => Answer::ok(invoice.document()),
        None => Answer::ok(link("self", "GET", &format!("{PATH}/{id}"))),
    }
}

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

/// Replaces an invoice, and mails its recipients if it was sent.
pub(crate) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let invoice = find(world, call)?;
    if invoice.stage == Stage::Cancelled || !invoice.payments.is_empty() {
        return Err(Refusal::business("INVOICE_NOT_EDITABLE", "A cancelled or paid invoice cannot be changed."));
    }
    let (id, sent) = (invoice.id.clone(), invoice.stage == Stage::Sent);
    let (mut members, amounts) = read(world, &call.body, &id)?;
    members::complete(world, &mut members);
    let flag = |name: &str| call.parameter(name).map(|value| value == "true");
    let options = json!({"send_to_recipient": flag("send_to_recipient"), "send_to_invoicer": flag("send_to_invoicer")});
    change(world, &id, |invoice| (invoice.members, invoice.amounts) = (members, amounts));
    let scheduled = world.books.invoices.get(&id).filter(|invoice| invoice.stage == Stage::Scheduled);
    if let Some(date) = scheduled.and_then(Invoice::date) {
        world.schedule(date, send_scheduled, &id);
    }
    if sent {
        let readers = world.books.invoices.get(&id).map_or(0, |invoice| invoice.readers(&options));
        world.mail(&id, readers);
    }
    emit(world, &id, "INVOICING.INVOICE.UPDATED");
    Ok(show(world, call, &id).about(id))
}

pub(crate) fn delete(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let invoice = find(world, call)?;
    if !matches!(invoice.stage, Stage::Draft | Stage::Scheduled) {
        let description = "Only drafts and scheduled invoices can be deleted.";
        return Err(Refusal::business_at("invoice_id", &*invoice.id, "CANNOT_DELETE_INVOICE", description).in_path());
    }
    let id = invoice.id.clone();
    world.books.invoices.remove(&id);
    Ok(Answer::none().about(id))
}

/// Sends an invoice, or schedules it if its date is in the future. Only a draft or a scheduled invoice can be sent.
pub(crate) fn send(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let invoice = find(world, call)?;
    if !matches!(invoice.stage, Stage::Draft | Stage::Scheduled) {
        let description = "The invoice is not a draft.";
        return Err(Refusal::business_at("invoice_id", &*invoice.id, "CANNOT_SEND_INVOICE", description).in_path());
    }
    let link = json!({"href": invoice.page(), "rel": "payer-view", "method": "GET"});
    let (id, now, options) = (invoice.id.clone(), world.now(), call.body.clone());
    if let Some(date) = invoice.date().filter(|date| *date > now) {
        change(world, &id, |invoice| (invoice.stage, invoice.options) = (Stage::Scheduled, options));
        world.schedule(date, send_scheduled, &id);
        emit(world, &id, "INVOICING.INVOICE.SCHEDULED");
        return Ok(Answer::json(202, link).about(id));
    }
    deliver(world, &id, &options);
    Ok(Answer::ok(link).about(id))
}

/// Sends a scheduled invoice on its date. A task of the agenda.
fn send_scheduled(world: &mut World, id: &str) {
    let now = world.now();
    let Some(invoice) = world.books.invoices.get(id).filter(|it| it.stage == Stage::Scheduled) else { return };
    // Another task sends it if it has got another date.
    if invoice.date().is_none_or(|date| date <= now) {
        let options = invoice.options.clone();
        deliver(world, id, &options);
    }
}

/// Mails an invoice to its recipients.
pub(crate) fn deliver(world: &mut World, id: &str, options: &Value) {
    let now = world.now();
    let readers = world.books.invoices.get(id).map_or(0, |invoice| invoice.readers(options));
    change(world, id, |invoice| (invoice.stage, invoice.sent) = (Stage::Sent, Some(now)));
    expiry::schedule(world, id);
    world.mail(id, readers);
}

pub(crate) fn remind(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (invoice, now) = (find(world, call)?, world.now());
    if !invoice.is_payable() {
        let description = "A reminder can be sent only for an invoice that is sent and not paid.";
        return Err(Refusal::business("CANNOT_REMIND_INVOICE", description));
    }
    if invoice.reminders.iter().filter(|time| now.since(**time) < DAY).count() >= MAX_REMINDERS {
        let description = "Two reminders have been sent today.";
        return Err(Refusal::business_at("invoice_id", &*invoice.id, "CANNOT_REMIND_INVOICE", description).in_path());
    }
    let (id, readers) = (invoice.id.clone(), invoice.readers(&call.body));
    change(world, &id, |invoice| invoice.reminders.push(now));
    world.mail(&id, readers);
    Ok(Answer::none().about(id))
}

pub(crate) fn cancel(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let invoice = find(world, call)?;
    let refuse = |issue, description| Err(Refusal::business(issue, description));
    match invoice.stage {
        Stage::Draft => return refuse("CANNOT_CANCEL_DRAFT_INVOICE", "The invoice is a draft."),
        Stage::Scheduled => return refuse("CANNOT_CANCEL_SCHEDULED_INVOICE", "The invoice is scheduled."),
        Stage::Cancelled => return refuse("INVOICE_CANCELED_ALREADY", "The invoice is cancelled."),
        Stage::Sent if !invoice.refunds.is_empty() => {
            return refuse("CANNOT_CANCEL_REFUNDED_INVOICE", "The invoice has been refunded, all or part of it.");
        }
        Stage::Sent if !invoice.payments.is_empty() => {
            return refuse("CANNOT_CANCEL_PAID_INVOICE", "The invoice has been paid, all or part of it.");
        }
        Stage::Sent => {}
    }
    let (id, readers) = (invoice.id.clone(), invoice.readers(&call.body));
    change(world, &id, |invoice| invoice.stage = Stage::Cancelled);
    world.mail(&id, readers);
    emit(world, &id, "INVOICING.INVOICE.CANCELLED");
    Ok(Answer::none().about(id))
}

/// Returns the invoices that fit, newest first.
pub(crate) fn newest(world: &World, fits: impl Fn(&Invoice) -> bool, show: impl Fn(&Invoice) -> Value) -> Vec<Value> {
    let mut found: Vec<_> = world.books.invoices.values().filter(|invoice| fits(invoice)).collect();
    found.sort_by_key(|invoice| std::cmp::Reverse(invoice.created));
    found.into_iter().map(show).collect()
}

pub(crate) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let page = Page::read(call, 20, 100, 1000)?;
    let short = call.parameter("fields").is_some_and(|fields| fields.eq_ignore_ascii_case("none"));
    let show = |invoice: &Invoice| if short { invoice.short() } else { invoice.document() };
    let found = newest(world, |_| true, show);
    Ok(Answer::ok(page.document(call, "GET", PATH, "items", found)))
}

/// Returns the next free number, without reserving it.
pub(crate) fn generate_number(world: &mut World, _: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(json!({"invoice_number": number::next(world)})))
}
