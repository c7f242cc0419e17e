//! Automatic reminders of invoices (Invoicing v2).

mod send;
mod terms;

use serde_json::{Value, json};

use crate::{
    base::{links::link, scopes},
    operations::{
        invoices::change::{change, find as invoice},
        operation::{Operation, operation},
    },
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        reminder::{Kind, PATH, Reminder},
    },
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("invoice-reminders.set-up", "POST", "/v2/invoicing/setup-reminders", scopes::INVOICES, set_up),
    operation("invoice-reminders.list", "GET", "/v2/invoicing/reminders", scopes::INVOICES, list),
    operation("invoice-reminders.get", "GET", "/v2/invoicing/reminders/*", scopes::INVOICES, get),
    operation("invoice-reminders.update", "PUT", "/v2/invoicing/reminders/*", scopes::INVOICES, update),
    operation("invoice-reminders.suspend", "POST", "/v2/invoicing/reminders/*/suspend", scopes::INVOICES, suspend),
    operation("invoice-reminders.resume", "POST", "/v2/invoicing/reminders/*/resume", scopes::INVOICES, resume),
    operation(
        "invoices.cancel-reminders",
        "POST",
        "/v2/invoicing/invoices/*/cancel-reminders",
        scopes::INVOICES,
        cancel_for_invoice,
    ),
];

/// Sets up both kinds: those that the body has are active, another one has default terms and is inactive.
fn set_up(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if !world.books.reminders.is_empty() {
        return Err(Refusal::business("REMINDERS_ALREADY_SET_UP", "There are reminders already."));
    }
    let given = terms::read_all(&call.body["configurations"])?;
    let now = world.now();
    for kind in Kind::ALL {
        let asked_for = given.iter().find(|(it, _)| *it == kind);
        let terms = asked_for.map_or_else(|| kind.default_terms(), |(_, terms)| *terms);
        let id = world.ids.reminder();
        let active = asked_for.is_some();
        let reminder = Reminder { id: id.clone(), kind, active, terms, created: now, updated: now };
        world.books.reminders.insert(id, reminder);
    }
    send::begin(world);
    let merchant = world.merchant().id.clone();
    Ok(Answer::json(201, all(world, None)).about(merchant))
}

fn all(world: &World, kind: Option<&str>) -> Value {
    let mut found: Vec<_> = world.books.reminders.values().collect();
    found.sort_by_key(|reminder| reminder.kind != Kind::BeforeDue);
    let wanted = |reminder: &&Reminder| kind.is_none_or(|kind| kind == reminder.kind.name());
    let found: Vec<_> = found.into_iter().filter(wanted).map(Reminder::document).collect();
    json!({"configurations": found})
}

fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(all(world, call.parameter("type"))))
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Reminder, Refusal> {
    let id = call.id(0);
    world.books.reminders.get(id).ok_or_else(|| {
        if world.is_another_s(|books| books.reminders.contains_key(id)) {
            return Refusal::not_permitted("The reminder belongs to another account.");
        }
        Refusal::not_found("id", id)
    })
}

fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

/// Replaces a reminder. Its type stays, and so does its status unless one is given.
fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let before = find(world, call)?.kind;
    let (kind, terms) = terms::read(&call.body, "")?;
    if kind != before {
        return Err(Refusal::business_at("/type", kind.name(), "TYPE_CANNOT_BE_CHANGED", "The type stays."));
    }
    let status = call.body["status"].as_str().map(|status| status == "ACTIVE");
    set(world, call, |reminder| {
        reminder.terms = terms;
        reminder.active = status.unwrap_or(reminder.active);
    })?;
    let path = format!("{PATH}/{}", call.id(0));
    let shown = if call.representation { find(world, call)?.document() } else { link("self", "GET", &path) };
    Ok(Answer::ok(shown).about(call.id(0)))
}

fn suspend(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    set(world, call, |reminder| reminder.active = false)?;
    Ok(Answer::none().about(call.id(0)))
}

fn resume(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    set(world, call, |reminder| reminder.active = true)?;
    Ok(Answer::none().about(call.id(0)))
}

fn set(world: &mut World, call: &Call, how: impl FnOnce(&mut Reminder)) -> Result<(), Refusal> {
    find(world, call)?;
    let now = world.now();
    if let Some(reminder) = world.books.reminders.get_mut(call.id(0)) {
        how(reminder);
        reminder.updated = now;
    }
    send::begin(world);
    Ok(())
}

/// Sends no more reminders for an invoice. Those of other invoices stay.
fn cancel_for_invoice(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = invoice(world, call)?.id.clone();
    change(world, &id, |invoice| invoice.is_reminded = false);
    Ok(Answer::none().about(id))
}
