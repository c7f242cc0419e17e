//! The part of X.509 (RFC 5280) that verifies a chain of RSA certificates, with the `rsa` crate alone.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use rsa::{
    RsaPublicKey,
    pkcs1v15::{Signature, VerifyingKey},
    pkcs8::DecodePublicKey as _,
    sha2::Sha256,
    signature::Verifier as _,
};

/// A parsed certificate.
pub(crate) struct Certificate {
    /// The part that is signed.
    to_be_signed: Vec<u8>,
    signature: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) key: RsaPublicKey,
}

/// Returns the first element of some DER: all of it, its content, and the rest.
fn element(der: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let (header, length) = match der[1] {
        short @ 0..0x80 => (2, usize::from(short)),
        long => {
            let count = usize::from(long & 0x7f);
            (2 + count, der[2..2 + count].iter().fold(0, |length, byte| length << 8 | usize::from(*byte)))
        }
    };
    let end = header + length;
    (&der[..end], &der[header..end], &der[end..])
}

impl Certificate {
    pub(crate) fn read(pem: &str) -> Self {
        let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
        let der = BASE64_STANDARD.decode(base64).unwrap();
        let (_, certificate, _) = element(&der);
        let (to_be_signed, content, rest) = element(certificate);
        let (_, _, rest) = element(rest);
        let (_, signature, _) = element(rest);
        // Version, serial number and algorithm; then issuer, validity, subject and key.
        let (_, _, rest) = element(content);
        let (_, _, rest) = element(rest);
        let (_, _, rest) = element(rest);
        let (issuer, _, rest) = element(rest);
        let (_, _, rest) = element(rest);
        let (subject, _, rest) = element(rest);
        let (key, _, _) = element(rest);
        Self {
            to_be_signed: to_be_signed.to_vec(),
            // A bit string begins with the number of unused bits.
            signature: signature[1..].to_vec(),
            issuer: issuer.to_vec(),
            subject: subject.to_vec(),
            key: RsaPublicKey::from_public_key_der(key).unwrap(),
        }
    }

    /// Whether it is for a DNS name, by its subject and by its alternative name (section 4.2.1.6), and may be used by a server
    /// and by a client (4.2.1.12).
    pub(crate) fn is_for(&self, name: &str) -> bool {
        let contains = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        let length = u8::try_from(name.len()).unwrap();
        // A sequence of one name of the kind 2, and the purposes id-kp-serverAuth and id-kp-clientAuth.
        let alternative = [&[0x30, length + 2, 0x82, length], name.as_bytes()].concat();
        let purpose = |number: u8| [0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, number];
        contains(&self.subject, &[&[length], name.as_bytes()].concat())
            && contains(&self.to_be_signed, &alternative)
            && [1, 2].iter().all(|number| contains(&self.to_be_signed, &purpose(*number)))
    }

    /// Whether another certificate's key has signed this one.
    pub(crate) fn is_signed_by(&self, other: &Self) -> bool {
        self.issuer == other.subject && verifies(&other.key, &self.to_be_signed, &self.signature)
    }
}

/// Whether a signature by RSA and SHA-256 (PKCS #1 v1.5) is valid.
pub(crate) fn verifies(key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> bool {
    let Ok(signature) = Signature::try_from(signature) else { return false };
    VerifyingKey::<Sha256>::new(key.clone()).verify(message, &signature).is_ok()
}
