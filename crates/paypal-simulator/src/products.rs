//! Products (Catalog Products v1).

use serde_json::{Map, Value, json};

use crate::{
    answer::Answer, call::Call, clock::Moment, events, links::link, paging::Page, patch, refusal::Refusal, world::World,
};

const PATH: &str = "/v1/catalogs/products";
const TYPES: [&str; 3] = ["PHYSICAL", "DIGITAL", "SERVICE"];
const MEMBERS: [&str; 6] = ["name", "description", "type", "category", "image_url", "home_url"];

/// A product.
pub(super) struct Product {
    id: String,
    /// What the merchant said of it.
    members: Value,
    created: Moment,
    updated: Moment,
}

impl Product {
    pub(super) fn document(&self) -> Value {
        let path = format!("{PATH}/{}", self.id);
        let mut document = json!({"id": self.id});
        for name in MEMBERS {
            if let Some(value) = self.members.get(name) {
                document[name] = value.clone();
            }
        }
        document["create_time"] = self.created.rfc3339().into();
        document["update_time"] = self.updated.rfc3339().into();
        document["links"] = json!([link("self", "GET", &path), link("edit", "PATCH", &path)]);
        document
    }

    fn minimal(&self, links: usize) -> Value {
        let full = self.document();
        let mut document = Map::new();
        for name in ["id", "name", "description", "create_time"] {
            if let Some(value) = full.get(name) {
                document.insert(name.to_owned(), value.clone());
            }
        }
        let links: Vec<_> = full["links"].as_array().into_iter().flatten().take(links).cloned().collect();
        document.insert("links".to_owned(), links.into());
        document.into()
    }
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
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
        Some(id) if world.products.contains_key(id) => {
            let description = "Another product has this id.";
            return Err(Refusal::business_at("/id", id, "DUPLICATE_RESOURCE_IDENTIFIER", description));
        }
        Some(id) => id.to_owned(),
        None => world.ids.product(),
    };
    let now = world.now();
    let product = Product { id: id.clone(), members: body.clone(), created: now, updated: now };
    let document = product.document();
    world.products.insert(id.clone(), product);
    events::emit(world, "CATALOG.PRODUCT.CREATED", "product", document);
    Ok(show(world, call, &id).status(201).about(id))
}

/// A product as a write shows it.
pub(super) fn show(world: &World, call: &Call, id: &str) -> Answer {
    let Some(product) = world.products.get(id) else { return Answer::none() };
    Answer::ok(if call.representation { product.document() } else { product.minimal(2) })
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Product, Refusal> {
    let id = call.id(0);
    world.products.get(id).ok_or_else(|| Refusal::not_found("product_id", id))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

/// The oldest first.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let page = Page::read(call, 10, 20, 100_000)?;
    let mut products: Vec<_> = world.products.values().collect();
    products.sort_by_key(|product| product.created);
    let products = products.into_iter().map(|product| product.minimal(1)).collect();
    Ok(Answer::ok(page.document(call, "GET", PATH, "products", products)))
}

pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let product = find(world, call)?;
    let (id, mut members, now) = (product.id.clone(), product.members.clone(), world.now());
    patch::apply(&call.body, &mut members, &patch::PRODUCT)?;
    if let Some(product) = world.products.get_mut(&id) {
        (product.members, product.updated) = (members, now);
        let document = product.document();
        events::emit(world, "CATALOG.PRODUCT.UPDATED", "product", document);
    }
    Ok(Answer::none().about(id))
}
