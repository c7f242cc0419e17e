//! Reads requests about subscriptions.

use serde_json::Value;

use crate::{
    base::clock::Moment,
    request::{call::Call, refusal::Refusal},
    world::{
        World,
        money::Money,
        plan::Plan,
        subscription::Subscription,
        terms::{Terms, merge},
    },
};

/// The maximum quantity. PayPal documents none.
const MAX_QUANTITY: i64 = 9_999_999;

pub(super) fn plan_of<'a>(world: &'a World, id: &str) -> Result<&'a Plan, Refusal> {
    world.books.plans.get(id).ok_or_else(|| Refusal::not_found("plan_id", id))
}

/// Returns the quantity, or `default` if none is given.
pub(super) fn quantity(plan: &Plan, body: &Value, default: i64) -> Result<i64, Refusal> {
    let Some(text) = body["quantity"].as_str() else { return Ok(default) };
    if !plan.takes_quantity() {
        let description = "The plan does not support quantities.";
        return Err(Refusal::business_at("/quantity", text, "SUBSCRIPTION_CANNOT_HAVE_QUANTITY", description));
    }
    text.parse().ok().filter(|it| (1..=MAX_QUANTITY).contains(it)).ok_or_else(|| {
        let description = format!("It must be a whole number from 1 to {MAX_QUANTITY} here.");
        Refusal::invalid("/quantity", text, "INVALID_PARAMETER_VALUE", &description)
    })
}

/// Refuses a shipping amount that is not in the currency of the terms.
pub(super) fn check_shipping(shipping: &Value, terms: &Terms) -> Result<(), Refusal> {
    if shipping.is_null() || Money::read(shipping, "/shipping_amount")?.currency == terms.currency {
        return Ok(());
    }
    let (field, description) = ("/shipping_amount/currency_code", "The plan has another currency.");
    Err(Refusal::business_at(field, shipping["currency_code"].clone(), "CURRENCY_MISMATCH", description))
}

/// Reads a start time, which must be in the future.
pub(super) fn start_time(value: &Value, now: Moment) -> Result<Moment, Refusal> {
    let refuse = |issue, description| Err(Refusal::invalid("/start_time", value.clone(), issue, description));
    match value.as_str().and_then(Moment::parse) {
        None => refuse("INVALID_PARAMETER_SYNTAX", "It must be a time."),
        Some(time) if time <= now => refuse("INVALID_PARAMETER_VALUE", "It must be in the future."),
        Some(time) => Ok(time),
    }
}

/// Returns the whole plan, with what an inline plan overrides.
pub(super) fn own_plan(plan: &Plan, inline: &Value) -> Result<Option<Value>, Refusal> {
    let overrides = ["billing_cycles", "payment_preferences", "taxes"].iter().any(|name| !inline[name].is_null());
    if overrides { merge(&plan.members, inline).map(Some) } else { Ok(None) }
}

pub(super) fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Subscription, Refusal> {
    let id = call.id(0);
    world.books.subscriptions.get(id).ok_or_else(|| Refusal::not_found("subscription_id", id))
}
