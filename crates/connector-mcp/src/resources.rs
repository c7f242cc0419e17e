//! Resources: the descriptions of the actions, the triggers, the histories of orders and subscriptions, and pages of
//! documentation.

use connector_host::json;
use rmcp::model::{Resource, ResourceContents, ResourceTemplate};
use serde_json::Value;

use crate::{
    guide::Page,
    offer::{Offer, Offered},
};

const JSON: &str = "application/json";

/// The end of the id of an action that reads a history.
const HISTORY: &str = ".history";

/// What a URI names.
pub(crate) enum Found<'a> {
    /// A text, with its media type.
    Text(String, &'static str),
    /// The history that this action reads of this id.
    History(&'a Offered, String),
}

/// Lists the resources. The scheme of their URIs is the connector's name.
pub(crate) fn list(offer: &Offer, pages: &[Page]) -> Vec<Resource> {
    let scheme = &offer.manifest.name;
    let of_page = |page: &Page| {
        let uri = format!("{scheme}://docs/{}", page.name);
        Resource::new(uri, page.name.clone()).with_title(page.title.clone()).with_mime_type("text/markdown")
    };
    let of_action = |Offered { action, .. }: &Offered| {
        let description = "What the action does, the schemas of its input and its answer, and a sample of both.";
        Resource::new(format!("{scheme}://actions/{}", action.id), action.id.clone())
            .with_title(action.summary.clone())
            .with_description(description)
            .with_mime_type(JSON)
    };
    let of_triggers = Resource::new(format!("{scheme}://triggers"), "triggers")
        .with_title("Triggers")
        .with_description("The events that can start a workflow, and how each is received and polled.")
        .with_mime_type(JSON);
    pages.iter().map(of_page).chain([of_triggers]).chain(offer.all().iter().map(of_action)).collect()
}

/// Lists the templates: one for each history of a resource with an id.
pub(crate) fn templates(offer: &Offer) -> Vec<ResourceTemplate> {
    let scheme = &offer.manifest.name;
    let of = |(group, Offered { action, .. }): (&str, &Offered)| {
        ResourceTemplate::new(format!("{scheme}://{group}/{{id}}/history"), action.id.clone())
            .with_title(action.summary.clone())
            .with_description(action.description.clone())
            .with_mime_type(JSON)
    };
    histories(offer).map(of).collect()
}

/// The actions that read a history by an id, with their groups.
fn histories(offer: &Offer) -> impl Iterator<Item = (&str, &Offered)> {
    let by_id = |offered: &&Offered| {
        offer.catalogue().at(&offered.action.input_schema)["required"].as_array().is_some_and(|it| *it == ["id"])
    };
    offer.all().iter().filter(by_id).filter_map(|it| Some((it.action.id.strip_suffix(HISTORY)?, it)))
}

/// Finds what a URI names. `None` if it names nothing here.
pub(crate) fn find<'a>(offer: &'a Offer, pages: &[Page], uri: &str) -> Option<Found<'a>> {
    let path = uri.strip_prefix(&*offer.manifest.name)?.strip_prefix("://")?;
    match path.split('/').collect::<Vec<_>>()[..] {
        ["docs", name] => {
            let page = pages.iter().find(|page| page.name == name)?;
            Some(Found::Text(page.text.clone(), "text/markdown"))
        }
        ["triggers"] => Some(Found::Text(json::triggers(&offer.triggers).ok()?, JSON)),
        ["actions", id] => Some(Found::Text(describe(offer, offer.action(id)?)?, JSON)),
        [group, id, "history"] => {
            let (_, offered) = histories(offer).find(|(it, _)| *it == group)?;
            Some(Found::History(offered, id.to_owned()))
        }
        _ => None,
    }
}

fn describe(offer: &Offer, Offered { action, .. }: &Offered) -> Option<String> {
    let catalogue = offer.catalogue();
    let input = catalogue.json_schema(&action.input_schema).ok()?;
    let output = action.output_schema.as_deref().map(|it| catalogue.json_schema(it)).transpose().ok()?;
    let sample: Value = catalogue.at(&action.sample).clone();
    json::action(action, input, output, sample).ok()
}

/// The contents of a resource.
pub(crate) fn text(uri: &str, text: String, media_type: &str) -> ResourceContents {
    ResourceContents::text(text, uri).with_mime_type(media_type)
}
