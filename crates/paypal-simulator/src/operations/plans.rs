//! Billing plans (Subscriptions v1).

use serde_json::Value;

use crate::{
    base::scopes,
    operations::operation::{DAY, Operation, operation},
    request::{answer::Answer, call::Call, paging::Page, patch, refusal::Refusal},
    world::{
        World,
        money::Money,
        plan::{MINIMAL, PATH, Plan, Status},
    },
};

/// The operations. Keys are remembered as long as PayPal's API reference says
/// (<https://developer.paypal.com/api/rest/reference/idempotency/>).
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("plans.create", "POST", "/v1/billing/plans", scopes::SUBSCRIPTIONS, create).remembered(3 * DAY, show),
    operation("plans.list", "GET", "/v1/billing/plans", scopes::SUBSCRIPTIONS, list),
    operation("plans.get", "GET", "/v1/billing/plans/*", scopes::SUBSCRIPTIONS, get),
    operation("plans.update", "PATCH", "/v1/billing/plans/*", scopes::SUBSCRIPTIONS, update),
    operation("plans.activate", "POST", "/v1/billing/plans/*/activate", scopes::SUBSCRIPTIONS, activate),
    operation("plans.deactivate", "POST", "/v1/billing/plans/*/deactivate", scopes::SUBSCRIPTIONS, deactivate),
    operation(
        "plans.update-pricing",
        "POST",
        "/v1/billing/plans/*/update-pricing-schemes",
        scopes::SUBSCRIPTIONS,
        update_pricing,
    ),
];

pub(crate) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let body = &call.body;
    let Some(product) = body["product_id"].as_str() else { return Err(Refusal::missing("/product_id")) };
    if body["name"].as_str().is_none_or(str::is_empty) {
        return Err(Refusal::missing("/name"));
    }
    if body["billing_cycles"].as_array().is_none_or(Vec::is_empty) {
        return Err(Refusal::missing("/billing_cycles"));
    }
    if !world.books.products.contains_key(product) {
        return Err(Refusal::not_found("product_id", product));
    }
    let status = match body["status"].as_str() {
        None | Some("ACTIVE") => Status::Active,
        Some("CREATED") => Status::Created,
        Some("INACTIVE") => Status::Inactive,
        Some(other) => {
            let description = "There is no such status.";
            return Err(Refusal::invalid("/status", other, "INVALID_PARAMETER_VALUE", description));
        }
    };
    let now = world.now();
    let plan = Plan { id: String::new(), status, members: body.clone(), created: now, updated: now };
    plan.first_price(1)?;
    let id = world.ids.plan();
    let plan = Plan { id: id.clone(), ..plan };
    let document = plan.document();
    world.books.plans.insert(id.clone(), plan);
    world.emit("BILLING.PLAN.CREATED", "plan", document);
    Ok(show(world, call, &id).status(201).about(id))
}

/// A plan as a write shows it.
pub(crate) fn show(world: &World, call: &Call, id: &str) -> Answer {
    let Some(plan) = world.books.plans.get(id) else { return Answer::none() };
    Answer::ok(call.represent(plan.document(), &MINIMAL))
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Plan, Refusal> {
    let id = call.id(0);
    world.books.plans.get(id).ok_or_else(|| Refusal::not_found("plan_id", id))
}

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

/// Lists plans, oldest first; only those of a product, or with the given ids, if that is asked for.
pub(crate) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let page = Page::read(call, 10, 20, 100_000)?;
    let product = call.parameter("product_id");
    let ids: Option<Vec<_>> = call.parameter("plan_ids").map(|ids| ids.split(',').collect());
    let fits = |plan: &&Plan| {
        product.is_none_or(|product| plan.product() == product)
            && ids.as_ref().is_none_or(|ids| ids.contains(&&*plan.id))
    };
    let mut plans: Vec<_> = world.books.plans.values().filter(fits).collect();
    plans.sort_by_key(|plan| plan.created);
    let show = |plan: &Plan| call.represent(plan.document(), &MINIMAL);
    let plans = plans.into_iter().map(show).collect();
    Ok(Answer::ok(page.document(call, "GET", PATH, "plans", plans)))
}

pub(crate) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let plan = find(world, call)?;
    if plan.status == Status::Inactive {
        return Err(Refusal::business("PLAN_STATUS_INACTIVE", "An inactive plan cannot be changed."));
    }
    let mut members = plan.members.clone();
    patch::apply(&call.body, &mut members, &patch::PLAN)?;
    change(world, call, "BILLING.PLAN.UPDATED", |plan| plan.members = members)
}

pub(crate) fn activate(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if find(world, call)?.status == Status::Active {
        return Err(Refusal::business("PLAN_STATUS_INVALID", "The plan is active already."));
    }
    change(world, call, "BILLING.PLAN.ACTIVATED", |plan| plan.status = Status::Active)
}

pub(crate) fn deactivate(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if find(world, call)?.status != Status::Active {
        return Err(Refusal::business("PLAN_STATUS_INVALID", "Only an active plan can be deactivated."));
    }
    change(world, call, "BILLING.PLAN.DEACTIVATED", |plan| plan.status = Status::Inactive)
}

pub(crate) fn update_pricing(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let plan = find(world, call)?;
    let currency = plan.price(1, false)?.currency;
    let mut members = plan.members.clone();
    let Some(schemes) = call.body["pricing_schemes"].as_array().filter(|schemes| !schemes.is_empty()) else {
        return Err(Refusal::missing("/pricing_schemes"));
    };
    for (index, scheme) in schemes.iter().enumerate() {
        let field = format!("/pricing_schemes/{index}");
        let price = &scheme["pricing_scheme"]["fixed_price"];
        if !price.is_null() && Money::read(price, &format!("{field}/pricing_scheme/fixed_price"))?.currency != currency
        {
            return Err(Refusal::business("CURRENCY_MISMATCH", "The plan has another currency."));
        }
        let cycles = members["billing_cycles"].as_array_mut().into_iter().flatten();
        let mut cycles = cycles.filter(|cycle| cycle["sequence"] == scheme["billing_cycle_sequence"]);
        let Some(cycle) = cycles.next() else {
            let at = format!("{field}/billing_cycle_sequence");
            let description = "The plan has no such cycle.";
            return Err(Refusal::business_at(&at, Value::Null, "INVALID_BILLING_CYCLE_SEQUENCE", description));
        };
        cycle["pricing_scheme"] = scheme["pricing_scheme"].clone();
    }
    change(world, call, "BILLING.PLAN.PRICING-CHANGE.ACTIVATED", |plan| plan.members = members)
}

/// Changes a plan, and emits an event.
fn change(world: &mut World, call: &Call, event: &str, how: impl FnOnce(&mut Plan)) -> Result<Answer, Refusal> {
    let (id, now) = (call.id(0).to_owned(), world.now());
    if let Some(plan) = world.books.plans.get_mut(&id) {
        how(plan);
        plan.updated = now;
        let document = plan.document();
        world.emit(event, "plan", document);
    }
    Ok(Answer::none().about(id))
}
