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

/// How long an idle connection is kept. Servers commonly close theirs after 60 seconds or more; this avoids sending on
/// a connection that is being closed.
const IDLE: Duration = Duration::from_secs(30);

/// How long an HTTP/2 connection with open requests may be silent before it is pinged, and how long the reply may take.
/// Otherwise all further requests of the tenant would use a dead connection.
const PING: Duration = Duration::from_secs(10);

/// The HTTP/2 flow-control window of each request, in bytes. The window of the connection has room for all requests
/// that a tenant has open, so that an unread response does not block the others.
const WINDOW: u32 = 256 * 1024;

/// How much of a request body the connection buffers, in bytes.
const SEND_BUFFER: usize = 256 * 1024;

/// The number of pools at which unused ones are first dropped.
const FEW: usize = 16;

pub(super) type Pool = legacy::Client<HttpsConnector<Dialer>, Full<Bytes>>;

/// A pool for each key. They share the connector.
///
/// hyper-util separates the connections of a pool by scheme and host alone, and over HTTP/2 all requests to a host
/// share one connection. With a pool for each tenant, tenants are separate in both versions.
pub(super) struct Pools {
    connector: HttpsConnector<Dialer>,
    /// For requests without a key.
    keyless: Pool,
    of_keys: Mutex<OfKeys>,
}

struct OfKeys {
    pools: HashMap<u64, (WeakKey, Pool)>,
    /// The number of pools at which unused ones are dropped next.
    sweep_at: usize,
}

impl Pools {
    pub(super) fn new(connector: HttpsConnector<Dialer>) -> Self {
        let keyless = pool(connector.clone());
        Self { connector, keyless, of_keys: Mutex::new(OfKeys { pools: HashMap::new(), sweep_at: FEW }) }
    }

    /// Returns the pool of a key.
    pub(super) fn of(&self, key: Option<&PoolKey>) -> Pool {
        let Some(key) = key else { return self.keyless.clone() };
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
