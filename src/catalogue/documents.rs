//! The documents that the component hands out.

/// The catalogue itself (`openapi.json`), minified, with what the build makes of it: the schema of each action's input (see
/// [`super::Action::input_schema`]), and schemas of the answers that refuse nothing but a wrong type.
#[must_use]
pub(crate) fn openapi() -> String {
    inflate(include_bytes!(concat!(env!("OUT_DIR"), "/openapi.deflate")))
}

/// The form by which a user makes a connection (`connector_spec.json`), minified.
#[must_use]
pub(crate) fn connection_form() -> String {
    inflate(include_bytes!(concat!(env!("OUT_DIR"), "/connector_spec.deflate")))
}

/// A document that the build script has compressed: its length (little-endian u32) and raw DEFLATE (RFC 1951).
fn inflate(bytes: &[u8]) -> String {
    let text = match bytes.split_first_chunk() {
        Some((length, deflated)) => {
            miniz_oxide::inflate::decompress_to_vec_with_limit(deflated, u32::from_le_bytes(*length) as usize)
        }
        None => Ok(Vec::new()),
    };
    // The tests below hold both documents against their sources: neither step fails.
    String::from_utf8(text.unwrap_or_default()).unwrap_or_default()
}
