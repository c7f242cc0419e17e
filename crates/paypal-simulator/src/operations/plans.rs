//! Billing plans (Subscriptions v1).

use serde_json::Value;

use crate::{
    base::scopes,
    operations::operation::{DAY, Operation, operation},
    request::{answer::Answer, call::Call, check, paging::Page, patch, refusal::Refusal},
    world::{
        World,
        plan::{MINIMAL, PATH, Plan, Status},
        price::Price,
        terms::{Terms, same_kind},
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
    let mut members = body.clone();
    for cycle in members["billing_cycles"].as_array_mut().into_iter().flatten() {
        set_version(cycle, 1);
    }
    let by_quantity = Terms::read(&members)?.cycles.iter().any(|cycle| cycle.price.by_quantity());
    if by_quantity && body["quantity_supported"] == false {
        let description = "Plans with tiers always support quantities.";
        return Err(Refusal::business_at("/quantity_supported", false, "INVALID_QUANTITY_SUPPORTED", description));
    }
    let id = world.ids.plan();
    let plan = Plan { id: id.clone(), status, members, earlier: Vec::new(), created: now, updated: now };
    let document = plan.document();
    world.books.plans.insert(id.clone(), plan);
    world.emit("BILLING.PLAN.CREATED", "plan", document);
    Ok(show(world, call, &id).status(201).about(id))
}

/// Sets the version of a cycle's prices. A free trial has none.
fn set_version(cycle: &mut Value, version: i64) {
    if let Some(Value::Object(scheme)) = cycle.get_mut("pricing_scheme") {
        scheme.insert("version".to_owned(), version.into());
    }
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
    check::body("plans.create", &mut members)?;
    Terms::read(&members)?;
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
    let currency = plan.terms()?.currency;
    let mut members = plan.members.clone();
    let Some(schemes) = call.body["pricing_schemes"].as_array().filter(|schemes| !schemes.is_empty()) else {
        return Err(Refusal::missing("/pricing_schemes"));
    };
    for (index, change) in schemes.iter().enumerate() {
        let at = |name: &str| format!("/pricing_schemes/{index}/{name}");
        for name in ["billing_cycle_sequence", "pricing_scheme"] {
            if change[name].is_null() {
                return Err(Refusal::missing(&at(name)));
            }
        }
        let cycles = members["billing_cycles"].as_array_mut().into_iter().flatten();
        let mut cycles = cycles.filter(|cycle| cycle["sequence"] == change["billing_cycle_sequence"]);
        let Some(cycle) = cycles.next() else {
            let (sequence, description) = (change["billing_cycle_sequence"].clone(), "The plan has no such cycle.");
            let issue = "INVALID_BILLING_CYCLE_SEQUENCE";
            return Err(Refusal::business_at(&at("billing_cycle_sequence"), sequence, issue, description));
        };
        let mut scheme = change["pricing_scheme"].clone();
        // An example of PayPal's has both, which a new plan cannot have.
        if !scheme["pricing_model"].is_null()
            && let Value::Object(scheme) = &mut scheme
        {
            scheme.remove("fixed_price");
        }
        let version = cycle["pricing_scheme"]["version"].as_i64().unwrap_or(1);
        same_kind(&cycle["pricing_scheme"], &scheme, &at("pricing_scheme"))?;
        let price = Price::read(&scheme, cycle["tenure_type"] == "TRIAL", &at("pricing_scheme"))?;
        if price.currency().is_some_and(|it| it != currency) {
            let description = "The plan has another currency.";
            return Err(Refusal::business_at(&at("pricing_scheme"), scheme, "CURRENCY_MISMATCH", description));
        }
        cycle["pricing_scheme"] = scheme;
        set_version(cycle, version.saturating_add(1).min(99));
    }
    Terms::read(&members)?;
    let now = world.now();
    change(world, call, "BILLING.PLAN.PRICING-CHANGE.INPROGRESS", |plan| plan.reprice(members, now))?;
    change(world, call, "BILLING.PLAN.PRICING-CHANGE.ACTIVATED", |_| {})
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
