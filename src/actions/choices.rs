//! What can be chosen for a member of an action's input: the known values of an enumeration, or what a listing action
//! lists (`x-options`).

mod choice;
mod field;
mod label;
mod listing;

pub(crate) use self::choice::{Choice, Choices};
use self::{field::Field, listing::Listing};
use crate::{
    actions::run::unknown_action,
    base::document::Document,
    call::arguments::Arguments,
    catalogue::find,
    platform::{failure::Failure, interface::Platform},
};

/// A page of what can be chosen for `parameter` of an action: a member of its input, by its name or by a JSON Pointer. Those
/// that have `search` in their value or label, in any case, if it is given.
///
/// # Errors
/// `invalid-input`, and nothing is sent, if there is no such action or member, if nothing lists choices for it, or if the
/// input is not valid or lacks what the list needs. Those of the listing action.
pub(crate) fn choices(
    platform: &dyn Platform,
    action: &str,
    parameter: &str,
    input: &str,
    search: Option<&str>,
    page: Option<&str>,
) -> Result<Choices, Failure> {
    let action = find(action).ok_or_else(|| unknown_action(action))?;
    // Says what is wrong with an input that is no object.
    Arguments::parse(input)?;
    let input = Document::parse_unambiguous(input, None).unwrap_or(Document::Null);
    let field = Field::find(action, parameter)?;
    let search = search.map(str::to_lowercase).filter(|text| !text.is_empty());
    let is_wanted = |choice: &Choice| search.as_ref().is_none_or(|text| choice.has(text));

    // The build has written it.
    let source = field.source().and_then(|options| Document::parse(options).ok());
    let source = source.as_ref();
    if let Some(listing) = source.and_then(Listing::read) {
        listing.check_names(&input, Arguments::names(action))?;
        return listing.page(platform, &input, page, is_wanted);
    }
    if let Some(found) = source.and_then(|source| source.get("found")).and_then(Document::as_text) {
        return Err(Failure::wrong_value("parameter", &format!("has no list of choices; where to find it: {found}")));
    }
    let values = field.values();
    if values.is_empty() {
        return Err(Failure::wrong_value("parameter", "has no choices: it takes any value of its schema"));
    }
    if page.is_some() {
        return Err(Failure::wrong_value("page", "is not a page of these choices, which are all on the first one"));
    }
    let choice = |value: String| Choice { label: label::of_value(&value), value };
    Ok(Choices { items: values.into_iter().map(choice).filter(is_wanted).collect(), next: None })
}

#[cfg(test)]
mod tests;
