//! Orders (Orders v2).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::{
    answer::Answer,
    authorizations,
    call::Call,
    captures,
    clock::Moment,
    events,
    links::{link, page},
    money::Money,
    patch,
    refusal::Refusal,
    trackers::Tracker,
    world::World,
};

/// What an order is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Intent {
    Capture,
    Authorize,
}

/// The state of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Created,
    PayerActionRequired,
    Approved,
    Completed,
}

/// How a payment source is paid by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// None is given: the payer picks one when approving.
    None,
    /// The payer has to approve.
    Payer,
    /// At once, by a card or something saved.
    AtOnce { declined: bool },
}

/// An order.
pub(super) struct Order {
    pub(super) id: String,
    pub(super) intent: Intent,
    pub(super) status: Status,
    pub(super) units: Vec<Unit>,
    source: Option<Value>,
    payer: bool,
    created: Moment,
    updated: Moment,
}

/// A purchase unit.
pub(super) struct Unit {
    /// As the merchant gave it, with a `reference_id`.
    document: Value,
    pub(super) amount: Money,
    pub(super) authorizations: Vec<String>,
    pub(super) captures: Vec<String>,
}

impl Unit {
    /// A text of the unit.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.document[name].as_str().map(str::to_owned)
    }

    /// The parcels of what was captured.
    fn trackers<'a>(&'a self, world: &'a World) -> impl Iterator<Item = &'a Tracker> {
        world.trackers.values().filter(|tracker| self.captures.contains(&tracker.transaction))
    }

    /// What has been done about it: authorizations, captures, refunds.
    fn payments(&self, world: &World) -> Option<Value> {
        let authorizations = self.authorizations.iter().filter_map(|id| world.authorizations.get(id));
        let authorizations: Vec<_> = authorizations.map(|it| it.document()).collect();
        let captures = self.captures.iter().filter_map(|id| world.captures.get(id));
        let captures: Vec<_> = captures.map(|it| it.document()).collect();
        let refunds = world.refunds.values().filter(|refund| self.captures.contains(&refund.made.capture));
        let refunds: Vec<_> = refunds.map(|it| it.document()).collect();
        let lists = [("authorizations", authorizations), ("captures", captures), ("refunds", refunds)];
        let payments: Map<_, _> =
            lists.into_iter().filter(|(_, it)| !it.is_empty()).map(|(name, it)| (name.to_owned(), it.into())).collect();
        (!payments.is_empty()).then(|| payments.into())
    }
}

impl Order {
    fn path(&self) -> String {
        format!("/v2/checkout/orders/{}", self.id)
    }

    fn status(&self) -> &'static str {
        match self.status {
            Status::Created => "CREATED",
            Status::PayerActionRequired => "PAYER_ACTION_REQUIRED",
            Status::Approved => "APPROVED",
            Status::Completed => "COMPLETED",
        }
    }

    fn links(&self) -> Value {
        let path = self.path();
        let pay = page(
            if self.status == Status::PayerActionRequired { "payer-action" } else { "approve" },
            &format!("/checkoutnow?token={}", self.id),
        );
        let (action, action_path) = match self.intent {
            Intent::Capture => ("capture", format!("{path}/capture")),
            Intent::Authorize => ("authorize", format!("{path}/authorize")),
        };
        match self.status {
            Status::Completed => json!([link("self", "GET", &path)]),
            Status::PayerActionRequired => json!([link("self", "GET", &path), pay]),
            Status::Created => json!([
                link("self", "GET", &path),
                pay,
                link("update", "PATCH", &path),
                link(action, "POST", &action_path)
            ]),
            Status::Approved => {
                json!([link("self", "GET", &path), link("update", "PATCH", &path), link(action, "POST", &action_path)])
            }
        }
    }

    /// All of it.
    pub(super) fn document(&self, world: &World) -> Value {
        let mut document = json!({
            "id": self.id,
            "intent": match self.intent { Intent::Capture => "CAPTURE", Intent::Authorize => "AUTHORIZE" },
            "status": self.status(),
        });
        if let Some(source) = &self.source {
            document["payment_source"] = source.clone();
        }
        let units = self.units.iter().map(|unit| {
            let mut document = unit.document.clone();
            if let Some(payments) = unit.payments(world) {
                document["payments"] = payments;
            }
            let trackers: Vec<_> = unit.trackers(world).map(|it| it.of_order(&self.id)).collect();
            if !trackers.is_empty() {
                if !document["shipping"].is_object() {
                    document["shipping"] = json!({});
                }
                document["shipping"]["trackers"] = trackers.into();
            }
            document
        });
        document["purchase_units"] = units.collect();
        if self.payer {
            document["payer"] = payer();
        }
        document["create_time"] = self.created.rfc3339().into();
        document["update_time"] = self.updated.rfc3339().into();
        document["links"] = self.links();
        document
    }

    /// What `Prefer: return=minimal` shows: of a paid order the payments, of any other no more than id and status.
    fn minimal(&self, world: &World) -> Value {
        let full = self.document(world);
        let mut document = json!({"id": full["id"], "status": full["status"]});
        let mut keep = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                document[name] = value;
            }
        };
        keep("payment_source", full.get("payment_source").cloned());
        if self.status == Status::Completed {
            let units = full["purchase_units"].as_array().into_iter().flatten().map(|unit| {
                let names = ["reference_id", "shipping", "payments"];
                let kept = names.into_iter().filter_map(|name| Some((name.to_owned(), unit.get(name)?.clone())));
                Value::Object(kept.collect())
            });
            keep("purchase_units", Some(units.collect()));
            keep("payer", full.get("payer").cloned());
        }
        keep("links", full.get("links").cloned());
        document
    }
}

/// The payer of every order. There is no such person.
fn payer() -> Value {
    json!({
        "name": {"given_name": "Alex", "surname": "Example"},
        "email_address": "payer@example.com",
        "payer_id": "T4EXM8PLEPY3R",
        "address": {"country_code": "US"},
    })
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let intent = match &call.body["intent"] {
        Value::String(intent) if intent == "CAPTURE" => Intent::Capture,
        Value::String(intent) if intent == "AUTHORIZE" => Intent::Authorize,
        Value::Null => return Err(Refusal::missing("/intent")),
        other => {
            let description = "It is CAPTURE or AUTHORIZE.";
            return Err(Refusal::invalid("/intent", other.clone(), "INVALID_PARAMETER_VALUE", description));
        }
    };
    let units = read_units(&call.body["purchase_units"])?;
    let source = &call.body["payment_source"];
    let kind = kind(source)?;
    if matches!(kind, Source::AtOnce { .. }) {
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
        status: match kind {
            Source::None => Status::Created,
            Source::Payer => Status::PayerActionRequired,
            Source::AtOnce { .. } => Status::Approved,
        },
        units,
        source: shown(source),
        payer: false,
        created: now,
        updated: now,
    };
    world.orders.insert(id.clone(), order);
    if let Source::AtOnce { declined } = kind {
        pay(world, &id, declined);
    }
    Ok(show(world, call, &id).status(201).about(id))
}

/// An order as a write shows it.
pub(super) fn show(world: &World, call: &Call, id: &str) -> Answer {
    let Some(order) = world.orders.get(id) else { return Answer::none() };
    Answer::ok(if call.representation { order.document(world) } else { order.minimal(world) })
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Order, Refusal> {
    let id = call.id(0);
    world.orders.get(id).ok_or_else(|| Refusal::not_found("order_id", id))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document(world)))
}

pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let order = find(world, call)?;
    if order.status == Status::Completed {
        return Err(Refusal::business("ORDER_ALREADY_COMPLETED", "A paid order cannot be changed."));
    }
    let mut document = json!({"intent": order.document(world)["intent"], "purchase_units": {}});
    for unit in &order.units {
        let name = unit.document["reference_id"].as_str().unwrap_or_default();
        document["purchase_units"][name] = unit.document.clone();
    }
    patch::apply(&call.body, &mut document, &patch::ORDER)?;
    let intent = match document["intent"].as_str() {
        Some("CAPTURE") => Intent::Capture,
        Some("AUTHORIZE") => Intent::Authorize,
        _ => return Err(Refusal::business("UNSUPPORTED_INTENT", "It is CAPTURE or AUTHORIZE.")),
    };
    let changed: Vec<_> = match document["purchase_units"].take() {
        Value::Object(units) => units.into_iter().map(|(_, unit)| unit).collect(),
        _ => Vec::new(),
    };
    let units = read_units(&changed.into())?;
    let (id, now) = (order.id.clone(), world.now());
    if let Some(order) = world.orders.get_mut(&id) {
        (order.intent, order.units, order.updated) = (intent, units, now);
    }
    Ok(Answer::none().about(id))
}

pub(super) fn confirm(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let order = find(world, call)?;
    if order.status == Status::Completed {
        let issue = match order.intent {
            Intent::Capture => "ORDER_ALREADY_CAPTURED",
            Intent::Authorize => "ORDER_ALREADY_AUTHORIZED",
        };
        return Err(Refusal::business(issue, "The order has been paid."));
    }
    let source = &call.body["payment_source"];
    let (id, now) = (order.id.clone(), world.now());
    let status = match kind(source)? {
        Source::None => {
            return Err(Refusal::business("NO_PAYMENT_SOURCE_PROVIDED", "A payment source is needed."));
        }
        Source::Payer => Status::PayerActionRequired,
        Source::AtOnce { .. } => Status::Approved,
    };
    if let Some(order) = world.orders.get_mut(&id) {
        (order.status, order.source, order.updated) = (status, shown(source), now);
    }
    Ok(show(world, call, &id).about(id))
}

/// Takes the money of an approved order.
pub(super) fn capture(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    settle(world, call, Intent::Capture)
}

/// Reserves the money of an approved order.
pub(super) fn authorize(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    settle(world, call, Intent::Authorize)
}

fn settle(world: &mut World, call: &Call, intent: Intent) -> Result<Answer, Refusal> {
    let order = find(world, call)?;
    if order.intent != intent {
        return Err(Refusal::business("ACTION_DOES_NOT_MATCH_INTENT", "The order's intent is another one."));
    }
    let given = kind(&call.body["payment_source"])?;
    match (order.status, intent) {
        (Status::Completed, Intent::Capture) => {
            return Err(Refusal::business("ORDER_ALREADY_CAPTURED", "The order has been captured already."));
        }
        (Status::Completed, Intent::Authorize) => {
            return Err(Refusal::business("ORDER_ALREADY_AUTHORIZED", "The order has been authorized already."));
        }
        (Status::Created | Status::PayerActionRequired, _) if !matches!(given, Source::AtOnce { .. }) => {
            let refusal = Refusal::business("ORDER_NOT_APPROVED", "The payer has not approved the order.");
            return Err(refusal.redirect(format!("{}/checkoutnow?token={}", super::links::SITE, order.id)));
        }
        _ => {}
    }
    refuse_paid(world, &order.units)?;
    let declined = match (given, &order.source) {
        (Source::AtOnce { declined }, _) => declined,
        (_, Some(source)) => is_rejected(source),
        _ => false,
    };
    let id = order.id.clone();
    if let Source::AtOnce { .. } = given
        && let Some(order) = world.orders.get_mut(&id)
    {
        order.source = shown(&call.body["payment_source"]);
    }
    pay(world, &id, declined);
    Ok(show(world, call, &id).status(201).about(id))
}

/// Takes or reserves the money of each unit.
fn pay(world: &mut World, id: &str, declined: bool) {
    let now = world.now();
    let Some(order) = world.orders.get_mut(id) else { return };
    (order.status, order.updated) = (Status::Completed, now);
    let intent = order.intent;
    let units: Vec<_> = order
        .units
        .iter()
        .enumerate()
        .map(|(unit, it)| captures::Made {
            order: id.to_owned(),
            unit,
            authorization: None,
            amount: it.amount,
            last: true,
            declined,
            invoice_id: it.text("invoice_id"),
            custom_id: it.text("custom_id"),
            note: None,
        })
        .collect();
    for made in units {
        match intent {
            Intent::Capture => _ = captures::make(world, made),
            Intent::Authorize => _ = authorizations::make(world, id, made.unit, made.amount),
        }
    }
    if let Some(document) = world.orders.get(id).filter(|_| !declined).map(|order| order.document(world)) {
        events::emit(world, "CHECKOUT.ORDER.COMPLETED", "checkout-order", document);
    }
}

/// What the payer does at the page that the order links to.
pub(super) fn approve(world: &mut World, id: &str) -> Result<(), Refusal> {
    let now = world.now();
    let order = world.orders.get_mut(id).ok_or_else(|| Refusal::not_found("order_id", id))?;
    if matches!(order.status, Status::Created | Status::PayerActionRequired) {
        (order.status, order.payer, order.updated) = (Status::Approved, true, now);
        let paypal = json!({
            "email_address": "payer@example.com",
            "account_id": "T4EXM8PLEPY3R",
            "account_status": "VERIFIED",
            "name": {"given_name": "Alex", "surname": "Example"},
            "address": {"country_code": "US"},
        });
        let own = order.source.as_ref().and_then(|it| it.as_object()?.keys().next().cloned());
        if own.is_none_or(|name| name == "paypal") {
            order.source = Some(json!({"paypal": paypal}));
        }
        if let Some(document) = world.orders.get(id).map(|order| order.document(world)) {
            events::emit(world, "CHECKOUT.ORDER.APPROVED", "checkout-order", document);
        }
    }
    Ok(())
}

fn refuse_paid(world: &World, units: &[Unit]) -> Result<(), Refusal> {
    let invoices = units.iter().filter_map(|unit| unit.text("invoice_id"));
    invoices.into_iter().try_for_each(|invoice| captures::refuse_duplicate(world, &invoice))
}

/// The purchase units, where they are as they must be.
fn read_units(document: &Value) -> Result<Vec<Unit>, Refusal> {
    let units = match document {
        Value::Array(units) => units,
        Value::Null => return Err(Refusal::missing("/purchase_units")),
        _ => {
            let description = "It is a list.";
            return Err(Refusal::invalid("/purchase_units", "", "INVALID_PARAMETER_SYNTAX", description));
        }
    };
    if units.is_empty() {
        let description = "There must be at least one.";
        return Err(Refusal::invalid("/purchase_units", document.clone(), "INVALID_ARRAY_MIN_ITEMS", description));
    }
    if units.len() > 10 {
        let description = "There can be ten.";
        return Err(Refusal::invalid("/purchase_units", "", "INVALID_ARRAY_MAX_ITEMS", description));
    }
    let mut names = BTreeSet::new();
    let mut read = Vec::<Unit>::new();
    for (index, unit) in units.iter().enumerate() {
        let field = format!("/purchase_units/{index}");
        let amount = read_amount(&unit["amount"], &format!("{field}/amount"))?;
        if read.first().is_some_and(|first| first.amount.currency != amount.currency) {
            return Err(Refusal::business("MULTI_CURRENCY_ORDER", "All amounts must have one currency."));
        }
        let mut document = unit.clone();
        let name = match unit["reference_id"].as_str() {
            Some(name) => name.to_owned(),
            None if units.len() == 1 => "default".to_owned(),
            None => {
                let at = format!("{field}/reference_id");
                let description = "Several units must each have one.";
                return Err(Refusal::business_at(&at, Value::Null, "REFERENCE_ID_REQUIRED", description));
            }
        };
        document["reference_id"] = name.as_str().into();
        document["amount"]["value"] = amount.value().into();
        if !names.insert(name.clone()) {
            let at = format!("{field}/reference_id");
            return Err(Refusal::business_at(&at, name, "DUPLICATE_REFERENCE_ID", "Another unit has it."));
        }
        read.push(Unit { document, amount, authorizations: Vec::new(), captures: Vec::new() });
    }
    Ok(read)
}

/// An amount, which is the sum of its breakdown where it has one.
fn read_amount(document: &Value, field: &str) -> Result<Money, Refusal> {
    if document.is_null() {
        return Err(Refusal::missing(field));
    }
    let amount = Money::read_positive(document, field)?;
    if let Value::Object(parts) = &document["breakdown"] {
        let mut sum = 0;
        for (name, part) in parts {
            let part = Money::read(part, &format!("{field}/breakdown/{name}"))?;
            sum += if matches!(&**name, "discount" | "shipping_discount") { -part.minor } else { part.minor };
        }
        if sum != amount.minor {
            let at = format!("{field}/value");
            let description = "It is not the sum of its breakdown.";
            return Err(Refusal::business_at(&at, amount.value(), "AMOUNT_MISMATCH", description));
        }
    }
    Ok(amount)
}

fn kind(source: &Value) -> Result<Source, Refusal> {
    let methods = match source {
        Value::Null => return Ok(Source::None),
        Value::Object(methods) => methods,
        _ => {
            let description = "It is an object.";
            return Err(Refusal::invalid("/payment_source", "", "INVALID_PARAMETER_SYNTAX", description));
        }
    };
    let mut methods = methods.iter();
    let Some((name, method)) = methods.next() else { return Ok(Source::None) };
    if methods.next().is_some() {
        let description = "There can be one method only.";
        return Err(Refusal::invalid("/payment_source", "", "INVALID_PARAMETER_SYNTAX", description));
    }
    let verified = method["attributes"]["verification"]["method"] == "SCA_ALWAYS";
    let saved = ["vault_id", "billing_agreement_id"].iter().any(|name| method[name].is_string());
    Ok(match &**name {
        "card" if verified => Source::Payer,
        "card" | "token" => Source::AtOnce { declined: is_rejected(source) },
        _ if saved => Source::AtOnce { declined: false },
        _ => Source::Payer,
    })
}

/// A card whose holder's name begins with `CCREJECT-` is declined (negative testing).
fn is_rejected(source: &Value) -> bool {
    source["card"]["name"].as_str().is_some_and(|name| name.starts_with("CCREJECT-"))
}

/// A payment source as PayPal shows it: of a card no more than its last digits.
fn shown(source: &Value) -> Option<Value> {
    let (name, method) = source.as_object()?.iter().next()?;
    let mut shown = Map::new();
    if name == "card" {
        let number = method["number"].as_str().unwrap_or("4111111111111111");
        let last = number.len().checked_sub(4).and_then(|from| number.get(from..)).unwrap_or_default();
        shown.insert("last_digits".to_owned(), last.into());
        for name in ["name", "expiry"] {
            if let Some(value) = method.get(name) {
                shown.insert(name.to_owned(), value.clone());
            }
        }
        shown.insert("brand".to_owned(), "VISA".into());
        shown.insert("type".to_owned(), "CREDIT".into());
    } else if let Some(address) = method.get("email_address") {
        shown.insert("email_address".to_owned(), address.clone());
    }
    Some(json!({name.as_str(): shown}))
}
