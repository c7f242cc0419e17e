//! Takes the payments of subscriptions as time passes.

use serde_json::Value;

use crate::{
    base::clock::Moment,
    operations::subscriptions::{
        payment::take,
        state::{count, emit, set_status, terms, terms_of},
    },
    request::refusal::Refusal,
    world::{
        World,
        billing::{Billing, Due, Failure},
        money::Money,
        subscription::{Status, Subscription},
        terms::Terms,
    },
};

/// Starts a subscription. The setup fee is taken at once, and with it the first payment unless it starts later.
/// <https://developer.paypal.com/subscriptions/delayed-start>
pub(super) fn begin(world: &mut World, id: &str) -> Result<(), Refusal> {
    let Some(subscription) = world.books.subscriptions.get(id) else { return Ok(()) };
    let (terms, now) = (terms(world, subscription)?, world.now());
    let start = subscription.members["start_time"].as_str().and_then(Moment::parse);
    let start = start.filter(|start| *start > now).unwrap_or(now);
    let fee = terms.setup_fee;
    if let Some(subscription) = world.books.subscriptions.get_mut(id) {
        subscription.billing = Some(Billing::new(start, terms.cycles.len()));
    }
    set_status(world, id, Status::Active, None, "BILLING.SUBSCRIPTION.ACTIVATED");
    if start > now {
        world.schedule(start, bill, id);
        if fee > 0 {
            collect(world, id, &terms, fee);
        }
    } else {
        execute(world, id, &terms, fee);
    }
    Ok(())
}

/// Bills the next cycle, or ends the subscription after the last one. A task of the agenda.
pub(super) fn bill(world: &mut World, id: &str) {
    let now = world.now();
    let Some(terms) = terms_of(world, id) else { return };
    let Some(subscription) = world.books.subscriptions.get(id).filter(|it| it.status == Status::Active) else { return };
    // Another task has its turn if the time was changed.
    let Some(billing) = subscription.billing.as_ref().filter(|billing| billing.next == now) else { return };
    if billing.is_over(&terms) {
        set_status(world, id, Status::Expired, None, "BILLING.SUBSCRIPTION.EXPIRED");
    } else {
        execute(world, id, &terms, 0);
    }
}

/// Executes a cycle, and takes its payment together with a setup fee.
fn execute(world: &mut World, id: &str, terms: &Terms, fee: i64) {
    let Some(subscription) = world.books.subscriptions.get_mut(id) else { return };
    let (quantity, shipping) = (subscription.quantity, subscription.shipping());
    let Some(billing) = &mut subscription.billing else { return };
    let Some(cycle) = billing.execute(terms) else { return };
    let price = terms.price(cycle, quantity);
    let price = if price > 0 { price.saturating_add(shipping) } else { 0 };
    billing.due = Some(Due { price, attempts: 0 });
    let next = billing.next;
    // At the end of the clock there is no later time.
    if next > world.now() {
        world.schedule(next, bill, id);
    }
    collect(world, id, terms, fee);
}

/// Tries again to take a payment that failed. A task of the agenda.
fn retry(world: &mut World, id: &str) {
    let now = world.now();
    let Some(terms) = terms_of(world, id) else { return };
    let is_due = |subscription: &&Subscription| {
        let failure = subscription.billing.as_ref().and_then(|billing| billing.failure.as_ref());
        subscription.status == Status::Active && failure.is_some_and(|failure| failure.retry == Some(now))
    };
    if world.books.subscriptions.get(id).filter(is_due).is_some() {
        collect(world, id, &terms, 0);
    }
}

/// Takes what is due, with a setup fee, and with what is outstanding if the plan says so.
fn collect(world: &mut World, id: &str, terms: &Terms, fee: i64) {
    let Some(subscription) = world.books.subscriptions.get_mut(id) else { return };
    let declined = subscription.failing > 0 || declines(subscription);
    let Some(billing) = &mut subscription.billing else { return };
    let due = billing.due.map_or(0, |due| due.price);
    let outstanding = if terms.auto_bill { subscription.outstanding.minor } else { 0 };
    let amount = terms.money(due.saturating_add(fee).saturating_add(outstanding));
    if amount.minor == 0 {
        billing.due = None;
        return;
    }
    if declined {
        subscription.failing = subscription.failing.saturating_sub(1);
        return fail(world, id, terms, amount, fee);
    }
    billing.due = None;
    if let Some(failure) = &mut billing.failure {
        failure.retry = None;
    }
    subscription.outstanding.minor -= outstanding;
    take(world, id, amount, fee > 0);
}

/// Whether the card is one that PayPal's sandbox declines.
fn declines(subscription: &Subscription) -> bool {
    let name = &subscription.members["subscriber"]["payment_source"]["card"]["name"];
    name.as_str().is_some_and(|name| name.starts_with("CCREJECT-"))
}

/// A payment fails. It is tried again if there is time until the next one. Otherwise it counts as failed, and is outstanding.
fn fail(world: &mut World, id: &str, terms: &Terms, amount: Money, fee: i64) {
    let now = world.now();
    let Some(subscription) = world.books.subscriptions.get_mut(id) else { return };
    let Some(billing) = &mut subscription.billing else { return };
    let failure = |retry| Some(Failure { amount, time: now, retry });
    if fee > 0 && terms.fee_or_cancel {
        (billing.failure, billing.due) = (failure(None), None);
        emit(world, id, "BILLING.SUBSCRIPTION.PAYMENT.FAILED");
        return set_status(world, id, Status::Cancelled, None, "BILLING.SUBSCRIPTION.CANCELLED");
    }
    subscription.outstanding.minor = subscription.outstanding.minor.saturating_add(fee);
    // Only the fee was to be taken: it is outstanding now.
    let Some(due) = billing.due.as_mut().filter(|due| due.price > 0) else {
        (billing.failure, billing.due) = (failure(None), None);
        return emit(world, id, "BILLING.SUBSCRIPTION.PAYMENT.FAILED");
    };
    due.attempts += 1;
    let due = *due;
    let at = billing.retry(&due, now);
    billing.failure = failure(at);
    match at {
        Some(at) => {
            world.schedule(at, retry, id);
            emit(world, id, "BILLING.SUBSCRIPTION.PAYMENT.FAILED");
        }
        None => {
            billing.due = None;
            count(world, id, due.price, terms.threshold);
        }
    }
}

/// Fails a payment of an active subscription at once, with all retries: the price of a regular cycle becomes outstanding.
pub(crate) fn miss_payment(world: &mut World, id: &str) -> Result<(), Refusal> {
    let found = world.books.subscriptions.get(id).ok_or_else(|| Refusal::not_found("subscription_id", id))?;
    let plan = world.books.plans.get(&found.plan).ok_or_else(|| Refusal::not_found("plan_id", &found.plan))?;
    let terms = found.own_plan.as_ref().map_or_else(|| plan.terms(), Terms::read)?;
    let (amount, now) = (terms.money(terms.regular(found.quantity)), world.now());
    if let Some(billing) = world.books.subscriptions.get_mut(id).and_then(|it| it.billing.as_mut()) {
        billing.failure = Some(Failure { amount, time: now, retry: billing.failure.as_ref().and_then(|it| it.retry) });
    }
    count(world, id, amount.minor, terms.threshold);
    Ok(())
}

/// Lets that many of the next attempts to take a payment of a subscription fail.
pub(crate) fn fail_payments(world: &mut World, id: &str, times: u32) -> Result<(), Refusal> {
    let found = world.books.subscriptions.get_mut(id);
    found.ok_or_else(|| Refusal::not_found("subscription_id", id))?.failing = times;
    Ok(())
}

/// Reads the `times` of a request for that.
pub(super) fn times(body: &Value) -> Result<u32, Refusal> {
    let value = &body["times"];
    if value.is_null() {
        return Err(Refusal::missing("/times"));
    }
    let description = "It must be a whole number that is not negative.";
    let refuse = || Refusal::invalid("/times", value.clone(), "INVALID_PARAMETER_VALUE", description);
    value.as_u64().and_then(|times| u32::try_from(times).ok()).ok_or_else(refuse)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use crate::{Simulator, world::capture::fee};

    #[test]
    fn every_payment_is_in_the_ledger_without_its_fee() {
        let simulator = Simulator::new(3);
        let product = simulator.post("/v1/catalogs/products", &json!({"name": "Tea", "type": "PHYSICAL"}));
        for (unit, price) in [("DAY", "0.37"), ("WEEK", "7.77"), ("MONTH", "19.99")] {
            let cycle = json!({"frequency": {"interval_unit": unit}, "tenure_type": "REGULAR", "sequence": 1,
                "total_cycles": 0, "pricing_scheme": {"fixed_price": {"currency_code": "USD", "value": price}}});
            let plan = json!({"product_id": product["id"], "name": unit, "billing_cycles": [cycle],
                "payment_preferences": {"payment_failure_threshold": 0}});
            let plan = simulator.post("/v1/billing/plans", &plan);
            let id = simulator.post("/v1/billing/subscriptions", &json!({"plan_id": plan["id"]}))["id"].clone();
            let id = id.as_str().unwrap();
            assert!(simulator.approve_subscription(id));
            simulator.post(&format!("/simulator/subscriptions/{id}/fail-payments"), &json!({"times": 4}));
        }
        simulator.advance(Duration::from_secs(100 * 86_400));
        let world = simulator.world();
        let nets = world.books.payments.values().map(|it| it.amount.minor - fee(it.amount).minor);
        assert!(world.books.payments.len() > 100);
        assert_eq!(world.books.ledger.balance("USD").total - 10_000_000, nets.sum::<i64>());
        // Each cycle was paid, the failed ones later.
        let paid: i64 = world.books.payments.values().map(|it| it.amount.minor).sum();
        assert_eq!(paid, 101 * 37 + 15 * 777 + 4 * 1999);
    }
}
