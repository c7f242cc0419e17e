//! Payment links (Payment Links and Buttons v1).

mod price;
mod request;

use serde_json::{Value, json};

use crate::{
    base::{links::link, scopes},
    operations::{
        accounts,
        operation::{Control, HOUR, Operation, control, operation},
        orders,
    },
    request::{answer::Answer, call::Call, paging::Page, refusal::Refusal},
    world::{
        World,
        payment_link::{PATH, PaymentLink},
    },
};

pub(crate) use price::{Choice, price};

const ONE: &str = "/v1/checkout/payment-resources/*";

/// The operations. Keys are remembered as long as PayPal's API reference says
/// (<https://developer.paypal.com/api/payment-links-buttons/v1/payment-resources-post>).
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("payment-links.create", "POST", PATH, scopes::PAYMENT_LINKS, create).remembered(6 * HOUR, show),
    operation("payment-links.list", "GET", PATH, scopes::PAYMENT_LINKS, list),
    operation("payment-links.get", "GET", ONE, scopes::PAYMENT_LINKS, get),
    operation("payment-links.update", "PUT", ONE, scopes::PAYMENT_LINKS, update),
    operation("payment-links.delete", "DELETE", ONE, scopes::PAYMENT_LINKS, delete),
];

/// What payers do.
pub(crate) static CONTROLS: &[Control] = &[control("payment-links/*/pay", |world, call| {
    let (order, capture) = pay(world, call.id(0), &call.body)?;
    Ok(Answer::json(201, json!({"order_id": order, "capture_id": capture})))
})
.may_have(|world, id| {
    let mut body = accounts::payer_example(world);
    let dimensions = world.books.payment_links.get(id).map(|link| &link.item()["variants"]["dimensions"]);
    for dimension in dimensions.and_then(Value::as_array).into_iter().flatten() {
        if let Some(name) = dimension["name"].as_str() {
            body["options"][name] = dimension["options"][0]["label"].clone();
        }
    }
    body
})];

fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    request::check(&call.body)?;
    let (id, now) = (world.ids.payment_link(), world.now());
    let number = world.books.payment_links.values().map(|it| it.number + 1).max().unwrap_or(0);
    let made = PaymentLink { id: id.clone(), number, members: call.body.clone(), created: now, updated: now };
    world.books.payment_links.insert(id.clone(), made);
    Ok(show(world, call, &id).status(201).about(id))
}

fn show(world: &World, _: &Call, id: &str) -> Answer {
    world.books.payment_links.get(id).map_or_else(Answer::none, |link| Answer::ok(link.document()))
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a PaymentLink, Refusal> {
    let id = call.id(0);
    world.books.payment_links.get(id).ok_or_else(|| Refusal::not_found("id", id))
}

fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    find(world, call).map(|link| Answer::ok(link.document()))
}

/// Lists the links, oldest first. The token of a page is the number of its first link and the size of the pages.
fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let token = call.parameter("page_token");
    let (first, size) = match token.map(|token| (token, token.split_once('-'))) {
        None => (0, Page::read(call, 10, 100, 1)?.size()),
        Some((token, parts)) => {
            let read = parts.and_then(|(first, size)| Some((first.parse().ok()?, size.parse().ok()?)));
            let refuse = || Refusal::query("page_token", token, "INVALID_PARAMETER_VALUE", "No page has this token.");
            read.filter(|(_, size)| (1..=100).contains(size)).ok_or_else(refuse)?
        }
    };
    let mut all: Vec<_> = world.books.payment_links.values().collect();
    all.sort_by_key(|link| link.number);
    let total = all.len();
    let rest: Vec<_> = all.into_iter().filter(|link| link.number >= first).collect();
    let totals = call.parameter("total_required") == Some("true");
    let page =
        |token: String| if totals { format!("{PATH}?{token}&total_required=true") } else { format!("{PATH}?{token}") };
    let here = token.map_or_else(|| format!("page_size={size}"), |token| format!("page_token={token}"));
    let mut links = vec![link("self", "GET", &page(here))];
    if let Some(next) = rest.get(size) {
        links.push(link("next", "GET", &page(format!("page_token={}-{size}", next.number))));
    }
    let resources: Vec<_> = rest.into_iter().take(size).map(PaymentLink::document).collect();
    let mut document = json!({"resources": resources, "links": links});
    if totals {
        document["total_items"] = total.into();
        document["total_pages"] = total.div_ceil(size).into();
    }
    Ok(Answer::ok(document))
}

/// Replaces a link. What it is never changes.
fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (id, now) = (find(world, call)?.id.clone(), world.now());
    request::check(&call.body)?;
    if let Some(link) = world.books.payment_links.get_mut(&id) {
        (link.members, link.updated) = (call.body.clone(), now);
    }
    Ok(Answer::none().about(id))
}

fn delete(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = find(world, call)?.id.clone();
    world.books.payment_links.remove(&id);
    Ok(Answer::none().about(id))
}

/// A payer buys what a link sells: there is an order, which is approved and captured. `choice` has the `quantity`, the
/// `options` by the names of their dimensions, and the `payer`. Returns the ids of the order and of the capture.
pub(crate) fn pay(world: &mut World, id: &str, choice: &Value) -> Result<(String, String), Refusal> {
    let payer = world.payer_named(&choice["payer"])?;
    world.enter_where(|books| books.payment_links.contains_key(id));
    let link = world.books.payment_links.get(id).ok_or_else(|| Refusal::not_found("payment_link_id", id))?;
    let body = price(link.item(), &Choice::read(choice)?)?.order();
    let sent = Call::control(&body.to_string().into(), Vec::new())?;
    let order = orders::create(world, &sent)?.subject.unwrap_or_default();
    orders::approve(world, &order, &payer)?;
    orders::capture(world, &Call::control(&"{}".into(), vec![order.clone()])?)?;
    let captures = world.books.orders.get(&order).and_then(|order| order.units.first()).map(|unit| &unit.captures);
    let capture = captures.and_then(|captures| captures.first()).cloned().unwrap_or_default();
    Ok((order, capture))
}
