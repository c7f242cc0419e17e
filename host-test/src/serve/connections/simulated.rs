//! The simulator in this process, which is the first connection.

use std::{io, net::SocketAddr, path::Path};

use connector_host::Secret;
use paypal_simulator::{Server, Simulator};
use tokio::task::AbortHandle;

/// The seed of the simulator, as that of `host-test simulator`: its file is only of use with the same one.
const SEED: u64 = 1;

/// A simulator that is being served. Dropping it stops it.
pub(crate) struct Simulated {
    address: SocketAddr,
    simulator: Simulator,
    authorities: Vec<String>,
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
        Ok(Self { address, simulator, authorities, serving })
    }

    /// Returns its address, such as `http://127.0.0.1:4010`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the certificates that its events are signed under.
    pub(super) fn authorities(&self) -> &[String] {
        &self.authorities
    }

    /// Returns the id of its first merchant.
    pub(super) fn merchant(&self) -> String {
        self.simulator.merchants().into_iter().next().map(|it| it.merchant_id).unwrap_or_default()
    }

    /// Returns the client id and secret of its first merchant's app.
    pub(super) fn app(&self) -> (String, Secret) {
        (self.simulator.client_id(), Secret::new(self.simulator.client_secret()))
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
