//! Calls of a connector that only tests and benchmarks make.

use serde_json::Value;
use wasmtime::{
    Store,
    component::{Instance, Val, types::ComponentFunc},
};

use super::typed;
use crate::{
    call::{Call, error::CallError},
    connector::Connector,
    json,
    outbound::certificates::Certificates,
    redact::Redactor,
    tenant::Tenant,
};

impl Connector {
    /// Makes an instance and drops it: the fixed cost of each call.
    ///
    /// # Errors
    /// If the instance cannot be made, for instance for lack of memory, or the connector is closed.
    pub async fn instantiate(&self, tenant: &Tenant) -> Result<(), CallError> {
        let admitted = self.queue().admit(Some(tenant.connection.concurrency()), "").await;
        let admitted = admitted.map_err(|failure| CallError::not_admitted(failure.message))?;
        let work = async |_: &mut Store<Call>, _| Ok(());
        self.run(tenant, admitted, work).await.map(drop)
    }

    /// Runs an action by its typed function, with the input that [`Connector::invoke`] takes. Returns the outcome as
    /// [`json::comparable`] does. Observers are not told of the call.
    ///
    /// # Errors
    /// As [`Connector::invoke`], and if the input does not fit the function's parameters.
    pub async fn call_typed(&self, tenant: &Tenant, action: &str, input: &str) -> Result<Value, CallError> {
        self.call_function(tenant, action, input, |function| typed::arguments(function, input)).await
    }

    /// Runs an action by its typed function with any arguments of its types, also those that no input of
    /// [`Connector::invoke`] has. Returns the outcome as [`Connector::call_typed`] does.
    ///
    /// # Errors
    /// As [`Connector::invoke`], and if the arguments are not of the function's types.
    pub async fn call_typed_with(&self, tenant: &Tenant, action: &str, arguments: &[Val]) -> Result<Value, CallError> {
        self.call_function(tenant, action, "", |_| Ok(arguments.to_vec())).await
    }

    async fn call_function(
        &self,
        tenant: &Tenant,
        action: &str,
        input: &str,
        arguments: impl FnOnce(&ComponentFunc) -> wasmtime::Result<Vec<Val>> + Send,
    ) -> Result<Value, CallError> {
        let admitted = match self.admit(tenant, action, input).await? {
            Ok(admitted) => admitted,
            Err(failure) => {
                return json::comparable(&Err(failure)).map_err(|error| CallError::not_admitted(error.to_string()));
            }
        };
        let work = async |store: &mut Store<Call>, instance: Instance| {
            let function = typed::function(&instance, store, action)?;
            let arguments = arguments(&function.ty(&*store))?;
            let mut results = [Val::Bool(false)];
            function.call_async(store, &arguments, &mut results).await?;
            typed::outcome(&results[0])
        };
        let (mut outcome, _) = self.run(tenant, admitted, work).await?;
        redact(&mut outcome, &tenant.connection.tokens().redactor());
        Ok(outcome)
    }

    /// Returns the ids of the actions for which the component exports a typed function.
    #[must_use]
    pub fn typed_actions(&self) -> Vec<String> {
        self.typed_functions().into_iter().map(|(action, _)| action).collect()
    }

    /// Returns the typed functions that the component exports: the id of the action and the function's type.
    #[must_use]
    pub fn typed_functions(&self) -> Vec<(String, ComponentFunc)> {
        typed::exports(self.exports.component(), &self.engine.wasmtime)
    }

    /// Returns the same connector with an empty cache for the certificates of webhook events.
    #[must_use]
    pub fn with_own_certificates(&self) -> Self {
        let mut connector = self.clone();
        connector.certificates = Certificates::default();
        connector
    }
}

/// Replaces the secrets in an outcome, except in its idempotency key, which is the caller's.
fn redact(document: &mut Value, redactor: &Redactor) {
    match document {
        Value::String(text) => *text = redactor.text(std::mem::take(text)),
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, redactor)),
        Value::Object(members) => {
            members.iter_mut().filter(|(name, _)| *name != "idempotency_key").for_each(|(_, it)| redact(it, redactor));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
