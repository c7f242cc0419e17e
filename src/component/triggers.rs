//! `kosha:connector/triggers`: what can start a workflow.

use super::bindings::{
    Component,
    exports::kosha::connector::triggers::{Guest, Operation, TriggerInfo},
};
use crate::{
    actions::triggers::definition::{DEDUPLICATION_KEY, Definition},
    base::document::Document,
    catalogue::{Action, events, triggers},
};

impl Guest for Component {
    fn list() -> Vec<TriggerInfo> {
        Definition::all().into_iter().map(info).collect()
    }
}

fn info(trigger: Definition) -> TriggerInfo {
    let names = trigger.event_types.iter().map(|name| Document::Text(name.into())).collect();
    let types = Document::Object(vec![("event_types".into(), Document::Array(names))]).to_json();
    let by_id = Document::Object(vec![("trigger".into(), Document::Text((&*trigger.id).into()))]).to_json();
    TriggerInfo {
        subject_kinds: trigger.subject_kinds(),
        deduplication_key: DEDUPLICATION_KEY.to_owned(),
        subscribe: operation(triggers::SUBSCRIBE, types.clone()),
        unsubscribe: operation(triggers::UNSUBSCRIBE, types),
        receive: operation(events::RECEIVE, "{}".to_owned()),
        poll: Some(operation(triggers::POLL, by_id)),
        id: trigger.id,
        group: trigger.group,
        label: trigger.label,
        description: trigger.description,
        event_types: trigger.event_types,
        requires: trigger.requires,
        sample: trigger.sample,
    }
}

fn operation(action: &Action, input: String) -> Operation {
    Operation { action: action.id.to_owned(), input }
}
