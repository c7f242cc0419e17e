//! Components out of a registry, or out of an OCI image layout, by digest.
//!
//! An artefact is what the [Wasm OCI artifact
//! layout](https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/) describes: a manifest with a config of
//! the type `application/vnd.wasm.config.v0+json` and one layer of the type `application/wasm`, the component.

mod challenge;
mod digest;
mod error;
mod fetch;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzz;
mod layout;
mod login;
mod manifest;
mod reference;
mod registry;
#[cfg(test)]
mod tests;

use std::{path::Path, time::Duration};

use tokio::{task::spawn_blocking, time::timeout};

use crate::transport::Transport;

pub use error::OciError;
pub use login::RegistryLogin;
pub use reference::OciReference;

use manifest::Layer;
use reference::Place;
use registry::Registry;

/// The largest manifest, in bytes. Registries take 4 MiB; this kind has less than 2 KB.
const MAX_MANIFEST: u64 = 4 * 1024 * 1024;

/// The largest component, in bytes.
const MAX_LAYER: u64 = 64 * 1024 * 1024;

/// How long a registry or a disk may take for all of it.
const LONGEST: Duration = Duration::from_secs(300);

impl OciReference {
    /// Reads the component, for [`Connector::from_bytes`](crate::Connector::from_bytes). What is returned has the digest
    /// that the manifest names, and the manifest has the one of the reference. Of an image layout, nothing is sent; it is
    /// read on a thread that tokio keeps for blocking. It needs a tokio runtime with its time enabled.
    ///
    /// The login is sent to the registry, and to the token service that the registry names; to both over `https`, or to
    /// this machine. A redirection to another host gets neither login nor token.
    ///
    /// ```no_run
    /// # async fn load(engine: connector_host::Engine) -> Result<connector_host::Connector, Box<dyn std::error::Error>> {
    /// # use connector_host::{Client, Connector, OciReference, RegistryLogin};
    /// let reference: OciReference = "oci://ghcr.io/example/paypal-connector:0.1.0@sha256:…".parse()?;
    /// let login = reference.registry().map(RegistryLogin::from_environment).transpose()?.flatten();
    /// let component = reference.read(&Client::new(), login.as_ref()).await?;
    /// let connector = Connector::from_bytes(&engine, &component)?;
    /// # Ok(connector)
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the registry or the file cannot be read in 5 minutes, if anything has another digest or length than was named,
    /// more than 4 MiB (the manifest) or 64 MiB (the component), or if the artefact is not a component.
    pub async fn read(&self, transport: &dyn Transport, login: Option<&RegistryLogin>) -> Result<Vec<u8>, OciError> {
        self.read_within(LONGEST, transport, login).await
    }

    async fn read_within(
        &self,
        longest: Duration,
        transport: &dyn Transport,
        login: Option<&RegistryLogin>,
    ) -> Result<Vec<u8>, OciError> {
        let late = format!("takes longer than {} minutes", longest.as_secs() / 60);
        match self.place() {
            Place::Layout(directory) => {
                let failed = |reason: String| OciError::Layout { path: directory.display().to_string(), reason };
                let (reference, from) = (self.clone(), directory.clone());
                // The disk may be slow, and a large component takes a while to be hashed.
                let read = spawn_blocking(move || reference.read_layout(&from));
                let read = timeout(longest, read).await.map_err(|_| failed(late))?;
                read.map_err(|error| failed(error.to_string()))?
            }
            Place::Registry { authority, repository } => {
                let mut registry = Registry::new(transport, authority, repository, login);
                let read = async {
                    let manifest = registry.manifest(self.digest(), MAX_MANIFEST).await?;
                    let layer = self.layer(&manifest)?;
                    registry.blob(&layer.digest, layer.size).await
                };
                timeout(longest, read).await.map_err(|_| OciError::registry(authority.as_str(), late))?
            }
        }
    }

    /// Reads the component out of a layout. It blocks.
    fn read_layout(&self, directory: &Path) -> Result<Vec<u8>, OciError> {
        let layout = layout::Layout::open(directory)?;
        let manifest = layout.blob(self.digest(), None, MAX_MANIFEST)?;
        let layer = self.layer(&manifest)?;
        layout.blob(&layer.digest, Some(layer.size), MAX_LAYER)
    }

    fn layer(&self, manifest: &[u8]) -> Result<Layer, OciError> {
        Layer::of(manifest, MAX_LAYER).map_err(|reason| OciError::Refused { what: self.to_string(), reason })
    }
}
