//! Recurring invoices (Invoicing v2).

mod cycle;
pub(crate) mod find;
mod plan;
mod search;

use serde_json::Value;

use crate::{
    base::scopes,
    operations::{
        invoices::{days, members},
        operation::{Operation, operation},
        recurring_invoices::find::{find, find_mut},
    },
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        invoice_amounts::Amounts,
        recurring_invoice::{Plan, RecurringInvoice, Stage},
    },
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("recurring-invoices.create", "POST", "/v2/invoicing/recurring-invoices", scopes::INVOICES, create),
    operation("recurring-invoices.get", "GET", "/v2/invoicing/recurring-invoices/*", scopes::INVOICES, get),
    operation("recurring-invoices.update", "PUT", "/v2/invoicing/recurring-invoices/*", scopes::INVOICES, update),
    operation("recurring-invoices.delete", "DELETE", "/v2/invoicing/recurring-invoices/*", scopes::INVOICES, delete),
    operation(
        "recurring-invoices.activate",
        "POST",
        "/v2/invoicing/recurring-invoices/*/activate",
        scopes::INVOICES,
        cycle::activate,
    ),
    operation(
        "recurring-invoices.cancel",
        "POST",
        "/v2/invoicing/recurring-invoices/*/cancel",
        scopes::INVOICES,
        cycle::cancel,
    ),
    operation("recurring-invoices.search", "POST", search::PATH, scopes::INVOICES, search::search),
];

/// Reads the plan of a series, and what each of its invoices has.
fn read(world: &mut World, body: &Value) -> Result<(Plan, Value, Amounts), Refusal> {
    let plan = plan::read(&body["plan_detail"])?;
    let mut info = body["recurring_info"].clone();
    if !info.is_object() {
        return Err(Refusal::missing("/recurring_info"));
    }
    days::check(&info, "/recurring_info")?;
    let amounts = Amounts::of(&info).map_err(|refusal| refusal.within("/recurring_info"))?;
    members::complete(world, &mut info);
    Ok((plan, info, amounts))
}

fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (plan, info, amounts) = read(world, &call.body)?;
    let (id, created) = (world.ids.recurring_invoice(), world.now());
    let (stage, completed, next) = (Stage::Draft, 0, None);
    let (rules, id) = (Vec::new(), id);
    let series = RecurringInvoice { id: id.clone(), stage, plan, info, amounts, completed, next, rules, created };
    let document = series.document();
    world.books.recurring_invoices.insert(id.clone(), series);
    Ok(Answer::json(201, document).about(id))
}

fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

/// Replaces a series. The invoices that it has made stay as they are, and so does the day of the next one.
fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if find(world, call)?.has_ended() {
        return Err(Refusal::business("RECURRING_INVOICE_NOT_EDITABLE", "The series has ended."));
    }
    let (plan, info, amounts) = read(world, &call.body)?;
    let series = find_mut(world, call)?;
    (series.plan, series.info, series.amounts) = (plan, info, amounts);
    if series.stage == Stage::Active && series.is_complete() {
        (series.stage, series.next) = (Stage::Expired, None);
    }
    Ok(Answer::ok(series.document()).about(call.id(0)))
}

/// Deletes a series that makes no invoices.
fn delete(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if find(world, call)?.stage == Stage::Active {
        let description = "An active series is cancelled first.";
        return Err(Refusal::business("CANNOT_DELETE_RECURRING_INVOICE", description));
    }
    world.books.recurring_invoices.remove(call.id(0));
    Ok(Answer::none().about(call.id(0)))
}
