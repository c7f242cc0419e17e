//! The manifest of an artefact.

use serde::Deserialize;

use super::{digest::Digest, error::quoted};

/// The media types of an artefact: <https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/>
pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const LAYER: &str = "application/wasm";

/// The layer that is the component.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layer {
    pub(super) digest: Digest,
    /// Its length in bytes, as the manifest says.
    pub(super) size: u64,
}

/// As <https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md> has it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    schema_version: u64,
    media_type: Option<String>,
    config: Option<Descriptor>,
    #[serde(default)]
    layers: Vec<Descriptor>,
    manifests: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    media_type: String,
    digest: String,
    size: u64,
}

impl Layer {
    /// Reads the layer's descriptor. A layer of more than `most` bytes is refused.
    ///
    /// # Errors
    /// If the manifest is not one of a component: a sentence that says why.
    pub(super) fn of(manifest: &[u8], most: u64) -> Result<Self, String> {
        // What the struct ignores, `from_slice` would not check.
        let text = str::from_utf8(manifest).map_err(|error| format!("its manifest cannot be read: {error}"))?;
        let read: Manifest =
            serde_json::from_str(text).map_err(|error| format!("its manifest cannot be read: {error}"))?;
        if read.manifests.is_some() {
            return Err("is an index of several manifests; give the digest of one of them".to_owned());
        }
        if read.schema_version != 2 {
            return Err(format!("its manifest has the schema version {}; expected 2", read.schema_version));
        }
        if let Some(other) = read.media_type.filter(|it| it != MANIFEST) {
            return Err(format!("its manifest has the media type {}; expected {MANIFEST}", quoted(&other)));
        }
        let config = read.config.ok_or("its manifest has no config")?;
        if config.media_type != CONFIG {
            return Err(format!("its config has the media type {}; expected {CONFIG}", quoted(&config.media_type)));
        }
        let [layer] = read.layers.as_slice() else {
            return Err(format!("has {} layers; a component has one", read.layers.len()));
        };
        if layer.media_type != LAYER {
            return Err(format!("its layer has the media type {}; expected {LAYER}", quoted(&layer.media_type)));
        }
        if layer.size > most {
            return Err(format!("its layer has {} bytes; the most is {most}", layer.size));
        }
        let digest = Digest::read(&layer.digest);
        let digest =
            digest.ok_or_else(|| format!("its layer's digest is {}; expected SHA-256", quoted(&layer.digest)))?;
        Ok(Self { digest, size: layer.size })
    }
}
