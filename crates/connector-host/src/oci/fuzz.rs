//! Properties of this room's parsers, for the fuzzing target `oci`.

use http::{HeaderMap, HeaderValue, Uri, header};
use serde_json::Value;

use super::{Layer, MAX_LAYER, OciReference, challenge::Challenge, reference::Place};

/// A manifest that is taken says of its one layer what any reader of JSON finds there.
pub(crate) fn manifest(input: &[u8]) {
    let Ok(layer) = Layer::of(input, MAX_LAYER) else { return };
    assert!(str::from_utf8(input).is_ok(), "a manifest that is not UTF-8 is taken");
    // In what is ignored, there may be a number that is too large for this reader, or half a surrogate pair.
    let Ok(read) = serde_json::from_slice::<Value>(input) else { return };
    assert_eq!(read["layers"].as_array().map(Vec::len), Some(1), "{read}");
    let only = &read["layers"][0];
    assert_eq!(only["digest"], layer.digest.to_string(), "{read}");
    assert_eq!(only["size"], layer.size, "{read}");
    assert!(layer.size <= MAX_LAYER && read.get("manifests").is_none_or(Value::is_null), "{read}");
}

/// A reference that is taken is printed as it was, and leads to a path below its repository at its host.
pub(crate) fn reference(text: &str) {
    let Ok(reference) = text.parse::<OciReference>() else { return };
    assert_eq!(reference.to_string(), text);
    let Place::Registry { authority, repository } = reference.place() else { return };
    let path = format!("/v2/{repository}/manifests/{}", reference.digest());
    let address = format!("https://{authority}{path}");
    let uri = address.parse::<Uri>();
    let parts = uri.as_ref().map(|uri| (uri.authority(), uri.path(), uri.query()));
    assert_eq!(parts.ok(), Some((Some(authority), &*path, None)), "{text}");
    assert!(path.split('/').all(|part| part != "." && part != "..") && !authority.as_str().contains('@'), "{text}");
}

/// A token is asked for the repository, whatever the registry says it is for.
pub(crate) fn challenge(input: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(input) else { return };
    let headers = HeaderMap::from_iter([(header::WWW_AUTHENTICATE, value)]);
    if let Some(Challenge::Bearer(address)) = Challenge::of(&headers, "a/b") {
        let scopes =
            address.rsplit_once(['?', '&']).map(|_| address.matches("scope=repository%3Aa%2Fb%3Apull").count());
        assert!(scopes.is_some_and(|count| count >= 1), "{address}");
    }
}
