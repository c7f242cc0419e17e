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

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use serde_json::Value;

    use super::Layout;
    use crate::{annotations::Annotations, wit};

    #[test]
    fn the_same_package_gives_the_same_layout() {
        let package = wit::encode(Path::new("../../wit")).unwrap();
        let made: Vec<_> = [(); 2]
            .map(|()| {
                let directory = tempfile::tempdir().unwrap();
                let common = Annotations::common("1970-01-01T00:00:00Z", &["licenses=Apache-2.0"]).unwrap();
                let mut layout = Layout::create(directory.path()).unwrap();
                layout.add(&package, "kosha/paypal", "0.2.0", &common.of("WIT", "0.2.0")).unwrap();
                assert!(layout.add(&package, "other", "0.2.0", &common.of("WIT", "0.2.0")).is_err());
                assert!(layout.add(b"\0asm\x01\0\0\0", "module", "1", &common.of("M", "1")).is_err());
                (layout.finish().unwrap(), fs::read(directory.path().join("index.json")).unwrap(), directory)
            })
            .into();
        let ((line, index, directory), (other_line, other_index, _)) = (&made[0], &made[1]);
        assert_eq!((line, index), (other_line, other_index));

        let read = |name: &str| -> Value {
            let file = directory.path().join(name.replace(':', "/"));
            serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
        };
        let index = read("index.json");
        let digest = index["manifests"][0]["digest"].as_str().unwrap();
        assert_eq!(*line, format!("kosha/paypal:0.2.0 {digest}\n"));
        let manifest = read(&format!("blobs/{digest}"));
        assert_eq!(manifest["annotations"]["org.opencontainers.image.licenses"], "Apache-2.0");
        let config = read(&format!("blobs/{}", manifest["config"]["digest"].as_str().unwrap()));
        assert_eq!(config["layerDigests"][0], manifest["layers"][0]["digest"]);
        let exports: Vec<&str> =
            config["component"]["exports"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(exports.contains(&"kosha:paypal/orders@0.2.0") && exports.contains(&"kosha:paypal/connector@0.2.0"));
    }
}
