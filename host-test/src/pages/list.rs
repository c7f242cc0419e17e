//! Which member of a page holds its items: the list of objects in the schema of the answer that is not `links`.

use serde_json::Value;

/// The name of that member. Where an answer has several lists, it is the one called like the collection, which is the
/// path's last word: `templates` for `/v2/invoicing/templates`.
pub(super) fn of(schema: &Value, path: &str) -> Option<String> {
    let lists: Vec<&String> = parts(schema, schema)
        .into_iter()
        .filter_map(|part| part["properties"].as_object())
        .flatten()
        .filter(|(name, member)| *name != "links" && is_list_of_objects(schema, member))
        .map(|(name, _)| name)
        .collect();
    let collection = path.rsplit('/').next().unwrap_or_default().replace('-', "_");
    match lists[..] {
        [only] => Some(only.clone()),
        _ => lists.into_iter().find(|name| **name == collection).cloned(),
    }
}

fn is_list_of_objects(document: &Value, schema: &Value) -> bool {
    let is_object = |schema: &&Value| is_of(schema, "object") || schema["properties"].is_object();
    let items = |list: &Value| parts(document, &list["items"]).iter().any(is_object);
    parts(document, schema).into_iter().any(|part| is_of(part, "array") && items(part))
}

/// Whether a type is the schema's, or one of its types.
fn is_of(schema: &Value, kind: &str) -> bool {
    schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|it| it == kind))
}

/// A schema and all that it is composed of by `$ref` and `allOf`, in the order in which they stand.
fn parts<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let mut parts: Vec<&Value> = vec![schema];
    let mut index = 0;
    while let Some(part) = parts.get(index).copied() {
        let referred = part["$ref"].as_str().and_then(|it| document.pointer(it.strip_prefix('#')?));
        for more in referred.into_iter().chain(part["allOf"].as_array().into_iter().flatten()) {
            // A schema that is composed of itself is there already.
            if !parts.iter().any(|it| std::ptr::eq(*it, more)) {
                parts.push(more);
            }
        }
        index += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_the_list_of_objects_that_is_not_the_links() {
        let schema = json!({
            "$ref": "#/$defs/page",
            "$defs": {
                "page": {"allOf": [{"$ref": "#/$defs/page"}, {"properties": {
                    "ids": {"type": "array", "items": {"type": "string"}},
                    "links": {"type": "array", "items": {"type": "object"}},
                    "things": {"allOf": [{"$ref": "#/$defs/list"}], "description": "The things."},
                    "total_items": {"type": "integer"},
                }}]},
                "list": {"type": "array", "items": {"$ref": "#/$defs/thing"}},
                "thing": {"allOf": [{"properties": {}}]},
            },
        });
        assert_eq!(of(&schema, "/v1/owners/{id}").as_deref(), Some("things"));
    }

    #[test]
    fn a_list_that_can_be_null_is_one() {
        let list = json!({"type": ["array", "null"], "items": {"type": ["object", "null"]}});
        assert_eq!(of(&json!({"properties": {"things": list}}), "/v1/others").as_deref(), Some("things"));
    }

    #[test]
    fn of_several_lists_it_is_the_one_with_the_collection_s_name() {
        let list = json!({"type": "array", "items": {"type": "object"}});
        let schema = json!({"properties": {"addresses": list, "saved_things": list, "phones": list}});
        assert_eq!(of(&schema, "/v1/saved-things").as_deref(), Some("saved_things"));
        assert_eq!(of(&schema, "/v1/others"), None);
        assert_eq!(of(&json!({"properties": {}}), "/v1/others"), None);
    }
}
