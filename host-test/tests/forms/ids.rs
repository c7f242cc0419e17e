//! Puts the ids of what there is in place of those of a sample.

use serde_json::Value;

/// Returns the sample with the ids of an input that fits what there is: its parameters, and the members of the body that are
/// ids by their names.
pub(crate) fn replaced(sample: &Value, real: &Value) -> Value {
    let mut input = sample.clone();
    for (name, value) in input.as_object_mut().unwrap() {
        match (name.as_str(), real.get(name)) {
            ("body" | "files" | "options", Some(real)) => descend(value, real),
            (name, Some(real)) if is_id(name) => *value = real.clone(),
            _ => {}
        }
    }
    input
}

fn is_id(name: &str) -> bool {
    name == "id" || ["_id", "_ids", "_token", "access_token"].iter().any(|end| name.ends_with(end))
}

fn descend(value: &mut Value, real: &Value) {
    match value {
        Value::Object(members) => members.iter_mut().for_each(|(name, member)| match real.get(name) {
            Some(real) if is_id(name) && !real.is_object() => *member = real.clone(),
            Some(real) => descend(member, real),
            None => {}
        }),
        // All of one kind have the ids of one of them, if there are no more.
        Value::Array(items) => items.iter_mut().enumerate().for_each(|(index, item)| {
            if let Some(real) = real.get(index).or_else(|| real.get(0)) {
                descend(item, real);
            }
        }),
        _ => {}
    }
}
