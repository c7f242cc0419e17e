//! A call leaves a secret in all memory that it can write to. The next call in the same slot, another tenant's, searches all of its
//! memory for it, in every way in which wasmtime may reset the slot.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[allow(dead_code, reason = "other tests use the rest")]
mod guests;
#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::time::Duration;

use connector_host::{
    CallError, Client, Connection, Connector, Engine, EngineOptions, Environment, Limits, Route, Secret, StaticToken,
    StopReason, Tenant, Ticker, wasmtime,
};
use server::{Answer, Server};
use tokio::{task::JoinHandle, time::sleep};
use wasmtime::{Config, Enabled, Instance, InstanceAllocationStrategy, Module, PoolingAllocationConfig, Store};

/// What is left and searched for.
const SECRET: u64 = 0x5ec2_e7a1_90c4_3b6d;

/// Processor time that is enough to leave it.
const COMPUTE: Duration = Duration::from_millis(500);

/// An order that the server does not answer.
const ORDER: &str = "GET https://api-m.sandbox.paypal.com/v2/checkout/orders/5O19\nauthorization: Bearer {token}";

/// A module that exports its memory as `m`: 64 MiB, which is more than any call here has.
const MODULE: &[u8] = b"\0asm\x01\0\0\0\
    \x05\x04\x01\0\x80\x08\
    \x07\x05\x01\x01m\x02\0";

/// How much a call writes to.
#[derive(Clone, Copy, Debug)]
struct Size {
    /// By how many pages of 64 KiB its memory grows.
    pages: usize,
    /// How many KiB of its stack it uses, divided by 8.
    frames: usize,
}

/// Less than the 256 KiB that stay in a slot with the statics of the guest, more than that, and much more.
const SIZES: [Size; 3] =
    [Size { pages: 1, frames: 4 }, Size { pages: 16, frames: 100 }, Size { pages: 512, frames: 100 }];

/// How a call ends that has left the secret.
#[derive(Clone, Copy, Debug)]
enum End {
    Returns,
    Traps,
    ComputesTooLong,
    Dropped,
}

/// Words that a search has found: of the secret on the stack, in statics, and elsewhere; other than zero in new pages; and words
/// of statics other than at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Found {
    stack: usize,
    statics: usize,
    rest: usize,
    grown: usize,
    changed: usize,
}

impl Found {
    fn parse(said: &str) -> Self {
        let numbers: Vec<usize> = said.split(' ').map(|number| number.parse().expect(said)).collect();
        let [stack, statics, rest, grown, changed] = numbers[..] else { panic!("{said}") };
        Self { stack, statics, rest, grown, changed }
    }
}

/// One slot, and a server that receives requests and does not answer them.
struct Slot {
    connector: Connector,
    server: Server,
}

impl Slot {
    async fn of(engine: &Engine) -> Self {
        let connector = Connector::load(engine, guests::hostile()).unwrap();
        let limits = Limits { compute: COMPUTE, ..Limits::default() };
        Self { connector: connector.with_limits(limits), server: Server::start(|_| Answer::Silence).await }
    }

    /// Another tenant each time.
    fn tenant(&self) -> Tenant {
        let route = Route::loopback(Environment::Sandbox, &self.server.url()).unwrap();
        let token = StaticToken::new(Secret::new("a-token".to_owned()));
        Tenant::new(Connection::new(route, token, Client::new()), Client::new())
    }

    async fn attack(&self, name: &str, input: &str) -> Result<String, CallError> {
        let outcome = self.connector.invoke(&self.tenant(), name, input).await?;
        Ok(outcome.result.unwrap().body.unwrap())
    }

    /// Leaves the secret in a call that ends like this.
    async fn leave(&self, size: Size, end: End) {
        let text = format!("{SECRET} {} {} left", size.pages, size.frames);
        match end {
            End::Returns => assert_eq!(self.attack("leave", &text).await.unwrap(), "left"),
            End::Traps => {
                let error = self.attack("leave-then-trap", &text).await.unwrap_err();
                assert!(matches!(error.reason, StopReason::Trapped(_)) && error.output == "left", "{error}");
            }
            End::ComputesTooLong => {
                let error = self.attack("leave-then-spin", &text).await.unwrap_err();
                assert!(matches!(error.reason, StopReason::ComputedTooLong) && error.output == "left", "{error}");
            }
            End::Dropped => {
                let waiting = self.leave_and_wait(size).await;
                waiting.abort();
                assert!(waiting.await.unwrap_err().is_cancelled());
            }
        }
    }

    /// Leaves the secret in a call that waits for an answer.
    async fn leave_and_wait(&self, size: Size) -> JoinHandle<()> {
        let (connector, tenant) = (self.connector.clone(), self.tenant());
        let (before, text) = (self.server.received().len(), format!("{SECRET} {} {} {ORDER}", size.pages, size.frames));
        let call = tokio::spawn(async move {
            let outcome = connector.invoke(&tenant, "leave-then-request", &text).await;
            panic!("it has an answer: {:?}", outcome.map(|outcome| outcome.result));
        });
        while self.server.received().len() == before {
            assert!(!call.is_finished(), "it did not wait");
            sleep(Duration::from_millis(1)).await;
        }
        call
    }

    /// Searches the memory of a call, and pages that it grows by.
    async fn search(&self, pages: usize) -> Found {
        Found::parse(&self.attack("search", &format!("{} {pages}", !SECRET)).await.unwrap())
    }

    async fn nothing_remains(&self) {
        for size in SIZES {
            // The secret is found where it was left, by the same call.
            let text = format!("{SECRET} {} {} {} 8", size.pages, size.frames, !SECRET);
            let found = Found::parse(&self.attack("leave-then-search", &text).await.unwrap());
            let least = (size.frames * 1024 / 2, size.pages * 64 * 1024 / 8);
            assert!(found.stack >= least.0 && found.rest >= least.1, "{size:?}: {found:?}");
            assert_eq!((found.statics, found.grown, found.changed), (8192, 0, 8192), "{size:?}");
            for end in [End::Returns, End::Traps, End::ComputesTooLong, End::Dropped] {
                self.leave(size, end).await;
                // As much as the call before had, and some more.
                let found = self.search(size.pages + 8).await;
                assert_eq!(found, Found::default(), "{size:?}, {end:?}");
            }
        }
    }
}

/// A pool with one memory, so that all calls have the same. Of what else a call needs it has more.
fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(2)
        .total_core_instances(8)
        .total_memories(1)
        .total_tables(8)
        .total_stacks(1)
        .max_memory_size(64 * 1024 * 1024);
    pool
}

fn wasmtime_engine(allocation: InstanceAllocationStrategy, copy_on_write: bool) -> wasmtime::Engine {
    let mut config = Config::new();
    config.epoch_interruption(true).memory_init_cow(copy_on_write).allocation_strategy(allocation);
    wasmtime::Engine::new(&config).unwrap()
}

fn of_wasmtime(engine: wasmtime::Engine) -> Engine {
    Engine::from_wasmtime(engine, 1, Ticker::Start).unwrap()
}

fn pooled(pool: PoolingAllocationConfig) -> Engine {
    of_wasmtime(wasmtime_engine(InstanceAllocationStrategy::Pooling(pool), true))
}

/// With `PAGEMAP_SCAN`, if the system has it, and 256 KiB that stay in the slot.
#[tokio::test]
async fn nothing_remains_in_a_slot_of_the_default_engine() {
    let mut options = EngineOptions::default();
    options.instances = 1;
    Slot::of(&Engine::with_options(&options).unwrap()).await.nothing_remains().await;
}

#[tokio::test]
async fn nothing_remains_in_a_slot_that_is_copied_without_a_scan() {
    let mut pool = pool();
    pool.pagemap_scan(Enabled::No).linear_memory_keep_resident(256 * 1024).table_keep_resident(16 * 1024);
    Slot::of(&pooled(pool)).await.nothing_remains().await;
}

#[tokio::test]
async fn nothing_remains_in_a_slot_of_which_nothing_stays() {
    Slot::of(&pooled(pool())).await.nothing_remains().await;
}

#[tokio::test]
async fn nothing_remains_in_a_slot_without_copy_on_write() {
    let engine = wasmtime_engine(InstanceAllocationStrategy::Pooling(pool()), false);
    Slot::of(&of_wasmtime(engine)).await.nothing_remains().await;
}

#[tokio::test]
async fn nothing_remains_without_slots() {
    let engine = wasmtime_engine(InstanceAllocationStrategy::OnDemand, true);
    Slot::of(&of_wasmtime(engine)).await.nothing_remains().await;
}

/// Instantiates the module. Returns the address of its memory, and whether there is anything in it.
fn other_module(engine: &wasmtime::Engine) -> wasmtime::Result<(usize, bool)> {
    let (module, mut store) = (Module::new(engine, MODULE)?, Store::new(engine, ()));
    let memory = Instance::new(&mut store, &module, &[])?.get_memory(&mut store, "m").unwrap();
    Ok((memory.data_ptr(&store) as usize, memory.data(&store).iter().any(|byte| *byte != 0)))
}

/// This is also the proof that calls do have the same memory in such an engine: while one runs, there is no other.
#[tokio::test]
async fn nothing_remains_for_another_module_in_the_same_slot() {
    let mut resident = pool();
    resident.pagemap_scan(Enabled::No).linear_memory_keep_resident(256 * 1024);
    let mut pools = vec![pool(), resident.clone()];
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        resident.pagemap_scan(Enabled::Yes);
        pools.push(resident);
    }
    for pool in pools {
        let engine = wasmtime_engine(InstanceAllocationStrategy::Pooling(pool), true);
        let slot = Slot::of(&of_wasmtime(engine.clone())).await;
        for size in SIZES {
            let before = other_module(&engine).unwrap();
            let call = slot.leave_and_wait(size).await;
            let error = other_module(&engine).unwrap_err();
            assert!(error.to_string().contains("maximum concurrent limit of 1 for memory"), "{error:#}");
            call.abort();
            assert!(call.await.unwrap_err().is_cancelled());
            assert_eq!((before, before.1), (other_module(&engine).unwrap(), false));
        }
    }
}
