//! Signatures of deliveries, with a generated key and a chain of certificates like PayPal's.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyIdMethod,
    KeyUsagePurpose, PKCS_RSA_SHA256, PublicKeyData, SanType, SerialNumber, SignatureAlgorithm, date_time_ymd,
};
use rsa::{
    RsaPrivateKey,
    pkcs1::EncodeRsaPublicKey as _,
    pkcs1v15::{Signature, SigningKey, VerifyingKey},
    rand_core::{CryptoRng, Error as RandomError, RngCore},
    sha2::{Digest as _, Sha256},
    signature::{SignatureEncoding as _, Signer as _, Verifier as _},
};

use crate::base::{ids::Ids, links};

/// The bits of each key.
const BITS: usize = 2048;

/// A key could not be generated.
#[derive(Debug)]
pub struct KeyError(String);

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot generate a key: {}", self.0)
    }
}

impl std::error::Error for KeyError {}

impl From<rcgen::Error> for KeyError {
    fn from(error: rcgen::Error) -> Self {
        Self(error.to_string())
    }
}

/// A root, an intermediate, and the signers below them.
pub(crate) struct Chain {
    root: String,
    intermediate: String,
    /// Signs the events of the sandbox.
    pub(crate) sandbox: Signer,
    /// Signs mock events: PayPal's webhook simulator signs as the live system does, for any app.
    pub(crate) live: Signer,
}

/// A key with its certificate.
pub(crate) struct Signer {
    certificate: String,
    key: SigningKey<Sha256>,
    /// The host in the URL of the certificate.
    host: &'static str,
    /// The id by which the certificate is served.
    id: String,
}

/// A chain that is made on first use.
pub(crate) struct Lazy {
    seed: u64,
    chain: OnceLock<Arc<Chain>>,
}

impl Lazy {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, chain: OnceLock::new() }
    }

    #[cfg(feature = "store")]
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn get(&self) -> Result<Arc<Chain>, KeyError> {
        if let Some(chain) = self.chain.get() {
            return Ok(chain.clone());
        }
        // Two callers at once make the same chain.
        let chain = Arc::new(Chain::new(self.seed)?);
        Ok(self.chain.get_or_init(|| chain).clone())
    }
}

/// What a signature covers.
pub(crate) struct Signed<'a> {
    pub(crate) transmission_id: &'a str,
    pub(crate) time: &'a str,
    pub(crate) webhook_id: &'a str,
    pub(crate) body: &'a [u8],
}

impl Signed<'_> {
    /// `transmissionId|transmissionTime|webhookId|crc32`, the checksum of the body as a decimal number.
    fn message(&self) -> String {
        let checksum = crc32fast::hash(self.body);
        format!("{}|{}|{}|{checksum}", self.transmission_id, self.time, self.webhook_id)
    }
}

impl Chain {
    /// Generates four keys from a seed, which takes a second or more.
    pub(crate) fn new(seed: u64) -> Result<Self, KeyError> {
        let random = &mut Seeded(Ids::new(seed));
        let (first, second, third, fourth) =
            (Key::new(random)?, Key::new(random)?, Key::new(random)?, Key::new(random)?);
        let root = CertifiedIssuer::self_signed(authority("Simulated Root CA", 1, &first), first)?;
        let intermediate = authority("Simulated Extended Validation Server CA", 2, &second);
        let intermediate = CertifiedIssuer::signed_by(intermediate, second, &root)?;
        let mut signer = |name: &str, serial: u64, host: &'static str, key: Key| {
            let certificate = leaf(name, serial, &key)?.signed_by(&key, &intermediate)?;
            Ok::<_, KeyError>(Signer {
                // PayPal's line ends.
                certificate: certificate.pem().replace("\r\n", "\n").replace('\n', "\r\n"),
                key: key.key,
                host,
                id: format!("CERT-360caa42-fca2a594-{:08x}", random.next_u32()),
            })
        };
        let sandbox = signer("messageverificationcerts.sandbox.paypal.com", 3, links::HOST, third)?;
        let live = signer("messageverificationcerts.paypal.com", 4, links::LIVE_HOST, fourth)?;
        Ok(Self { root: root.pem(), intermediate: intermediate.pem(), sandbox, live })
    }

    pub(crate) fn intermediate(&self) -> &str {
        &self.intermediate
    }

    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    /// Returns the certificate that is served under an id.
    pub(crate) fn certificate(&self, id: &str) -> Option<&str> {
        [&self.sandbox, &self.live].into_iter().find(|signer| signer.id == id).map(|signer| &*signer.certificate)
    }
}

impl Signer {
    /// Returns the URL of the certificate.
    pub(crate) fn url(&self) -> String {
        format!("{}/v1/notifications/certs/{}", self.host, self.id)
    }

    /// Returns the signature, in base64.
    pub(crate) fn sign(&self, signed: &Signed) -> Option<String> {
        let signature = self.key.try_sign(signed.message().as_bytes()).ok()?;
        Some(BASE64_STANDARD.encode(signature.to_bytes()))
    }

    /// Whether a signature was made with this key.
    pub(crate) fn verifies(&self, signed: &Signed, signature: &str) -> bool {
        let bytes = BASE64_STANDARD.decode(signature).unwrap_or_default();
        let Ok(signature) = Signature::try_from(&*bytes) else { return false };
        let key = VerifyingKey::<Sha256>::new(rsa::RsaPublicKey::from(self.key.as_ref()));
        key.verify(signed.message().as_bytes(), &signature).is_ok()
    }
}

/// A key that certificates are made with.
struct Key {
    key: SigningKey<Sha256>,
    /// The public key as `RSAPublicKey` of RFC 8017, in DER.
    public: Vec<u8>,
}

impl Key {
    fn new(random: &mut Seeded) -> Result<Self, KeyError> {
        let key = RsaPrivateKey::new(random, BITS).map_err(|error| KeyError(error.to_string()))?;
        let public = key.to_public_key().to_pkcs1_der().map_err(|error| KeyError(error.to_string()))?;
        Ok(Self { public: public.into_vec(), key: SigningKey::new(key) })
    }
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        &self.public
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

// `rcgen` could sign with `ring`, which needs a C compiler.
impl rcgen::SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signature = self.key.try_sign(message).map_err(|_| rcgen::Error::RemoteKeyError)?;
        Ok(signature.to_vec())
    }
}

fn parameters(name: &str, serial: u64, key: &Key) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.distinguished_name.push(DnType::OrganizationName, "Simulated, not PayPal");
    // The first 160 bits of SHA-256 (RFC 7093, section 2, method 1).
    let digest = Sha256::digest(&key.public);
    parameters.key_identifier_method = KeyIdMethod::PreSpecified(digest[..20].to_vec());
    parameters.serial_number = Some(SerialNumber::from(serial));
    parameters.not_before = date_time_ymd(2020, 1, 1);
    parameters.not_after = date_time_ymd(2050, 1, 1);
    parameters
}

/// A leaf like PayPal's: its name is a DNS name too, and it is for a server and a client.
fn leaf(name: &str, serial: u64, key: &Key) -> Result<CertificateParams, KeyError> {
    let mut parameters = parameters(name, serial, key);
    parameters.subject_alt_names = vec![SanType::DnsName(name.try_into()?)];
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    Ok(parameters)
}

fn authority(name: &str, serial: u64, key: &Key) -> CertificateParams {
    let mut parameters = parameters(name, serial, key);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters
}

/// Numbers from a seed in place of random ones: these keys protect nothing, and tests can repeat them.
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
