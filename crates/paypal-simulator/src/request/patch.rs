//! The part of JSON Patch (RFC 6902) that PayPal supports: `add`, `replace` and `remove`.

use serde_json::{Map, Value};

use crate::request::refusal::Refusal;

/// What a patch may change, and how it is refused.
pub(crate) struct Rules {
    /// The paths that may be changed, with all below them. One that ends with `/` or `@` is a beginning of paths.
    paths: &'static [&'static str],
    operations: &'static [&'static str],
    /// The codes for a path that may not be changed, and for an operation that is not supported.
    issues: (&'static str, &'static str),
    /// Whether the first one is 422 rather than 400, and other mistakes of a path have codes of their own.
    business: bool,
    /// Whether a path can be changed only once in a patch.
    once: bool,
}

pub(crate) const ORDER: Rules = Rules {
    paths: &["/intent", "/payer", "/purchase_units/@", "/application_context/client_configuration"],
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
        "/plan/billing_cycles/@",
        "/plan/payment_preferences",
        "/plan/taxes",
        "/start_time",
        "/billing_info/outstanding_balance",
    ],
    operations: &["add", "replace"],
    once: true,
    ..PRODUCT
};

pub(crate) const WEB_PROFILE: Rules =
    Rules { paths: &["/name", "/temporary", "/flow_config", "/input_fields", "/presentation"], ..PRODUCT };

pub(crate) const DISPUTE: Rules =
    Rules { paths: &["/communication_details", "/partner_actions/-"], operations: &["add", "replace"], ..PRODUCT };

pub(crate) const WEBHOOK: Rules = Rules { paths: &["/url", "/event_types"], operations: &["replace"], ..PRODUCT };

impl Rules {
    fn allow(&self, path: &str) -> bool {
        self.paths.iter().any(|allowed| {
            let below = path.strip_prefix(allowed);
            below.is_some_and(|below| below.is_empty() || below.starts_with('/') || allowed.ends_with(['/', '@']))
        })
    }

    /// Refuses a path. Only orders have codes that say what is wrong with it.
    fn refuse(&self, field: &str, value: &str, issue: &'static str, description: &str) -> Refusal {
        if self.business {
            Refusal::business_at(field, value, issue, description)
        } else {
            Refusal::invalid(field, value, self.issues.0, description)
        }
    }

    /// Refuses an operation that lacks a member.
    fn missing(&self, field: &str, issue: &'static str) -> Refusal {
        if self.business {
            Refusal::business_at(field, Value::Null, issue, "This is required and missing.")
        } else {
            Refusal::missing(field)
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
            return Err(rules.missing(&at("path"), "PATCH_PATH_REQUIRED"));
        };
        let refuse = |issue, description| rules.refuse(&at("path"), path, issue, description);
        if !path.starts_with('/') {
            return Err(refuse("INVALID_JSON_POINTER_FORMAT", "A path begins with a slash."));
        }
        if !rules.allow(path) {
            return Err(refuse(rules.issues.0, "This cannot be changed."));
        }
        if rules.once && operations[..index].iter().any(|earlier| earlier["path"] == path) {
            return Err(refuse(rules.issues.0, "A path can be changed once."));
        }
        let Some(name) = operation["op"].as_str() else { return Err(Refusal::missing(&at("op"))) };
        if !rules.operations.contains(&name) {
            return Err(Refusal::invalid(&at("op"), name, rules.issues.1, "This operation is not allowed."));
        }
        let value = operation.get("value").filter(|_| name != "remove");
        if value.is_none() && name != "remove" {
            return Err(rules.missing(&at("value"), "PATCH_VALUE_REQUIRED"));
        }
        let nowhere = || refuse("REFERENCE_ID_NOT_FOUND", "There is nothing under this path.");
        set(&mut changed, path, name, value.cloned()).ok_or_else(nowhere)?;
    }
    *document = changed;
    Ok(())
}

/// A segment of a path.
struct Segment {
    name: String,
    /// Whether it selects one of several: `@reference_id=='x'` a purchase unit, `@sequence==1` a billing cycle.
    selects: bool,
}

/// The segments of a path. A slash between quotation marks is part of the name.
fn segments(path: &str) -> Vec<Segment> {
    let mut quoted = false;
    let separator = |letter: char| {
        quoted ^= letter == '\'';
        letter == '/' && !quoted
    };
    let segment = |segment: &str| match segment.strip_prefix('@').and_then(|selector| selector.split_once("==")) {
        Some((_, value)) => Segment { name: value.trim_matches('\'').to_owned(), selects: true },
        None => Segment { name: segment.to_owned(), selects: false },
    };
    path.split(separator).skip(1).map(segment).collect()
}

/// Carries out one operation. What has a new value gets the objects around it, such as `shipping` for an address. Returns `None`
/// if there is nothing under its path.
fn set(document: &mut Value, path: &str, operation: &str, value: Option<Value>) -> Option<()> {
    let segments = segments(path);
    let (last, parents) = segments.split_last()?;
    let mut at = document;
    for Segment { name, selects } in parents {
        at = match at {
            Value::Object(members) => {
                if value.is_some() && !selects && !members.contains_key(name) {
                    members.insert(name.clone(), Value::Object(Map::new()));
                }
                members.get_mut(name)?
            }
            Value::Array(items) => items.get_mut(name.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    let last = &last.name;
    match (at, value) {
        (Value::Object(members), Some(value)) => _ = members.insert(last.clone(), value),
        (Value::Object(members), None) => _ = members.remove(last)?,
        (Value::Array(items), Some(value)) if operation == "add" => {
            let index = if last == "-" { items.len() } else { last.parse().ok()? };
            (index <= items.len()).then(|| items.insert(index, value))?;
        }
        (Value::Array(items), Some(value)) => *items.get_mut(last.parse::<usize>().ok()?)? = value,
        (Value::Array(items), None) => {
            let index = last.parse().ok()?;
            (index < items.len()).then(|| items.remove(index))?;
        }
        _ => return None,
    }
    Some(())
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

    /// A document of PayPal's lists what may be changed, and how.
    fn allows(rules: &Rules, operation: &str, path: &str) -> Result<(), String> {
        let mut document = json!({
            "purchase_units": {"a": {"items": [], "custom_id": "C"}}, "description": "D", "home_url": "H",
            "partner_actions": [], "plan": {"billing_cycles": {"1": {}}},
        });
        let patch = json!([{"op": operation, "path": path, "value": "X"}]);
        apply(&patch, &mut document, rules).map_err(|refusal| format!("{} {}", refusal.status, refusal.issues[0].issue))
    }

    #[test]
    fn what_paypal_s_documents_list_can_be_changed_and_nothing_beside_it() {
        let unit = |rest: &str| format!("/purchase_units/@reference_id=='a'/{rest}");
        let cycle = |rest: &str| format!("/plan/billing_cycles/@sequence==1/{rest}");
        for (rules, operation, path) in [
            (&ORDER, "replace", "/intent"),
            (&ORDER, "add", "/payer"),
            (&ORDER, "replace", "/payer"),
            (&ORDER, "add", "/purchase_units/@reference_id=='b'"),
            (&ORDER, "remove", &unit("custom_id")),
            (&ORDER, "add", &unit("shipping/address")),
            (&ORDER, "replace", &unit("payment_instruction/disbursement_mode")),
            (&ORDER, "add", "/application_context/client_configuration"),
            (&ORDER_TRACKER, "add", "/notify_payer"),
            (&PRODUCT, "remove", "/home_url"),
            (&PRODUCT, "add", "/category"),
            (&PLAN, "replace", "/description"),
            (&PLAN, "replace", "/payment_preferences/setup_fee"),
            (&PLAN, "replace", "/taxes/percentage"),
            (&SUBSCRIPTION, "add", "/custom_id"),
            (&SUBSCRIPTION, "replace", &cycle("total_cycles")),
            (&SUBSCRIPTION, "replace", "/plan/payment_preferences/auto_bill_outstanding"),
            (&SUBSCRIPTION, "add", "/plan/taxes/inclusive"),
            (&SUBSCRIPTION, "add", "/subscriber/shipping_address"),
            (&SUBSCRIPTION, "replace", "/billing_info/outstanding_balance"),
            (&DISPUTE, "add", "/partner_actions/-"),
            (&WEBHOOK, "replace", "/url"),
        ] {
            assert_eq!(allows(rules, operation, path), Ok(()), "{operation} {path}");
        }
        for (rules, operation, path, refusal) in [
            (&ORDER, "replace", "/intention", "422 NOT_PATCHABLE"),
            (&ORDER, "replace", "/purchase_units/0/amount", "422 NOT_PATCHABLE"),
            (&ORDER, "test", "/intent", "400 INVALID_PATCH_OPERATION"),
            (&PRODUCT, "add", "/description_of_it", "400 INVALID_PATCH_PATH"),
            (&PRODUCT, "add", "description", "400 INVALID_PATCH_PATH"),
            // PayPal's table has nothing but `replace` for a plan, whereas a product's description can be added.
            (&PLAN, "add", "/description", "400 UNSUPPORTED_PATCH_OPERATION"),
            (&PLAN, "replace", "/names", "400 INVALID_PATCH_PATH"),
            (&PLAN, "replace", "status", "400 INVALID_PATCH_PATH"),
            (&SUBSCRIPTION, "replace", "/custom_identity", "400 INVALID_PATCH_PATH"),
            (&SUBSCRIPTION, "replace", "/plan/name", "400 INVALID_PATCH_PATH"),
            (&SUBSCRIPTION, "replace", "/plan/billing_cycles/@sequence==9/total_cycles", "400 INVALID_PATCH_PATH"),
            (&WEBHOOK, "replace", "/url2", "400 INVALID_PATCH_PATH"),
        ] {
            assert_eq!(allows(rules, operation, path).unwrap_err(), refusal, "{operation} {path}");
        }
    }

    #[test]
    fn an_item_is_added_before_the_one_at_its_place() {
        let mut document = json!({"purchase_units": {"a": {"items": [1, 2]}}});
        let at = |place: &str| format!("/purchase_units/@reference_id=='a'/items/{place}");
        let add = |place: &str, value: u32| json!({"op": "add", "path": at(place), "value": value});
        apply(&json!([add("0", 0), add("-", 3), add("4", 4)]), &mut document, &ORDER).unwrap();
        assert_eq!(document["purchase_units"]["a"]["items"], json!([0, 1, 2, 3, 4]));
        let refusal = apply(&json!([add("9", 9)]), &mut document, &ORDER).unwrap_err();
        assert_eq!(refusal.issues[0].issue, "REFERENCE_ID_NOT_FOUND");
    }
}
