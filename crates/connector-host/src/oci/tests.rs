//! Attacks on the reader: from a registry, from a layout, and from a reference.

mod layouts;
mod logins;
mod references;
mod registries;

use serde_json::{Value, json};

use super::{OciError, digest::Digest};

/// A component as far as the reader is concerned.
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0 and more";

/// The manifest of a component with these bytes.
fn manifest_of(component: &[u8]) -> Value {
    json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {
            "mediaType": "application/vnd.wasm.config.v0+json",
            "digest": Digest::of(b"{}").to_string(),
            "size": 2,
        },
        "layers": [{
            "mediaType": "application/wasm",
            "digest": Digest::of(component).to_string(),
            "size": component.len(),
        }],
    })
}

/// Manifests that are refused, and what is said of them.
fn wrong_manifests() -> Vec<(Value, &'static str)> {
    let right = manifest_of(COMPONENT);
    let with = |path: &str, value: Value| {
        let mut manifest = right.clone();
        *manifest.pointer_mut(path).unwrap() = value;
        manifest
    };
    let layer = right["layers"][0].clone();
    let mut index = right.clone();
    index["manifests"] = json!([]);
    vec![
        (index, "is an index of several manifests"),
        (json!({"schemaVersion": 2, "manifests": []}), "is an index of several manifests"),
        (json!({"schemaVersion": 2}), "has no config"),
        (json!([]), "cannot be read"),
        (with("/schemaVersion", json!(1)), "has the schema version 1; expected 2"),
        (with("/mediaType", json!("application/vnd.oci.image.index.v1+json")), "has the media type"),
        (
            with("/config/mediaType", json!("application/vnd.oci.image.config.v1+json")),
            "expected application/vnd.wasm.config.v0+json",
        ),
        (with("/layers/0/mediaType", json!("application/x-tar\u{1b}[2J")), "`application/x-tar\\u001b[2J`"),
        (with("/layers/0/size", json!(u64::MAX)), "has 18446744073709551615 bytes; the most is 67108864"),
        (with("/layers/0/size", json!(-1)), "cannot be read"),
        (with("/layers/0/digest", json!("sha256:../../../../etc/passwd")), "expected SHA-256"),
        (with("/layers/0/digest", json!("sha512:00")), "expected SHA-256"),
        (with("/layers", json!([])), "has 0 layers; a component has one"),
        (with("/layers", json!([layer, layer])), "has 2 layers; a component has one"),
    ]
}

fn said(result: Result<Vec<u8>, OciError>) -> String {
    result.expect_err("it is refused").to_string()
}
