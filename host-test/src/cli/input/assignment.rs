//! `name=value` and `name:=json`.

use serde_json::value::{RawValue, to_raw_value};

use crate::cli::spelling;

use super::{
    path::{Name, Part},
    schema::{Kind, Schema},
    tree::Tree,
};

/// An argument that sets a value. Messages about it have its name, and never its value.
pub(in crate::cli) struct Assignment {
    name: Name,
    value: Given,
}

enum Given {
    /// What it is depends on the schema.
    Text(String),
    Json(Box<RawValue>),
}

impl Assignment {
    /// Parses an argument, which is the `number`th of them.
    ///
    /// # Errors
    /// If it is no assignment, or its JSON is none.
    pub(super) fn parse(text: &str, number: usize) -> Result<Self, String> {
        // It may be a value, so that it is not repeated.
        let Some((name, value)) = text.split_once('=') else {
            return Err(format!("argument {number} after the action has no `=`: it is written as name=value"));
        };
        if let Some(name) = name.strip_suffix(':') {
            let name = Name::parse(name)?;
            let value = serde_json::from_str(value);
            // The message has the place, and nothing of the text.
            let value = value.map_err(|error| format!("`{name}`: the value after `:=` is not JSON: {error}"))?;
            return Ok(Self { name, value: Given::Json(value) });
        }
        Ok(Self { name: Name::parse(name)?, value: Given::Text(value.to_owned()) })
    }

    /// Whether its name begins with a member of the input.
    pub(super) fn is_of(&self, schema: &Schema<'_>) -> bool {
        let [Part::Member(first), ..] = &*self.name.0 else { return false };
        [first.clone(), first.replace('-', "_")].iter().any(|name| schema.member(name).is_some())
    }

    /// Puts the value into an input without a schema: JSON, or a text.
    ///
    /// # Errors
    /// If the value is given already.
    pub(super) fn put_as_it_is(self, tree: &mut Tree) -> Result<(), String> {
        let value = match self.value {
            Given::Json(value) => value,
            Given::Text(text) => value(&self.name, &text, Kind::Any)?,
        };
        tree.put(&self.name, value)
    }

    /// Puts the value into an input, as what the schema asks for.
    ///
    /// # Errors
    /// If the input has no such member, or the value is not what the schema asks for, or is given already.
    pub(super) fn put(self, schema: &Schema<'_>, action: &str, tree: &mut Tree) -> Result<(), String> {
        let is_json = matches!(self.value, Given::Json(_));
        let (name, schema) = find(self.name, schema, action, is_json)?;
        let text = match self.value {
            Given::Json(value) => return tree.put(&name, value),
            Given::Text(text) => text,
        };
        let kind = schema.as_ref().map_or(Kind::Any, Schema::kind);
        if kind != Kind::List {
            return tree.put(&name, value(&name, &text, kind)?);
        }
        let kind = schema.and_then(|list| list.item()).map_or(Kind::Any, |item| item.kind());
        let texts = text.split(',').filter(|_| !text.is_empty());
        let values = texts.map(|text| value(&name, text, kind)).collect::<Result<_, _>>()?;
        tree.append(&name, values)
    }
}

/// Returns the name as the catalogue spells it, and its schema; `None` for an unknown member of the body, which only JSON sets.
fn find<'a>(
    name: Name,
    schema: &Schema<'a>,
    action: &str,
    is_json: bool,
) -> Result<(Name, Option<Schema<'a>>), String> {
    let mut found = Name(Vec::new());
    let mut below = Some(schema.clone());
    for part in &name.0 {
        let in_body = found.0.first().is_some_and(|first| *first == Part::Member("body".to_owned()));
        let Some(schema) = below else {
            found = found.with(part.clone());
            continue;
        };
        let (part, next) = match part {
            Part::Index(_) => (part.clone(), schema.item()),
            Part::Member(member) if in_body => (part.clone(), schema.member(member)),
            Part::Member(member) => {
                // Parameters and options may be written with hyphens.
                let spelt = if schema.member(member).is_some() { member.clone() } else { member.replace('-', "_") };
                let next = schema.member(&spelt);
                (if next.is_some() { Part::Member(spelt) } else { part.clone() }, next)
            }
        };
        if next.is_none() && !(in_body && is_json) {
            return Err(unknown(&found, &part, &schema, action, in_body));
        }
        found = found.with(part);
        below = next;
    }
    Ok((found, below))
}

/// Says what is wrong with a part of a name.
fn unknown(above: &Name, part: &Part, schema: &Schema<'_>, action: &str, in_body: bool) -> String {
    let name = above.with(part.clone());
    let what = match schema.kind() {
        Kind::List => "a list",
        Kind::Object | Kind::Any => "an object",
        _ => "a single value",
    };
    let Part::Member(member) = part else { return format!("`{name}` cannot be set: `{above}` is {what}") };
    if what != "an object" {
        return format!("`{name}` cannot be set: `{above}` is {what}");
    }
    let nearest = spelling::nearest(member, schema.members());
    let advice = match nearest {
        Some(nearest) => format!("did you mean `{}`?", above.with(Part::Member(nearest.to_owned()))),
        None => format!("there are: {}", schema.members().collect::<Vec<_>>().join(", ")),
    };
    if in_body {
        format!("PayPal's schema has no `{name}`, which only `:=` sends; {advice}")
    } else {
        format!("`{action}` has no `{name}`; {advice}")
    }
}

/// Returns a text as a value of that kind.
fn value(name: &Name, text: &str, kind: Kind) -> Result<Box<RawValue>, String> {
    let json = |what: &str, fits: fn(&str) -> bool| {
        let value = Some(text).filter(|text| fits(text)).and_then(|text| RawValue::from_string(text.to_owned()).ok());
        value.ok_or_else(|| format!("`{name}` is {what}, which its value is not"))
    };
    match kind {
        Kind::Text | Kind::Any => to_raw_value(text).map_err(|error| format!("`{name}`: {error}")),
        Kind::Boolean => json("a boolean: true or false", |text| matches!(text, "true" | "false")),
        Kind::Integer => json("a whole number", |text| {
            let digits = text.strip_prefix('-').unwrap_or(text);
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        }),
        Kind::Number => json("a number", |text| text.starts_with(|first: char| first == '-' || first.is_ascii_digit())),
        Kind::Object => {
            Err(format!("`{name}` is an object: set its members, as in `{name}.member=value`, or give JSON after `:=`"))
        }
        Kind::List => Err(format!("`{name}` is a list of lists: give it as JSON after `:=`")),
    }
}
