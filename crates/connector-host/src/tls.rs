//! TLS to servers outside of this process, by rustls with ring.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

/// Returns Mozilla's root certificates.
pub(crate) fn roots() -> RootCertStore {
    webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect()
}

/// Adds the certificates of a PEM text. Everything else in it, such as a key, is ignored.
///
/// # Errors
/// If it contains no certificate, or one that cannot be read.
pub(crate) fn add(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), String> {
    let mut count = 0_usize;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        count += 1;
        let certificate = certificate.map_err(|error| format!("number {count} is not PEM: {error}"))?;
        roots.add(certificate).map_err(|error| format!("number {count} cannot be used: {error}"))?;
    }
    if count == 0 { Err("the text contains none".to_owned()) } else { Ok(()) }
}

/// Returns a client's configuration that trusts these certificates, whatever other provider the embedder has installed
/// or built in.
pub(crate) fn client(roots: RootCertStore) -> ClientConfig {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    // This fails only if the provider has no cipher suite for these versions; ring has.
    let builder = builder.unwrap_or_else(|_| ClientConfig::builder());
    builder.with_root_certificates(roots).with_no_client_auth()
}
