//! A member of an action's input, by its schema in the table of actions.

use std::borrow::Cow;

use crate::{
    base::{pointer, spelling},
    call::arguments::Arguments,
    catalogue::{Action, CALL_OPTIONS, Schema, Selection, Shape, known_values},
    platform::failure::Failure,
};

/// The deepest nesting of parts that is followed. The catalogue's is less than half of it.
const DEEPEST: usize = 32;

/// The members of a file in an input.
const OF_FILE: [&str; 3] = ["name", MEDIA_TYPE, "data"];
const MEDIA_TYPE: &str = "media_type";

/// A member of an input.
#[derive(Default)]
pub(super) struct Field {
    /// The schemas that describe it, and those of its items if it is a list.
    schemas: Vec<&'static Schema>,
    /// The media types of a file.
    media_types: &'static [&'static str],
}

impl Field {
    /// The member with that name, or at that JSON Pointer in the input.
    ///
    /// # Errors
    /// If the input of the action has no such member.
    pub(super) fn find(action: &'static Action, place: &str) -> Result<Self, Failure> {
        let names = if place.starts_with('/') { pointer::names(place).unwrap_or_default() } else { vec![place.into()] };
        let first = names.first().map_or("", |name| name);
        if first == "files" && action.files.is_some() {
            return Self::of_files(action, &names);
        }
        let mut schemas = parts(member(action, first).into_iter().collect());
        if schemas.is_empty() {
            return Err(unknown(action, &names, 0));
        }
        for (depth, name) in names.iter().enumerate().skip(1) {
            schemas = parts(schemas.into_iter().filter_map(|schema| step(schema, name)).collect());
            if schemas.is_empty() {
                return Err(unknown(action, &names, depth));
            }
        }
        // The choices for a list are those for its items.
        let items = schemas.iter().filter_map(|schema| match schema.shape {
            Shape::Array { items, .. } => Some(items),
            _ => None,
        });
        let items = parts(items.collect());
        schemas.extend(items);
        Ok(Self { schemas, ..Self::default() })
    }

    /// A member of the files, which the table describes by their limits.
    fn of_files(action: &'static Action, names: &[Cow<str>]) -> Result<Self, Failure> {
        match names {
            [_] => Ok(Self::default()),
            [_, index, ..] if !is_index(index) => Err(unknown(action, names, 1)),
            [_, _] => Ok(Self::default()),
            [_, _, name] if name == MEDIA_TYPE => {
                Ok(Self { media_types: action.files.map_or(&[], |files| files.media_types), ..Self::default() })
            }
            [_, _, name] if OF_FILE.contains(&&**name) => Ok(Self::default()),
            [_, _, name, ..] => Err(unknown(action, names, if OF_FILE.contains(&&**name) { 3 } else { 2 })),
            [] => Err(unknown(action, names, 0)),
        }
    }

    /// Its `x-options`, as JSON, if it has any.
    pub(super) fn source(&self) -> Option<&'static str> {
        self.schemas.iter().find_map(|schema| match schema.selection {
            Some(Selection::Options(options)) => Some(*options),
            _ => None,
        })
    }

    /// The names of its members that a request can have.
    #[cfg(test)]
    pub(super) fn names(&self) -> Vec<&'static str> {
        let members = self.schemas.iter().filter_map(|schema| match schema.shape {
            Shape::Object { properties, .. } => Some(properties),
            _ => None,
        });
        members.flatten().map(|(name, _)| *name).collect()
    }

    /// The known values, each once.
    pub(super) fn values(&self) -> Vec<String> {
        let mut values: Vec<String> = self.media_types.iter().map(|it| (*it).to_owned()).collect();
        let mut lists: Vec<usize> = Vec::new();
        for schema in &self.schemas {
            match schema.selection {
                Some(Selection::Known(list)) if !lists.contains(list) => lists.push(*list),
                _ => {}
            }
        }
        for value in lists.into_iter().flat_map(known_values) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    }
}

/// The schema of a member of an action's input.
fn member(action: &'static Action, name: &str) -> Option<&'static Schema> {
    match name {
        "options" => Some(CALL_OPTIONS),
        "body" if action.body.is_some() => action.body.as_ref().map(|body| body.schema),
        name => action.parameters.iter().find(|parameter| parameter.name == name).map(|parameter| parameter.schema),
    }
}

/// The schemas with those that they consist of.
fn parts(mut schemas: Vec<&'static Schema>) -> Vec<&'static Schema> {
    let (mut all, mut rounds) = (Vec::new(), 0);
    while !schemas.is_empty() && rounds < DEEPEST {
        let next = schemas.iter().flat_map(|schema| match schema.shape {
            Shape::All(parts) | Shape::Any(parts) => parts,
            _ => &[],
        });
        let next = next.copied().collect();
        all.append(&mut schemas);
        schemas = next;
        rounds += 1;
    }
    all
}

/// The schema of a member or an item.
fn step(schema: &'static Schema, name: &str) -> Option<&'static Schema> {
    match schema.shape {
        Shape::Object { properties, .. } => {
            properties.iter().find(|(known, _)| *known == name).map(|(_, schema)| *schema)
        }
        Shape::Array { items, .. } if is_index(name) => Some(items),
        _ => None,
    }
}

/// Whether a name stands for an item of a list.
fn is_index(name: &str) -> bool {
    name == "-" || name.parse::<usize>().is_ok()
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
