//! Where the simulator is, for the process that serves it and for those beside it.

use connector_host::Secret;
use paypal_simulator::Simulator;

/// The seed of the simulator, as that of `host-test simulator`: its file is only of use with the same one.
pub(super) const SEED: u64 = 1;

/// Where the simulator is, and how it is used.
#[derive(Clone)]
pub(crate) struct Endpoint {
    /// Its address, such as `http://127.0.0.1:4031`.
    pub(super) url: String,
    /// The certificates that its events are signed under.
    pub(super) authorities: Vec<String>,
    /// The client id and secret of its first merchant's app.
    pub(super) app: (String, Secret),
    /// The id of its first merchant.
    pub(super) merchant: String,
}

impl Endpoint {
    /// Returns that of a simulator.
    pub(super) fn of(simulator: &Simulator, url: String, authorities: Vec<String>) -> Self {
        let app = (simulator.client_id(), Secret::new(simulator.client_secret()));
        let merchant = simulator.merchants().into_iter().next().map(|it| it.merchant_id).unwrap_or_default();
        Self { url, authorities, app, merchant }
    }

    /// Returns that of a simulator in another process, where events are not verified. Its credentials follow from the seed.
    pub(crate) fn elsewhere(url: String) -> Self {
        Self::of(&Simulator::new(SEED), url, Vec::new())
    }
}
