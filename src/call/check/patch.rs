//! Rules for JSON Patches. PayPal's paths are not JSON Pointers (`/purchase_units/@reference_id=='default'/amount`), so
//! only their first slash is checked.

use crate::base::document::Document;

use super::{findings::Findings, path::Path};

/// PayPal's codes, which differ by API.
pub(super) struct Codes {
    path: &'static str,
    no_path: Option<&'static str>,
    no_value: &'static str,
}

/// The codes of most APIs. The one for a missing path is not published.
pub(super) const COMMON: Codes =
    Codes { path: "INVALID_PATCH_PATH", no_path: None, no_value: "MISSING_REQUIRED_PARAMETER" };
/// The codes of Orders.
pub(super) const ORDERS: Codes = Codes {
    path: "INVALID_JSON_POINTER_FORMAT",
    no_path: Some("PATCH_PATH_REQUIRED"),
    no_value: "PATCH_VALUE_REQUIRED",
};

/// Checks that each operation has a path that begins with a slash, and a value if it needs one.
pub(super) fn check_changes(changes: &Document, path: &Path, codes: &Codes, findings: &mut Findings) {
    for (index, change) in changes.items().iter().enumerate() {
        let change_path = Path::Item(path, index);
        let pointer = Path::Member(&change_path, "path");
        match (change.given("path"), codes.no_path) {
            (Some(Document::Text(text)), _) if !text.starts_with('/') => {
                let description = "must begin with a slash".to_owned();
                findings.found_in(&pointer, codes.path, description, text);
            }
            (None, Some(code)) if matches!(change, Document::Object(_)) => {
                findings.found(&pointer, code, "is required and missing".to_owned());
            }
            _ => {}
        }
        let operation = change.get("op").and_then(Document::as_text).unwrap_or_default();
        if matches!(operation, "add" | "replace" | "test") && change.get("value").is_none() {
            let description = format!("is required and missing: {operation} needs it");
            findings.found(&Path::Member(&change_path, "value"), codes.no_value, description);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::call::check::tests::violations;

    fn plan(change: &str) -> Vec<String> {
        violations("plans.update", &format!(r#"{{"id": "P-6HX81430LN2750936MQ4KTWY", "body": [{change}]}}"#))
    }

    fn order(change: &str) -> Vec<String> {
        violations("orders.update", &format!(r#"{{"id": "5O190127TN364715T", "body": [{change}]}}"#))
    }

    #[test]
    fn a_path_begins_with_a_slash() {
        let replace = |path: &str| format!(r#"{{"op": "replace", "path": "{path}", "value": 1}}"#);
        for path in ["/status", "/purchase_units/@reference_id=='default'/amount", "/a%2F b", "/"] {
            assert_eq!(plan(&replace(path)), [""; 0], "{path}");
            assert_eq!(order(&replace(path)), [""; 0], "{path}");
        }
        for path in ["status", "", " /status", "purchase_units[0]"] {
            assert_eq!(plan(&replace(path)), ["body /0/path: INVALID_PATCH_PATH"], "{path}");
            assert_eq!(order(&replace(path)), ["body /0/path: INVALID_JSON_POINTER_FORMAT"], "{path}");
        }
    }

    #[test]
    fn what_is_set_has_a_value() {
        for operation in ["add", "replace", "test"] {
            let change = |value: &str| format!(r#"{{"op": "{operation}", "path": "/description"{value}}}"#);
            assert_eq!(plan(&change("")), ["body /0/value: MISSING_REQUIRED_PARAMETER"]);
            assert_eq!(order(&change("")), ["body /0/value: PATCH_VALUE_REQUIRED"]);
            assert_eq!(plan(&change(r#", "value": null"#)), [""; 0]);
        }
        assert_eq!(plan(r#"{"op": "remove", "path": "/description"}"#), [""; 0]);
        assert_eq!(plan(r#"{"op": "later", "path": "/description"}"#), [""; 0]);
    }

    #[test]
    fn orders_say_that_a_path_is_missing() {
        assert_eq!(order(r#"{"op": "remove"}"#), ["body /0/path: PATCH_PATH_REQUIRED"]);
        assert_eq!(plan(r#"{"op": "remove"}"#), [""; 0]);
        assert_eq!(order("7"), ["body /0: INVALID_PARAMETER_SYNTAX"]);
    }
}
