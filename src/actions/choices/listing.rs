//! The action that lists what can be chosen, by `x-options`.

use std::borrow::Cow;

use super::{
    choice::{Choice, Choices},
    label,
};
use crate::{
    actions::run::run,
    base::{document::Document, pointer, spelling},
    call::{arguments::Arguments, check::check, options::CallOptions},
    catalogue::{Action, find},
    platform::{
        failure::{Failure, Issue, Kind, Location},
        interface::Platform,
    },
};

/// The most pages that one call reads to find something that has the text searched for.
const MOST_PAGES: u32 = 10;
/// Stands for every item of a list, in the pointer to the items.
const EACH: &str = "/-/";

/// What `x-options` says. The build has checked it.
pub(super) struct Listing<'a> {
    action: &'static Action,
    items: &'a str,
    value: &'a str,
    label: &'a [Document<'a>],
    /// The parameters of the listing action, and where the input has their values.
    input: Vec<(&'a str, &'a str)>,
    fixed: &'a [(Cow<'a, str>, Document<'a>)],
}

impl<'a> Listing<'a> {
    /// `None` if nothing is listed.
    pub(super) fn read(source: &'a Document<'a>) -> Option<Self> {
        let text = |name| source.get(name).and_then(Document::as_text);
        let members = |name| match source.get(name) {
            Some(Document::Object(members)) => members.as_slice(),
            _ => &[],
        };
        let pair = |(name, place): &'a (Cow<'a, str>, Document<'a>)| Some((&**name, place.as_text()?));
        Some(Self {
            action: find(text("action")?)?,
            items: text("items")?,
            value: text("value")?,
            label: source.get("label")?.items(),
            input: members("input").iter().filter_map(pair).collect(),
            fixed: members("fixed"),
        })
    }

    /// Checks that the input has only members that the action has, or that narrow the choices: a misspelled one would
    /// list too much.
    pub(super) fn check_names(
        &self,
        input: &Document,
        known: impl Iterator<Item = &'static str>,
    ) -> Result<(), Failure> {
        let Document::Object(members) = input else { return Ok(()) };
        let mut known: Vec<&str> = known.collect();
        let narrowing = self.input.iter().filter_map(|(_, place)| place.strip_prefix('/'));
        known.extend(narrowing.filter(|name| !name.contains('/')));
        let unknown = members.iter().map(|(name, _)| &**name).filter(|name| !known.contains(name));
        let issue = |name: &str| {
            let description = spelling::unknown("parameter", name, known.iter().copied());
            Issue::found(&pointer::member(name), Location::Body, "INVALID_PARAMETER_VALUE", description)
        };
        let issues: Vec<Issue> = unknown.map(issue).collect();
        if issues.is_empty() { Ok(()) } else { Err(Failure::invalid_input(issues)) }
    }

    /// The choices of a page that are wanted. If a page has none of them, those of the page after it, and so on.
    pub(super) fn page(
        &self,
        platform: &dyn Platform,
        input: &Document,
        page: Option<&str>,
        is_wanted: impl Fn(&Choice) -> bool,
    ) -> Result<Choices, Failure> {
        let mut next = match page {
            Some(page) => {
                self.checked(platform, page, |field| format!("/page{field}"))?;
                page.to_owned()
            }
            None => {
                let first = self.first(input)?;
                self.checked(platform, &first, |field| self.place(field))?;
                first
            }
        };
        let deadline = Arguments::parse(&next)?.options.deadline();
        for _ in 0..MOST_PAGES {
            let arguments = Arguments::parse(&next)?;
            let Some(options) = arguments.options.until(deadline) else { break };
            let reply = run(platform, self.action, &Arguments { options, ..arguments })?;
            let found: Vec<_> = self.choices(&reply.document()?).into_iter().filter(&is_wanted).collect();
            match reply.next {
                Some(after) if found.is_empty() => next = after,
                after => return Ok(Choices { items: found, next: after }),
            }
        }
        Ok(Choices { items: Vec::new(), next: Some(next) })
    }

    /// The input of the listing action for the first page.
    fn first(&self, input: &Document) -> Result<String, Failure> {
        let mut members: Vec<(Cow<str>, Document)> = self.fixed.to_vec();
        for (name, place) in &self.input {
            match pointer::at(input, place) {
                // As a form leaves a member that is not filled in.
                None | Some(Document::Null) => {}
                Some(given) if given.as_text() == Some("") => {}
                Some(given) => members.push(((*name).into(), given.clone())),
            }
        }
        // How much a write returns, and its key, are not for a list.
        let options = input.given("options").map(read_options).transpose()?;
        let options = options.map(|options| CallOptions { prefer: None, ..options }.to_json_for(None));
        if let Some(options) = &options {
            members.push(("options".into(), Document::parse(options).unwrap_or(Document::Null)));
        }
        Ok(Document::Object(members).to_json())
    }

    /// Checks an input of the listing action before it is sent, and names the fields as the caller does.
    fn checked(&self, platform: &dyn Platform, input: &str, named: impl Fn(&str) -> String) -> Result<(), Failure> {
        let checked = Arguments::parse(input).and_then(|it| check(self.action, &it, platform.environment()));
        checked.map_err(|failure| match failure.kind {
            Kind::InvalidInput => {
                let issue = |issue: Issue| Issue { field: issue.field.map(|field| named(&field)), ..issue };
                Failure::invalid_input(failure.details.into_iter().map(issue).collect())
            }
            _ => failure,
        })
    }

    /// Where the input has what a field of the listing action's input has.
    fn place(&self, field: &str) -> String {
        let own = self.input.iter().find(|(name, _)| pointer::member(name) == field);
        own.map_or(field, |(_, place)| place).to_owned()
    }

    /// The choices in an answer.
    fn choices(&self, answer: &Document) -> Vec<Choice> {
        let mut places = vec![answer];
        for (index, step) in self.items.split(EACH).enumerate() {
            let place = if index == 0 { step.to_owned() } else { format!("/{step}") };
            let lists = places.into_iter().filter_map(|item| pointer::at(item, &place));
            places = lists.flat_map(Document::items).collect();
        }
        let choice = |item: &&Document| {
            let value = scalar(item, self.value)?.into_owned();
            let parts = self.label.iter().filter_map(|place| scalar(item, place.as_text()?));
            let label = Some(label::joined(parts)).filter(|label| !label.is_empty());
            Some(Choice { label: label.unwrap_or_else(|| value.clone()), value })
        };
        places.iter().filter_map(choice).collect()
    }
}

/// The scalar at a place in a document, unless it is missing, null or empty.
fn scalar<'a>(document: &'a Document, place: &str) -> Option<Cow<'a, str>> {
    pointer::at(document, place)?.to_scalar().filter(|text| !text.is_empty())
}

fn read_options(options: &Document) -> Result<CallOptions, Failure> {
    let mut issues = Vec::new();
    let options = CallOptions::parse(&options.to_json(), &mut issues);
    if issues.is_empty() { Ok(options) } else { Err(Failure::invalid_input(issues)) }
}
