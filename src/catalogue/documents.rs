//! The documents that the component exports.

/// The catalogue itself (`openapi.json`), minified, with what the build adds: the schema of each action's input (see
/// [`super::Action::input_schema`]), and response schemas that refuse nothing but a wrong type.
#[must_use]
pub(crate) fn openapi() -> String {
    inflate(include_bytes!(concat!(env!("OUT_DIR"), "/openapi.deflate")))
}

/// The form by which a user makes a connection (`connector_spec.json`), minified.
#[must_use]
pub(crate) fn connection_form() -> String {
    inflate(include_bytes!(concat!(env!("OUT_DIR"), "/connector_spec.deflate")))
}

/// A document compressed by the build script: its length (little-endian u32) and raw DEFLATE (RFC 1951).
fn inflate(bytes: &[u8]) -> String {
    let text = match bytes.split_first_chunk() {
        Some((length, deflated)) => {
            miniz_oxide::inflate::decompress_to_vec_with_limit(deflated, u32::from_le_bytes(*length) as usize)
        }
        None => Ok(Vec::new()),
    };
    // The tests compare both documents with their sources, so neither step fails.
    String::from_utf8(text.unwrap_or_default()).unwrap_or_default()
}
