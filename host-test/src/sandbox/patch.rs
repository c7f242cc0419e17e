//! JSON Patch as far as PayPal takes it (RFC 6902): `add`, `replace` and `remove`.

use serde_json::Value;

use super::refusal::Refusal;

/// Which members may be changed: the heads of their paths.
pub(super) type Patchable = &'static [&'static str];

/// Of an order.
pub(super) const ORDER: Patchable = &["/intent", "/purchase_units/@"];

/// Applies a patch, all of it or nothing.
pub(super) fn apply(patch: &Value, document: &mut Value, patchable: Patchable) -> Result<(), Refusal> {
    let Value::Array(operations) = patch else {
        return Err(Refusal::missing("/"));
    };
    let mut changed = document.clone();
    for (index, operation) in operations.iter().enumerate() {
        let at = |name: &str| format!("/{index}/{name}");
        let Some(path) = operation["path"].as_str() else {
            return Err(Refusal::business_at(&at("path"), Value::Null, "PATCH_PATH_REQUIRED", "A path is needed."));
        };
        if !path.starts_with('/') {
            let description = "A path begins with a slash.";
            return Err(Refusal::business_at(&at("path"), path, "INVALID_JSON_POINTER_FORMAT", description));
        }
        if !patchable.iter().any(|head| path.starts_with(head)) {
            return Err(Refusal::business_at(&at("path"), path, "NOT_PATCHABLE", "This cannot be changed."));
        }
        let value = operation.get("value");
        match (operation["op"].as_str(), value) {
            (Some("add" | "replace"), Some(value)) => set(&mut changed, path, Some(value.clone()), &at("path"))?,
            (Some("remove"), _) => set(&mut changed, path, None, &at("path"))?,
            (Some("add" | "replace"), None) => {
                let description = "A value is needed.";
                return Err(Refusal::business_at(&at("value"), Value::Null, "PATCH_VALUE_REQUIRED", description));
            }
            (Some(other), _) => {
                let description = "It is add, replace or remove.";
                return Err(Refusal::invalid(&at("op"), other, "INVALID_PATCH_OPERATION", description));
            }
            (None, _) => return Err(Refusal::missing(&at("op"))),
        }
    }
    *document = changed;
    Ok(())
}

/// The segments of a path. `@reference_id=='x'` names a purchase unit, `@sequence==1` a billing cycle.
fn segments(path: &str) -> Vec<String> {
    let selector = |segment: &str| {
        let (_, value) = segment.strip_prefix('@')?.split_once("==")?;
        Some(value.trim_matches('\'').to_owned())
    };
    path.split('/').skip(1).map(|segment| selector(segment).unwrap_or_else(|| segment.to_owned())).collect()
}

fn set(document: &mut Value, path: &str, value: Option<Value>, field: &str) -> Result<(), Refusal> {
    let nowhere = || Refusal::business_at(field, path, "REFERENCE_ID_NOT_FOUND", "There is nothing under this path.");
    let segments = segments(path);
    let Some((last, parents)) = segments.split_last() else { return Err(nowhere()) };
    let mut at = document;
    for segment in parents {
        at = match at {
            Value::Object(members) => members.get_mut(segment),
            Value::Array(items) => segment.parse::<usize>().ok().and_then(|index| items.get_mut(index)),
            _ => None,
        }
        .ok_or_else(nowhere)?;
    }
    match (at, value) {
        (Value::Object(members), Some(value)) => _ = members.insert(last.clone(), value),
        (Value::Object(members), None) => _ = members.remove(last).ok_or_else(nowhere)?,
        (Value::Array(items), value) => match (last.parse::<usize>().ok(), value) {
            (Some(index), Some(value)) if index < items.len() => items[index] = value,
            (Some(index), None) if index < items.len() => _ = items.remove(index),
            (_, Some(value)) if last == "-" => items.push(value),
            _ => return Err(nowhere()),
        },
        _ => return Err(nowhere()),
    }
    Ok(())
}
