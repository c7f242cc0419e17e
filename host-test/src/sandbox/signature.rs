//! Signatures of deliveries, by a key of the simulator's own under a chain of certificates like PayPal's.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256,
    SerialNumber, date_time_ymd,
};
use rsa::{
    RsaPrivateKey,
    pkcs1v15::{Signature, SigningKey, VerifyingKey},
    pkcs8::{EncodePrivateKey as _, LineEnding},
    rand_core::{CryptoRng, Error as RandomError, RngCore},
    sha2::Sha256,
    signature::{SignatureEncoding as _, Signer as _, Verifier as _},
};

use super::ids::Ids;

/// The bits of each key.
const BITS: usize = 2048;

/// Why there is no key to sign with.
#[derive(Debug)]
pub struct KeyError(String);

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no key could be made: {}", self.0)
    }
}

impl std::error::Error for KeyError {}

/// A root, an intermediate and a leaf, with the leaf's key.
pub(super) struct Chain {
    root: String,
    intermediate: String,
    leaf: String,
    key: SigningKey<Sha256>,
    /// The id by which the leaf is served.
    id: String,
}

/// A chain that is made when it is first asked for.
pub(super) struct Lazy {
    seed: u64,
    made: OnceLock<Arc<Chain>>,
}

impl Lazy {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, made: OnceLock::new() }
    }

    pub(super) fn get(&self) -> Result<Arc<Chain>, KeyError> {
        if let Some(chain) = self.made.get() {
            return Ok(chain.clone());
        }
        // Two who ask at once make the same chain.
        let chain = Arc::new(Chain::new(self.seed)?);
        Ok(self.made.get_or_init(|| chain).clone())
    }
}

/// What a signature covers.
pub(super) struct Signed<'a> {
    pub(super) transmission_id: &'a str,
    pub(super) time: &'a str,
    pub(super) webhook_id: &'a str,
    pub(super) body: &'a [u8],
}

impl Signed<'_> {
    /// `transmissionId|transmissionTime|webhookId|crc32`, the checksum of the body as a decimal number.
    fn message(&self) -> String {
        let checksum = crc32fast::hash(self.body);
        format!("{}|{}|{}|{checksum}", self.transmission_id, self.time, self.webhook_id)
    }
}

impl Chain {
    /// Makes three keys from a seed, which takes a second or several.
    pub(super) fn new(seed: u64) -> Result<Self, KeyError> {
        let mut random = Seeded(Ids::new(seed));
        let mut key = || {
            let key = RsaPrivateKey::new(&mut random, BITS).map_err(|error| KeyError(error.to_string()))?;
            let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|error| KeyError(error.to_string()))?;
            let pair = KeyPair::from_pkcs8_pem_and_sign_algo(&pem, &PKCS_RSA_SHA256);
            Ok::<_, KeyError>((key, pair.map_err(|error| KeyError(error.to_string()))?))
        };
        let ((_, root), (_, intermediate), (key, leaf)) = (key()?, key()?, key()?);
        let error = |error: rcgen::Error| KeyError(error.to_string());
        let root = CertifiedIssuer::self_signed(authority("Simulated Root CA", 1), root).map_err(error)?;
        let intermediate =
            CertifiedIssuer::signed_by(authority("Simulated Extended Validation Server CA", 2), intermediate, &root)
                .map_err(error)?;
        let mut subject = parameters("messageverificationcerts.sandbox.paypal.com", 3);
        subject.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let leaf = subject.signed_by(&leaf, &intermediate).map_err(error)?;
        let id = format!("CERT-360caa42-fca2a594-{:08x}", random.next_u32());
        Ok(Self {
            root: root.pem(),
            intermediate: intermediate.pem(),
            // PayPal's line ends.
            leaf: leaf.pem().replace("\r\n", "\n").replace('\n', "\r\n"),
            key: SigningKey::new(key),
            id,
        })
    }

    /// The path under which the leaf is served.
    pub(super) fn path(&self) -> String {
        format!("/v1/notifications/certs/{}", self.id)
    }

    pub(super) fn leaf(&self) -> &str {
        &self.leaf
    }

    pub(super) fn intermediate(&self) -> &str {
        &self.intermediate
    }

    pub(super) fn root(&self) -> &str {
        &self.root
    }

    /// The signature, in base64.
    pub(super) fn sign(&self, signed: &Signed) -> Option<String> {
        let signature = self.key.try_sign(signed.message().as_bytes()).ok()?;
        Some(BASE64_STANDARD.encode(signature.to_bytes()))
    }

    /// Whether a signature is this key's.
    pub(super) fn verifies(&self, signed: &Signed, signature: &str) -> bool {
        let bytes = BASE64_STANDARD.decode(signature).unwrap_or_default();
        let Ok(signature) = Signature::try_from(&*bytes) else { return false };
        let key = VerifyingKey::<Sha256>::new(rsa::RsaPublicKey::from(self.key.as_ref()));
        key.verify(signed.message().as_bytes(), &signature).is_ok()
    }
}

fn parameters(name: &str, serial: u64) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.distinguished_name.push(DnType::OrganizationName, "Simulated, not PayPal");
    parameters.serial_number = Some(SerialNumber::from(serial));
    parameters.not_before = date_time_ymd(2020, 1, 1);
    parameters.not_after = date_time_ymd(2050, 1, 1);
    parameters
}

fn authority(name: &str, serial: u64) -> CertificateParams {
    let mut parameters = parameters(name, serial);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters
}

/// Numbers from a seed where random ones are wanted: these keys protect nothing, and tests can repeat them.
struct Seeded(Ids);

impl RngCore for Seeded {
    fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    fn next_u64(&mut self) -> u64 {
        self.0.number()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let number = self.next_u64().to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Seeded {}
