//! Components out of a registry: references, manifests, and what a registry asks for.

pub(super) fn run(input: &[u8]) {
    crate::oci::fuzz::manifest(input);
    crate::oci::fuzz::challenge(input);
    if let Some(text) = super::input::text(input) {
        crate::oci::fuzz::reference(text);
    }
}
