//! One client for a tenant's calls and for the native ones, over the same TCP connections.

use std::sync::OnceLock;

use bytes::Bytes;
use connector_host::{
    Client,
    transport::{BoxFuture, PoolKey, Timeouts, Transport},
};
use http::{Request, Response};
use wasmtime_wasi_http::{Error, WasiBody};

/// A client that sends requests without a pool by the pool that the first one had: native requests have none. With pools of
/// their own, ten thousand of each in flight would take more files than a process may have open.
pub(super) struct Shared {
    client: Client,
    pool: OnceLock<PoolKey>,
}

impl Shared {
    pub(super) fn new(client: Client) -> Self {
        Self { client, pool: OnceLock::new() }
    }
}

impl Transport for Shared {
    fn send(&self, mut request: Request<Bytes>, timeouts: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        match request.extensions().get::<PoolKey>() {
            Some(pool) => drop(self.pool.set(pool.clone())),
            None => drop(self.pool.get().map(|pool| request.extensions_mut().insert(pool.clone()))),
        }
        self.client.send(request, timeouts)
    }
}
