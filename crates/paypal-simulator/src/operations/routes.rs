//! The table of operations.

use std::time::Duration;

use http::Method;

use crate::{
    operations::{
        authorizations, captures, events, identity,
        invoices::{self, payments},
        orders, plans, products, refunds, subscriptions, trackers, webhooks,
    },
    request::{
        answer::Answer,
        call::Call,
        refusal::{Family, Refusal},
    },
    world::World,
};

/// Carries out an operation.
type Run = fn(&mut World, &Call) -> Result<Answer, Refusal>;

/// Answers a repeated request: with the resource as it is now.
type Show = fn(&World, &Call, &str) -> Answer;

pub(crate) struct Operation {
    /// The connector's action id.
    pub(crate) action: &'static str,
    method: &'static str,
    /// `*` stands for a variable segment.
    path: &'static str,
    pub(crate) run: Run,
    /// How long a key is remembered, and what a repeat shows; `None` if PayPal ignores keys.
    pub(crate) repeat: Option<(Duration, Show)>,
}

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

const fn operation(action: &'static str, method: &'static str, path: &'static str, run: Run) -> Operation {
    Operation { action, method, path, run, repeat: None }
}

impl Operation {
    const fn remembered(mut self, seconds: u64, show: Show) -> Self {
        self.repeat = Some((Duration::from_secs(seconds), show));
        self
    }

    /// Whether it is a read.
    pub(crate) fn is_read(&self) -> bool {
        self.method == "GET"
    }

    /// Returns the variable segments of a path, if it is this operation's.
    fn variables(&self, path: &[String]) -> Option<Vec<String>> {
        let template: Vec<_> = self.path.split('/').skip(1).collect();
        if template.len() != path.len() {
            return None;
        }
        let pairs = || template.iter().zip(path);
        let fits = pairs().all(|(expected, segment)| *expected == "*" || expected == segment);
        fits.then(|| pairs().filter(|(expected, _)| **expected == "*").map(|(_, segment)| segment.clone()).collect())
    }
}

/// All operations, with the retention of their keys by PayPal's API reference
/// (<https://developer.paypal.com/api/rest/reference/idempotency/>).
static OPERATIONS: &[Operation] = &[
    operation("orders.create", "POST", "/v2/checkout/orders", orders::create).remembered(6 * HOUR, orders::show),
    operation("orders.get", "GET", "/v2/checkout/orders/*", orders::get),
    operation("orders.update", "PATCH", "/v2/checkout/orders/*", orders::update),
    operation("orders.confirm-payment-source", "POST", "/v2/checkout/orders/*/confirm-payment-source", orders::confirm),
    operation("orders.authorize", "POST", "/v2/checkout/orders/*/authorize", orders::authorize)
        .remembered(6 * HOUR, orders::show),
    operation("orders.capture", "POST", "/v2/checkout/orders/*/capture", orders::capture)
        .remembered(6 * HOUR, orders::show),
    operation("payments.get-authorization", "GET", "/v2/payments/authorizations/*", authorizations::get),
    operation(
        "payments.capture-authorization",
        "POST",
        "/v2/payments/authorizations/*/capture",
        authorizations::capture,
    )
    .remembered(45 * DAY, captures::show),
    operation("payments.reauthorize", "POST", "/v2/payments/authorizations/*/reauthorize", authorizations::reauthorize)
        .remembered(45 * DAY, authorizations::show),
    operation("payments.void-authorization", "POST", "/v2/payments/authorizations/*/void", authorizations::void)
        .remembered(45 * DAY, authorizations::show_voided),
    operation("payments.get-capture", "GET", "/v2/payments/captures/*", captures::get),
    operation("payments.refund-capture", "POST", "/v2/payments/captures/*/refund", captures::refund)
        .remembered(45 * DAY, refunds::show),
    operation("payments.get-refund", "GET", "/v2/payments/refunds/*", refunds::get),
    operation("invoices.create", "POST", "/v2/invoicing/invoices", invoices::create),
    operation("invoices.list", "GET", "/v2/invoicing/invoices", invoices::list),
    operation("invoices.get", "GET", "/v2/invoicing/invoices/*", invoices::get),
    operation("invoices.update", "PUT", "/v2/invoicing/invoices/*", invoices::update),
    operation("invoices.delete", "DELETE", "/v2/invoicing/invoices/*", invoices::delete),
    operation("invoices.send", "POST", "/v2/invoicing/invoices/*/send", invoices::send),
    operation("invoices.remind", "POST", "/v2/invoicing/invoices/*/remind", invoices::remind),
    operation("invoices.cancel", "POST", "/v2/invoicing/invoices/*/cancel", invoices::cancel),
    operation("invoices.record-payment", "POST", "/v2/invoicing/invoices/*/payments", payments::record_payment),
    operation("invoices.delete-payment", "DELETE", "/v2/invoicing/invoices/*/payments/*", payments::delete_payment),
    operation("invoices.record-refund", "POST", "/v2/invoicing/invoices/*/refunds", payments::record_refund),
    operation("invoices.delete-refund", "DELETE", "/v2/invoicing/invoices/*/refunds/*", payments::delete_refund),
    operation("invoices.search", "POST", "/v2/invoicing/search-invoices", invoices::search),
    operation(
        "invoices.generate-number",
        "POST",
        "/v2/invoicing/generate-next-invoice-number",
        invoices::generate_number,
    ),
    operation("products.create", "POST", "/v1/catalogs/products", products::create).remembered(3 * DAY, products::show),
    operation("products.list", "GET", "/v1/catalogs/products", products::list),
    operation("products.get", "GET", "/v1/catalogs/products/*", products::get),
    operation("products.update", "PATCH", "/v1/catalogs/products/*", products::update),
    operation("plans.create", "POST", "/v1/billing/plans", plans::create).remembered(3 * DAY, plans::show),
    operation("plans.list", "GET", "/v1/billing/plans", plans::list),
    operation("plans.get", "GET", "/v1/billing/plans/*", plans::get),
    operation("plans.update", "PATCH", "/v1/billing/plans/*", plans::update),
    operation("plans.activate", "POST", "/v1/billing/plans/*/activate", plans::activate),
    operation("plans.deactivate", "POST", "/v1/billing/plans/*/deactivate", plans::deactivate),
    operation("plans.update-pricing", "POST", "/v1/billing/plans/*/update-pricing-schemes", plans::update_pricing),
    operation("subscriptions.create", "POST", "/v1/billing/subscriptions", subscriptions::create)
        .remembered(3 * DAY, subscriptions::show),
    operation("subscriptions.list", "GET", "/v1/billing/subscriptions", subscriptions::list),
    operation("subscriptions.get", "GET", "/v1/billing/subscriptions/*", subscriptions::get),
    operation("subscriptions.update", "PATCH", "/v1/billing/subscriptions/*", subscriptions::update),
    operation("subscriptions.revise", "POST", "/v1/billing/subscriptions/*/revise", subscriptions::revise),
    operation("subscriptions.suspend", "POST", "/v1/billing/subscriptions/*/suspend", subscriptions::suspend),
    operation("subscriptions.cancel", "POST", "/v1/billing/subscriptions/*/cancel", subscriptions::cancel),
    operation("subscriptions.activate", "POST", "/v1/billing/subscriptions/*/activate", subscriptions::activate),
    operation("subscriptions.capture", "POST", "/v1/billing/subscriptions/*/capture", subscriptions::capture)
        .remembered(3 * DAY, subscriptions::show_payment),
    operation(
        "subscriptions.list-transactions",
        "GET",
        "/v1/billing/subscriptions/*/transactions",
        subscriptions::list_transactions,
    ),
    operation("trackers.add-batch", "POST", "/v1/shipping/trackers-batch", trackers::add_batch),
    operation("trackers.add", "POST", "/v1/shipping/trackers", trackers::add),
    operation("trackers.list", "GET", "/v1/shipping/trackers", trackers::list),
    operation("trackers.update", "PUT", "/v1/shipping/trackers/*", trackers::update),
    operation("trackers.get", "GET", "/v1/shipping/trackers/*", trackers::get),
    operation("orders.add-tracking", "POST", "/v2/checkout/orders/*/track", trackers::track_order),
    operation("orders.update-tracking", "PATCH", "/v2/checkout/orders/*/trackers/*", trackers::update_order),
    operation("webhooks.create", "POST", "/v1/notifications/webhooks", webhooks::create),
    operation("webhooks.list", "GET", "/v1/notifications/webhooks", webhooks::list),
    operation("webhooks.get", "GET", "/v1/notifications/webhooks/*", webhooks::get),
    operation("webhooks.update", "PATCH", "/v1/notifications/webhooks/*", webhooks::update),
    operation("webhooks.delete", "DELETE", "/v1/notifications/webhooks/*", webhooks::delete),
    operation(
        "webhooks.list-subscribed-event-types",
        "GET",
        "/v1/notifications/webhooks/*/event-types",
        webhooks::list_types,
    ),
    operation("webhooks.list-event-types", "GET", "/v1/notifications/webhooks-event-types", webhooks::list_all_types),
    operation("webhooks.verify-signature", "POST", "/v1/notifications/verify-webhook-signature", webhooks::verify),
    operation("webhooks.simulate-event", "POST", "/v1/notifications/simulate-event", webhooks::simulate),
    operation("webhooks.list-events", "GET", "/v1/notifications/webhooks-events", events::list),
    operation("webhooks.get-event", "GET", "/v1/notifications/webhooks-events/*", events::get),
    operation("webhooks.resend-event", "POST", "/v1/notifications/webhooks-events/*/resend", events::resend),
    operation("identity.userinfo", "GET", "/v1/identity/oauth2/userinfo", identity::userinfo),
];

/// Returns the operation of a method and a path with the path's variable segments, or `None` if the path does not exist.
///
/// # Errors
/// If the path exists for other methods only.
pub(crate) fn find(method: &Method, path: &[String]) -> Result<Option<(&'static Operation, Vec<String>)>, Refusal> {
    let mut other_method = false;
    for operation in OPERATIONS {
        if let Some(variables) = operation.variables(path) {
            if operation.method == method.as_str() {
                return Ok(Some((operation, variables)));
            }
            other_method = true;
        }
    }
    if other_method { Err(Refusal::method()) } else { Ok(None) }
}

/// The shape of the error documents under a path.
pub(crate) fn family(path: &str) -> Family {
    match path {
        _ if path.starts_with("/v2/invoicing") => Family::Invoicing,
        _ if path.starts_with("/v1/shipping") || path.starts_with("/v1/notifications") => Family::Prose,
        _ => Family::Coded,
    }
}
