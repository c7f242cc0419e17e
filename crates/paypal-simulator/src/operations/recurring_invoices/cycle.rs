//! The life of a series: it is activated, makes its invoices, and is cancelled.

use serde_json::Value;

use crate::{
    base::clock::Moment,
    operations::{
        invoices::{self, change::change},
        recurring_invoices::find::{find, find_mut},
    },
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{World, calendar::Calendar, conditional_rule::ConditionalRule, recurring_invoice::Stage},
};

/// Starts a draft. It makes its first invoice on its start date; at once if it has none, or if that day has begun.
pub(super) fn activate(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (series, now) = (find(world, call)?, world.now());
    if series.stage != Stage::Draft {
        return Err(Refusal::business("CANNOT_ACTIVATE_RECURRING_INVOICE", "The series is not a draft."));
    }
    let today = Moment::parse(&format!("{}T00:00:00Z", now.date())).unwrap_or(now);
    let first = series.plan.start.filter(|start| *start > today).unwrap_or(today);
    let series = find_mut(world, call)?;
    (series.stage, series.next) = (Stage::Active, Some(Calendar::from(first)));
    match first > now {
        true => world.schedule(first, make, call.id(0)),
        false => make(world, call.id(0)),
    }
    Ok(Answer::none().about(call.id(0)))
}

/// Ends an active series.
pub(super) fn cancel(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if find(world, call)?.stage != Stage::Active {
        return Err(Refusal::business("CANNOT_CANCEL_RECURRING_INVOICE", "The series is not active."));
    }
    let series = find_mut(world, call)?;
    (series.stage, series.next) = (Stage::Cancelled, None);
    Ok(Answer::none().about(call.id(0)))
}

/// Makes an invoice that is due, sends it, and schedules the next one. A task of the agenda.
fn make(world: &mut World, id: &str) {
    let now = world.now();
    let Some(series) = world.books.recurring_invoices.get_mut(id) else { return };
    let Some(next) = series.next.filter(|next| next.time() <= now) else { return };
    series.completed += 1;
    series.next = (!series.is_complete()).then(|| next.after(series.plan.interval, 1));
    if series.next.is_none() {
        series.stage = Stage::Expired;
    }
    let (info, rules, next) = (series.info.clone(), series.rules.clone(), series.next);
    // What it has was checked when the series was made, and a free number is given to it.
    if let Ok(invoice) = invoices::draft(world, &info) {
        give(world, &invoice, &rules);
        invoices::deliver(world, &invoice, &Value::Null);
    }
    if let Some(next) = next {
        world.schedule(next.time(), make, id);
    }
}

/// Gives an invoice the rules of its series, with days of its own.
fn give(world: &mut World, invoice: &str, rules: &[ConditionalRule]) {
    let dates = world.books.invoices.get(invoice).and_then(|it| Some((it.date()?, it.due_date())));
    let Some((issued, due)) = dates else { return };
    let rules = rules.iter().map(|rule| rule.of_invoice(world.ids.conditional_rule(), issued, due)).collect();
    change(world, invoice, |invoice| invoice.rules = rules);
}
