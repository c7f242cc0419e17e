//! The connector's actions, as it lists them once.

mod operations;

use std::{collections::BTreeMap, sync::OnceLock};

use connector_host::{
    CallError, Connector,
    actions::{ActionInfo, Manifest},
    json,
    schema::Catalogue,
};
use http::Method;
use serde_json::{Number, Value};

pub(crate) use operations::Found;
use operations::Operations;

use crate::serve::forms::described;

/// The connector's actions and its manifest.
pub(crate) struct Actions {
    list: Vec<ActionInfo>,
    by_id: BTreeMap<String, usize>,
    pub(crate) manifest: Manifest,
    catalogue: Catalogue,
    operations: Operations,
    /// The description with an operation for each action, which takes a while to make.
    described: OnceLock<Option<String>>,
}

/// Why the connector's actions cannot be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ActionsError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("the connector's catalogue is not JSON: {0}")]
    Catalogue(#[from] serde_json::Error),
}

impl Actions {
    /// Asks the connector.
    ///
    /// # Errors
    /// If the component fails.
    pub(crate) async fn of(connector: &Connector) -> Result<Self, ActionsError> {
        let (list, manifest) = (connector.actions().await?, connector.describe().await?);
        let catalogue = Catalogue::parse(&manifest.openapi)?;
        let by_id = list.iter().enumerate().map(|(at, it)| (it.id.clone(), at)).collect();
        let operations = Operations::of(&list, |it| catalogue.at(&it.definition)["x-composed"] == true);
        Ok(Self { list, by_id, manifest, catalogue, operations, described: OnceLock::new() })
    }

    /// Returns all actions, ordered by group.
    pub(crate) fn all(&self) -> &[ActionInfo] {
        &self.list
    }

    /// Returns the action of that id.
    pub(crate) fn get(&self, id: &str) -> Option<&ActionInfo> {
        self.by_id.get(id).and_then(|at| self.list.get(*at))
    }

    /// Returns an action with its schemas and its sample, as `host-test describe` prints it.
    ///
    /// # Errors
    /// If a schema is not in the catalogue.
    pub(crate) fn described(&self, action: &ActionInfo) -> Result<String, Undescribed> {
        let schema = |pointer: &str| self.catalogue.json_schema(pointer).map_err(|_| Undescribed);
        let output = action.output_schema.as_deref().map(schema).transpose()?;
        let sample = self.catalogue.at(&action.sample).clone();
        json::action(action, schema(&action.input_schema)?, output, sample).map_err(|_| Undescribed)
    }

    /// Returns the description of the service, `own`, with an operation for each action. `None` if a schema is not in the
    /// catalogue.
    pub(crate) fn openapi(&self, own: &str) -> Option<&str> {
        let make = || described::document(own, &self.catalogue, &self.list).map(|it| it.to_string());
        self.described.get_or_init(make).as_deref()
    }

    /// Returns the action's definition, an operation of the catalogue.
    pub(crate) fn definition(&self, action: &ActionInfo) -> &Value {
        self.catalogue.at(&action.definition)
    }

    /// Returns the parameters of an action's definition: each as `{"name", "in", "schema", ...}`.
    pub(crate) fn parameters(&self, action: &ActionInfo) -> impl Iterator<Item = &Value> {
        let parameters = self.definition(action)["parameters"].as_array().into_iter().flatten();
        parameters.map(|it| match it["$ref"].as_str().and_then(|it| it.strip_prefix('#')) {
            Some(pointer) => self.catalogue.at(pointer),
            None => it,
        })
    }

    /// Returns the action of an operation of PayPal's, whose path has no slash before it here.
    pub(crate) fn operation(&self, method: &Method, path: &str) -> Option<Found<'_>> {
        self.operations.find(&self.list, method, path)
    }

    /// Returns the value that a text of a query stands for, by its parameter's schema. A text that is no such value stays a text,
    /// which the check of the input then names.
    pub(crate) fn typed(&self, parameter: &Value, text: &str) -> Value {
        let schema = &parameter["schema"];
        let schema = match schema["$ref"].as_str().and_then(|it| it.strip_prefix('#')) {
            Some(pointer) => self.catalogue.at(pointer),
            None => schema,
        };
        match (schema["type"].as_str(), text) {
            (Some("boolean"), "true") => true.into(),
            (Some("boolean"), "false") => false.into(),
            (Some("integer" | "number"), number) => {
                number.parse::<Number>().map_or_else(|_| text.into(), Value::Number)
            }
            _ => text.into(),
        }
    }

    /// Whether an action sends a header field of that name, in any case.
    pub(crate) fn sends(&self, action: &ActionInfo, header: &str) -> bool {
        let is_it = |it: &Value| it["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(header));
        self.parameters(action).any(|it| it["in"] == "header" && is_it(it))
    }
}

/// A schema is not in the catalogue.
#[derive(Debug)]
pub(crate) struct Undescribed;
