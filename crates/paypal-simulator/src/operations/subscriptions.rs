//! Subscriptions (Subscriptions v1). No payments are taken as time passes: the first is taken when a subscription begins,
//! and [`miss_payment`] makes one outstanding.

mod document;

use serde_json::{Value, json};

use crate::{
    base::links::{link, page},
    base::scopes,
    operations::operation::{Control, DAY, Operation, control, operation},
    request::{answer::Answer, call::Call, paging::Page, patch, refusal::Refusal},
    world::{
        World,
        capture::fee,
        experience::Experience,
        ledger::Entry,
        money::Money,
        plan::{self, Plan},
        subscription::{PATH, Payment, Status, Subscription},
    },
};

/// The operations. Keys are remembered as long as PayPal's API reference says
/// (<https://developer.paypal.com/api/rest/reference/idempotency/>).
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("subscriptions.create", "POST", "/v1/billing/subscriptions", scopes::SUBSCRIPTIONS, create)
        .remembered(3 * DAY, show),
    operation("subscriptions.list", "GET", "/v1/billing/subscriptions", scopes::SUBSCRIPTIONS, list),
    operation("subscriptions.get", "GET", "/v1/billing/subscriptions/*", scopes::SUBSCRIPTIONS, get),
    operation("subscriptions.update", "PATCH", "/v1/billing/subscriptions/*", scopes::SUBSCRIPTIONS, update),
    operation("subscriptions.revise", "POST", "/v1/billing/subscriptions/*/revise", scopes::SUBSCRIPTIONS, revise),
    operation("subscriptions.suspend", "POST", "/v1/billing/subscriptions/*/suspend", scopes::SUBSCRIPTIONS, suspend),
    operation("subscriptions.cancel", "POST", "/v1/billing/subscriptions/*/cancel", scopes::SUBSCRIPTIONS, cancel),
    operation(
        "subscriptions.activate",
        "POST",
        "/v1/billing/subscriptions/*/activate",
        scopes::SUBSCRIPTIONS,
        activate,
    ),
    operation("subscriptions.capture", "POST", "/v1/billing/subscriptions/*/capture", scopes::SUBSCRIPTIONS, capture)
        .remembered(3 * DAY, show_payment),
    operation(
        "subscriptions.list-transactions",
        "GET",
        "/v1/billing/subscriptions/*/transactions",
        scopes::SUBSCRIPTIONS,
        list_transactions,
    ),
];

/// What payers do.
pub(crate) static CONTROLS: &[Control] = &[
    control("subscriptions/*/approve", |world, call| approve(world, call.id(0)).map(|()| Answer::none())),
    control("subscriptions/*/miss-payment", |world, call| miss_payment(world, call.id(0)).map(|()| Answer::none()))
        .takes(&[]),
];

/// Returns the plan with that id, if it is active.
fn active_plan<'a>(world: &'a World, id: &str) -> Result<&'a Plan, Refusal> {
    let plan = world.books.plans.get(id).ok_or_else(|| Refusal::not_found("plan_id", id))?;
    if plan.status != plan::Status::Active {
        return Err(Refusal::business("PLAN_STATUS_INVALID", "The plan is not active."));
    }
    Ok(plan)
}

/// Returns the quantity, or 1 if none is given.
fn quantity(plan: &Plan, body: &Value) -> Result<i64, Refusal> {
    let Some(text) = body["quantity"].as_str() else { return Ok(1) };
    if !plan.takes_quantity() {
        let description = "The plan does not support quantities.";
        return Err(Refusal::business_at("/quantity", text, "SUBSCRIPTION_CANNOT_HAVE_QUANTITY", description));
    }
    text.parse().ok().filter(|it| (1..=1_000).contains(it)).ok_or_else(|| {
        Refusal::invalid("/quantity", text, "INVALID_PARAMETER_VALUE", "It must be a number from 1 to 1000 here.")
    })
}

pub(crate) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let body = &call.body;
    let Some(plan) = body["plan_id"].as_str() else { return Err(Refusal::missing("/plan_id")) };
    let plan = active_plan(world, plan)?;
    let quantity = quantity(plan, body)?;
    let price = plan.price(quantity, false)?;
    if let shipping @ Value::Object(_) = &body["shipping_amount"]
        && Money::read(shipping, "/shipping_amount")?.currency != price.currency
    {
        let field = "/shipping_amount/currency_code";
        let description = "The plan has another currency.";
        return Err(Refusal::business_at(field, shipping["currency_code"].clone(), "CURRENCY_MISMATCH", description));
    }
    let (plan, now) = (plan.id.clone(), world.now());
    let id = world.ids.subscription();
    let subscription = Subscription {
        id: id.clone(),
        status: Status::ApprovalPending,
        plan,
        quantity,
        members: body.clone(),
        proposed: None,
        note: None,
        outstanding: price.with(0),
        failed: 0,
        token: format!("BA-{}", world.ids.text(17)),
        experience: Experience::read(body),
        created: now,
        updated: now,
        status_changed: now,
    };
    let document = subscription.document(world);
    world.books.subscriptions.insert(id.clone(), subscription);
    world.emit("BILLING.SUBSCRIPTION.CREATED", "subscription", document);
    if body["subscriber"]["payment_source"]["card"].is_object() {
        begin(world, &id)?;
    }
    Ok(show(world, call, &id).status(201).about(id))
}

/// A subscription as a write shows it.
pub(crate) fn show(world: &World, call: &Call, id: &str) -> Answer {
    let Some(subscription) = world.books.subscriptions.get(id) else { return Answer::none() };
    let minimal = ["status", "status_update_time", "id", "create_time", "links"];
    Answer::ok(call.represent(subscription.document(world), &minimal))
}

/// A payment of a subscription, as a repeated capture shows it.
pub(crate) fn show_payment(world: &World, _: &Call, id: &str) -> Answer {
    world.books.payments.get(id).map_or_else(Answer::none, |payment| Answer::ok(payment.document()))
}

/// Starts a subscription, and takes the first payment.
fn begin(world: &mut World, id: &str) -> Result<(), Refusal> {
    let Some(subscription) = world.books.subscriptions.get(id) else { return Ok(()) };
    let Some(plan) = world.books.plans.get(&subscription.plan) else { return Ok(()) };
    let price = plan.first_price(subscription.quantity)?;
    let shipping = match &subscription.members["shipping_amount"] {
        Value::Null => 0,
        amount => Money::read(amount, "/shipping_amount")?.minor,
    };
    set_status(world, id, Status::Active, None, "BILLING.SUBSCRIPTION.ACTIVATED");
    let total = price.with(price.minor + shipping);
    if total.minor > 0 {
        take(world, id, total);
    }
    Ok(())
}

/// Takes a payment.
fn take(world: &mut World, id: &str, amount: Money) -> String {
    let payment = Payment { id: world.ids.transaction(), subscription: id.to_owned(), amount, time: world.now() };
    let (key, sale) = (payment.id.clone(), payment.sale());
    let movement = Entry {
        fee: -fee(amount).minor,
        reference: Some((id.to_owned(), "SUB")),
        payer: Some(world.payer().id.clone()),
        ..Entry::new(&key, "T0002", amount, payment.time)
    };
    world.books.ledger.record(movement);
    world.books.payments.insert(key.clone(), payment);
    world.emit("PAYMENT.SALE.COMPLETED", "sale", sale);
    key
}

/// Sets the status of a subscription, and emits an event.
fn set_status(world: &mut World, id: &str, status: Status, note: Option<String>, event: &str) {
    let now = world.now();
    if let Some(subscription) = world.books.subscriptions.get_mut(id) {
        (subscription.status, subscription.note) = (status, note);
        (subscription.updated, subscription.status_changed) = (now, now);
    }
    if let Some(document) = world.books.subscriptions.get(id).map(|subscription| subscription.document(world)) {
        world.emit(event, "subscription", document);
    }
}

/// The subscriber approves: a new subscription begins, a revised one takes its new terms.
pub(crate) fn approve(world: &mut World, id: &str) -> Result<(), Refusal> {
    world.enter_where(|books| books.subscriptions.contains_key(id));
    let subscription =
        world.books.subscriptions.get_mut(id).ok_or_else(|| Refusal::not_found("subscription_id", id))?;
    if let Some((plan, quantity)) = subscription.proposed.take() {
        (subscription.plan, subscription.quantity) = (plan, quantity);
        let status = subscription.status;
        set_status(world, id, status, None, "BILLING.SUBSCRIPTION.UPDATED");
        return Ok(());
    }
    if subscription.status == Status::ApprovalPending { begin(world, id) } else { Ok(()) }
}

/// Fails a payment: its amount becomes outstanding.
pub(crate) fn miss_payment(world: &mut World, id: &str) -> Result<(), Refusal> {
    world.enter_where(|books| books.subscriptions.contains_key(id));
    let found = world.books.subscriptions.get(id).ok_or_else(|| Refusal::not_found("subscription_id", id))?;
    let Some(plan) = world.books.plans.get(&found.plan) else { return Ok(()) };
    let price = plan.price(found.quantity, false)?;
    if let Some(subscription) = world.books.subscriptions.get_mut(id) {
        subscription.outstanding.minor += price.minor;
        subscription.failed += 1;
    }
    if let Some(document) = world.books.subscriptions.get(id).map(|subscription| subscription.document(world)) {
        world.emit("BILLING.SUBSCRIPTION.PAYMENT.FAILED", "subscription", document);
    }
    Ok(())
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Subscription, Refusal> {
    let id = call.id(0);
    world.books.subscriptions.get(id).ok_or_else(|| Refusal::not_found("subscription_id", id))
}

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let mut document = find(world, call)?.document(world);
    // The plan is shown only if it is asked for.
    if call.parameter("fields").is_some_and(|fields| fields.split(',').any(|field| field == "plan")) {
        let plan = world.books.plans.get(document["plan_id"].as_str().unwrap_or_default());
        document["plan"] = plan.map(Plan::document).unwrap_or_default();
    }
    Ok(Answer::ok(document))
}

/// Lists subscriptions, newest first; only those of the given plans and statuses, if that is asked for.
pub(crate) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let page = Page::read(call, 10, 20, 10_000_000)?;
    let among =
        |name: &str, value: &str| call.parameter(name).is_none_or(|list| list.split(',').any(|entry| entry == value));
    let fits = |it: &&Subscription| among("plan_ids", &it.plan) && among("statuses", it.status());
    let mut found: Vec<_> = world.books.subscriptions.values().filter(fits).collect();
    found.sort_by_key(|subscription| std::cmp::Reverse(subscription.created));
    let found = found.into_iter().map(|subscription| subscription.document(world)).collect();
    Ok(Answer::ok(page.document(call, "GET", PATH, "subscriptions", found)))
}

pub(crate) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let subscription = find(world, call)?;
    if !matches!(subscription.status, Status::Active | Status::Suspended) {
        return Err(Refusal::business("SUBSCRIPTION_STATUS_INVALID", "Only a running subscription can be changed."));
    }
    let (id, status, mut members) = (subscription.id.clone(), subscription.status, subscription.members.clone());
    patch::apply(&call.body, &mut members, &patch::SUBSCRIPTION)?;
    if let Some(subscription) = world.books.subscriptions.get_mut(&id) {
        subscription.members = members;
    }
    set_status(world, &id, status, None, "BILLING.SUBSCRIPTION.UPDATED");
    Ok(Answer::none().about(id))
}

/// Proposes another plan or quantity, which the subscriber has to approve.
pub(crate) fn revise(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let subscription = find(world, call)?;
    let plan = call.body["plan_id"].as_str().unwrap_or(&subscription.plan);
    let plan = active_plan(world, plan)?;
    let present = world.books.plans.get(&subscription.plan).map(Plan::product);
    if present != Some(plan.product()) {
        let description = "The plan is of another product.";
        return Err(Refusal::business_at("/plan_id", &*plan.id, "PLAN_PRODUCT_NOT_COMPATIBLE", description));
    }
    let quantity = quantity(plan, &call.body)?;
    let (id, plan) = (subscription.id.clone(), plan.id.clone());
    let mut document = json!({"plan_id": plan});
    for name in ["quantity", "shipping_amount", "shipping_address", "plan"] {
        if let Some(value) = call.body.get(name) {
            document[name] = value.clone();
        }
    }
    let approve = page("approve", &format!("/webapps/billing/subscriptions/update?ba_token={}", subscription.token));
    document["links"] = json!([approve, link("self", "GET", &format!("{PATH}/{id}"))]);
    if let Some(subscription) = world.books.subscriptions.get_mut(&id) {
        subscription.proposed = Some((plan, quantity));
        subscription.experience.update(&call.body);
    }
    Ok(Answer::ok(document).about(id))
}

pub(crate) fn suspend(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if find(world, call)?.status != Status::Active {
        let description = "Only an active subscription can be suspended.";
        return Err(Refusal::business("SUBSCRIPTION_STATUS_INVALID", description));
    }
    change_status(world, call, Status::Suspended, "BILLING.SUBSCRIPTION.SUSPENDED")
}

pub(crate) fn cancel(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if !matches!(find(world, call)?.status, Status::Active | Status::Suspended) {
        let description = "Only an active or a suspended subscription can be cancelled.";
        return Err(Refusal::business("SUBSCRIPTION_STATUS_INVALID", description));
    }
    change_status(world, call, Status::Cancelled, "BILLING.SUBSCRIPTION.CANCELLED")
}

pub(crate) fn activate(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if find(world, call)?.status != Status::Suspended {
        return Err(Refusal::business("SUBSCRIPTION_CANNOT_BE_ACTIVATED", "The subscription is not suspended."));
    }
    change_status(world, call, Status::Active, "BILLING.SUBSCRIPTION.RE-ACTIVATED")
}

/// Sets the status, and mails the subscriber.
fn change_status(world: &mut World, call: &Call, status: Status, event: &str) -> Result<Answer, Refusal> {
    let (id, note) = (call.id(0).to_owned(), call.body["reason"].as_str().map(str::to_owned));
    set_status(world, &id, status, note, event);
    world.mail(&id, 1);
    Ok(Answer::none().about(id))
}

/// Takes a payment of what is outstanding. It is taken at once, though the answer (202) only announces it.
pub(crate) fn capture(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let subscription = find(world, call)?;
    if !matches!(subscription.status, Status::Active | Status::Suspended) {
        return Err(Refusal::business("SUBSCRIPTION_STATUS_INVALID", "The subscription is not running."));
    }
    if call.body["amount"].is_null() {
        return Err(Refusal::missing("/amount"));
    }
    let (id, owed) = (subscription.id.clone(), subscription.outstanding);
    let amount = Money::read(&call.body["amount"], "/amount")?;
    if amount.currency != owed.currency {
        return Err(Refusal::business("CURRENCY_MISMATCH", "The plan has another currency."));
    }
    if owed.minor == 0 {
        return Err(Refusal::business("ZERO_OUTSTANDING_BALANCE", "Nothing is outstanding."));
    }
    if amount.minor > owed.minor {
        let issue = "AMOUNT_GREATER_THAN_OUTSTANDING_BALANCE";
        return Err(Refusal::business_at(
            "/amount/value",
            amount.value(),
            issue,
            "It exceeds the outstanding balance.",
        ));
    }
    if let Some(subscription) = world.books.subscriptions.get_mut(&id) {
        subscription.outstanding.minor -= amount.minor;
    }
    let payment = take(world, &id, amount);
    world.mail(&id, 1);
    Ok(Answer::none().status(202).about(payment))
}

/// Lists the payments between two times, which are both required.
pub(crate) fn list_transactions(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = find(world, call)?.id.clone();
    let time = |name: &str| {
        let missing = || Refusal::query(name, "", "MISSING_REQUIRED_PARAMETER", "This is required and missing.");
        call.time(name)?.ok_or_else(missing)
    };
    let (start, end) = (time("start_time")?, time("end_time")?);
    let fits = |payment: &&Payment| payment.subscription == id && payment.time >= start && payment.time <= end;
    let mut found: Vec<_> = world.books.payments.values().filter(fits).collect();
    found.sort_by_key(|payment| payment.time);
    let transactions: Vec<_> = found.into_iter().map(Payment::document).collect();
    // PayPal writes this one in capitals.
    let own = link("SELF", "GET", &format!("{PATH}/{id}/transactions?{}", call.query_without(&[]).join("&")));
    let total = transactions.len();
    Ok(Answer::ok(json!({
        "transactions": transactions,
        "total_items": total,
        "total_pages": usize::from(total > 0),
        "links": [own],
    })))
}
