//! Changes to a document, as PayPal makes them from one answer to the next.

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use serde_json::Value;

/// One change, to the value with a number.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    place: usize,
    change: Change,
}

#[derive(Clone, Debug)]
enum Change {
    /// A member or an item is missing.
    Remove,
    /// An object or a list is empty; anything else is null.
    Empty,
    Null,
    /// A text is replaced.
    Reword(String),
    /// An object has an unknown member.
    Add(String),
    /// A list has each item twice.
    Repeat,
}

impl Edit {
    pub(crate) fn any() -> impl Strategy<Value = Self> {
        let change = prop_oneof![
            Just(Change::Remove),
            Just(Change::Empty),
            Just(Change::Null),
            ".{0,40}".prop_map(Change::Reword),
            "[a-z_]{1,9}_".prop_map(Change::Add),
            Just(Change::Repeat),
        ];
        (any::<usize>(), change).prop_map(|(place, change)| Self { place, change })
    }

    /// Makes the change, if it fits the value. The document stays an object.
    pub(crate) fn apply(&self, document: &mut Value) {
        let below = count(document) - 1;
        if below == 0 {
            return;
        }
        match self.change {
            Change::Remove => remove(document, &mut (self.place % below)),
            _ => self.alter(find(document, &mut (1 + self.place % below)).unwrap()),
        }
    }

    fn alter(&self, value: &mut Value) {
        match (&self.change, value) {
            (Change::Empty, Value::Object(members)) => members.clear(),
            (Change::Empty, Value::Array(items)) => items.clear(),
            (Change::Empty | Change::Null, value) => *value = Value::Null,
            (Change::Reword(word), Value::String(text)) => text.clone_from(word),
            (Change::Add(name), Value::Object(members)) => _ = members.insert(name.clone(), "new".into()),
            (Change::Repeat, Value::Array(items)) => items.extend(items.clone()),
            _ => {}
        }
    }
}

/// Returns how many values a document consists of, including itself.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// Returns the value with a number, counted depth first.
fn find<'a>(value: &'a mut Value, number: &mut usize) -> Option<&'a mut Value> {
    if *number == 0 {
        return Some(value);
    }
    *number -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| find(item, number)),
        Value::Object(members) => members.values_mut().find_map(|member| find(member, number)),
        _ => None,
    }
}

/// Removes the value with a number, counted in the same way below the document.
fn remove(value: &mut Value, number: &mut usize) {
    match value {
        Value::Array(items) => items.retain_mut(|item| keeps(item, number)),
        Value::Object(members) => members.retain(|_, member| keeps(member, number)),
        _ => {}
    }
}

/// Returns whether a value is not the one with the number. Removes that one, if it is inside.
fn keeps(value: &mut Value, number: &mut usize) -> bool {
    // Once the value is removed, the number is beyond all values.
    if *number == 0 {
        *number = usize::MAX;
        return false;
    }
    *number -= 1;
    remove(value, number);
    true
}
