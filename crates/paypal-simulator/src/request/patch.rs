//! The part of JSON Patch (RFC 6902) that PayPal supports: `add`, `replace` and `remove`.

use serde_json::Value;

use crate::request::refusal::Refusal;

/// What a patch may change, and how it is refused.
pub(crate) struct Rules {
    /// The prefixes of the paths that may be changed.
    paths: &'static [&'static str],
    operations: &'static [&'static str],
    /// The codes for a path that may not be changed, and for an operation that is not supported.
    issues: (&'static str, &'static str),
    /// Whether these two are 422 rather than 400.
    business: bool,
    /// Whether a path can be changed only once in a patch.
    once: bool,
}

pub(crate) const ORDER: Rules = Rules {
    paths: &["/intent", "/purchase_units/@"],
    operations: &["add", "replace", "remove"],
    issues: ("NOT_PATCHABLE", "INVALID_PATCH_OPERATION"),
    business: true,
    once: false,
};

pub(crate) const ORDER_TRACKER: Rules = Rules { paths: &["/status", "/items", "/notify_payer"], ..ORDER };

pub(crate) const PRODUCT: Rules = Rules {
    paths: &["/description", "/category", "/image_url", "/home_url"],
    operations: &["add", "replace", "remove"],
    issues: ("INVALID_PATCH_PATH", "UNSUPPORTED_PATCH_OPERATION"),
    business: false,
    once: false,
};

pub(crate) const PLAN: Rules = Rules {
    paths: &["/name", "/description", "/payment_preferences/", "/taxes/percentage"],
    operations: &["replace"],
    once: true,
    ..PRODUCT
};

pub(crate) const SUBSCRIPTION: Rules = Rules {
    paths: &[
        "/custom_id",
        "/shipping_amount",
        "/subscriber/",
        "/plan/",
        "/start_time",
        "/billing_info/outstanding_balance",
    ],
    operations: &["add", "replace"],
    once: true,
    ..PRODUCT
};

pub(crate) const DISPUTE: Rules =
    Rules { paths: &["/communication_details", "/partner_actions/-"], operations: &["add", "replace"], ..PRODUCT };

pub(crate) const WEBHOOK: Rules = Rules { paths: &["/url", "/event_types"], operations: &["replace"], ..PRODUCT };

impl Rules {
    fn refuse(&self, field: &str, value: &str, issue: &'static str) -> Refusal {
        let description = "This change is not allowed.";
        if self.business {
            Refusal::business_at(field, value, issue, description)
        } else {
            Refusal::invalid(field, value, issue, description)
        }
    }
}

/// Applies all of a patch or nothing.
pub(crate) fn apply(patch: &Value, document: &mut Value, rules: &Rules) -> Result<(), Refusal> {
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
        if !rules.paths.iter().any(|head| path.starts_with(head)) {
            return Err(rules.refuse(&at("path"), path, rules.issues.0));
        }
        if rules.once && operations[..index].iter().any(|earlier| earlier["path"] == path) {
            return Err(rules.refuse(&at("path"), path, rules.issues.0));
        }
        let Some(name) = operation["op"].as_str() else { return Err(Refusal::missing(&at("op"))) };
        if !rules.operations.contains(&name) {
            return Err(Refusal::invalid(&at("op"), name, rules.issues.1, "This operation is not allowed."));
        }
        let value = operation.get("value").filter(|_| name != "remove");
        if value.is_none() && name != "remove" {
            let description = "A value is needed.";
            return Err(Refusal::business_at(&at("value"), Value::Null, "PATCH_VALUE_REQUIRED", description));
        }
        set(&mut changed, path, value.cloned(), &at("path"))?;
    }
    *document = changed;
    Ok(())
}

/// The segments of a path. `@reference_id=='x'` names a purchase unit, `@sequence==1` a billing cycle; a slash between
/// quotation marks is part of the name.
fn segments(path: &str) -> Vec<String> {
    let mut quoted = false;
    let separator = |letter: char| {
        quoted ^= letter == '\'';
        letter == '/' && !quoted
    };
    let selector = |segment: &str| {
        let (_, value) = segment.strip_prefix('@')?.split_once("==")?;
        Some(value.trim_matches('\'').to_owned())
    };
    path.split(separator).skip(1).map(|segment| selector(segment).unwrap_or_else(|| segment.to_owned())).collect()
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_of_a_patch_is_applied_or_nothing() {
        let mut document = json!({"purchase_units": {"a/b": {"amount": 1, "items": [1, 2]}}});
        let unit = "/purchase_units/@reference_id=='a/b'";
        let good = json!([
            {"op": "replace", "path": format!("{unit}/amount"), "value": 2},
            {"op": "add", "path": format!("{unit}/custom_id"), "value": "x"},
            {"op": "remove", "path": format!("{unit}/items/0")},
        ]);
        apply(&good, &mut document, &ORDER).unwrap();
        let expected = json!({"purchase_units": {"a/b": {"amount": 2, "items": [2], "custom_id": "x"}}});
        assert_eq!(document, expected);
        for (operation, issue) in [
            (json!({"op": "replace", "path": "/status", "value": 1}), "NOT_PATCHABLE"),
            (json!({"op": "move", "path": unit, "value": 1}), "INVALID_PATCH_OPERATION"),
            (json!({"op": "replace", "path": unit}), "PATCH_VALUE_REQUIRED"),
            (json!({"op": "replace", "path": "purchase_units", "value": 1}), "INVALID_JSON_POINTER_FORMAT"),
            (
                json!({"op": "replace", "path": "/purchase_units/@reference_id=='c'/x", "value": 1}),
                "REFERENCE_ID_NOT_FOUND",
            ),
            (json!({"path": unit}), "MISSING_REQUIRED_PARAMETER"),
        ] {
            let patch = json!([{"op": "replace", "path": format!("{unit}/amount"), "value": 3}, operation]);
            assert_eq!(apply(&patch, &mut document, &ORDER).unwrap_err().issues[0].issue, issue);
            assert_eq!(document, expected);
        }
    }
}
