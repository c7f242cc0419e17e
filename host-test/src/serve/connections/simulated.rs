//! The simulator in this process, which is the first connection.

use std::{io, path::Path};

use paypal_simulator::{Server, Simulator};
use tokio::task::AbortHandle;

use super::endpoint::{Endpoint, SEED};

/// A simulator that is being served. Dropping it stops it.
pub(crate) struct Simulated {
    endpoint: Endpoint,
    serving: AbortHandle,
}

impl Simulated {
    /// Starts the simulator on a port of 127.0.0.1, with its world in a file.
    ///
    /// # Errors
    /// If the port is taken, or the file cannot be used.
    pub(crate) async fn start(port: u16, file: &Path) -> io::Result<Self> {
        let simulator = Simulator::new(SEED);
        let server = Server::bind(simulator.clone(), port).await?;
        let address = server.address()?;
        simulator.set_public_url(format!("http://{address}").parse().map_err(io::Error::other)?);
        // Both take a while: what happened is carried out again, and keys are generated.
        let (starting, path) = (simulator.clone(), file.to_owned());
        let authorities = tokio::task::spawn_blocking(move || {
            let failed = |error| io::Error::other(format!("cannot keep the simulator in {}: {error}", path.display()));
            starting.keep_in(&path).map_err(failed)?;
            starting.authorities().map(Vec::from).map_err(io::Error::other)
        });
        let authorities = authorities.await.map_err(io::Error::other)??;
        let serving = tokio::spawn(server.run()).abort_handle();
        let endpoint = Endpoint::of(&simulator, format!("http://{address}"), authorities);
        Ok(Self { endpoint, serving })
    }

    /// Returns its address, such as `http://127.0.0.1:4031`.
    pub(crate) fn url(&self) -> String {
        self.endpoint.url.clone()
    }

    /// Returns how connections use it.
    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
