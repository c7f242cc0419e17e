//! An OCI image layout: <https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md>

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{annotations::Annotations, config::Config};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const LAYER: &str = "application/wasm";

/// The name of an artefact in the index.
const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// A layout that is being written, and its index.
pub(crate) struct Layout {
    directory: PathBuf,
    manifests: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    media_type: &'static str,
    digest: String,
    size: usize,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    schema_version: u8,
    media_type: &'static str,
    config: Descriptor,
    layers: [Descriptor; 1],
    annotations: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Index<'a> {
    schema_version: u8,
    media_type: &'static str,
    manifests: &'a [Descriptor],
}

impl Layout {
    /// Begins a layout in a new directory.
    pub(crate) fn create(directory: &Path) -> Result<Self> {
        fs::create_dir_all(directory.join("blobs/sha256")).with_context(|| directory.display().to_string())?;
        Ok(Self { directory: directory.to_owned(), manifests: Vec::new() })
    }

    /// Adds an artefact, which the index calls `NAME:VERSION`.
    pub(crate) fn add(
        &mut self,
        wasm: &[u8],
        name: &str,
        version: &str,
        annotations: &BTreeMap<String, String>,
    ) -> Result<()> {
        let layer = self.blob(LAYER, wasm)?;
        let config = Config::of(wasm, &layer.digest, Annotations::created(annotations))?;
        let config = self.blob(CONFIG, &serde_json::to_vec(&config)?)?;
        let manifest = Manifest { schema_version: 2, media_type: MANIFEST, config, layers: [layer], annotations };
        let mut manifest = self.blob(MANIFEST, &serde_json::to_vec(&manifest)?)?;
        ensure!(self.manifests.iter().all(|it| it.digest != manifest.digest), "is there twice");
        manifest.annotations = BTreeMap::from([(REF_NAME.to_owned(), format!("{name}:{version}"))]);
        self.manifests.push(manifest);
        Ok(())
    }

    /// Writes the index, which makes the layout whole. Returns a line with name and digest for each artefact.
    pub(crate) fn finish(self) -> Result<String> {
        let index = Index { schema_version: 2, media_type: INDEX, manifests: &self.manifests };
        self.write("index.json", &serde_json::to_vec(&index)?)?;
        self.write("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#)?;
        let lines = self.manifests.iter().map(|it| format!("{} {}\n", it.annotations[REF_NAME], it.digest));
        Ok(lines.collect())
    }

    fn blob(&self, media_type: &'static str, bytes: &[u8]) -> Result<Descriptor> {
        let digits: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        self.write(&format!("blobs/sha256/{digits}"), bytes)?;
        Ok(Descriptor {
            media_type,
            digest: format!("sha256:{digits}"),
            size: bytes.len(),
            annotations: BTreeMap::new(),
        })
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let file = self.directory.join(name);
        fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))
    }
}
