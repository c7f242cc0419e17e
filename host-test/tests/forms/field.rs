//! The fields of a form: what a person sees, what is entered, and what becomes of it.

use std::{collections::BTreeMap, fmt};

use serde_json::{Map, Value};

/// What has been entered, by JSON Pointers to fields.
pub(crate) type Entries = BTreeMap<String, String>;

/// A field, or a group of them.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) label: String,
    pub(crate) help: String,
    pub(crate) example: Option<Value>,
    pub(crate) required: bool,
    pub(crate) kind: Kind,
}

/// How it is entered.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A line of text.
    Text,
    /// A number.
    Number,
    /// A box to tick.
    Flag,
    /// Fields of a group, by the names of the members, in order.
    Group(Vec<(String, Field)>),
    /// Any number of the same.
    List(Box<Field>),
    /// Anything else: a document as JSON.
    Document,
}

impl Field {
    /// Enters a value as a person would.
    ///
    /// # Errors
    /// If there is no field for a part of the value.
    pub(crate) fn enter(&self, value: &Value, place: &str, entries: &mut Entries) -> Result<(), String> {
        match (&self.kind, value) {
            (Kind::Text, Value::String(text)) => _ = entries.insert(place.to_owned(), text.clone()),
            (Kind::Number, Value::Number(_)) | (Kind::Flag, Value::Bool(_)) | (Kind::Document, _) => {
                entries.insert(place.to_owned(), value.to_string());
            }
            (Kind::Group(fields), Value::Object(members)) => {
                for (name, member) in members {
                    let found = fields.iter().find(|(known, _)| known == name);
                    let (_, field) = found.ok_or_else(|| format!("{place}/{name} has no field"))?;
                    field.enter(member, &format!("{place}/{name}"), entries)?;
                }
            }
            (Kind::List(item), Value::Array(items)) => {
                for (index, it) in items.iter().enumerate() {
                    item.enter(it, &format!("{place}/{index}"), entries)?;
                }
            }
            (kind, value) => return Err(format!("{place}: {value} cannot be entered as {kind:?}")),
        }
        Ok(())
    }

    /// Reads what has been entered. A group or a list of nothing is left out.
    pub(crate) fn read(&self, place: &str, entries: &Entries) -> Option<Value> {
        match &self.kind {
            Kind::Text => entries.get(place).map(|text| text.as_str().into()),
            Kind::Number | Kind::Flag | Kind::Document => {
                entries.get(place).map(|text| serde_json::from_str(text).unwrap())
            }
            Kind::Group(fields) => {
                let member = |(name, field): &(String, Self)| {
                    Some((name.clone(), field.read(&format!("{place}/{name}"), entries)?))
                };
                let members: Map<String, Value> = fields.iter().filter_map(member).collect();
                (!members.is_empty()).then(|| members.into())
            }
            Kind::List(item) => {
                let items: Vec<Value> =
                    (0..).map_while(|index| item.read(&format!("{place}/{index}"), entries)).collect();
                (!items.is_empty()).then(|| items.into())
            }
        }
    }
}

/// The form on paper: a line for each field.
impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = if self.required { " *" } else { "" };
        writeln!(f, "{}{star}: {}", self.label, self.help)?;
        if let Some(example) = &self.example {
            writeln!(f, "  such as {example}")?;
        }
        match &self.kind {
            Kind::Group(fields) => fields.iter().try_for_each(|(name, field)| write!(f, "[{name}] {field}")),
            Kind::List(item) => write!(f, "- {item}"),
            _ => Ok(()),
        }
    }
}
