//! Finds the operation of a request.

use http::Method;

use crate::{
    operations::{
        authorizations, captures, disputes, events, identity,
        invoices::{self, payments},
        operation::{Control, Operation},
        orders, plans, products, refunds, subscriptions, trackers, webhooks,
    },
    request::refusal::{Family, Refusal},
};

/// The operations of each resource.
static RESOURCES: &[&[Operation]] = &[
    orders::OPERATIONS,
    authorizations::OPERATIONS,
    captures::OPERATIONS,
    refunds::OPERATIONS,
    invoices::OPERATIONS,
    payments::OPERATIONS,
    products::OPERATIONS,
    plans::OPERATIONS,
    subscriptions::OPERATIONS,
    trackers::OPERATIONS,
    disputes::OPERATIONS,
    webhooks::OPERATIONS,
    events::OPERATIONS,
    identity::OPERATIONS,
];

/// What payers and tests do to each resource.
static CONTROLS: &[&[Control]] = &[orders::CONTROLS, subscriptions::CONTROLS, payments::CONTROLS, disputes::CONTROLS];

pub(crate) fn controls() -> impl Iterator<Item = &'static Control> {
    CONTROLS.iter().copied().flatten()
}

/// Returns the operation of a method and a path with the path's variable segments, or `None` if the path does not exist.
///
/// # Errors
/// If the path exists for other methods only.
pub(crate) fn find(method: &Method, path: &[String]) -> Result<Option<(&'static Operation, Vec<String>)>, Refusal> {
    let mut fitting = RESOURCES.iter().copied().flatten().filter(|operation| operation.fits(path)).peekable();
    if fitting.peek().is_none() {
        return Ok(None);
    }
    let operation = fitting.find(|operation| operation.takes(method)).ok_or_else(Refusal::method)?;
    Ok(Some((operation, operation.variables(path))))
}

/// The shape of the error documents under a path.
pub(crate) fn family(path: &str) -> Family {
    match path {
        _ if path.starts_with("/v2/invoicing") => Family::Invoicing,
        _ if path.starts_with("/v1/shipping") || path.starts_with("/v1/notifications") => Family::Prose,
        _ => Family::Coded,
    }
}
