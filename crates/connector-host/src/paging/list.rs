//! Finds the member of a page that has the items: the list of objects in the response's schema that is neither `links` nor
//! `missing`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, value::RawValue};

/// The members that are lists of other things: the parts that a composed action could not read are `missing`.
const OTHERS: [&str; 2] = ["links", MISSING];
const MISSING: &str = "missing";

/// The items of a page, and the parts that are missing from it.
pub(super) type Items = (Vec<Box<RawValue>>, Vec<Box<RawValue>>);

/// The names of a page's members.
pub(super) struct List {
    /// The member that has the items.
    pub(super) name: String,
    /// All members in the schema.
    members: BTreeSet<String>,
}

impl List {
    /// Finds them in the schema of the response. Of several lists it is the one named like the collection, the last
    /// segment of the path: `templates` for `/v2/invoicing/templates`.
    pub(super) fn of(schema: &Value, path: &str) -> Option<Self> {
        let parts = parts(schema, schema);
        let members = || parts.iter().filter_map(|part| part["properties"].as_object()).flatten();
        let lists: Vec<&String> = members()
            .filter(|(name, member)| !OTHERS.contains(&name.as_str()) && is_list_of_objects(schema, member))
            .map(|(name, _)| name)
            .collect();
        let collection = path.rsplit('/').next().unwrap_or_default().replace('-', "_");
        let name = match lists[..] {
            [only] => only.clone(),
            _ => lists.into_iter().find(|name| **name == collection)?.clone(),
        };
        Some(Self { name, members: members().map(|(name, _)| name.clone()).collect() })
    }

    /// Returns the items of a page, and what is missing. PayPal sometimes omits an empty list.
    ///
    /// # Errors
    /// If the document is not such a page: the member is not a list, there is another list, or no member belongs to
    /// such a page.
    pub(super) fn items(&self, page: &str) -> Result<Items, serde_json::Error> {
        let mut members: BTreeMap<String, &RawValue> = serde_json::from_str(page)?;
        let missing = members.remove(MISSING).filter(|_| self.members.contains(MISSING));
        let missing = missing.map(|list| serde_json::from_str(list.get())).transpose()?.unwrap_or_default();
        let list = members.remove(&self.name).map(|list| serde_json::from_str::<Option<_>>(list.get())).transpose()?;
        if let Some(items) = list.flatten() {
            return Ok((items, missing));
        }
        // All kinds of documents have links, and any page may have counts.
        members.remove("links");
        members.retain(|_, member| !member.get().starts_with(|it: char| it == '-' || it.is_ascii_digit()));
        let is_foreign = |name: &String| !self.members.contains(name);
        let other_list = |(name, member): (&String, &&RawValue)| is_foreign(name) && member.get().starts_with('[');
        if members.iter().any(other_list) || !members.is_empty() && members.keys().all(is_foreign) {
            return Err(serde::de::Error::custom("a document of another kind"));
        }
        Ok((Vec::new(), missing))
    }
}

fn is_list_of_objects(document: &Value, schema: &Value) -> bool {
    let is_object = |schema: &&Value| is_of(schema, "object") || schema["properties"].is_object();
    let items = |list: &Value| parts(document, &list["items"]).iter().any(is_object);
    parts(document, schema).into_iter().any(|part| is_of(part, "array") && items(part))
}

/// Returns whether a schema has a type, perhaps among others.
fn is_of(schema: &Value, kind: &str) -> bool {
    schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|it| it == kind))
}

/// Returns a schema and all its parts by `$ref` and `allOf`, in order.
fn parts<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let mut parts: Vec<&Value> = vec![schema];
    let mut index = 0;
    while let Some(part) = parts.get(index).copied() {
        let referred = part["$ref"].as_str().and_then(|it| document.pointer(it.strip_prefix('#')?));
        for more in referred.into_iter().chain(part["allOf"].as_array().into_iter().flatten()) {
            // A recursive schema is there already.
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

    fn name_of(schema: &Value, path: &str) -> Option<String> {
        List::of(schema, path).map(|list| list.name)
    }

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
        assert_eq!(name_of(&schema, "/v1/owners/{id}").as_deref(), Some("things"));
    }

    #[test]
    fn a_list_that_can_be_null_is_one() {
        let list = json!({"type": ["array", "null"], "items": {"type": ["object", "null"]}});
        assert_eq!(name_of(&json!({"properties": {"things": list}}), "/v1/others").as_deref(), Some("things"));
    }

    #[test]
    fn of_several_lists_it_is_the_one_with_the_collection_s_name() {
        let list = json!({"type": "array", "items": {"type": "object"}});
        let schema = json!({"properties": {"addresses": list, "saved_things": list, "phones": list}});
        assert_eq!(name_of(&schema, "/v1/saved-things").as_deref(), Some("saved_things"));
        assert_eq!(name_of(&schema, "/v1/others"), None);
        assert_eq!(name_of(&json!({"properties": {}}), "/v1/others"), None);
    }

    #[test]
    fn a_page_without_its_list_is_empty_and_another_document_is_none() {
        let list = json!({"type": "array", "items": {"type": "object"}});
        let schema = json!({"properties": {"plans": list, "total_items": {}, "note": {}, "links": list}});
        let list = List::of(&schema, "/v1/billing/plans").unwrap();
        for (page, expected) in [
            (r#"{"plans": [{}, {"id": "P-1"}], "products": []}"#, Some(2)),
            ("{}", Some(0)),
            (r#"{"plans": null}"#, Some(0)),
            (r#"{"links": []}"#, Some(0)),
            (r#"{"total_items": 0}"#, Some(0)),
            (r#"{"total_items": 0, "links": [], "total_pages": 0}"#, Some(0)),
            (r#"{"pages": 0, "links": []}"#, Some(0)),
            (r#"{"note": "none", "new": "x"}"#, Some(0)),
            (r#"{"plans": {}}"#, None),
            (r#"{"plans": "P-1"}"#, None),
            (r#"{"plans": [{}], "plans": 1}"#, None),
            (r#"{"products": []}"#, None),
            (r#"{"plans": null, "products": [ ]}"#, None),
            (r#"{"total_items": 0, "products": []}"#, None),
            (r#"{"note": "none", "products": []}"#, None),
            (r#"{"id": "P-1", "status": "ACTIVE", "links": []}"#, None),
            ("[]", None),
            ("null", None),
            ("7", None),
            ("", None),
        ] {
            assert_eq!(list.items(page).ok().map(|(items, _)| items.len()), expected, "{page}");
        }
    }

    #[test]
    fn what_is_missing_is_no_item() {
        let list = json!({"type": "array", "items": {"type": "object"}});
        let schema = json!({"properties": {"missing": list, "things": list}});
        let list = List::of(&schema, "/connector/things/search").unwrap();
        let (items, missing) = list.items(r#"{"missing": [{"reason": "incomplete"}], "things": [1, 2]}"#).unwrap();
        assert_eq!((items.len(), missing[0].get()), (2, r#"{"reason": "incomplete"}"#));
        assert!(list.items(r#"{"missing": {}, "things": []}"#).is_err());
    }
}
