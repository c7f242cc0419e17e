//! RSA signatures by PKCS #1 v1.5 (RFC 8017 section 8.2), as PayPal and the authorities over its certificates make them.

use rsa::{
    Pkcs1v15Sign, RsaPublicKey,
    pkcs1::DecodeRsaPublicKey as _,
    pkcs8::DecodePublicKey as _,
    sha2::{Digest as _, Sha256},
    traits::PublicKeyParts as _,
};
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};

/// The shortest modulus that counts, in bits. The longest is 4096, a limit of the crate `rsa`, as is an exponent of at most
/// 33 bits: what a key costs to use is bounded.
const SHORTEST: usize = 2048;

/// A public key that is neither too short to be trusted nor too long to be used.
#[derive(Clone, Debug)]
pub struct Key(RsaPublicKey);

impl Key {
    /// Reads a certificate's `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7), in DER. Nothing where it holds another kind
    /// of key, or none of such a length.
    #[must_use]
    pub fn from_public_key_info(der: &[u8]) -> Option<Self> {
        Self::bounded(RsaPublicKey::from_public_key_der(der).ok()?)
    }

    /// Reads an `RSAPublicKey` (RFC 8017 section A.1.1), in DER.
    fn from_pkcs1(der: &[u8]) -> Option<Self> {
        Self::bounded(RsaPublicKey::from_pkcs1_der(der).ok()?)
    }

    fn bounded(key: RsaPublicKey) -> Option<Self> {
        (key.n().bits() >= SHORTEST).then_some(Self(key))
    }

    /// Whether a signature is this key's over the SHA-256 of the message.
    #[must_use]
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message), signature).is_ok()
    }
}

/// `sha256WithRSAEncryption`, for the signatures of certificates. webpki brings no algorithm of its own.
#[derive(Debug)]
pub(super) struct RsaSha256;

impl SignatureVerificationAlgorithm for RsaSha256 {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let key = Key::from_pkcs1(public_key).ok_or(InvalidSignature)?;
        key.has_signed(message, signature).then_some(()).ok_or(InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::RSA_ENCRYPTION
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::RSA_PKCS1_SHA256
    }
}
