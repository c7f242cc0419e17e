//! Products (Catalog Products v1).

use crate::{
    base::scopes,
    operations::operation::{DAY, Operation, operation},
    request::{answer::Answer, call::Call, check, paging::Page, patch, refusal::Refusal},
    world::{
        World,
        product::{PATH, Product},
    },
};

/// The operations. Keys are remembered as long as PayPal's API reference says
/// (<https://developer.paypal.com/api/rest/reference/idempotency/>).
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("products.create", "POST", "/v1/catalogs/products", scopes::SUBSCRIPTIONS, create)
        .remembered(3 * DAY, show),
    operation("products.list", "GET", "/v1/catalogs/products", scopes::SUBSCRIPTIONS, list),
    operation("products.get", "GET", "/v1/catalogs/products/*", scopes::SUBSCRIPTIONS, get),
    operation("products.update", "PATCH", "/v1/catalogs/products/*", scopes::SUBSCRIPTIONS, update),
];

const TYPES: [&str; 3] = ["PHYSICAL", "DIGITAL", "SERVICE"];

pub(crate) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let body = &call.body;
    if body["name"].as_str().is_none_or(str::is_empty) {
        return Err(Refusal::missing("/name"));
    }
    match body["type"].as_str() {
        Some(name) if TYPES.contains(&name) => {}
        Some(name) => {
            return Err(Refusal::invalid("/type", name, "INVALID_PARAMETER_VALUE", "There is no such type."));
        }
        None => return Err(Refusal::missing("/type")),
    }
    let id = match body["id"].as_str() {
        Some(id) if world.books.products.contains_key(id) => {
            let description = "Another product has this id.";
            return Err(Refusal::business_at("/id", id, "DUPLICATE_RESOURCE_IDENTIFIER", description));
        }
        Some(id) => id.to_owned(),
        None => world.ids.product(),
    };
    let now = world.now();
    let product = Product { id: id.clone(), members: body.clone(), created: now, updated: now };
    let document = product.document();
    world.books.products.insert(id.clone(), product);
    world.emit("CATALOG.PRODUCT.CREATED", "product", document);
    Ok(show(world, call, &id).status(201).about(id))
}

/// A product as a write shows it.
pub(crate) fn show(world: &World, call: &Call, id: &str) -> Answer {
    let Some(product) = world.books.products.get(id) else { return Answer::none() };
    Answer::ok(if call.representation { product.document() } else { product.minimal(2) })
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Product, Refusal> {
    let id = call.id(0);
    world.books.products.get(id).ok_or_else(|| Refusal::not_found("product_id", id))
}

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

/// Lists products, oldest first.
pub(crate) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let page = Page::read(call, 10, 20, 100_000)?;
    let mut products: Vec<_> = world.books.products.values().collect();
    products.sort_by_key(|product| product.created);
    let products = products.into_iter().map(|product| product.minimal(1)).collect();
    Ok(Answer::ok(page.document(call, "GET", PATH, "products", products)))
}

pub(crate) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let product = find(world, call)?;
    let (id, mut members, now) = (product.id.clone(), product.members.clone(), world.now());
    patch::apply(&call.body, &mut members, &patch::PRODUCT)?;
    check::body("products.create", &mut members)?;
    if let Some(product) = world.books.products.get_mut(&id) {
        (product.members, product.updated) = (members, now);
        let document = product.document();
        world.emit("CATALOG.PRODUCT.UPDATED", "product", document);
    }
    Ok(Answer::none().about(id))
}
