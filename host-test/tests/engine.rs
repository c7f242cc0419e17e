//! Engines with options, existing engines, and precompiled components.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]
#![allow(unsafe_code, reason = "it loads what it has precompiled itself")]

#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{fs, path::Path, time::Duration};

use connector_host::{
    Client, CompilationCache, Connection, Connector, Engine, EngineError, EngineOptions, Environment, Limits,
    LoadError, Route, Secret, StaticToken, StopReason, Tenant, Ticker, wasmtime,
};
use host_test::COMPONENT;
use server::{Answer, Server};

fn tenant(server: &Server) -> Tenant {
    let client = Client::new();
    let route = Route::loopback(Environment::Sandbox, &server.url()).unwrap();
    let token = StaticToken::new(Secret::new("real-token".to_owned()));
    Tenant::new(Connection::new(route, token, client.clone()), client)
}

/// Options with a pool for two calls rather than a thousand, which a test does not need.
fn options() -> EngineOptions {
    let mut options = EngineOptions::default();
    options.instances = 2;
    options
}

async fn reads(connector: &Connector) {
    let server = Server::start(|request| Answer::json("200 OK", &request.resource())).await;
    let reply = connector.invoke(&tenant(&server), "orders.get", r#"{"id": "5O19"}"#).await.unwrap().result.unwrap();
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn a_precompiled_component_runs_in_an_engine_with_the_same_options() {
    let (engine, bytes) = (Engine::with_options(&options()).unwrap(), fs::read(COMPONENT).unwrap());
    let precompiled = Connector::from_bytes(&engine, &bytes).unwrap().precompiled().unwrap();
    drop(engine);
    let other = Engine::with_options(&options()).unwrap();
    // SAFETY: it was precompiled a few lines above.
    reads(&unsafe { Connector::from_precompiled(&other, &precompiled) }.unwrap()).await;
    assert!(matches!(Connector::from_bytes(&other, &precompiled), Err(LoadError::NotAComponent { .. })));
    assert!(matches!(Connector::from_bytes(&other, b"nonsense"), Err(LoadError::NotAComponent { .. })));
}

#[test]
fn what_was_not_precompiled_for_this_engine_is_refused() {
    let (engine, bytes) = (Engine::with_options(&options()).unwrap(), fs::read(COMPONENT).unwrap());
    let mut other = wasmtime::Config::new();
    other.epoch_interruption(true).consume_fuel(true);
    let other = wasmtime::Engine::new(&other).unwrap();
    let for_other = other.precompile_component(&bytes).unwrap();
    let module = other.precompile_module(b"\0asm\x01\0\0\0").unwrap();
    for (bytes, reason) in [(&bytes[..], "from_bytes"), (b"", "from_bytes"), (&module, "module"), (&for_other, "fuel")]
    {
        // SAFETY: these are wasmtime's own output, and bytes that it does not accept as compiled code.
        let Err(error) = (unsafe { Connector::from_precompiled(&engine, bytes) }) else { panic!("{reason}") };
        assert!(matches!(error, LoadError::NotPrecompiled { .. }), "{error:?}");
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn invalid_options_are_named() {
    let with = |change: fn(&mut EngineOptions)| {
        let mut options = options();
        change(&mut options);
        Engine::with_options(&options).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(with(|options| options.instances = 0).contains("`instances` is 0"));
    assert!(with(|options| options.instances = u32::MAX).contains("`instances` is more than"));
    assert!(with(|options| options.memory = 1).contains("`memory` is less than"));
    assert!(with(|options| options.memory = usize::MAX).contains("`memory` is more than"));
    let file = format!("{COMPONENT}/cache");
    let mut options = options();
    options.cache = CompilationCache::Directory(file.clone().into());
    let Err(EngineError::Cache { directory, .. }) = Engine::with_options(&options) else { panic!("a cache in a file") };
    assert_eq!(directory, Path::new(&file));
}

#[tokio::test]
async fn an_engine_obeys_its_memory_limit_and_caches_compiled_code_in_its_directory() {
    let directory = tempfile::tempdir().unwrap();
    let mut options = options();
    options.memory = 8 * 1024 * 1024;
    options.cache = CompilationCache::Directory(directory.path().join("cache"));
    let connector = Connector::load(&Engine::with_options(&options).unwrap(), Path::new(COMPONENT)).unwrap();
    reads(&connector).await;
    let server = Server::start(|_| Answer::Silence).await;
    let body = format!(r#"{{"body": [{}0]}}"#, "0,".repeat(1_000_000));
    let error = connector.invoke(&tenant(&server), "orders.update", &body).await.unwrap_err();
    assert!(!error.request_sent && error.output.contains("memory allocation of"), "{error}");
    assert!(fs::read_dir(directory.path().join("cache")).unwrap().next().is_some(), "nothing is kept");
}

#[tokio::test]
async fn an_existing_engine_is_taken_if_it_has_what_is_needed() {
    let mut config = wasmtime::Config::new();
    let Err(error) = Engine::from_wasmtime(wasmtime::Engine::new(&config).unwrap(), 2, Ticker::Start) else {
        panic!("an engine without epochs is taken")
    };
    assert!(error.to_string().contains("epoch_interruption"), "{error}");
    config.epoch_interruption(true);
    let own = wasmtime::Engine::new(&config).unwrap();
    assert!(matches!(Engine::from_wasmtime(own.clone(), 0, Ticker::Start), Err(EngineError::Option { .. })));
    let engine = Engine::from_wasmtime(own, 2, Ticker::Start).unwrap();
    let connector = Connector::load(&engine, Path::new(COMPONENT)).unwrap();
    reads(&connector).await;
    // Its epoch is incremented: a call that computes for too long is stopped.
    let busy = connector.with_limits(Limits { compute: Duration::ZERO, ..Limits::default() });
    let server = Server::start(|_| Answer::Silence).await;
    let numbers = format!(r#"{{"body": [{}0]}}"#, "0,".repeat(2_000_000));
    let error = busy.invoke(&tenant(&server), "orders.update", &numbers).await.unwrap_err();
    assert!(matches!(error.reason, StopReason::ComputedTooLong), "{error}");
}
