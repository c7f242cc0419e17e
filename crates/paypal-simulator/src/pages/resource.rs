//! The list of one kind of resource, and the page of one of them.

use maud::{Markup, html};
use serde_json::Value;

use super::{
    deed,
    layout::{missing, own},
    merchant,
    resources::{self, Resource},
    row,
    visit::Visit,
};
use crate::{
    base::{links, uri::encode},
    operations::{operation::Control, routes},
    request::answer::Answer,
    world::World,
};

/// Returns the newest resources of all merchants, each with its document and its merchant, and how many there are.
pub(super) fn newest(
    world: &mut World,
    resource: &Resource,
    text: &str,
    skip: usize,
    most: usize,
) -> (Vec<(String, Value, String)>, usize) {
    let (mut rows, mut count) = (Vec::new(), 0);
    for merchant in 0..world.merchants.len() {
        world.enter(merchant);
        let world = &*world;
        if text.is_empty() {
            let (all, before) = ((resource.count)(&world.books), count);
            count += all;
            if rows.len() < most && count > skip {
                let ids = (resource.ids)(&world.books).into_iter().skip(skip.saturating_sub(before));
                rows.extend(ids.take(most - rows.len()).filter_map(|id| shown(world, resource, id)));
            }
        } else {
            let all = (resource.ids)(&world.books).into_iter().filter_map(|id| shown(world, resource, id));
            for found in all.filter(|(id, document, _)| row::fits(id, document, text)) {
                count += 1;
                if count > skip && rows.len() < most {
                    rows.push(found);
                }
            }
        }
    }
    (rows, count)
}

fn shown(world: &World, resource: &Resource, id: &str) -> Option<(String, Value, String)> {
    Some((id.to_owned(), (resource.document)(world, id)?, world.merchant().name.clone()))
}

pub(super) fn list(world: &mut World, visit: &Visit, slug: &str) -> Answer {
    let Some(resource) = resources::find(slug) else { return missing("list") };
    let text = visit.query("q").trim();
    let page = visit.query("page").parse::<usize>().unwrap_or(1).max(1);
    let (rows, count) = newest(world, resource, text, (page - 1).saturating_mul(row::MOST), row::MOST);
    let link = |page: usize| format!("?page={page}&q={}", encode(text));
    let main = html! {
        h1 { (resource.name) }
        form method="get" role="search" {
            label for="q" { "Id, state or text" }
            input type="search" id="q" name="q" value=(text);
            button { "Find" }
        }
        p { (count) @if text.is_empty() { " in all" } @else { " found" } }
        @if !rows.is_empty() { (row::table(resource, &rows, world.merchants.len() > 1)) }
        nav aria-label="Pages" {
            @if page > 1 { a href=(link(page - 1)) rel="prev" { "Newer" } }
            @if page.saturating_mul(row::MOST) < count { a href=(link(page + 1)) rel="next" { "Older" } }
        }
    };
    own(resource.name, &main)
}

pub(super) fn answer(world: &mut World, visit: &Visit, slug: &str, id: &str) -> Answer {
    let Some(resource) = resources::find(slug) else { return missing("list") };
    world.enter_where(|books| (resource.has)(books, id));
    if (resource.document)(world, id).is_none() {
        return missing("resource");
    }
    if visit.form.is_none() {
        return own(id, &show(world, resource, id, &html! {}));
    }
    let wanted = visit.field("do");
    let document = (resource.document)(world, id).unwrap_or_default();
    let done = match controls(slug).find(|control| deed::name(control) == wanted) {
        Some(control) => {
            let path: Vec<_> = [slug, id].into_iter().chain(wanted.split('/')).collect();
            Some(deed::carry_out(world, control, &path, visit))
        }
        None => merchant::follow(world, visit, &document),
    };
    let Some(done) = done else { return own(id, &show(world, resource, id, &html! {})).status(400) };
    match done {
        // The merchant's program may have deleted it.
        Ok(()) if (resource.document)(world, id).is_none() => Answer::see_other("/".to_owned()),
        Ok(()) => Answer::see_other(row::path(resource, id)),
        Err(refusal) => own(id, &show(world, resource, id, &deed::refused(&refusal))).status(refusal.status),
    }
}

/// Returns the path of the page on which a payer approves or pays it, if it links to one.
fn page_of(document: &Value) -> Option<String> {
    let mut links = document["links"].as_array().into_iter().flatten();
    let approve = links.find(|link| matches!(link["rel"].as_str(), Some("approve" | "payer-action")));
    let page = approve.map_or(&document["detail"]["metadata"]["recipient_view_url"], |link| &link["href"]);
    page.as_str().and_then(links::path)
}

/// What can be done to one resource.
fn controls(slug: &str) -> impl Iterator<Item = &'static Control> {
    routes::controls().filter(move |control| {
        let mut segments = control.path.split('/');
        segments.next() == Some(slug) && segments.next() == Some("*") && segments.next().is_some()
    })
}

fn show(world: &World, resource: &Resource, id: &str, notice: &Markup) -> Markup {
    let mut document = (resource.document)(world, id).unwrap_or_default();
    let (page, forms) = (page_of(&document), merchant::forms(&document));
    let fitting: Vec<_> = controls(resource.slug).filter(|control| control.fits(world, id)).collect();
    if let Some(url) = &world.public_url {
        url.lead(&mut document);
    }
    html! {
        p { a href={ "/simulator/resources/" (resource.slug) } { (resource.name) } " of " (world.merchant().name) }
        h1 { (id) }
        @let state = row::state(&document);
        @if !state.is_empty() { p { strong { (state) } } }
        (notice)
        @if let Some(page) = page { p { a href=(page) { "The payer's page" } } }
        @if !fitting.is_empty() {
            section aria-labelledby="do" {
                h2 #do { "What payers and tests do" }
                div .deeds { @for control in fitting { (deed::form(world, control, id)) } }
            }
        }
        (forms)
        section aria-labelledby="document" {
            h2 #document { "The document, as the API shows it" }
            pre tabindex="0" { (serde_json::to_string_pretty(&document).unwrap_or_default()) }
        }
    }
}
