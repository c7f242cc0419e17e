//! An input that is put together, value by value. Values that were given as JSON stay as they were written.

use std::{collections::BTreeMap, mem};

use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::value::RawValue;

use super::path::{Name, Part};

/// What is known of a value.
#[derive(Default)]
pub(super) enum Tree {
    /// Nothing yet.
    #[default]
    Unset,
    Value(Box<RawValue>),
    /// In the order in which they were given.
    Members(Vec<(String, Tree)>),
    Items(BTreeMap<usize, Tree>),
}

impl Tree {
    /// Puts a value where a name leads.
    ///
    /// # Errors
    /// If there is one already, or if the name leads through a value, or through a list as if it were an object.
    pub(super) fn put(&mut self, name: &Name, value: Box<RawValue>) -> Result<(), String> {
        let here = self.reach(name)?;
        match mem::take(here) {
            Self::Unset => *here = Self::Value(value),
            before => {
                *here = before;
                return Err(twice(name));
            }
        }
        Ok(())
    }

    /// Appends values to the list where a name leads; begins one if there is none.
    ///
    /// # Errors
    /// The same as for [`Tree::put`].
    pub(super) fn append(&mut self, name: &Name, values: Vec<Box<RawValue>>) -> Result<(), String> {
        let here = self.reach(name)?;
        if let Self::Unset = here {
            *here = Self::Items(BTreeMap::new());
        }
        let Self::Items(items) = here else { return Err(twice(name)) };
        for value in values {
            let next = items.last_key_value().map_or(Some(0), |(last, _)| last.checked_add(1));
            items.insert(next.ok_or_else(|| twice(name))?, Self::Value(value));
        }
        Ok(())
    }

    /// Returns what a name leads to, and makes the objects and lists on the way.
    fn reach(&mut self, name: &Name) -> Result<&mut Self, String> {
        let mut here = self;
        for (depth, part) in name.0.iter().enumerate() {
            here = here.child(part).ok_or_else(|| {
                let above = Name(name.0.get(..depth).unwrap_or_default().to_vec());
                format!("`{name}` cannot be set: `{above}` is given as something else")
            })?;
        }
        Ok(here)
    }

    fn child(&mut self, part: &Part) -> Option<&mut Self> {
        if let Self::Unset = self {
            *self = match part {
                Part::Member(_) => Self::Members(Vec::new()),
                Part::Index(_) => Self::Items(BTreeMap::new()),
            };
        }
        match (self, part) {
            (Self::Members(members), Part::Member(name)) => {
                let found = members.iter().position(|(other, _)| other == name);
                let index = found.unwrap_or_else(|| {
                    members.push((name.clone(), Self::Unset));
                    members.len() - 1
                });
                members.get_mut(index).map(|(_, value)| value)
            }
            (Self::Items(items), Part::Index(index)) => Some(items.entry(*index).or_default()),
            _ => None,
        }
    }

    /// Returns it as JSON.
    ///
    /// # Errors
    /// If a list has a gap.
    pub(super) fn json(&self) -> Result<String, String> {
        match self.gap(&Name(Vec::new())) {
            Some(missing) => Err(format!("`{missing}` is missing: the items of a list are given from 0 on")),
            None => serde_json::to_string(self).map_err(|error| error.to_string()),
        }
    }

    /// Returns the first item that a list lacks.
    fn gap(&self, name: &Name) -> Option<Name> {
        match self {
            Self::Unset | Self::Value(_) => None,
            Self::Members(members) => {
                members.iter().find_map(|(member, below)| below.gap(&name.with(Part::Member(member.clone()))))
            }
            Self::Items(items) => items.iter().enumerate().find_map(|(expected, (index, below))| {
                if expected != *index {
                    Some(name.with(Part::Index(expected)))
                } else {
                    below.gap(&name.with(Part::Index(*index)))
                }
            }),
        }
    }
}

fn twice(name: &Name) -> String {
    format!("`{name}` is given twice")
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unset => serializer.serialize_unit(),
            Self::Value(value) => value.serialize(serializer),
            Self::Items(items) => serializer.collect_seq(items.values()),
            Self::Members(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
                map.end()
            }
        }
    }
}
