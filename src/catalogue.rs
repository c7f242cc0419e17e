//! The table of actions, generated from `openapi.json` at build time. Running an action parses no part of that
//! document.

mod action;
mod documents;
mod limits;
pub(crate) mod manifest;
mod relation;
mod schema;
mod table;
mod trace;

#[cfg(test)]
pub(crate) use action::PLAIN;
pub(crate) use action::{Action, Answer, Effect, Files, Paging, Parameter, Success};
pub(crate) use documents::{connection_form, known_values, openapi, triggers};
pub(crate) use limits::Limits;
pub(crate) use relation::Relation;
pub(crate) use schema::{Characters, Rule, Schema, Selection, Shape};
pub(crate) use table::*;
pub(crate) use trace::Trace;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_resource_and_verb_in_kebab_case() {
        for action in ACTIONS {
            let (resource, verb) = action.id.split_once('.').unwrap();
            assert_eq!(resource, action.group);
            assert!(verb.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", action.id);
        }
    }

    #[test]
    fn the_embedded_documents_are_their_sources() {
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        let (mut embedded, mut source) = (parse(&openapi()), parse(include_str!("../openapi.json")));
        for action in ACTIONS {
            let operation = embedded.pointer_mut(action.definition).unwrap().as_object_mut().unwrap();
            assert!(operation.remove("x-input-schema").is_some(), "{}", action.id);
        }
        // References to parts of schemas have been followed.
        follow(&source.clone(), &mut source);
        // Except for the responses, which the build changes, and the schemas that they refer to.
        for document in [&mut embedded, &mut source] {
            for action in ACTIONS {
                let operation = document.pointer_mut(action.definition).unwrap().as_object_mut().unwrap();
                assert!(operation.remove("responses").is_some(), "{}", action.id);
            }
            let components = document["components"].as_object_mut().unwrap();
            assert!(components.remove("responses").is_some() && components.remove("schemas").is_some());
        }
        assert_eq!(embedded, source);
        assert_eq!(parse(&connection_form()), parse(include_str!("../connector_spec.json")));
        assert_eq!(parse(&triggers()), parse(include_str!("../triggers.json")));
    }

    /// Replaces each reference to a part of a schema by its target.
    fn follow(source: &serde_json::Value, node: &mut serde_json::Value) {
        let is_part = |it: &&str| it.strip_prefix("#/components/schemas/").is_some_and(|name| name.contains('/'));
        while let Some(part) = node["$ref"].as_str().filter(is_part).map(|it| source.pointer(&it[1..]).unwrap().clone())
        {
            *node = part;
        }
        match node {
            serde_json::Value::Object(members) => members.values_mut().for_each(|it| follow(source, it)),
            serde_json::Value::Array(items) => items.iter_mut().for_each(|it| follow(source, it)),
            _ => {}
        }
    }

    #[test]
    fn definitions_point_at_their_operations() {
        let document: serde_json::Value = serde_json::from_str(&openapi()).unwrap();
        for action in ACTIONS {
            assert_eq!(document.pointer(action.definition).unwrap()["operationId"], action.id);
        }
    }
}
