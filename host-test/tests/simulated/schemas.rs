//! Checks the simulator's answers against the schemas in the repository, which are PayPal's.

#[path = "../strict/mod.rs"]
mod strict;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use connector_host::{Connector, actions, schema::Catalogue};
use jsonschema::Validator;
use serde_json::Value;

/// The catalogue, and the path of each action in it.
pub(crate) struct Schemas {
    catalogue: Catalogue,
    actions: HashMap<String, actions::ActionInfo>,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Schemas {
    pub(crate) async fn load(connector: &Connector) -> Self {
        let actions = connector.actions().await.unwrap();
        let actions = actions.into_iter().map(|info| (info.id.clone(), info)).collect();
        Self { catalogue: strict::catalogue(), actions, compiled: Mutex::default() }
    }

    fn validator(&self, pointer: &str) -> Arc<Validator> {
        if let Some(validator) = self.compiled.lock().unwrap().get(pointer) {
            return validator.clone();
        }
        let schema = self.catalogue.json_schema(pointer).unwrap();
        let validator = Arc::new(jsonschema::draft202012::new(&schema).unwrap());
        self.compiled.lock().unwrap().insert(pointer.to_owned(), validator.clone());
        validator
    }

    /// Fails if a document does not conform to the schema of the action's answers with this status.
    pub(crate) fn check(&self, action: &str, status: u16, document: &Value) {
        let pointer = self.catalogue.answer(&self.actions[action].definition, status);
        let pointer = pointer.unwrap_or_else(|| panic!("{action} answers {status} with a body: {document}"));
        let validator = self.validator(&pointer);
        let complaint = |error: jsonschema::ValidationError| format!("{} {error}", error.instance_path());
        let complaints: Vec<_> = validator.iter_errors(document).map(complaint).collect();
        assert!(complaints.is_empty(), "{action} {status}: {}\n{document:#}", complaints.join("\n"));
    }
}
