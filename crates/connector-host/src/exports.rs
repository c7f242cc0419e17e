//! The functions that a connector component exports, looked up once for all of its instances.

use wasmtime::{
    Store,
    component::{Component, ComponentExportIndex, ComponentNamedList, Instance, InstancePre, Lift, Lower},
};

use crate::{
    bindings::{ConnectorPre, Failure, Reply, actions, triggers},
    call::Call,
    wanted::Wanted,
};

/// The interfaces that every connector exports.
const ACTIONS: &str = "kosha:connector/actions@0.2.0";
const TRIGGERS: &str = "kosha:connector/triggers@0.2.0";

/// A linked component, and where its exports are.
///
/// The generated bindings look up all functions in each new instance, and compare the types of each. A call needs one.
#[derive(Clone)]
pub(crate) struct Exports {
    pre: InstancePre<Call>,
    describe: ComponentExportIndex,
    list: ComponentExportIndex,
    invoke: ComponentExportIndex,
    options: ComponentExportIndex,
    test_connection: ComponentExportIndex,
    list_triggers: ComponentExportIndex,
}

impl Exports {
    /// # Errors
    /// If the component lacks one of them.
    pub(crate) fn of(pre: InstancePre<Call>) -> wasmtime::Result<Self> {
        // Its error names what is missing.
        ConnectorPre::new(pre.clone())?;
        let component = pre.component();
        let find = |instance: Option<&ComponentExportIndex>, name: &str| {
            component.get_export_index(instance, name).ok_or_else(|| wasmtime::format_err!("there is no `{name}`"))
        };
        let actions = find(None, ACTIONS)?;
        let function = |name| find(Some(&actions), name);
        let (describe, list) = (function("describe")?, function("list")?);
        let (invoke, test_connection) = (function("invoke")?, function("test-connection")?);
        let options = function("options")?;
        let list_triggers = find(Some(&find(None, TRIGGERS)?), "list")?;
        Ok(Self { pre, describe, list, invoke, options, test_connection, list_triggers })
    }

    pub(crate) fn component(&self) -> &Component {
        self.pre.component()
    }

    /// Makes an instance.
    ///
    /// # Errors
    /// If there is no room for it.
    pub(crate) async fn instantiate(&self, store: &mut Store<Call>) -> wasmtime::Result<Instance> {
        self.pre.instantiate_async(store).await
    }

    pub(crate) async fn describe(
        &self,
        store: &mut Store<Call>,
        instance: Instance,
    ) -> wasmtime::Result<actions::Manifest> {
        let (manifest,) = call(store, instance, &self.describe, ()).await?;
        Ok(manifest)
    }

    pub(crate) async fn list(
        &self,
        store: &mut Store<Call>,
        instance: Instance,
    ) -> wasmtime::Result<Vec<actions::ActionInfo>> {
        let (actions,) = call(store, instance, &self.list, ()).await?;
        Ok(actions)
    }

    pub(crate) async fn list_triggers(
        &self,
        store: &mut Store<Call>,
        instance: Instance,
    ) -> wasmtime::Result<Vec<triggers::TriggerInfo>> {
        let (triggers,) = call(store, instance, &self.list_triggers, ()).await?;
        Ok(triggers)
    }

    pub(crate) async fn invoke(
        &self,
        store: &mut Store<Call>,
        instance: Instance,
        action: &str,
        input: &str,
    ) -> wasmtime::Result<Result<Reply, Failure>> {
        let (outcome,) = call(store, instance, &self.invoke, (action, input)).await?;
        Ok(outcome)
    }

    pub(crate) async fn options(
        &self,
        store: &mut Store<Call>,
        instance: Instance,
        wanted: &Wanted<'_>,
    ) -> wasmtime::Result<Result<actions::Choices, Failure>> {
        let Wanted { action, parameter, input, search, page } = *wanted;
        let (choices,) = call(store, instance, &self.options, (action, parameter, input, search, page)).await?;
        Ok(choices)
    }

    pub(crate) async fn test_connection(
        &self,
        store: &mut Store<Call>,
        instance: Instance,
    ) -> wasmtime::Result<Result<actions::ConnectionReport, Failure>> {
        let (report,) = call(store, instance, &self.test_connection, ()).await?;
        Ok(report)
    }
}

async fn call<P, R>(
    store: &mut Store<Call>,
    instance: Instance,
    function: &ComponentExportIndex,
    parameters: P,
) -> wasmtime::Result<R>
where
    P: ComponentNamedList + Lower + Send + Sync,
    R: ComponentNamedList + Lift + Send + Sync + 'static,
{
    let function = instance.get_typed_func::<P, R>(&mut *store, function)?;
    function.call_async(store, parameters).await
}
