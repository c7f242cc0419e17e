//! Orders (Orders v2).

mod document;
mod payment_source;
mod purchase_units;

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use crate::{
    base::scopes,
    operations::{
        accounts, authorizations, captures,
        needs::Subject,
        operation::{Control, HOUR, Operation, control, operation},
        orders::{
            payment_source::{Asked, Due, Next},
            purchase_units::read_units,
        },
        vault::payment_tokens,
    },
    request::{answer::Answer, call::Call, check, patch, refusal::Refusal},
    world::{
        World,
        accounts::Payer,
        capture,
        card::{
            Card,
            authentication::{self, Authentication},
        },
        experience::Experience,
        order::{Intent, Order, Status, Unit},
        payment_source::PaymentSource,
    },
};

/// The operations. Keys are remembered as long as PayPal's API reference says
/// (<https://developer.paypal.com/api/rest/reference/idempotency/>).
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("orders.create", "POST", "/v2/checkout/orders", scopes::ORDERS, create).remembered(6 * HOUR, show),
    operation("orders.get", "GET", "/v2/checkout/orders/*", scopes::ORDERS, get),
    operation("orders.update", "PATCH", "/v2/checkout/orders/*", scopes::ORDERS, update),
    operation(
        "orders.confirm-payment-source",
        "POST",
        "/v2/checkout/orders/*/confirm-payment-source",
        scopes::ORDERS,
        confirm,
    ),
    operation("orders.authorize", "POST", "/v2/checkout/orders/*/authorize", scopes::ORDERS, authorize)
        .remembered(6 * HOUR, show),
    operation("orders.capture", "POST", "/v2/checkout/orders/*/capture", scopes::ORDERS, capture)
        .remembered(6 * HOUR, show),
];

/// How long an order that is not paid is kept after the last change. PayPal's documents say 3 hours after the approval unless
/// the merchant's account has another time (<https://developer.paypal.com/payment-methods/uncaptured-payments>); others have
/// seen up to 72 hours. The longest time refuses nothing that PayPal takes.
const LIFETIME: Duration = Duration::from_secs(72 * HOUR);

/// What payers do.
pub(crate) static CONTROLS: &[Control] = &[
    control("orders/*/approve", |world, call| {
        let payer = world.payer_named(&call.body["payer"])?;
        approve(world, call.id(0), &payer).map(|()| Answer::none())
    })
    .needs(&SUBJECT, PAYABLE, is_payable)
    .may_have(|world, _| accounts::payer_example(world)),
    control("orders/*/authenticate", |world, call| {
        let payer = world.payer_named(&call.body["payer"])?;
        approve_with(world, call.id(0), &payer, &call.body, false).map(|()| Answer::none())
    })
    .needs(&SUBJECT, &["an order that a card pays, and that waits for its payer"], |world, id| {
        let source = world.books.orders.get(id).and_then(|order| order.source.as_ref());
        is_payable(world, id) && source.is_some_and(|source| source.is_card())
    })
    .takes(&authentication::FIELDS),
    control("orders/*/decline", |world, call| {
        let payer = world.payer_named(&call.body["payer"])?;
        approve_with(world, call.id(0), &payer, &Value::Null, true).map(|()| Answer::none())
    })
    .needs(&SUBJECT, PAYABLE, is_payable)
    .takes(&[]),
];

static SUBJECT: Subject = Subject {
    name: "order",
    field: "order_id",
    has: |books, id| books.orders.contains_key(id),
    state: |world, id| {
        let order = world.books.orders.get(id)?;
        let status = order.status();
        Some(if order.declined { format!("{status} (declined)") } else { status.to_owned() })
    },
};

const PAYABLE: &[&str] = &["CREATED", "PAYER_ACTION_REQUIRED", "APPROVED (declined)"];

fn is_payable(world: &World, id: &str) -> bool {
    world.books.orders.get(id).is_some_and(Order::is_payable)
}

/// The instruction to complete an order when the payer approves.
const ON_APPROVAL: &str = "ORDER_COMPLETE_ON_PAYMENT_APPROVAL";

pub(crate) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let intent = match &call.body["intent"] {
        Value::String(intent) if intent == "CAPTURE" => Intent::Capture,
        Value::String(intent) if intent == "AUTHORIZE" => Intent::Authorize,
        Value::Null => return Err(Refusal::missing("/intent")),
        other => {
            let description = "It must be CAPTURE or AUTHORIZE.";
            return Err(Refusal::invalid("/intent", other.clone(), "INVALID_PARAMETER_VALUE", description));
        }
    };
    let units = read_units(&call.body["purchase_units"])?;
    let instruction = instruction(&call.body);
    let complete = instruction.as_deref() == Some(ON_APPROVAL);
    let due = Due { world, asked: Asked::Create, units: &units, complete };
    let (source, next) = payment_source::read(&due, &call.body["payment_source"])?.unzip();
    if matches!(next, Some(Next::Payment | Next::Challenge)) {
        if call.key.is_none() {
            let description = "An order that is paid at once needs a PayPal-Request-Id.";
            return Err(Refusal::header("PayPal-Request-Id", "PAYPAL_REQUEST_ID_REQUIRED", description));
        }
        refuse_paid(world, &units)?;
    }
    let (id, now) = (world.ids.transaction(), world.now());
    let order = Order {
        id: id.clone(),
        intent,
        status: next.map_or(Status::Created, status_after),
        units,
        payer: pays_by_account(source.as_ref(), next).then(|| world.payer()),
        source: source.map(Box::new),
        instruction,
        declined: false,
        experience: Experience::read(&call.body),
        created: now,
        updated: now,
    };
    world.books.orders.insert(id.clone(), order);
    world.schedule(now.after(LIFETIME), expire, &id);
    if next == Some(Next::Payment) {
        pay(world, &id);
    }
    Ok(show(world, call, &id).status(201).about(id))
}

/// Removes an order that nobody has paid; it is 404 from then on. A task of the agenda.
fn expire(world: &mut World, id: &str) {
    let now = world.now();
    let Some(order) = world.books.orders.get(id).filter(|order| order.status != Status::Completed) else { return };
    let due = order.updated.after(LIFETIME);
    if due > now {
        return world.schedule(due, expire, id);
    }
    let mut document = order.document(world);
    let taken = order.source.as_ref().is_some_and(|source| source.takes_at_approval());
    let reversed = order.status == Status::Approved && taken;
    world.books.orders.remove(id);
    if reversed {
        // The payer's money goes back.
        let members = ["purchase_units", "payment_source"].map(|name| (name, document[name].take()));
        let mut resource = json!({"order_id": id});
        for (name, value) in members {
            resource[name] = value;
        }
        world.emit("CHECKOUT.PAYMENT-APPROVAL.REVERSED", "checkout-order", resource);
    }
}

/// Returns what is to happen when the payer approves.
fn instruction(body: &Value) -> Option<String> {
    body["processing_instruction"].as_str().map(str::to_owned)
}

/// The status of an order that has got a payment source but has not been paid.
fn status_after(next: Next) -> Status {
    match next {
        Next::Entry => Status::Created,
        Next::Approval | Next::Challenge => Status::PayerActionRequired,
        Next::Payment => Status::Approved,
    }
}

/// Whether a PayPal account pays at once, which then is the payer's.
fn pays_by_account(source: Option<&PaymentSource>, next: Option<Next>) -> bool {
    next == Some(Next::Payment) && source.is_some_and(PaymentSource::has_account)
}

/// An order as a write shows it.
pub(crate) fn show(world: &World, call: &Call, id: &str) -> Answer {
    let Some(order) = world.books.orders.get(id) else { return Answer::none() };
    Answer::ok(if call.representation { order.document(world) } else { order.minimal(world) })
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Order, Refusal> {
    let id = call.id(0);
    world.books.orders.get(id).ok_or_else(|| Refusal::not_found("order_id", id))
}

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document(world)))
}

pub(crate) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let order = find(world, call)?;
    if order.status == Status::Completed {
        return Err(Refusal::business("ORDER_ALREADY_COMPLETED", "A paid order cannot be changed."));
    }
    // A `payer` or what the page is told is not kept: whoever approves is the payer.
    let mut document = json!({"intent": order.intent.name(), "purchase_units": {}});
    for unit in &order.units {
        let unit = unit.document();
        let name = unit["reference_id"].as_str().unwrap_or_default().to_owned();
        document["purchase_units"][name] = unit;
    }
    patch::apply(&call.body, &mut document, &patch::ORDER)?;
    let intent = match document["intent"].as_str() {
        Some("CAPTURE") => Intent::Capture,
        Some("AUTHORIZE") => Intent::Authorize,
        _ => return Err(Refusal::business("UNSUPPORTED_INTENT", "It must be CAPTURE or AUTHORIZE.")),
    };
    let changed: Vec<_> = match document["purchase_units"].take() {
        Value::Object(units) => units.into_iter().map(|(_, unit)| unit).collect(),
        _ => Vec::new(),
    };
    let mut changed = json!({"intent": intent.name(), "purchase_units": changed});
    check::body("orders.create", &mut changed)?;
    let units = read_units(&changed["purchase_units"])?;
    let (id, now) = (order.id.clone(), world.now());
    if let Some(order) = world.books.orders.get_mut(&id) {
        (order.intent, order.units, order.updated) = (intent, units, now);
    }
    Ok(Answer::none().about(id))
}

pub(crate) fn confirm(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let order = find(world, call)?;
    if order.status == Status::Completed {
        let issue = match order.intent {
            Intent::Capture => "ORDER_ALREADY_CAPTURED",
            Intent::Authorize => "ORDER_ALREADY_AUTHORIZED",
        };
        return Err(Refusal::business(issue, "The order has been paid."));
    }
    let (id, now) = (order.id.clone(), world.now());
    let instruction = instruction(&call.body).or_else(|| order.instruction.clone());
    let complete = instruction.as_deref() == Some(ON_APPROVAL);
    let due = Due { world, asked: Asked::Confirm, units: &order.units, complete };
    let Some((source, next)) = payment_source::read(&due, &call.body["payment_source"])? else {
        return Err(Refusal::business("NO_PAYMENT_SOURCE_PROVIDED", "A payment source is needed."));
    };
    let payer = world.payer();
    if let Some(order) = world.books.orders.get_mut(&id) {
        order.payer = pays_by_account(Some(&source), Some(next)).then_some(payer);
        (order.status, order.source, order.updated) = (status_after(next), Some(Box::new(source)), now);
        order.instruction = instruction;
        order.declined = false;
        order.experience.update(&call.body);
    }
    Ok(show(world, call, &id).about(id))
}

/// Captures an approved order.
pub(crate) fn capture(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    settle(world, call, Intent::Capture)
}

/// Authorizes an approved order.
pub(crate) fn authorize(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    settle(world, call, Intent::Authorize)
}

fn settle(world: &mut World, call: &Call, intent: Intent) -> Result<Answer, Refusal> {
    let order = find(world, call)?;
    if order.intent != intent {
        return Err(Refusal::business("ACTION_DOES_NOT_MATCH_INTENT", "The order has another intent."));
    }
    let due = Due { world, asked: Asked::Pay(intent), units: &order.units, complete: false };
    let given = payment_source::read(&due, &call.body["payment_source"])?;
    let next = given.as_ref().map(|(_, next)| *next);
    match (order.status, intent) {
        (Status::Completed, Intent::Capture) => {
            return Err(Refusal::business("ORDER_ALREADY_CAPTURED", "The order has been captured already."));
        }
        (Status::Completed, Intent::Authorize) => {
            return Err(Refusal::business("ORDER_ALREADY_AUTHORIZED", "The order has been authorized already."));
        }
        (Status::Created | Status::PayerActionRequired, _)
            if !matches!(next, Some(Next::Payment | Next::Challenge)) =>
        {
            let refusal = Refusal::business("ORDER_NOT_APPROVED", "The payer has not approved the order.");
            return Err(refusal.payer("redirect", order.page()));
        }
        _ if order.declined && !matches!(next, Some(Next::Payment | Next::Challenge)) => {
            let description = "What the payer has chosen to pay with was declined.";
            return Err(Refusal::business("INSTRUMENT_DECLINED", description).payer("redirect", order.page()));
        }
        _ => {}
    }
    refuse_paid(world, &order.units)?;
    let (id, now, page) = (order.id.clone(), world.now(), order.page());
    let payer = world.payer();
    if let (Some((source, _)), Some(Next::Payment | Next::Challenge)) = (given, next)
        && let Some(order) = world.books.orders.get_mut(&id)
    {
        order.payer = pays_by_account(Some(&source), next).then_some(payer);
        (order.source, order.updated) = (Some(Box::new(source)), now);
        if next == Some(Next::Challenge) {
            // The payer passes 3-D Secure; the merchant sends the request again, without a payment source.
            order.status = Status::PayerActionRequired;
            let refusal = Refusal::business("PAYER_ACTION_REQUIRED", "The payer has to authenticate.");
            return Err(refusal.payer("payer-action", page));
        }
    }
    if let Some(source) = world.books.orders.get(&id).and_then(|order| order.source.as_ref()) {
        refuse_source(source, intent)?;
    }
    pay(world, &id);
    Ok(show(world, call, &id).status(201).about(id))
}

/// Refuses a payment source that has been approved, but cannot pay.
fn refuse_source(source: &PaymentSource, intent: Intent) -> Result<(), Refusal> {
    if source.authentication.is_some_and(|it| it.is_unsuccessful()) {
        return Err(Refusal::business("CONTINGENCY_NOT_SUCCESSFUL", "3-D Secure has failed."));
    }
    if intent == Intent::Authorize && payment_source::is_bank(&source.method) {
        let description = "This payment source cannot be authorized, only captured.";
        return Err(Refusal::business("UNSUPPORTED_INTENT_FOR_PAYMENT_SOURCE", description));
    }
    Ok(())
}

/// Captures or authorizes each purchase unit, and saves the payment method if that was asked for.
fn pay(world: &mut World, id: &str) {
    let now = world.now();
    let Some(order) = world.books.orders.get_mut(id) else { return };
    let processor = order.source.as_ref().and_then(|source| source.processor());
    let declined = processor.is_some_and(|it| it.is_declined());
    (order.status, order.updated) = (Status::Completed, now);
    let intent = order.intent;
    let units: Vec<_> = order
        .units
        .iter()
        .enumerate()
        .map(|(unit, it)| capture::Details {
            order: id.to_owned(),
            unit,
            authorization: None,
            amount: it.amount,
            last: true,
            declined,
            delayed: it.is_delayed(),
            processor,
            invoice_id: it.text("invoice_id"),
            custom_id: it.text("custom_id"),
            note: None,
        })
        .collect();
    for details in units {
        match intent {
            Intent::Capture => _ = captures::make(world, details),
            Intent::Authorize => _ = authorizations::make(world, id, details.unit, details.amount, processor),
        }
    }
    if !declined {
        save(world, id);
    }
    if let Some(document) = world.books.orders.get(id).filter(|_| !declined).map(|order| order.document(world)) {
        world.emit("CHECKOUT.ORDER.COMPLETED", "checkout-order", document);
    }
}

/// Saves the payment method of an order that has been paid.
fn save(world: &mut World, id: &str) {
    let source = world.books.orders.get(id).and_then(|order| order.source.as_ref());
    let Some(saving) = source.filter(|source| source.saved.is_none()).and_then(|source| source.saving.clone()) else {
        return;
    };
    let customer = world.books.vault.enrol(saving.customer, &mut world.ids);
    let token = payment_tokens::make(world, customer, saving.instrument, Some(id));
    if let Some(source) = world.books.orders.get_mut(id).and_then(|order| order.source.as_mut()) {
        source.saved = Some(token);
    }
}

/// Approves an order that waits for its payer, as on the page that it links to. A card passes 3-D Secure as PayPal's documents
/// say of its number.
pub(crate) fn approve(world: &mut World, id: &str, payer: &Arc<Payer>) -> Result<(), Refusal> {
    approve_with(world, id, payer, &Value::Null, false)
}

/// Does the same with a given result of 3-D Secure: `authentication_status`, `enrollment_status` and `liability_shift`; or with
/// something that is declined when the money is to be taken, after which the payer can choose again.
fn approve_with(
    world: &mut World,
    id: &str,
    payer: &Arc<Payer>,
    result: &Value,
    declined: bool,
) -> Result<(), Refusal> {
    let now = world.now();
    let order = world.books.orders.get_mut(id).ok_or_else(|| Refusal::not_found("order_id", id))?;
    let result = Authentication::read(result)?;
    (order.status, order.declined, order.updated) = (Status::Approved, declined, now);
    let source = order.source.get_or_insert_with(|| Box::new(PaymentSource::paypal(payer)));
    order.payer = source.has_account().then(|| payer.clone());
    if source.has_account() {
        source.approved_by(payer);
    } else if source.is_card() && source.card.is_none() {
        source.entered(Card::visa(now));
    }
    if source.challenge || (result.is_some() && source.is_card()) {
        let of_card = source.card.as_ref().and_then(|card| card.three_d_secure);
        source.authentication = Some(result.or(of_card).unwrap_or(Authentication::SUCCESSFUL));
    }
    let complete = order.instruction.as_deref() == Some(ON_APPROVAL);
    if let Some(document) = world.books.orders.get(id).map(|order| order.document(world)) {
        world.emit("CHECKOUT.ORDER.APPROVED", "checkout-order", document);
    }
    if complete && !declined {
        pay(world, id);
    }
    Ok(())
}

fn refuse_paid(world: &World, units: &[Unit]) -> Result<(), Refusal> {
    let invoices = units.iter().filter_map(|unit| unit.text("invoice_id"));
    invoices.into_iter().try_for_each(|invoice| captures::refuse_duplicate(world, &invoice))
}
