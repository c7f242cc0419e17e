//! The documents that the component exports.

use lzma_rust2::{LzmaReader, Read as _};

/// The catalogue itself (`openapi.json`), minified, with what the build adds: the schema of each action's input (see
/// [`super::Action::input_schema`]), and response schemas that refuse nothing but a wrong type.
#[must_use]
pub(crate) fn openapi() -> String {
    decompress(include_bytes!(concat!(env!("OUT_DIR"), "/openapi.lzma")))
}

/// The form by which a user makes a connection (`connector_spec.json`), minified.
#[must_use]
pub(crate) fn connection_form() -> String {
    decompress(include_bytes!(concat!(env!("OUT_DIR"), "/connector_spec.lzma")))
}

/// A document compressed by the build script, as a `.lzma` file. Its memory is the text twice.
fn decompress(file: &[u8]) -> String {
    // The tests compare both documents with their sources, so no step fails.
    let text = read(file).unwrap_or_default();
    String::from_utf8(text).unwrap_or_default()
}

fn read(file: &[u8]) -> Option<Vec<u8>> {
    // Properties (a byte), size of the dictionary (four), length of the text (eight, little-endian), data.
    let (length, _) = file.get(5..)?.split_first_chunk()?;
    let mut text = vec![0; usize::try_from(u64::from_le_bytes(*length)).ok()?];
    LzmaReader::new_mem_limit(file, u32::MAX, None).ok()?.read_exact(&mut text).ok()?;
    Some(text)
}
