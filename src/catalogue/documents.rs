//! The documents that the component exports.

use crate::base::lzma;

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

/// The definitions of the triggers (`triggers.json`), minified.
#[must_use]
pub(crate) fn triggers() -> String {
    decompress(include_bytes!(concat!(env!("OUT_DIR"), "/triggers.lzma")))
}

/// The known values of an enumeration, by the number of their list ([`super::Selection::Known`]).
#[must_use]
pub(crate) fn known_values(number: usize) -> Vec<String> {
    let lists = decompress(include_bytes!(concat!(env!("OUT_DIR"), "/known_values.lzma")));
    lists.lines().nth(number).unwrap_or_default().split('\t').map(str::to_owned).collect()
}

/// A document compressed by the build script.
fn decompress(file: &[u8]) -> String {
    // The tests compare the documents with their sources, so no step fails.
    let text = lzma::decompress(file).unwrap_or_default();
    String::from_utf8(text).unwrap_or_default()
}
