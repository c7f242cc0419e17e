//! A member of an action's input, by its schema in the catalogue.

use std::borrow::Cow;

use crate::{
    base::{document::Document, pointer, spelling},
    call::arguments::Arguments,
    catalogue::Action,
    platform::failure::Failure,
};

/// The deepest nesting of references and parts that is followed. The catalogue's is less than half of it.
const DEEPEST: usize = 32;

/// The keywords of a schema for its parts.
const PARTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// A member of an input: the schemas that describe it, and those of its items if it is a list.
pub(super) struct Field<'a> {
    schemas: Vec<&'a Document<'a>>,
}

impl<'a> Field<'a> {
    /// The member with that name, or at that JSON Pointer in the input.
    ///
    /// # Errors
    /// If the input of the action has no such member.
    pub(super) fn find(catalogue: &'a Document<'a>, action: &'static Action, place: &str) -> Result<Self, Failure> {
        let names = if place.starts_with('/') { pointer::names(place).unwrap_or_default() } else { vec![place.into()] };
        let input = pointer::at(catalogue, &action.input_schema());
        let mut schemas = parts(catalogue, input.into_iter().collect());
        for (depth, name) in names.iter().enumerate() {
            schemas = parts(catalogue, schemas.iter().filter_map(|schema| step(schema, name)).collect());
            if schemas.is_empty() {
                return Err(unknown(action, &names, depth));
            }
        }
        // The choices for a list are those for its items.
        let items: Vec<_> = schemas.iter().filter_map(|schema| schema.get("items")).collect();
        schemas.extend(parts(catalogue, items));
        Ok(Self { schemas })
    }

    /// Its `x-options`, if it has any.
    pub(super) fn source(&self) -> Option<&'a Document<'a>> {
        self.schemas.iter().find_map(|schema| schema.get("x-options"))
    }

    /// The names of its members that a request can have.
    #[cfg(test)]
    pub(super) fn names(&self) -> Vec<&str> {
        let is_input = |schema: &Document| schema.get("readOnly") != Some(&Document::Boolean(true));
        let members = self.schemas.iter().filter_map(|schema| match schema.get("properties") {
            Some(Document::Object(members)) => Some(members),
            _ => None,
        });
        members.flatten().filter(|(_, schema)| is_input(schema)).map(|(name, _)| &**name).collect()
    }

    /// The known values, each once.
    pub(super) fn values(&self) -> Vec<String> {
        let mut values: Vec<Cow<str>> = Vec::new();
        let lists = self.schemas.iter().flat_map(|schema| ["enum", "x-extensible-enum"].map(|it| schema.get(it)));
        for value in lists.flatten().flat_map(Document::items).filter_map(Document::to_scalar) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values.into_iter().map(Cow::into_owned).collect()
    }
}

/// The schemas with those that they refer to and consist of.
fn parts<'a>(catalogue: &'a Document<'a>, mut schemas: Vec<&'a Document<'a>>) -> Vec<&'a Document<'a>> {
    let (mut all, mut rounds) = (Vec::new(), 0);
    while !schemas.is_empty() && rounds < DEEPEST {
        let mut next = Vec::new();
        for schema in &schemas {
            let reference = schema.get("$ref").and_then(Document::as_text).and_then(|it| it.strip_prefix('#'));
            next.extend(reference.and_then(|place| pointer::at(catalogue, place)));
            next.extend(PARTS.iter().filter_map(|part| schema.get(part)).flat_map(Document::items));
        }
        all.append(&mut schemas);
        schemas = next;
        rounds += 1;
    }
    all
}

/// The schema of a member or an item.
fn step<'a>(schema: &'a Document<'a>, name: &str) -> Option<&'a Document<'a>> {
    let member = schema.get("properties").and_then(|properties| properties.get(name));
    member.or_else(|| schema.get("items").filter(|_| name == "-" || name.parse::<usize>().is_ok()))
}

fn unknown(action: &'static Action, names: &[Cow<str>], depth: usize) -> Failure {
    let name = names.get(depth).map_or("", |name| name);
    let description = match depth {
        0 => format!("`{name:.100}`: {}", spelling::unknown("parameter", name, Arguments::names(action))),
        _ => {
            let within: String = names.iter().take(depth).map(|name| pointer::member(name)).collect();
            format!("names `{name:.100}`, which is no member of {within} in the input of `{}`", action.id)
        }
    };
    Failure::wrong_value("parameter", &description)
}
