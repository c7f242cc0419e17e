//! RSA signatures by PKCS #1 v1.5 (RFC 8017 section 8.2), as made by PayPal and the authorities that issue its
//! certificates.

use rsa::{
    Pkcs1v15Sign, RsaPublicKey,
    pkcs1::DecodeRsaPublicKey as _,
    sha2::{Digest as _, Sha256},
    traits::PublicKeyParts as _,
};
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};

/// The shortest modulus, in bits. The longest is 4096 and the exponent has at most 33 bits, both limits of the crate
/// `rsa`, so the cost of a key is bounded.
const MIN_BITS: usize = 2048;

/// The DER tags (X.690) before a key.
const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;

/// A public key, neither too short to be secure nor too long to be used.
#[derive(Clone, Debug)]
pub(crate) struct Key(RsaPublicKey);

impl Key {
    /// Reads a certificate's `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7), in DER. Returns `None` for another kind
    /// of key, or another length.
    ///
    /// A key that is long enough has only one form: each length from 256 bytes to 64 kB takes two bytes (X.690 section
    /// 8.1.3.5). So no general DER parser is compiled in.
    #[must_use]
    pub(crate) fn from_public_key_info(der: &[u8]) -> Option<Self> {
        let info = contents(der, SEQUENCE)?;
        let algorithm = alg_id::RSA_ENCRYPTION;
        let key = info.strip_prefix(&[SEQUENCE, u8::try_from(algorithm.len()).ok()?])?.strip_prefix(&*algorithm)?;
        // The first byte of a bit string counts the unused bits of its last one.
        Self::from_pkcs1(contents(key, BIT_STRING)?.strip_prefix(&[0])?)
    }

    /// Reads an `RSAPublicKey` (RFC 8017 section A.1.1), in DER.
    fn from_pkcs1(der: &[u8]) -> Option<Self> {
        Self::bounded(RsaPublicKey::from_pkcs1_der(der).ok()?)
    }

    fn bounded(key: RsaPublicKey) -> Option<Self> {
        (key.n().bits() >= MIN_BITS).then_some(Self(key))
    }

    /// Whether this key made the signature over the SHA-256 of the message.
    #[must_use]
    pub(crate) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message), signature).is_ok()
    }
}

/// The contents of a DER value with that tag and a length of two bytes.
fn contents(der: &[u8], tag: u8) -> Option<&[u8]> {
    let [first, 0x82, high, low, contents @ ..] = der else { return None };
    (*first == tag && contents.len() == usize::from(u16::from_be_bytes([*high, *low]))).then_some(contents)
}

/// `sha256WithRSAEncryption`, for the signatures of certificates. webpki has no algorithms itself.
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

#[cfg(test)]
mod tests {
    use rsa::{RsaPrivateKey, pkcs8::DecodePrivateKey as _, pkcs8::EncodePublicKey as _};

    use super::*;

    #[test]
    fn a_key_is_read_whole_or_not_at_all() {
        let key = RsaPrivateKey::from_pkcs8_der(include_bytes!("testdata/leaf.key.der")).unwrap().to_public_key();
        let der = key.to_public_key_der().unwrap().into_vec();
        assert_eq!(Key::from_public_key_info(&der).unwrap().0, key);
        for end in 0..der.len() {
            assert!(Key::from_public_key_info(&der[..end]).is_none(), "{end}");
        }
        assert!(Key::from_public_key_info(&[&der[..], &[0]].concat()).is_none());
        // Every bit before the modulus is fixed.
        for place in 0..32 {
            for bit in 0..8 {
                let mut changed = der.clone();
                changed[place] ^= 1 << bit;
                assert!(Key::from_public_key_info(&changed).is_none(), "{place}, {bit}");
            }
        }
    }

    #[test]
    fn a_signature_has_the_length_of_its_key() {
        let key = RsaPrivateKey::from_pkcs8_der(include_bytes!("testdata/leaf.key.der")).unwrap();
        let signature = key.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(b"message")).unwrap();
        let key = Key(key.to_public_key());
        assert!(key.has_signed(b"message", &signature) && !key.has_signed(b"Message", &signature));
        assert!(!key.has_signed(b"message", &signature[1..]) && !key.has_signed(b"message", &[]));
        assert!(!key.has_signed(b"message", &[&[0], &signature[..]].concat()));
    }
}
