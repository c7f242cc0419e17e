//! A host that is plain wasmtime: WASI with environment variables, and wasmtime's own sender of requests.

use std::{path::Path, sync::LazyLock};

use wasmtime::{
    Engine, Store,
    component::{Component, Linker, ResourceTable},
};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView, default_hooks};

/// The engine of all tests of a program.
pub(crate) static ENGINE: LazyLock<Engine> = LazyLock::new(Engine::default);

/// The state of an instance.
pub(crate) struct Host {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Host {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: default_hooks() }
    }
}

/// Returns a store for an instance with these environment variables, and no others.
pub(crate) fn store(variables: &[(&str, &str)]) -> Store<Host> {
    let wasi = WasiCtx::builder().inherit_stderr().envs(variables).build();
    Store::new(&ENGINE, Host { wasi, http: WasiHttpCtx::new(), table: ResourceTable::new() })
}

/// Returns what the host gives a component.
pub(crate) fn linker() -> Linker<Host> {
    let mut linker = Linker::new(&ENGINE);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).unwrap();
    linker
}

/// Compiles a component.
pub(crate) fn component(file: &Path) -> Component {
    Component::from_file(&ENGINE, file).unwrap()
}
