//! The accounting platforms of a merchant (Invoicing v2). Here there are none, as for most merchants.

use serde_json::json;

use crate::{
    base::scopes,
    operations::invoices::change::find,
    operations::operation::{Operation, operation},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::World,
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation(
        "accounting.list-connections",
        "GET",
        "/v2/invoicing/accounting-sync/merchant/connections",
        scopes::INVOICES_READ,
        list,
    ),
    operation(
        "accounting.get-invoice-connections",
        "GET",
        "/v2/invoicing/accounting-sync/invoices/*/connections",
        scopes::INVOICES_READ,
        get,
    ),
];

/// PayPal's schema has no empty list of connections: the answer is without one.
fn list(_: &mut World, _: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(json!({})))
}

/// The same for an invoice, which no platform has.
fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let invoice = find(world, call)?;
    Ok(Answer::ok(json!({"id": invoice.id})))
}
