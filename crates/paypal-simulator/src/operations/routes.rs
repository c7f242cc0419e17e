//! Finds the operation of a request.

use http::{Method, Uri};

use crate::{
    base::uri::path_of,
    operations::{
        accounting, accounts, authorizations, balances, captures, conditional_rules, disputes, eligibility, events,
        exchange_rates, identity, invoice_templates,
        invoices::{self, payments, qr_code, search},
        operation::{Control, Operation},
        orders, partners, payment_links, payouts, plans, products, recurring_invoices, referenced_payouts, refunds,
        reminders, subscriptions, trackers, transactions, vault, web_profiles, webhook_lookups, webhooks,
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
    qr_code::OPERATIONS,
    search::OPERATIONS,
    invoice_templates::OPERATIONS,
    recurring_invoices::OPERATIONS,
    conditional_rules::OF_INVOICES,
    conditional_rules::OF_SERIES,
    reminders::OPERATIONS,
    accounting::OPERATIONS,
    eligibility::OPERATIONS,
    products::OPERATIONS,
    plans::OPERATIONS,
    subscriptions::OPERATIONS,
    trackers::OPERATIONS,
    vault::OPERATIONS,
    disputes::OPERATIONS,
    webhooks::OPERATIONS,
    webhook_lookups::OPERATIONS,
    events::OPERATIONS,
    identity::OPERATIONS,
    transactions::OPERATIONS,
    transactions::summaries::OPERATIONS,
    balances::OPERATIONS,
    payouts::OPERATIONS,
    payment_links::OPERATIONS,
    exchange_rates::OPERATIONS,
    referenced_payouts::OPERATIONS,
    partners::OPERATIONS,
    web_profiles::OPERATIONS,
];

/// What payers and tests do to each resource.
static CONTROLS: &[&[Control]] = &[
    accounts::CONTROLS,
    balances::CONTROLS,
    captures::CONTROLS,
    disputes::CONTROLS,
    identity::CONTROLS,
    orders::CONTROLS,
    partners::CONTROLS,
    payment_links::CONTROLS,
    payments::CONTROLS,
    payouts::CONTROLS,
    refunds::CONTROLS,
    subscriptions::CONTROLS,
    transactions::CONTROLS,
    vault::CONTROLS,
];

pub(crate) fn controls() -> impl Iterator<Item = &'static Control> {
    CONTROLS.iter().copied().flatten()
}

/// Returns all operations.
pub(crate) fn all() -> impl Iterator<Item = &'static Operation> {
    RESOURCES.iter().copied().flatten()
}

/// Returns the operation of a method and a path with the path's variable segments, or `None` if the path does not exist. The
/// list of events may have a slash at its end, as PayPal's links to its next page do.
///
/// # Errors
/// If the path exists for other methods only.
pub(crate) fn find(method: &Method, path: &[String]) -> Result<Option<(&'static Operation, Vec<String>)>, Refusal> {
    let path = match path {
        [list @ .., last] if last.is_empty() && list == ["v1", "notifications", "webhooks-events"] => list,
        path => path,
    };
    let fitting: Vec<_> = all().filter(|operation| operation.fits(path)).collect();
    if let Some(operation) = fitting.iter().find(|operation| operation.takes(method)) {
        return Ok(Some((operation, operation.variables(path))));
    }
    match &*fitting {
        [] => Ok(None),
        others => Err(Refusal::method(others.iter().map(|operation| operation.method).collect())),
    }
}

/// Returns the action of a request; `None` for one outside the API.
pub(crate) fn action(method: &Method, uri: &Uri) -> Option<&'static str> {
    find(method, &path_of(uri)).ok().flatten().map(|(operation, _)| operation.action)
}

/// The shape of the error documents under a path.
pub(crate) fn family(path: &str) -> Family {
    match path {
        _ if path.starts_with("/v2/invoicing") => Family::Invoicing,
        _ if path.starts_with("/v1/identity/oauth2/") || path.starts_with("/v1/identity/openidconnect/") => {
            Family::OAuth
        }
        _ if ["/v1/shipping", "/v1/notifications", "/v1/payment-experience"].iter().any(|it| path.starts_with(it)) => {
            Family::Prose
        }
        _ if path.starts_with("/v1/payments/payouts") => Family::Payouts,
        _ if path.starts_with("/v1/reporting/transactions") => Family::Reporting,
        _ => Family::Coded,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::Value;

    use super::*;

    /// PayPal's scopes of an operation, by the catalogue: one of them is enough.
    fn catalogue() -> Vec<(String, Vec<String>)> {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");
        let document: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let paths = document["paths"].as_object().unwrap().values();
        let operations = paths.flat_map(|methods| methods.as_object().unwrap().values());
        let scopes = |operation: &Value| {
            let scopes = operation["security"][0]["oauth2"].as_array().unwrap().iter();
            scopes.map(|scope| scope.as_str().unwrap().to_owned()).collect()
        };
        operations.map(|operation| (operation["operationId"].as_str().unwrap().to_owned(), scopes(operation))).collect()
    }

    #[test]
    fn a_token_that_the_catalogue_allows_is_allowed() {
        let catalogue = catalogue();
        let mut compared = 0;
        for operation in all() {
            let Some((_, allowed)) = catalogue.iter().find(|(id, _)| id == operation.action) else {
                panic!("{} is not in the catalogue", operation.action)
            };
            let needs_none = operation.scopes.is_empty();
            let refused: Vec<_> =
                allowed.iter().filter(|scope| !needs_none && !operation.scopes.contains(&scope.as_str())).collect();
            assert!(refused.is_empty(), "{} refuses {refused:?}", operation.action);
            assert!(needs_none || !allowed.is_empty(), "{} needs no scope", operation.action);
            assert!(
                needs_none || operation.scopes.iter().any(|scope| crate::base::scopes::ALL.contains(scope)),
                "no app may call {}",
                operation.action
            );
            compared += 1;
        }
        assert!(compared > 60, "{compared}");
    }
}
