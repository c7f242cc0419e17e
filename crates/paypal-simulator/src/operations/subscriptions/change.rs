//! Changes a subscription: by the merchant alone, or with the subscriber's consent.

use serde_json::{Map, Value, json};

use crate::{
    base::{
        documents::pick,
        links::{link, page},
    },
    operations::subscriptions::{
        billing::bill,
        read::{check_shipping, find, own_plan, plan_of, quantity, start_time},
        state::{set_status, terms},
        status::apply,
    },
    request::{answer::Answer, call::Call, check, patch, refusal::Refusal},
    world::{
        World,
        billing::Billing,
        money::Money,
        subscription::{PATH, Revision, Status, Subscription},
        terms::{Earlier, Terms, same_kind},
    },
};

/// The members of a plan that a subscription can override.
const OVERRIDES: [&str; 3] = ["billing_cycles", "payment_preferences", "taxes"];

/// The members of a subscription that a patch can change.
const MEMBERS: [&str; 4] = ["custom_id", "shipping_amount", "subscriber", "start_time"];

pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let subscription = find(world, call)?;
    if !matches!(subscription.status, Status::Active | Status::Suspended) {
        return Err(Refusal::business("SUBSCRIPTION_STATUS_INVALID", "Only a running subscription can be changed."));
    }
    let plan = plan_of(world, &subscription.plan)?;
    let old_plan = subscription.own_plan.as_ref().unwrap_or(&plan.members);
    let before = patchable(subscription, old_plan);
    let mut after = before.clone();
    patch::apply(&call.body, &mut after, &patch::SUBSCRIPTION)?;
    let mut members = pick(&after, &MEMBERS);
    members["plan_id"] = subscription.plan.as_str().into();
    check::body("subscriptions.create", &mut members)?;

    let (now, terms) = (world.now(), terms(world, subscription)?);
    check_shipping(&after["shipping_amount"], &terms)?;
    let start = match &after["start_time"] {
        same if *same == before["start_time"] => None,
        _ if subscription.billing.as_ref().is_none_or(|billing| !billing.is_new() || billing.next <= now) => {
            let description = "The subscription has started already.";
            return Err(Refusal::business_at(
                "/start_time",
                after["start_time"].clone(),
                "INVALID_START_TIME",
                description,
            ));
        }
        time => Some(start_time(time, now)?),
    };
    let outstanding = outstanding(subscription, &before, &after)?;
    let own = if after["plan"] == before["plan"] {
        None
    } else {
        Some(overridden(old_plan, &before["plan"], &after["plan"], subscription.billing.as_ref(), &terms)?)
    };

    let id = subscription.id.clone();
    let (status, note, old_cycles) =
        (subscription.status, subscription.note.clone(), old_plan["billing_cycles"].clone());
    if let Some(subscription) = world.books.subscriptions.get_mut(&id) {
        for name in MEMBERS {
            if let Some(value) = members.get(name).filter(|value| !value.is_null()) {
                subscription.members[name] = value.clone();
            }
        }
        subscription.outstanding = outstanding;
        if let Some(own) = own {
            Earlier::add(&mut subscription.earlier, old_cycles, now);
            subscription.own_plan = Some(own);
        }
        if let (Some(start), Some(billing)) = (start, &mut subscription.billing) {
            billing.start(start);
        }
    }
    if let Some(start) = start {
        world.schedule(start, bill, &id);
    }
    set_status(world, &id, status, note, "BILLING.SUBSCRIPTION.UPDATED");
    Ok(Answer::none().about(id))
}

/// The document that a patch applies to. Billing cycles are members by their sequence.
fn patchable(subscription: &Subscription, plan: &Value) -> Value {
    let members = &subscription.members;
    let mut document = json!({
        "billing_info": {"outstanding_balance": subscription.outstanding.document()},
        "plan": {"billing_cycles": {}, "payment_preferences": {}, "taxes": {}},
        "subscriber": {},
    });
    for name in MEMBERS {
        if let Some(value) = members.get(name).filter(|value| !value.is_null()) {
            document[name] = value.clone();
        }
    }
    for name in OVERRIDES.iter().skip(1).filter(|name| plan[**name].is_object()) {
        document["plan"][*name] = plan[*name].clone();
    }
    for cycle in plan["billing_cycles"].as_array().into_iter().flatten() {
        document["plan"]["billing_cycles"][cycle["sequence"].to_string()] = cycle.clone();
    }
    document
}

/// Reads the outstanding balance, which can only be lowered.
fn outstanding(subscription: &Subscription, before: &Value, after: &Value) -> Result<Money, Refusal> {
    let (old, new) = (subscription.outstanding, &after["billing_info"]["outstanding_balance"]);
    if *new == before["billing_info"]["outstanding_balance"] {
        return Ok(old);
    }
    let field = "/billing_info/outstanding_balance";
    let amount = Money::read(new, field)?;
    let refuse = |issue, description| Err(Refusal::business_at(field, new.clone(), issue, description));
    if amount.currency != old.currency {
        return refuse("CURRENCY_MISMATCH", "The subscription has another currency.");
    }
    if amount.minor > old.minor {
        return refuse("AMOUNT_GREATER_THAN_OUTSTANDING_BALANCE", "It exceeds the outstanding balance.");
    }
    Ok(amount)
}

/// Returns the whole plan with changes, which must leave alone what is over.
fn overridden(
    plan: &Value,
    before: &Value,
    after: &Value,
    billing: Option<&Billing>,
    old: &Terms,
) -> Result<Value, Refusal> {
    let mut plan = plan.clone();
    for name in OVERRIDES.iter().skip(1).filter(|name| after[**name] != before[**name]) {
        plan[*name] = after[*name].clone();
    }
    let empty = Map::new();
    let cycles = after["billing_cycles"].as_object().unwrap_or(&empty);
    for (key, cycle) in cycles.iter().filter(|(key, cycle)| before["billing_cycles"][key.as_str()] != **cycle) {
        let field = format!("/plan/billing_cycles/@sequence=={key}");
        let sequence = key.parse().unwrap_or(0);
        if billing.is_some_and(|billing| billing.is_completed(old, sequence)) {
            let issue = "BILLING_CYCLE_EXECUTION_COMPLETED";
            return Err(Refusal::business_at(&field, Value::Null, issue, "The cycle is over."));
        }
        let executed = billing.map_or(0, |billing| billing.executed(old, sequence));
        let total = cycle["total_cycles"].as_u64().unwrap_or(0);
        if total > 0 && total < executed.into() {
            let issue = "INVALID_BILLING_TOTAL_CYCLES";
            let description = "More cycles have been completed.";
            return Err(Refusal::business_at(&format!("{field}/total_cycles"), total, issue, description));
        }
        let own = plan["billing_cycles"].as_array_mut().into_iter().flatten();
        if let Some(own) = own.into_iter().find(|own| own["sequence"] == sequence) {
            same_kind(&own["pricing_scheme"], &cycle["pricing_scheme"], &format!("{field}/pricing_scheme"))?;
            *own = cycle.clone();
        }
    }
    if plan["taxes"].as_object().is_some_and(Map::is_empty)
        && let Value::Object(plan) = &mut plan
    {
        plan.remove("taxes");
    }
    if Terms::read(&plan)?.currency != old.currency {
        return Err(Refusal::business("CURRENCY_MISMATCH", "The subscription has another currency."));
    }
    Ok(plan)
}

/// Proposes another plan or quantity. The subscriber has to approve it, unless a card pays.
/// <https://developer.paypal.com/subscriptions/tiers/>
pub(super) fn revise(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (subscription, body) = (find(world, call)?, &call.body);
    let plan = plan_of(world, body["plan_id"].as_str().unwrap_or(&subscription.plan))?;
    let present = plan_of(world, &subscription.plan)?;
    if present.product() != plan.product() {
        let description = "The plan is of another product.";
        return Err(Refusal::business_at("/plan_id", &*plan.id, "PLAN_PRODUCT_NOT_COMPATIBLE", description));
    }
    let default = if plan.takes_quantity() { subscription.quantity } else { 1 };
    let quantity = quantity(plan, body, default)?;
    // No override is carried over.
    let own_plan = own_plan(plan, &body["plan"])?;
    let terms = own_plan.as_ref().map_or_else(|| plan.terms(), Terms::read)?;
    if terms.currency != subscription.outstanding.currency {
        let description = "The subscription has another currency.";
        return Err(Refusal::business_at("/plan_id", &*plan.id, "CURRENCY_MISMATCH", description));
    }
    check_shipping(&body["shipping_amount"], &terms)?;
    let (id, plan) = (subscription.id.clone(), plan.id.clone());
    let mut document = json!({"plan_id": plan, "plan_overridden": own_plan.is_some()});
    for name in ["quantity", "shipping_amount", "shipping_address", "plan"] {
        if let Some(value) = body.get(name) {
            document[name] = value.clone();
        }
    }
    let at_once = subscription.pays_by_card();
    let approve = page("approve", &format!("/webapps/billing/subscriptions/update?ba_token={}", subscription.token));
    let own = link("self", "GET", &format!("{PATH}/{id}"));
    document["links"] = if at_once { json!([own]) } else { json!([approve, own]) };
    let (shipping_amount, shipping_address) = (body["shipping_amount"].clone(), body["shipping_address"].clone());
    let revision = Revision { plan, quantity, own_plan, shipping_amount, shipping_address };
    if at_once {
        apply(world, &id, revision)?;
    } else if let Some(subscription) = world.books.subscriptions.get_mut(&id) {
        subscription.proposed = Some(revision);
        subscription.experience.update(&call.body);
    }
    Ok(Answer::ok(document).about(id))
}
