//! Subscriptions (Subscriptions v1). `billing` takes the payments as time passes.

mod billing;
mod change;
mod document;
mod payment;
mod read;
mod state;
mod status;

use serde_json::{Value, json};

use crate::{
    base::{links::link, scopes},
    operations::{
        accounts,
        needs::Subject,
        operation::{Control, DAY, Operation, control, operation},
        settlement,
        subscriptions::{
            billing::{fail_payments, miss_payment, times},
            change::{revise, update},
            payment::{SETTLEMENT, next_pending, take},
            read::{check_shipping, find, own_plan, plan_of, quantity, start_time},
            status::{activate, approve, cancel, suspend},
        },
    },
    request::{
        answer::Answer,
        call::Call,
        field::{Field, Kind},
        paging::Page,
        refusal::Refusal,
    },
    world::{
        World,
        experience::Experience,
        money::Money,
        plan::{self, Plan},
        subscription::{PATH, Payment, Status, Subscription},
        terms::Terms,
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

/// What payers and tests do.
pub(crate) static CONTROLS: &[Control] = &[
    control("subscriptions/*/approve", |world, call| {
        let payer = world.payer_named(&call.body["payer"])?;
        approve(world, call.id(0), &payer).map(|()| Answer::none())
    })
    .needs(&SUBJECT, &["APPROVAL_PENDING", "a proposed revision"], |world, id| {
        world.books.subscriptions.get(id).is_some_and(Subscription::waits_for_approval)
    })
    .may_have(|world, _| accounts::payer_example(world)),
    control("subscriptions/*/miss-payment", |world, call| miss_payment(world, call.id(0)).map(|()| Answer::none()))
        .needs(&SUBJECT, &["ACTIVE"], |world, id| is(world, id, &[Status::Active]))
        .takes(&[]),
    control("subscriptions/*/fail-payments", |world, call| {
        fail_payments(world, call.id(0), times(&call.body)?).map(|()| Answer::none())
    })
    .needs(&SUBJECT, &["APPROVAL_PENDING", "ACTIVE", "SUSPENDED"], |world, id| {
        is(world, id, &[Status::ApprovalPending, Status::Active, Status::Suspended])
    })
    .takes(&[Field { name: "times", kind: Kind::Number(3) }]),
    control("payments/pending", next_pending)
        .titled("Let the next payment of a subscription be pending")
        .may_have(|_, _| settlement::example()),
    control("payments/*/settle", |world, call| SETTLEMENT.now(world, call))
        .needs(&PAYMENT, settlement::PENDING, |world, id| SETTLEMENT.is_pending(&world.books, id))
        .takes(&[Field { name: "outcome", kind: Kind::OneOf(&["COMPLETED", "DECLINED"]) }]),
];

static SUBJECT: Subject = Subject {
    name: "subscription",
    field: "subscription_id",
    has: |books, id| books.subscriptions.contains_key(id),
    state: |world, id| world.books.subscriptions.get(id).map(|it| it.status().to_owned()),
};

static PAYMENT: Subject = Subject {
    name: "payment",
    field: "payment_id",
    has: |books, id| books.payments.contains_key(id),
    state: |world, id| world.books.payments.get(id).map(|payment| payment.status().to_owned()),
};

fn is(world: &World, id: &str, statuses: &[Status]) -> bool {
    world.books.subscriptions.get(id).is_some_and(|it| statuses.contains(&it.status))
}

pub(crate) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (body, now) = (&call.body, world.now());
    let Some(plan) = body["plan_id"].as_str() else { return Err(Refusal::missing("/plan_id")) };
    let plan = plan_of(world, plan)?;
    if plan.status != plan::Status::Active {
        return Err(Refusal::business("PLAN_STATUS_INVALID", "The plan is not active."));
    }
    let quantity = quantity(plan, body, 1)?;
    let own_plan = own_plan(plan, &body["plan"])?;
    let terms = own_plan.as_ref().map_or_else(|| plan.terms(), Terms::read)?;
    check_shipping(&body["shipping_amount"], &terms)?;
    if !body["start_time"].is_null() {
        start_time(&body["start_time"], now)?;
    }
    let (plan, outstanding) = (plan.id.clone(), terms.money(0));
    let mut members = body.clone();
    if let Value::Object(members) = &mut members {
        members.remove("plan");
    }
    let id = world.ids.subscription();
    let subscription = Subscription {
        id: id.clone(),
        status: Status::ApprovalPending,
        plan,
        since: now,
        quantity,
        subscriber: None,
        members,
        own_plan,
        earlier: Vec::new(),
        proposed: None,
        billing: None,
        note: None,
        outstanding,
        failed: 0,
        failing: 0,
        token: format!("BA-{}", world.ids.text(17)),
        experience: Experience::read(body),
        created: now,
        updated: now,
        status_changed: now,
    };
    let (at_once, document) = (subscription.pays_by_card(), subscription.document(world));
    world.books.subscriptions.insert(id.clone(), subscription);
    world.emit("BILLING.SUBSCRIPTION.CREATED", "subscription", document);
    if at_once {
        billing::begin(world, &id)?;
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

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let mut document = find(world, call)?.document(world);
    // A plan that is not overridden is shown only if it is asked for.
    if document["plan"].is_null()
        && call.parameter("fields").is_some_and(|fields| fields.split(',').any(|field| field == "plan"))
    {
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

/// Takes a payment of what is outstanding. It is taken at once, though the answer (202) only announces it.
pub(crate) fn capture(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let subscription = find(world, call)?;
    if !matches!(subscription.status, Status::Active | Status::Suspended | Status::Expired) {
        let description = "The subscription is not active, suspended or expired.";
        return Err(Refusal::business("SUBSCRIPTION_STATUS_INVALID", description));
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
    let payment = take(world, &id, amount, false);
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
