//! Which request is which operation.

use std::time::Duration;

use http::Method;

use super::{
    answer::Answer, authorizations, call::Call, captures, orders, refunds, refusal::Family, refusal::Refusal,
    world::World,
};

/// Carries an operation out.
type Run = fn(&mut World, &Call) -> Result<Answer, Refusal>;

/// What a repeated request is answered with: the resource as it is now.
type Show = fn(&World, &Call, &str) -> Answer;

/// An operation.
pub(super) struct Operation {
    /// The connector's id of it.
    pub(super) action: &'static str,
    method: &'static str,
    /// `*` stands for a variable segment.
    path: &'static str,
    pub(super) run: Run,
    /// For how long a key is remembered, and what a repeat shows; none where PayPal ignores keys.
    pub(super) repeat: Option<(Duration, Show)>,
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

    /// Whether it changes nothing.
    pub(super) fn is_read(&self) -> bool {
        self.method == "GET"
    }

    /// The variable segments of a path, if it is this operation's.
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

/// All operations, with the retention of their keys (FACTS 2.1).
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
];

/// The operation of a method and a path, and the path's variable segments; or nothing.
///
/// # Errors
/// Where the path is there for other methods only.
pub(super) fn find(method: &Method, path: &[String]) -> Result<Option<(&'static Operation, Vec<String>)>, Refusal> {
    let mut elsewhere = false;
    for operation in OPERATIONS {
        if let Some(variables) = operation.variables(path) {
            if operation.method == method.as_str() {
                return Ok(Some((operation, variables)));
            }
            elsewhere = true;
        }
    }
    if elsewhere { Err(Refusal::method()) } else { Ok(None) }
}

/// The shape of the error documents under a path.
pub(super) fn family(path: &str) -> Family {
    match path {
        _ if path.starts_with("/v2/invoicing") => Family::Invoicing,
        _ if path.starts_with("/v1/shipping") || path.starts_with("/v1/notifications") => Family::Prose,
        _ => Family::Coded,
    }
}
