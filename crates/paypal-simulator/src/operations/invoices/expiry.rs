//! Invoices that are cancelled by a rule because nobody has paid them.

use std::time::Duration;

use serde_json::Value;

use crate::{
    operations::invoices::change::{change, emit},
    world::{
        World,
        conditional_rule::{ConditionalRule, Kind},
        invoice::{Invoice, Stage},
    },
};

const DAY: Duration = Duration::from_secs(86_400);

/// Schedules what the rules of an invoice say. It does nothing for a series, which has other ids.
pub(crate) fn schedule(world: &mut World, id: &str) {
    let rules = world.books.invoices.get(id).map_or(&[][..], |invoice| &invoice.rules);
    let cancels = |rule: &&ConditionalRule| rule.kind == Kind::AutoCancel;
    if let Some(end) = rules.iter().find(cancels).and_then(|rule| rule.end) {
        world.schedule(end.after(DAY), cancel, id);
    }
}

/// Cancels an invoice of which nothing was paid by the end of its rule. A task of the agenda.
fn cancel(world: &mut World, id: &str) {
    let now = world.now();
    let is_over = |rule: &ConditionalRule| rule.kind == Kind::AutoCancel && !rule.applies(now);
    let wanted = |invoice: &&Invoice| {
        invoice.stage == Stage::Sent && invoice.payments.is_empty() && invoice.rules.iter().any(is_over)
    };
    let Some(readers) = world.books.invoices.get(id).filter(wanted).map(|it| it.readers(&Value::Null)) else { return };
    change(world, id, |invoice| {
        invoice.stage = Stage::Cancelled;
        invoice.apply(Kind::AutoCancel);
    });
    world.mail(id, readers);
    emit(world, id, "INVOICING.INVOICE.CANCELLED");
}
