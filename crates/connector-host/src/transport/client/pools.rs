//! The pools of TCP connections, one for each tenant.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy,
    rt::{TokioExecutor, TokioTimer},
};

use super::dialer::Dialer;
use crate::{
    connection::concurrency::Concurrency,
    transport::pool::{PoolKey, WeakKey},
};

/// How long an unused connection is kept. Servers commonly close theirs after 60 seconds or more; sending on one that is
/// just being closed is what this avoids.
const IDLE: Duration = Duration::from_secs(30);

/// How long nothing may come on an HTTP/2 connection with open requests before it is asked for a sign of life, and how long that
/// may take. Without it a connection that has gone dead would be used for every further request of its tenant.
const PING: Duration = Duration::from_secs(10);

/// How much of an answer may be on its way before it is read, in bytes. HTTP/2 has it for each request; so that none that is not
/// read holds up the others, the connection has room for as many as a tenant has open.
const WINDOW: u32 = 256 * 1024;

/// The most of a request body that is held by the connection beside the body itself, in bytes.
const SEND_BUFFER: usize = 256 * 1024;

/// How many pools there are before those are looked for that nobody uses any more.
const FEW: usize = 16;

pub(super) type Pool = legacy::Client<HttpsConnector<Dialer>, Full<Bytes>>;

/// A pool for each key. They share what makes the connections.
///
/// hyper-util tells the connections of one pool apart by scheme and host alone, and over HTTP/2 all requests to a host go through
/// one connection. A pool for each tenant keeps tenants apart by either version.
pub(super) struct Pools {
    connector: HttpsConnector<Dialer>,
    /// Of requests without a key.
    nobodys: Pool,
    of_keys: Mutex<OfKeys>,
}

struct OfKeys {
    pools: HashMap<u64, (WeakKey, Pool)>,
    /// How many there may be before the unused are dropped.
    sweep_at: usize,
}

impl Pools {
    pub(super) fn new(connector: HttpsConnector<Dialer>) -> Self {
        let nobodys = pool(connector.clone());
        Self { connector, nobodys, of_keys: Mutex::new(OfKeys { pools: HashMap::new(), sweep_at: FEW }) }
    }

    /// The pool of a key.
    pub(super) fn of(&self, key: Option<&PoolKey>) -> Pool {
        let Some(key) = key else { return self.nobodys.clone() };
        let mut of_keys = self.of_keys.lock().unwrap_or_else(PoisonError::into_inner);
        let OfKeys { pools, sweep_at } = &mut *of_keys;
        if let Some((_, pool)) = pools.get(&key.number()) {
            return pool.clone();
        }
        if pools.len() >= *sweep_at {
            pools.retain(|_, (key, _)| key.is_used());
            *sweep_at = FEW.max(2 * pools.len());
        }
        let pool = pool(self.connector.clone());
        pools.insert(key.number(), (key.downgrade(), pool.clone()));
        pool
    }
}

fn pool(connector: HttpsConnector<Dialer>) -> Pool {
    legacy::Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(Concurrency::MOST)
        .http2_initial_stream_window_size(WINDOW)
        .http2_initial_connection_window_size(WINDOW * 2 * Concurrency::MOST as u32)
        .http2_max_send_buf_size(SEND_BUFFER)
        .http2_keep_alive_interval(PING)
        .http2_keep_alive_timeout(PING)
        .build(connector)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::client::Client;

    #[tokio::test]
    async fn the_pools_of_tenants_that_are_gone_are_dropped() {
        let client = Client::new();
        let kept = PoolKey::new();
        client.0.of(Some(&kept));
        for _ in 0..10 * FEW {
            client.0.of(Some(&PoolKey::new()));
        }
        let of_keys = client.0.of_keys.lock().unwrap();
        assert!(of_keys.pools.len() <= 2 * FEW, "{}", of_keys.pools.len());
        assert!(of_keys.pools.contains_key(&kept.number()));
    }
}
