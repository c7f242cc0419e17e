//! Templates of invoices (Invoicing v2).

use serde_json::{Value, json};

use crate::{
    base::links::link,
    base::scopes,
    operations::invoices::{days, members},
    operations::operation::{Operation, operation},
    request::{answer::Answer, call::Call, paging::Page, refusal::Refusal},
    world::{
        World,
        template::{PATH, Template},
    },
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("invoice-templates.create", "POST", "/v2/invoicing/templates", scopes::INVOICES, create),
    operation("invoice-templates.list", "GET", "/v2/invoicing/templates", scopes::INVOICES_READ, list),
    operation("invoice-templates.get", "GET", "/v2/invoicing/templates/*", scopes::INVOICES_READ, get),
    operation("invoice-templates.update", "PUT", "/v2/invoicing/templates/*", scopes::INVOICES, update),
    operation("invoice-templates.delete", "DELETE", "/v2/invoicing/templates/*", scopes::INVOICES, delete),
];

/// The maximum number of a merchant's own templates.
const MAX_TEMPLATES: usize = 50;

/// Reads a template: its name, which no other one has, its members, and whether it is to be the default.
fn read(world: &mut World, body: &Value, except: &str) -> Result<(String, Value, bool), Refusal> {
    let Some(name) = body["name"].as_str().map(str::to_owned) else {
        let description = "It must be a name of 1 to 500 characters.";
        return Err(Refusal::invalid("/name", Value::Null, "INVALID_STRING_LENGTH", description));
    };
    days::check(&body["template_info"], "/template_info")?;
    if world.books.templates.values().any(|template| template.name == name && template.id != except) {
        let description = "Another template has this name.";
        return Err(Refusal::invalid("/name", name, "TEMPLATE_NAME_ALREADY_EXISTS", description));
    }
    let mut members = json!({});
    for known in ["template_info", "settings", "unit_of_measure"] {
        if let Some(value) = body.get(known) {
            members[known] = value.clone();
        }
    }
    if let Some(info) = members.get_mut("template_info") {
        members::complete(world, info);
    }
    Ok((name, members, body["default_template"] == true))
}

fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if world.books.templates.values().filter(|template| !template.standard).count() >= MAX_TEMPLATES {
        return Err(Refusal::business("EXCEED_MAX_TEMPLATES", "There are 50 templates already."));
    }
    let (name, members, is_default) = read(world, &call.body, "")?;
    let (id, now) = (world.ids.template(), world.now());
    let template = Template { id: id.clone(), name, members, standard: false, created: now, updated: now };
    world.books.templates.insert(id.clone(), template);
    if is_default {
        world.books.default_template.clone_from(&id);
    }
    Ok(show(world, call, &id).status(201).about(id))
}

/// A template as a write shows it: only a link, unless the whole template is asked for.
fn show(world: &World, call: &Call, id: &str) -> Answer {
    match world.books.templates.get(id).filter(|_| call.representation) {
        Some(template) => Answer::ok(template.document(world.books.default_template == id)),
        None => Answer::ok(link("self", "GET", &format!("{PATH}/{id}"))),
    }
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Template, Refusal> {
    let id = call.id(0);
    world.books.templates.get(id).ok_or_else(|| {
        if world.is_another_s(|books| books.templates.contains_key(id)) {
            return Refusal::not_permitted("The template belongs to another account.");
        }
        Refusal::not_found("template_id", id)
    })
}

fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let template = find(world, call)?;
    Ok(Answer::ok(template.document(world.books.default_template == template.id)))
}

/// Replaces a template. One of PayPal's belongs to no merchant.
fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let template = find(world, call)?;
    if template.standard {
        return Err(Refusal::not_permitted("The template is one of PayPal's."));
    }
    let id = template.id.clone();
    let (name, members, is_default) = read(world, &call.body, &id)?;
    let now = world.now();
    if let Some(template) = world.books.templates.get_mut(&id) {
        (template.name, template.members, template.updated) = (name, members, now);
    }
    if is_default {
        world.books.default_template.clone_from(&id);
    } else {
        forget_default(world, &id);
    }
    Ok(show(world, call, &id).about(id))
}

fn delete(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let template = find(world, call)?;
    if template.standard {
        return Err(Refusal::forbidden("CANNOT_DELETE_GLOBAL_TEMPLATE", "The template is one of PayPal's."));
    }
    let id = template.id.clone();
    world.books.templates.remove(&id);
    forget_default(world, &id);
    Ok(Answer::none().about(id))
}

/// Makes PayPal's first template the default, if this one was.
fn forget_default(world: &mut World, id: &str) {
    if world.books.default_template == id {
        let mut standard = world.books.templates.values().filter(|template| template.standard);
        world.books.default_template = standard.next().map(|template| template.id.clone()).unwrap_or_default();
    }
}

/// Lists the templates by name, the merchant's own before PayPal's, with the e-mail address of the merchant's profile.
fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let page = Page::read(call, 20, 100, 1000)?;
    let is_short = call.parameter("fields").is_some_and(|fields| fields.eq_ignore_ascii_case("none"));
    let mut found: Vec<_> = world.books.templates.values().collect();
    found.sort_by(|a, b| (a.standard, &a.name).cmp(&(b.standard, &b.name)));
    let show = |template: &Template| {
        let is_default = world.books.default_template == template.id;
        if is_short { template.short(is_default) } else { template.document(is_default) }
    };
    let found = found.into_iter().map(show).collect();
    let mut document = page.document(call, "GET", PATH, "templates", found);
    if !is_short {
        document["emails"] = world.merchant().email.as_str().into();
    }
    Ok(Answer::ok(document))
}
