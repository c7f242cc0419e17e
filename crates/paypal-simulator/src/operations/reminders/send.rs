//! Sends automatic reminders, once a day.

use std::time::Duration;

use serde_json::json;

use crate::{
    base::clock::Moment,
    world::{World, invoice::Invoice},
};

const DAY: Duration = Duration::from_secs(86_400);

/// Looks every midnight from now on which reminders are to be sent, unless that is done already or none is active.
pub(super) fn begin(world: &mut World) {
    if world.books.reminding || !world.books.reminders.values().any(|reminder| reminder.active) {
        return;
    }
    world.books.reminding = true;
    let midnight = today(world).after(DAY);
    world.schedule(midnight, send, "");
}

/// When this day began, in UTC.
fn today(world: &World) -> Moment {
    let now = world.now();
    Moment::parse(&format!("{}T00:00:00Z", now.date())).unwrap_or(now)
}

/// Sends what is to be sent on this day. A task of the agenda.
fn send(world: &mut World, _: &str) {
    world.books.reminding = false;
    let today = today(world);
    let books = &world.books;
    let mut mails = Vec::new();
    for reminder in books.reminders.values().filter(|reminder| reminder.active) {
        let options = json!({"send_to_invoicer": reminder.terms.send_to_invoicer});
        let wanted = |invoice: &&Invoice| {
            let due = invoice.is_reminded.then(|| invoice.due_date()).flatten();
            invoice.is_payable() && due.is_some_and(|due| reminder.is_for(today, due))
        };
        let invoices = books.invoices.values().filter(wanted);
        mails.extend(invoices.map(|invoice| (invoice.id.clone(), invoice.readers(&options))));
    }
    for (invoice, readers) in mails {
        world.mail(&invoice, readers);
    }
    begin(world);
}
