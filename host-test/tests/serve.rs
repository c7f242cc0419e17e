//! `host-test serve` as a process, over HTTP, with the simulator that it starts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[path = "serve/attacks.rs"]
mod attacks;
#[path = "serve/calls.rs"]
mod calls;
#[path = "serve/connections.rs"]
mod connections;
#[path = "serve/crowd.rs"]
mod crowd;
#[path = "serve/deliveries.rs"]
mod deliveries;
#[path = "serve/described.rs"]
mod described;
#[path = "serve/keys.rs"]
mod keys;
#[path = "serve/kills.rs"]
mod kills;
#[path = "serve/migration.rs"]
mod migration;
#[path = "serve/page.rs"]
mod page;
#[path = "serve/paths.rs"]
mod paths;
#[path = "serve/payers.rs"]
mod payers;
#[path = "serve/process.rs"]
mod process;
#[path = "serve/secrets.rs"]
mod secrets;
#[path = "serve/service.rs"]
mod service;
#[path = "serve/tls.rs"]
mod tls;
#[path = "serve/triggered.rs"]
mod triggered;
#[path = "serve/wire.rs"]
mod wire;
